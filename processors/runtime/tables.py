"""The journal on PostgreSQL (``processors.runtime.process.Journal``): schema ``processes`` of the bus's database."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any

from kairan.postgres import Connection, UniqueViolation, within
from kairan.postgres.copies import Only, Projection, Table
from kairan.stream import Outgoing, Position, TopicPartition
from processors.runtime.leaps import Leap
from processors.runtime.process import FROM_THE_FIRST, Due, Row, Shown, Stand, TakenError, Waiting

_STANDS = "select topic, partition, position, reached from consumed where process = %b"
_ADVANCE = """
with u as (
    select * from unnest(%b::text[], %b::integer[], %b::bigint[], %b::bigint[], %b::bigint[])
        u(topic, partition, before, after, reached)),
moved as (
    insert into consumed as c (process, topic, partition, position, reached)
    select %b, topic, partition, after, reached from u
    on conflict (process, topic, partition) do update set position = excluded.position, reached = excluded.reached
        where c.position = (select before from u where (u.topic, u.partition) = (c.topic, c.partition))
    returning position)
select count(*) from moved"""
_HISTORIES = """
select instance, line.told from unnest(%b::bytea[], %b::bigint[]) u(instance, known), lateral (
    select version, case when sent is not null then told::text end as told from journal j
    where j.process = %b and j.instance = u.instance and j.version > u.known
    order by j.version) line -- so that each is looked up, for all of them the table would be read
order by instance, line.version"""
_LINES = """
select instance, version, told::text, (select array_agg(each::text order by number)
    from jsonb_path_query(sent, '$[*]') with ordinality e(each, number)), sent is null, topic, partition, "offset"
from journal where process = %b and instance = any(%b::bytea[]) order by instance, version"""
_APPEND = """
insert into journal (process, instance, version, told, sent, topic, partition, "offset")
select %b, instance, version, told::jsonb, sent::jsonb, topic, partition, "offset"
from unnest(%b::bytea[], %b::bigint[], %b::text[], %b::text[], %b::text[], %b::integer[], %b::bigint[])
    u(instance, version, told, sent, topic, partition, "offset")"""
_SET = """
with u as (select * from unnest(%b::bytea[], %b::bigint[], %b::text[]) u(instance, due, told)),
gone as (
    delete from timer t
    where process = %b and instance = any(%b::bytea[])
        and not exists (select from u where u.instance = t.instance and u.told::jsonb = t.told))
insert into timer as t (process, instance, due, told)
select %b, instance, due, told::jsonb from u
on conflict (process, instance, told)
    do update set due = excluded.due, is_asked = t.is_asked and t.due = excluded.due"""
_SHOW = """
with u as (
    select instance, item, kind, string_to_array(desks, ',') as desks, facts::jsonb as facts
    from unnest(%b::bytea[], %b::bytea[], %b::text[], %b::text[], %b::text[]) u(instance, item, kind, desks, facts)),
gone as (
    delete from standing s
    where process = %b and instance = any(%b::bytea[])
        and not exists (select from u where (u.instance, u.item) = (s.instance, s.item)))
insert into standing as s (process, instance, item, kind, desks, facts)
select %b, * from u
on conflict (process, instance, item)
    do update set kind = excluded.kind, desks = excluded.desks, facts = excluded.facts
    where (s.kind, s.desks, s.facts) is distinct from (excluded.kind, excluded.desks, excluded.facts)"""
_SHOWN = """
select instance, item, kind, desks, facts::text from standing
where process = %b and instance = any(%b::bytea[]) order by instance, item"""
_DUE = """
select instance, due, told::text, number from timer
where process = %b and due <= %b::bigint and not is_asked order by due, instance, told limit %b::bigint"""
_ASKED = """
update timer t set is_asked = true
from unnest(%b::bytea[], %b::bigint[], %b::bigint[]) u(instance, due, number)
where (t.process, t.instance, t.due, t.number) = (%b, u.instance, u.due, u.number)"""
_POST = """
insert into letter (process, topic, key, value)
select %b, * from unnest(%b::text[], %b::bytea[], %b::bytea[])"""
_UNSENT = """
select number, topic, key, value from letter
where process = %b and sent_at is null order by number limit %b::bigint"""
_SENT = "update letter set sent_at = now() where number = any(%b::bigint[])"
_HOLD = """
insert into held (process, instance, topic, partition, "offset")
values (%b, %b, %b, %b::integer, %b::bigint) on conflict do nothing"""
_HELD = """
select instance from held
where process = %b and instance = any(%b::bytea[]) order by number for key share"""
_ALL_HELD = "select instance from held where process = %b group by instance order by min(number)"
_ALONE = "select number from held where process = %b and instance = %b order by number for update"
_WAITING = """
select topic, partition, "offset" from held where process = %b and instance = %b order by number"""
_RELEASE = """
delete from held
where (process, instance, topic, partition, "offset") = (%b, %b, %b, %b::integer, %b::bigint)"""
_HELD_BY = ("process", "instance", "topic", "partition", "offset")

SCHEMA = "processes"


def projection(*processes: str) -> Projection:
    """What of these processes can be built again from the topics that they read."""
    return Projection(
        SCHEMA,
        compared=(
            Table(
                "journal",
                key=("process", "instance", "version"),
                told=("process", "topic", "partition", "offset"),
                besides=frozenset({"written_at"}),
            ),
            Table(
                "timer", key=("process", "instance", "told"), told=("process", "due"), besides=frozenset({"is_asked"})
            ),
            Table("standing", key=("process", "instance", "item"), told=("process", "kind")),
            Table("held", key=_HELD_BY, told=("process", "topic", "partition", "offset")),
            Table("consumed", key=("process", "topic", "partition")),
        ),
        only=Only("process", processes),
        added=("letter",),
    )


_LEAPS = "select since, forward from processes.leap"
_LEAP = "insert into processes.leap values (%b, %b)"


def leaps(connection: Connection) -> list[Leap]:
    """Of the sandbox's clock; none where people live."""
    return [Leap(*row) for row in connection.execute(_LEAPS).fetchall()]


def leap(connection: Connection, its: Leap) -> None:
    connection.execute(_LEAP, its)


class PostgresJournal:
    """Of one process; ``schema``: another one while journals are built again."""

    def __init__(self, connection: Connection, process: str, schema: str = SCHEMA) -> None:
        within(connection, schema)
        self._connection = connection
        self._process = process

    @contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            with self._connection.transaction():
                yield
        except UniqueViolation:
            taken = True
        else:
            taken = False
        if taken:
            raise TakenError("this version is there already")

    def stands(self) -> Mapping[TopicPartition, Stand]:
        found = self._all(_STANDS, self._process)
        return {TopicPartition(topic, partition): Stand(*stand) for topic, partition, *stand in found}

    def advance(self, before: Mapping[TopicPartition, Stand], after: Mapping[TopicPartition, Stand]) -> None:
        moved = [(*at, before[at].position if at in before else 0, *stand) for at, stand in after.items()]
        if self._all(_ADVANCE, *_columns(moved, 5), self._process) != [(len(moved),)]:
            raise TakenError("this was consumed by somebody else")

    def histories(
        self, instances: Iterable[bytes], known: Mapping[bytes, int] = FROM_THE_FIRST
    ) -> Mapping[bytes, list[str | None]]:
        found: dict[bytes, list[str | None]] = {instance: [] for instance in instances}
        versions = [known.get(instance, 0) for instance in found]
        for instance, told in self._all(_HISTORIES, list(found), versions, self._process):
            found[instance].append(told)
        return found

    def lines(self, instances: Iterable[bytes]) -> Mapping[bytes, list[Row]]:
        found: dict[bytes, list[Row]] = {instance: [] for instance in instances}
        for instance, version, told, sent, is_passed, *at in self._all(_LINES, self._process, list(found)):
            said = None if is_passed else tuple(sent or ())
            found[instance].append(Row(instance, version, told, said, Position(*at)))
        return found

    def append(self, rows: Iterable[Row]) -> None:
        lines = [(row.instance, row.version, row.told, _array(row.sent), *row.at) for row in rows]
        self._run(_APPEND, self._process, *_columns(lines, 7))

    def set_timers(self, timers: Mapping[bytes, Iterable[Due]]) -> None:
        due = [timer for each in timers.values() for timer in each]
        self._run(_SET, *_columns(due, 3), self._process, list(timers), self._process)

    def show(self, shown: Mapping[bytes, Iterable[Shown]]) -> None:
        rows = [
            (instance, each.item, each.kind, ",".join(sorted(each.desks)), json.dumps(each.facts, ensure_ascii=False))
            for instance, its in shown.items()
            for each in its
        ]
        self._run(_SHOW, *_columns(rows, 5), self._process, list(shown), self._process)

    def shown(self, instances: Iterable[bytes]) -> Mapping[bytes, list[Shown]]:
        found: dict[bytes, list[Shown]] = {instance: [] for instance in instances}
        for instance, item, kind, desks, facts in self._all(_SHOWN, self._process, list(found)):
            found[instance].append(Shown(item, kind, frozenset(desks), json.loads(facts)))
        return found

    def due(self, until: int, at_most: int) -> list[Waiting]:
        rows = self._all(_DUE, self._process, until, at_most)
        return [Waiting.of(Due(*due), number) for *due, number in rows]

    def asked(self, timers: Iterable[Waiting]) -> None:
        rows = [(each.instance, each.due, each.number) for each in timers]
        self._run(_ASKED, *_columns(rows, 3), self._process)

    def post(self, letters: Iterable[Outgoing]) -> None:
        self._run(_POST, self._process, *_columns([(each.topic, each.key, each.value) for each in letters], 3))

    def hold(self, instance: bytes, at: Position) -> None:
        self._run(_HOLD, self._process, instance, *at)

    def held(self, instances: Iterable[bytes]) -> frozenset[bytes]:
        return frozenset(instance for (instance,) in self._all(_HELD, self._process, list(instances)))

    def all_held(self) -> Sequence[bytes]:
        return [instance for (instance,) in self._all(_ALL_HELD, self._process)]

    def waiting(self, instance: bytes) -> Sequence[Position]:
        """Whoever adds to it asks first who is held, and waits there: what was added before is seen after the lock."""
        self._run(_ALONE, self._process, instance)
        return [Position(*row) for row in self._all(_WAITING, self._process, instance)]

    def release(self, instance: bytes, at: Position) -> None:
        self._run(_RELEASE, self._process, instance, *at)

    def pending(self, at_most: int) -> Sequence[tuple[int, Outgoing]]:
        """The oldest letters that are not marked (``kairan.loops.Outbox``)."""
        return [
            (number, Outgoing(topic, key, value))
            for number, topic, key, value in self._all(_UNSENT, self._process, at_most)
        ]

    def mark(self, rows: Sequence[int], positions: Sequence[Position]) -> None:  # noqa: ARG002 - nobody asks where
        """These were stored."""
        self._run(_SENT, list(rows))

    def wait(self, seconds: float) -> None:
        """Nobody calls: letters are few, and none is urgent."""
        Event().wait(seconds)

    def _run(self, statement: str, *values: Any) -> None:
        self._connection.execute(statement, values)

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        return self._connection.cursor(binary=True).execute(statement, values).fetchall()


def _array(sent: Iterable[str] | None) -> str | None:
    return None if sent is None else f"[{','.join(sent)}]"


def _columns(rows: Sequence[tuple[Any, ...]], count: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
