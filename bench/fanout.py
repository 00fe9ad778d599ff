"""A mass mailing that waits in the channels' queue: how fast it leaves, and whether what is urgent waits behind it."""

import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from bench import contest, place, residents
from bench.contest import BenchError, Contender, Process
from bench.figures import MOST_MEGABYTES, Line, Part, Target
from bench.place import say
from kairan.loops import BATCH
from kairan.postgres import Connection, connect, migrations
from kairan.settings import Settings
from processors.channels.queue import Copy, Key
from processors.channels.sendings import Sending
from processors.channels.tables import PostgresQueue
from processors.runtime.shell import DATABASE, now

WAITING = 1_000_000
URGENT_AT = (0.1, 0.3, 0.5, 0.7, 0.9)
"""After which shares of the mailing an urgent one comes."""
URGENT_SECONDS = 10
LONGEST_SECONDS = 3600
LOOK_SECONDS = 0.02
HOUR = 3_600_000
MONTH = 30 * 24 * HOUR
_ADDRESSES = """
insert into address (number, handle, class, means, target, language, consented, quiet_from, quiet_until, token)
overriding system value
select n, h, 'push', 'portal', jsonb_build_object('user', n::text), 'ja', 0, 0, 0, n::text
from unnest(%s::bigint[], %s::bytea[]) u(n, h)"""
_TOLD = "select coalesce(max(number), 0) from letter"
"""Every sending that has ended leaves a letter to its notice; nobody sends them on here."""


class Filled(NamedTuple):
    """How many copies wait, and how fast they were queued."""

    copies: int
    rate: float


class Ran(NamedTuple):
    """Copies a second over all, in the first and in the last tenth; seconds of each urgent one; the most MB."""

    rate: float
    first: float
    last: float
    urgent: Sequence[float]
    megabytes: float


def measure(scale: float) -> list[Part]:
    count = max(int(WAITING * scale), 1000)
    with place.stack(only_servers=True) as settings, connect(settings.dsn(DATABASE), autocommit=True) as connection:
        for package in ("processors.runtime", "processors.channels"):
            migrations.apply(settings.dsn(DATABASE), package)
        queue = PostgresQueue(connection)
        filled = _fill(connection, queue, count)
        say(f"  {count:,} wait, queued at {filled.rate:,.0f} a second")
        return [_part(filled, _deliver(settings, connection, queue, count))]


def _fill(connection: Connection, queue: PostgresQueue, count: int) -> Filled:
    """As ``processors.channels.taking`` does, a batch in a transaction; everybody has one address."""
    at, seconds = now(), 0.0
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        _reach(connection, numbers)
        sendings = [_sending(each, at, MONTH) for each in numbers]
        began = time.monotonic()
        _queue(queue, sendings, numbers)
        seconds += time.monotonic() - began
    return Filled(count, count / seconds)


def _reach(connection: Connection, numbers: Sequence[int]) -> None:
    connection.execute(
        _ADDRESSES, ([each + 1 for each in numbers], [bytes(residents.handle(each)) for each in numbers])
    )


def _queue(queue: PostgresQueue, sendings: Sequence[Sending], numbers: Sequence[int]) -> None:
    copies = {
        sending: [Copy(sending, number + 1, "portal", sending.not_before)]
        for sending, number in zip(sendings, numbers, strict=True)
    }
    with queue.transaction():
        queue.put(copies)


def _sending(number: int, at: int, lasts: int) -> Sending:
    its = sha256(f"sending {number}".encode()).digest()[:16]
    handle, notice = residents.handle(number), bytes(residents.notice(number))
    return Sending(its, notice, handle, "push", "tell", "", True, "", "", "", None, at, at + lasts)


def _deliver(settings: Settings, connection: Connection, queue: PostgresQueue, count: int) -> Ran:
    folder = str((settings.home / "told").absolute())
    with contest.running(settings, Contender("channel", "kairan_channel", (folder,), "")) as process:
        return _watch(process, connection, queue, count)


def _watch(process: Process, connection: Connection, queue: PostgresQueue, count: int) -> Ran:
    """Until all of the mailing is told, and the urgent ones that came between."""
    passed, urgent, most = [(time.monotonic(), 0)], list[float](), 0.0
    began, due = passed[0][0], count + len(URGENT_AT)
    while passed[-1][1] < due:
        process.demand_alive()
        if time.monotonic() > began + LONGEST_SECONDS:
            raise BenchError(f"{due - passed[-1][1]} of {due} were not told in {LONGEST_SECONDS} s")
        if len(urgent) < len(URGENT_AT) and passed[-1][1] >= URGENT_AT[len(urgent)] * count:
            urgent.append(_urgent(process, connection, queue, count + len(urgent)))
        time.sleep(LOOK_SECONDS)
        passed.append((time.monotonic(), _told(connection)))
        most = max(most, process.megabytes())
    over_all, first, last = _rates([each for each in passed if each[1]], count)
    ran = Ran(over_all, first, last, urgent, most)
    say(f"  fanout: {ran.rate:,.0f} a second ({ran.first:,.0f} at first, {ran.last:,.0f} at last), {most:.0f} MB")
    return ran


def _urgent(process: Process, connection: Connection, queue: PostgresQueue, number: int) -> float:
    """It ends with this day, and was queued behind all others; seconds until it is told."""
    _reach(connection, range(number, number + 1))
    sending, began = _sending(number, now(), HOUR), time.monotonic()
    _queue(queue, [sending], [number])
    while queue.waits(Key(sending.id, number + 1)):
        process.demand_alive()
        if time.monotonic() > began + LONGEST_SECONDS:
            raise BenchError("what was urgent is not told")
        time.sleep(LOOK_SECONDS)
    waited = time.monotonic() - began
    say(f"  an urgent one was told after {waited:.2f} s")
    return waited


def _told(connection: Connection) -> int:
    ((told,),) = connection.execute(_TOLD).fetchall()
    return int(told)


def _rates(passed: Sequence[tuple[float, int]], count: int) -> Iterator[float]:
    """Over all, over the first tenth, over the last: from when the first was told."""
    for low, high in ((0.0, 1.0), (0.0, 0.1), (0.9, 1.0)):
        begun = next(each for each in passed if each[1] >= low * count)
        ended = next((each for each in passed if each[1] >= high * count), passed[-1])
        yield (ended[1] - begun[1]) / max(ended[0] - begun[0], LOOK_SECONDS)


def _part(filled: Filled, ran: Ran) -> Part:
    urgent = Line("an urgent one", "s", tuple(ran.urgent))
    return Part(
        "Mass mailing",
        f"{filled.copies:,} hints to as many residents wait for one channel, all due at once and worth a month; its "
        "loop judges, hands over and marks each, and the other side is a file. While it works, five come one by one "
        "that are worth an hour, behind all that wait; their runs are those five.",
        (
            Line("queued", "copies/s", (filled.rate,)),
            Line("told", "copies/s", (ran.rate,)),
            Line("told, the first tenth", "copies/s", (ran.first,)),
            Line("told, the last tenth", "copies/s", (ran.last,)),
            urgent,
            Line("the channel's process", "MB", (ran.megabytes,)),
        ),
        (
            Target("s until an urgent one is told, the slowest", URGENT_SECONDS, max(ran.urgent), at_least=False),
            Target("MB of the process", MOST_MEGABYTES, ran.megabytes, at_least=False),
        ),
    )
