"""
Admission's memory in PostgreSQL: one look-up and one transaction for each batch.

The transaction need not wait for the disk (``synchronous_commit``): what a crash of the server takes back is read
from the log again, because the watermark goes back with it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias

from kairan.postgres import Connection, UniqueViolation, connect, own, within
from kairan.postgres.copies import Projection, Table
from kairan.postgres.migrations import apply
from kairan.stream import Position, TopicPartition
from processors.admission.facts import (
    Arrived,
    Departure,
    DepartureChange,
    Entry,
    Facts,
    Known,
    Opened,
    Question,
    Reopened,
    Stated,
    Withdrawn,
)
from processors.admission.memory import NotedEvent, Notes, alarm_of_two_numbers
from processors.admission.records import LOG

EVENTS = """
select id, digest, bulk, partition, "offset", corrected
from unnest(%b::bytea[]) as wanted (id) join events using (id)"""
SUBJECTS = """
select municipality, atena_number, handle, stated, protected
from unnest(%b::text[], %b::text[]) as wanted (municipality, atena_number)
join subjects using (municipality, atena_number)"""
CLAIMED = """
select municipality, atena_number, handle, stated, protected
from unnest(%b::text[], %b::bytea[]) as wanted (municipality, handle)
join subjects using (municipality, handle)"""
DEPARTURES = """
select handle, event, destination, arrival from departures where handle = any(%b::bytea[])"""

NOTE_EVENTS = """
insert into events (id, digest, bulk, partition, "offset")
select * from unnest(%b::bytea[], %b::bytea[], %b::boolean[], %b::smallint[], %b::bigint[])
on conflict do nothing"""
NOTE_NEW_EVENTS = f"{NOTE_EVENTS} returning id"
NOTE_CORRECTED = "update events set corrected = true where id = any(%b::bytea[]) and not corrected"
TAKE_HANDLES = """
delete from subjects as other
using unnest(%b::text[], %b::text[], %b::bytea[]) as named (municipality, atena_number, handle)
where (other.municipality, other.handle) = (named.municipality, named.handle)
    and other.atena_number <> named.atena_number and not other.stated
    and not exists (
        select from subjects as known
        where (known.municipality, known.atena_number) = (named.municipality, named.atena_number) and known.stated)"""
_NAME = """
insert into subjects as known (municipality, atena_number, handle, stated)
select * from unnest(%b::text[], %b::text[], %b::bytea[], %b::boolean[]) as named (municipality, atena_number, handle)
"""
_UNLESS_KEPT = """
where not exists (
    select from subjects as other
    where (other.municipality, other.handle) = (named.municipality, named.handle)
        and other.atena_number <> named.atena_number)"""
_OR_RENAME = """
on conflict (municipality, atena_number) do update set
    handle = excluded.handle, stated = excluded.stated, protected = known.protected and known.handle = excluded.handle
where not known.stated and (known.handle, known.stated) <> (excluded.handle, excluded.stated)"""
NOTE_SUBJECTS = _NAME + _OR_RENAME
NOTE_SUBJECTS_NOT_KEPT = _NAME + _UNLESS_KEPT + _OR_RENAME
NOTE_STATED = """
update subjects as known set stated = true
from unnest(%b::text[], %b::bytea[]) as stating (municipality, handle)
where (known.municipality, known.handle) = (stating.municipality, stating.handle) and not known.stated"""
NOTE_PROTECTED = """
update subjects as known set protected = flag.lasts
from unnest(%b::text[], %b::bytea[], %b::boolean[]) as flag (municipality, handle, lasts)
where (known.municipality, known.handle) = (flag.municipality, flag.handle) and known.protected <> flag.lasts"""
NOTE_WATERMARKS = """
insert into watermarks as known (owner, topic, partition, "offset")
select %b::text, * from unnest(%b::text[], %b::smallint[], %b::bigint[])
on conflict (owner, topic, partition) do update set "offset" = greatest(known."offset", excluded."offset")"""
WATERMARKS = 'select topic, partition, "offset" from watermarks where owner = %b'

CHANGES: dict[type[DepartureChange], str] = {
    Opened: """
insert into departures (handle, event, destination)
select * from unnest(%b::bytea[], %b::bytea[], %b::text[])
on conflict do nothing""",
    Withdrawn: """
delete from departures as known
using unnest(%b::bytea[], %b::bytea[]) as withdrawn (handle, event)
where (known.handle, known.event) = (withdrawn.handle, withdrawn.event)""",
    Arrived: """
update departures as known set arrival = arrived.event
from unnest(%b::bytea[], %b::bytea[], %b::text[]) as arrived (handle, event, destination)
where (known.handle, known.destination) = (arrived.handle, arrived.destination) and known.arrival is null""",
    Reopened: """
update departures as known set arrival = null
from unnest(%b::bytea[], %b::bytea[]) as reopened (handle, event)
where (known.handle, known.arrival) = (reopened.handle, reopened.event)""",
}
"""By what happened, for persons of whom each is there once."""

Columns: TypeAlias = list[list[Any]]
Rows: TypeAlias = Iterable[tuple[Any, ...]]

DATABASE = "kairan"
SCHEMA = "admission"
PROJECTION = Projection(
    SCHEMA,
    compared=(
        Table("events", key=("id",)),
        Table("subjects", key=("municipality", "atena_number"), told=("municipality", "handle")),
        Table("departures", key=("event",)),
    ),
    beside=("watermarks",),
)
"""What of it can be built again from the log and ``subjects.<code>``; nobody is told a member's own numbers."""


def migrate(dsn: str) -> None:
    """Makes or mends the schema of the memory."""
    apply(dsn, "processors.admission.migrations")


class PostgresMemory:
    """
    Memory on one connection, which also holds the right to admit for its members.

    Args:
        dsn: of the database ``kairan``.
        members: the municipalities that this process alone admits for.
        owner: whose watermarks these are; a process that takes over another share of the members is another owner.
        schema: where the tables are; another one while memory is built again.

    Raises:
        AlreadyOwnedError: another process admits for one of the members.

    """

    def __init__(
        self, dsn: str, members: Iterable[str] = (), owner: str = "admission", *, schema: str = SCHEMA
    ) -> None:
        self._connection: Connection = connect(dsn, autocommit=True)
        within(self._connection, schema)
        self._connection.execute("set synchronous_commit = off")
        self._owner = owner
        for member in members:
            own(self._connection, right_to_admit(member))

    def recall(self, question: Question) -> Facts:
        """Nobody else writes it, so the answers need no transaction to fit together."""
        facts = Facts()
        with self._connection.pipeline():
            events = self._ask(EVENTS, list(question.events))
            asked = [self._ask(SUBJECTS, *_columns(question.subjects, 2))]
            departures = None
            if question.handles:
                claiming, handles = _columns(question.handles, 2)
                asked.append(self._ask(CLAIMED, claiming, handles))
                departures = self._ask(DEPARTURES, handles)
        self._recall_events(facts, events)
        for row in departures or ():
            facts.restore(Departure(*row))
        for *entry, stated, protected in chain.from_iterable(asked):
            its = Entry(*entry)
            facts.add(its)
            if stated:
                facts.stated.add(its.stated)
            if protected:
                facts.protected.add(its.stated)
        return facts

    def note(self, notes: Notes) -> None:
        """In one go; only where that meets a handle that another number has, step by step."""
        try:
            with self._connection.pipeline(), self._connection.transaction():
                self._note(notes, self._name)
        except UniqueViolation:
            with self._connection.transaction():
                self._note(notes, self._name_or_take)

    def watermarks(self) -> Mapping[TopicPartition, int]:
        with self._connection.transaction():
            rows = self._connection.execute(WATERMARKS, (self._owner,)).fetchall()
        return {TopicPartition(topic, partition): offset for topic, partition, offset in rows}

    def close(self) -> None:
        self._connection.close()

    def _ask(self, query: str, *parameters: Any) -> Rows:
        return self._connection.execute(query, parameters, binary=True)

    @staticmethod
    def _recall_events(facts: Facts, rows: Rows) -> None:
        for id_, digest, bulk, *at, corrected in rows:
            facts.events[id_] = Known(digest, Position(LOG["bulk" if bulk else "live"], *at))
            if corrected:
                facts.corrected.add(id_)

    def _note(self, notes: Notes, name: Callable[[Columns], None]) -> None:
        for stretch in _without_doubles(notes.entries):
            name(_columns([(*each, each.stated in notes.stated) for each in stretch], 4))
        self._note_stated(notes.stated - {each.stated for each in notes.entries})
        self._note_protected(notes.protected)
        self._note_events(notes.events)
        self._note_corrected(notes.events)
        rows = [(*at, offset) for at, offset in notes.watermarks.items()]
        self._connection.execute(NOTE_WATERMARKS, (self._owner, *_columns(rows, 3)))

    def _name(self, columns: Columns) -> None:
        """Numbers with their handles, and with their history if they have some by now."""
        self._connection.execute(NOTE_SUBJECTS, columns)

    def _name_or_take(self, columns: Columns) -> None:
        try:
            with self._connection.transaction():
                self._name(columns)
        except UniqueViolation:
            self._take_handles(columns)

    def _take_handles(self, columns: Columns) -> None:
        """Where another number has one of the handles; to ask for that each time would double the cost of a name."""
        taken = self._connection.execute(TAKE_HANDLES, columns[:3]).rowcount
        self._connection.execute(NOTE_SUBJECTS_NOT_KEPT, columns)
        if taken:
            alarm_of_two_numbers(taken)

    def _note_stated(self, stated: set[Stated]) -> None:
        if stated:
            self._connection.execute(NOTE_STATED, _columns(stated, 2))

    def _note_protected(self, flags: Mapping[Stated, bool]) -> None:
        if flags:
            rows = [(*each, lasts) for each, lasts in flags.items()]
            self._connection.execute(NOTE_PROTECTED, _columns(rows, 3))

    def _note_events(self, events: Sequence[NotedEvent]) -> None:
        """Departures change once for each event, however often it is in the log."""
        rows = [(each.id, each.digest, each.position.topic == LOG["bulk"], *each.position[1:]) for each in events]
        moving = {each.id: each.departures for each in reversed(events) if each.departures}
        if not moving:
            self._connection.execute(NOTE_EVENTS, _columns(rows, 5))
            return
        noted = {row[0] for row in self._connection.execute(NOTE_NEW_EVENTS, _columns(rows, 5))}
        changes = (change for event in events if event.id in noted for change in moving.pop(event.id, ()))
        for happened, of_some in _at_once(changes):
            self._connection.execute(CHANGES[happened], _columns(of_some, len(happened._fields)))

    def _note_corrected(self, events: Sequence[NotedEvent]) -> None:
        """Behind the events: what is corrected may be of the same batch."""
        if corrected := [each.corrects for each in events if each.corrects is not None]:
            self._connection.execute(NOTE_CORRECTED, (corrected,))


def _at_once(
    changes: Iterable[DepartureChange],
) -> Iterator[tuple[type[DepartureChange], list[DepartureChange]]]:
    """What happened to many persons in one statement: first the first change of each, then the second of each …"""
    turns = Counter[bytes]()
    found: dict[tuple[int, type[DepartureChange]], list[DepartureChange]] = {}
    for change in changes:
        found.setdefault((turns[change.handle], type(change)), []).append(change)
        turns[change.handle] += 1
    for (_, happened), of_some in sorted(found.items(), key=lambda item: item[0][0]):
        yield happened, of_some


def _without_doubles(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """In stretches that name no number and no handle twice: one statement cannot touch a row twice."""
    stretch, seen = list[Entry](), set[tuple[str, str | bytes]]()
    for each in entries:
        names: set[tuple[str, str | bytes]] = {(each.municipality, each.atena_number), (each.municipality, each.handle)}
        if seen & names:
            yield stretch
            stretch, seen = [], set()
        stretch.append(each)
        seen |= names
    if stretch:
        yield stretch


def right_to_admit(member: str) -> str:
    """The lock that whoever admits for a member holds."""
    return f"admission.{member}"


def _columns(rows: Iterable[tuple[Any, ...]], width: int) -> Columns:
    """Rows as columns, for ``unnest``."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
