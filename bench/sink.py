"""One channel's sink against bare batched inserts of the very rows that it leaves."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from psycopg import sql

from bench import contest, figures, filling, people, place, planned
from bench.contenders.bare_inserts import KEPT, TABLES
from bench.contest import BenchError, Contender, Run, Watched
from bench.figures import Line, Part, Target
from bench.place import REGISTER, say
from connectors.postgres.offices import schema
from kairan import topics
from kairan.postgres import Connection, connect
from kairan.settings import Settings

ROUNDS = 3
MEMBER, CHANNEL = "131237", "insurance"
"""江戸川区's 介護, 国保, 後期高齢者 and 年金: one channel, four businesses."""
OF_CHANNEL = (MEMBER, CHANNEL)
TAX, SNAPSHOT = 12_000, 12_000
CONTENDERS = (
    Contender("Kairan", "kairan_sink", OF_CHANNEL, ""),
    Contender("bare inserts", "bare_inserts", OF_CHANNEL, ""),
)
_CLEARED = ("received", "person", "answer", "receipt", "consumed")
_COUNTS = sql.SQL("select (select count(*) from {s}.received), (select count(*) from {s}.person)")
_LAST = sql.SQL("select extract(epoch from max(applied_at)) * 1000 from {s}.received")


class Kind(NamedTuple):
    """The lane that carries it, and how many people there are of each kind."""

    lane: str
    paying: int
    moving: int


KINDS: Mapping[str, Kind] = {
    "small tax record": Kind("bulk", TAX, 0),
    "resident snapshot": Kind("live", 0, SNAPSHOT),
}


class Office(contest.Written):
    """The channel's tables, as their owner sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._schema = sql.Identifier(schema(CHANNEL))

    def count(self) -> int:
        return self._ask(_COUNTS)[0]

    def people(self) -> int:
        return self._ask(_COUNTS)[1]

    def last_append(self) -> float:
        """When the last transaction began, in milliseconds."""
        return float(self._ask(_LAST)[0])

    def clear(self) -> None:
        """As on the first day; the map of subjects stays."""
        tables = sql.SQL(", ").join(sql.SQL("{}.{}").format(self._schema, sql.Identifier(name)) for name in _CLEARED)
        self._connection.execute(sql.SQL("truncate {}").format(tables))
        self._connection.execute("checkpoint")

    def keep(self) -> None:
        """What is there now, for the bare inserts."""
        self._connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(KEPT)))
        for table in TABLES:
            names = {"kept": sql.Identifier(KEPT, table), "table": sql.Identifier(schema(CHANNEL), table)}
            self._connection.execute(sql.SQL("drop table if exists {kept}").format(**names))
            self._connection.execute(sql.SQL("create table {kept} as table {table}").format(**names))

    def forget(self, group: str) -> None:
        """A sink's position lies in its own tables, which are empty."""

    def _ask(self, query: sql.SQL) -> tuple[int, ...]:
        found: tuple[int, ...] = self._connection.execute(query.format(s=self._schema)).fetchall()[0]
        return found


def measure(scale: float) -> list[Part]:
    """A stack for each kind: a channel's topic has both lanes."""
    return [_kind(name, kind, scale) for name, kind in KINDS.items()]


def _kind(name: str, kind: Kind, scale: float) -> Part:
    with place.stack(only_servers=True) as settings:
        paying = people.people(0, int(kind.paying * scale))
        moving = people.people(len(paying), int(kind.moving * scale))
        filling.fill(settings, paying, moving, homes=[MEMBER])
        _route(settings, kind.lane)
        with closing(connect(settings.dsn(f"offices_{MEMBER}"), autocommit=True)) as connection:
            return _part(name, *_compete(settings, Office(connection)))


def _route(settings: Settings, lane: str) -> None:
    delivered = sum(len(deliveries) for _, deliveries in planned.deliveries(settings, lane))
    written = Watched(settings, (topic for topic in topics.topics(REGISTER) if topic.kind is topics.DELIVERIES))
    contest.run(settings, Contender("routing", "kairan_routing", (lane,), f"routing.{lane}"), written, delivered)


def _compete(settings: Settings, office: Office) -> tuple[int, dict[str, list[Run]]]:
    """How many persons' rows, and the runs: each begins with empty tables and ends with the same rows."""
    due, people_due = planned.rows(settings, *OF_CHANNEL)
    ran: dict[str, list[Run]] = {}
    for _ in range(ROUNDS):
        for contender in CONTENDERS:
            office.clear()
            run = contest.run(settings, contender, office, due)
            if office.people() != people_due:
                raise BenchError(f"{contender.name} left {office.people()} persons where {people_due} are due")
            office.keep()
            ran.setdefault(contender.name, []).append(run)
            say(f"  {contender.name}: {run.rate:,.0f} rows/s ({run.seconds:.2f} s, {run.megabytes:.0f} MB)")
    return people_due, ran


def _part(name: str, people_due: int, ran: Mapping[str, Sequence[Run]]) -> Part:
    own, bare = (Line(who, "inbox rows/s", tuple(run.rate for run in runs)) for who, runs in ran.items())
    memory = Line("Kairan's process", "MB", tuple(run.megabytes for run in ran["Kairan"]))
    rows = ran["Kairan"][0].written
    return Part(
        f"Sink, {name}",
        f"`{MEMBER}.{CHANNEL}`: {rows} rows of the inbox and {people_due} of persons, from empty tables.",
        (own, bare, memory),
        (
            Target("Kairan / bare inserts", 0.5, own.median / bare.median),
            Target("MB of the process", figures.MOST_MEGABYTES, memory.median, at_least=False),
        ),
    )
