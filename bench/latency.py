"""The whole way of a fact: from the outbox row of a core system to the row of a back office, all processes running."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime

from psycopg import sql

from bench import people, place, planned
from bench.contest import BenchError
from bench.figures import Line, Part, Target, percentile
from bench.people import Person
from bench.place import MEMBERS, REGISTER, say
from kairan.identifiers import EventRef
from kairan.postgres import Connection, connect
from kairan.settings import Settings
from operations.demo.flow import Flow

RUNS = 3
RATE = 100
SECONDS = 10
WARM_UP_SECONDS = 3
SETTLE_SECONDS = 60
_JOIN = "insert into core_system.office (municipality, name) values (%s, %s)"
_BOOK = "select core_system.book(entry) from jsonb_array_elements(%s::jsonb) as entry"
_CREATED = "select event_id, created_at from core_system.outbox where refused_at is null and created_at >= %s"
_REFUSED = "select count(*) from core_system.outbox where refused_at is not null"
_APPLIED = "select event_ref, applied_at from {}.received where lane = 'live' and applied_at >= %s"


class Clerks:
    """One connection to each core system; household after household, each in one transaction, as at a counter."""

    def __init__(self, settings: Settings) -> None:
        self._opened = ExitStack()
        self._cores: dict[str, Connection] = {
            member: self._opened.enter_context(closing(connect(settings.dsn(f"core_{member}"), autocommit=True)))
            for member in MEMBERS
        }

    def close(self) -> None:
        self._opened.close()

    def join(self) -> None:
        for member in REGISTER.municipalities():
            self._cores[member.code].execute(_JOIN, (member.code, member.name))

    def book(self, arriving: Sequence[Person], rate: float) -> float:
        """At this pace, or as fast as it goes; how many persons a second it was."""
        began = time.monotonic()
        for number in range(0, len(arriving), people.HOUSEHOLD):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            household = arriving[number : number + people.HOUSEHOLD]
            entries = json.dumps([people.arrival(person, MEMBERS) for person in household])
            self._cores[household[0].home(MEMBERS)].execute(_BOOK, (entries,))
        return len(arriving) / (time.monotonic() - began)

    def now(self) -> datetime:
        found: datetime = self._cores[MEMBERS[0]].execute("select clock_timestamp()").fetchall()[0][0]
        return found

    def created(self, since: datetime) -> dict[bytes, datetime]:
        """Event id → when its outbox row was written."""
        return dict(row for core in self._cores.values() for row in core.execute(_CREATED, (since,)))

    def demand_nothing_refused(self) -> None:
        if refused := sum(core.execute(_REFUSED).fetchall()[0][0] for core in self._cores.values()):
            raise BenchError(f"{refused} of the bench's own rows were refused")


def measure(scale: float) -> list[Part]:
    with (
        place.stack(only_servers=False) as settings,
        closing(Clerks(settings)) as clerks,
        closing(Flow(settings)) as flow,
    ):
        clerks.join()
        first = _warm_up(clerks, flow, scale)
        count = max(int(RATE * SECONDS * scale), people.HOUSEHOLD)
        ran = [_run(settings, clerks, flow, people.people(first + number * 2 * count, count)) for number in range(RUNS)]
        clerks.demand_nothing_refused()
    return [_part(ran)]


def _warm_up(clerks: Clerks, flow: Flow, scale: float) -> int:
    """Plans are made and code is loaded; the next free person."""
    arriving = people.people(0, max(int(RATE * WARM_UP_SECONDS * scale), people.HOUSEHOLD))
    clerks.book(arriving, RATE)
    _settle(flow)
    return arriving[-1].index + 1


def _run(settings: Settings, clerks: Clerks, flow: Flow, arriving: Sequence[Person]) -> tuple[float, float, float]:
    """Rows a second, p50 and p99 in milliseconds."""
    since = clerks.now()
    rate = clerks.book(arriving, RATE)
    _settle(flow)
    created = clerks.created(since)
    waits, arrived = [], set()
    for event_id, applied in _applied(settings, since):
        waits.append((applied - created[event_id]).total_seconds() * 1000)
        arrived.add(event_id)
    if arrived != created.keys() or len(created) != len(arriving):
        raise BenchError(f"of {len(arriving)} entries {len(created)} were sent and {len(arrived)} arrived")
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    say(f"  whole way: {rate:.0f} rows/s, {len(waits)} effects, p50 {p50:.1f} ms, p99 {p99:.1f} ms")
    return rate, p50, p99


def _applied(settings: Settings, since: datetime) -> Iterator[tuple[bytes, datetime]]:
    """Event id and time of every effect in every back office."""
    keys = planned.bus_keys(settings)
    for channel in REGISTER.channels:
        query = sql.SQL(_APPLIED).format(sql.Identifier(channel.channel.replace("-", "_")))
        with connect(settings.dsn(f"offices_{channel.member}"), autocommit=True) as office:
            for ref, applied in office.execute(query, (since,)):
                yield keys.event_id_of(channel.member, EventRef.parse(ref)), applied


def _settle(flow: Flow) -> None:
    """Until two looks see nothing under way."""
    until, quiet = time.monotonic() + SETTLE_SECONDS, 0
    while quiet < 2:
        if time.monotonic() > until:
            raise BenchError(f"the bus has not come to rest in {SETTLE_SECONDS} s: {dict(flow.look().lag)}")
        quiet = quiet + 1 if flow.look(latencies=False).is_settled() else 0
        time.sleep(0.2)


def _part(ran: Sequence[tuple[float, float, float]]) -> Part:
    rates, p50s, p99s = (tuple(values) for values in zip(*ran, strict=True))
    p50, p99 = Line("p50", "ms", p50s), Line("p99", "ms", p99s)
    return Part(
        "Whole way, outbox row to back-office row",
        f"{RATE} arrivals a second by SQL in six core systems, {people.HOUSEHOLD} of a household in one transaction, "
        "all processes running; every effect counts. From `outbox.created_at` to `received.applied_at`, which is "
        "when the office's transaction began.",
        (Line("entered", "rows/s", rates), p50, p99),
        (
            Target("p50, ms", 50, p50.median, at_least=False),
            Target("p99, ms", 250, p99.median, at_least=False),
        ),
    )
