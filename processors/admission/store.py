"""
Admission's memory in PostgreSQL: one look-up and one transaction for each batch.

The transaction need not wait for the disk (``synchronous_commit``): what a crash of the server takes back is read
from the log again, because the watermark goes back with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kairan.postgres import Connection, connect, own, within
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
from processors.admission.memory import NotedEvent, Notes
from processors.admission.records import LOG

EVENTS = """
select id, digest, bulk, partition, "offset", corrected
from unnest(%b::bytea[]) as wanted (id) join events using (id)"""
SUBJECTS = """
select municipality, atena_number, handle, stated
from unnest(%b::text[], %b::text[]) as wanted (municipality, atena_number)
join subjects using (municipality, atena_number)"""
CLAIMED = """
select municipality, atena_number, handle, stated
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
NOTE_SUBJECTS = """
insert into subjects as known (municipality, atena_number, handle, stated)
select * from unnest(%b::text[], %b::text[], %b::bytea[], %b::boolean[])
on conflict (municipality, atena_number) do update set handle = excluded.handle, stated = excluded.stated
where not known.stated and (known.handle, known.stated) <> (excluded.handle, excluded.stated)"""
NOTE_STATED = """
update subjects as known set stated = true
from unnest(%b::text[], %b::bytea[]) as stating (municipality, handle)
where (known.municipality, known.handle) = (stating.municipality, stating.handle) and not known.stated"""
NOTE_WATERMARKS = """
insert into watermarks as known (owner, topic, partition, "offset")
select %b::text, * from unnest(%b::text[], %b::smallint[], %b::bigint[])
on conflict (owner, topic, partition) do update set "offset" = greatest(known."offset", excluded."offset")"""
WATERMARKS = 'select topic, partition, "offset" from watermarks where owner = %b'

OPENED = "insert into departures (handle, event, destination) values (%b, %b, %b) on conflict do nothing"
WITHDRAWN = "delete from departures where handle = %b and event = %b"
ARRIVED = """
update departures set arrival = %b where handle = %b and destination = %b and arrival is null"""
REOPENED = "update departures set arrival = null where handle = %b and arrival = %b"

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
        facts = Facts()
        municipalities, numbers = _columns(question.subjects, 2)
        claiming, handles = _columns(question.handles, 2)
        with self._connection.transaction():
            self._recall_events(facts, question.events)
            found = self._rows(SUBJECTS, municipalities, numbers)
            if handles:
                found += self._rows(CLAIMED, claiming, handles)
                for row in self._rows(DEPARTURES, handles):
                    facts.restore(Departure(*row))
        for municipality, number, handle, stated in found:
            facts.add(Entry(municipality, number, handle))
            if stated:
                facts.stated.add(Stated(municipality, handle))
        return facts

    def note(self, notes: Notes) -> None:
        with self._connection.transaction():
            named = self._note_entries(notes.entries, notes.stated)
            self._note_stated(notes.stated - named)
            self._note_events(notes.events)
            self._note_corrected(notes.events)
            rows = [(*at, offset) for at, offset in notes.watermarks.items()]
            self._connection.execute(NOTE_WATERMARKS, (self._owner, *_columns(rows, 3)))

    def watermarks(self) -> Mapping[TopicPartition, int]:
        with self._connection.transaction():
            rows = self._connection.execute(WATERMARKS, (self._owner,)).fetchall()
        return {TopicPartition(topic, partition): offset for topic, partition, offset in rows}

    def close(self) -> None:
        self._connection.close()

    def _recall_events(self, facts: Facts, ids: Iterable[bytes]) -> None:
        for id_, digest, bulk, *at, corrected in self._rows(EVENTS, list(ids)):
            facts.events[id_] = Known(digest, Position(LOG["bulk" if bulk else "live"], *at))
            if corrected:
                facts.corrected.add(id_)

    def _note_entries(self, entries: Sequence[Entry], stated: set[Stated]) -> set[Stated]:
        """
        Whose names were noted, with their history if they have some by now.

        Of a number that a batch maps twice the last counts: one statement cannot touch a row twice.
        """
        newest = {(each.municipality, each.atena_number): each for each in entries}
        named = {Stated(each.municipality, each.handle) for each in newest.values()}
        if newest:
            rows = [(*each, Stated(each.municipality, each.handle) in stated) for each in newest.values()]
            self._connection.execute(NOTE_SUBJECTS, _columns(rows, 4))
        return named

    def _note_stated(self, stated: set[Stated]) -> None:
        if stated:
            self._connection.execute(NOTE_STATED, _columns(stated, 2))

    def _note_events(self, events: Sequence[NotedEvent]) -> None:
        """Departures change once for each event, however often it is in the log."""
        rows = [(each.id, each.digest, each.position.topic == LOG["bulk"], *each.position[1:]) for each in events]
        moving = {each.id: each.departures for each in reversed(events) if each.departures}
        if not moving:
            self._connection.execute(NOTE_EVENTS, _columns(rows, 5))
            return
        noted = {row[0] for row in self._connection.execute(NOTE_NEW_EVENTS, _columns(rows, 5))}
        for event in events:
            if event.id in noted:
                for change in moving.pop(event.id, ()):
                    self._change(change)

    def _note_corrected(self, events: Sequence[NotedEvent]) -> None:
        """Behind the events: what is corrected may be of the same batch."""
        if corrected := [each.corrects for each in events if each.corrects is not None]:
            self._connection.execute(NOTE_CORRECTED, (corrected,))

    def _change(self, change: DepartureChange) -> None:
        match change:
            case Opened(handle, event, destination):
                self._connection.execute(OPENED, (handle, event, destination))
            case Withdrawn(handle, event):
                self._connection.execute(WITHDRAWN, (handle, event))
            case Arrived(handle, event, destination):
                self._connection.execute(ARRIVED, (event, handle, destination))
            case Reopened(handle, event):
                self._connection.execute(REOPENED, (handle, event))

    def _rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, parameters, binary=True).fetchall()


def right_to_admit(member: str) -> str:
    """The lock that whoever admits for a member holds."""
    return f"admission.{member}"


def _columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Rows as columns, for ``unnest``."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
