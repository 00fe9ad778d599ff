"""Residents with an open page of notices on one process of the front door: memory of each, and how late a notice is."""

import json
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench import contest, place, residents
from bench.contest import BenchError, Contender, Process
from bench.figures import Line, Part, Target, percentile
from bench.place import say
from gateway.sign_in.browser import digest
from kairan.postgres import Connection, connect, migrations
from kairan.settings import Settings

RUNS = 3
CLIENTS = 1_000
RATE = 100
SECONDS = 20
OPEN_SECONDS = 120
SETTLE_SECONDS = 30
QUIET_SECONDS = 5
"""All are open, and nothing happens: then the process is weighed."""
LATEST = 1_000
_TOLD = {
    "rule": "N5", "kind": "duty", "wording": 0, "due": "2099-02-01", "office": "131016", "business": "027",
    "told": 1_800_000_000_000,
}  # fmt: skip
_SHOW = "insert into processes.standing (process, instance, item, kind, desks, facts) values (%s, %s, %s, %s, '{}', %s)"
_SESSION = "insert into gateway.session (key, handle, began, seen) values (%s, %s, %s, %s)"
Names = tuple[int, str]
"""Who hears it, and what her page calls it."""


class Front(NamedTuple):
    """One process of the front door, how much it was before anybody came, and who listens to it."""

    gateway: Process
    empty: float
    listeners: Process
    heard: Path


class Ran(NamedTuple):
    """Milliseconds from before the row's commit to the client's bytes, of each notice."""

    rate: float
    waits: Sequence[float]


def measure(scale: float) -> list[Part]:
    clients = max(int(CLIENTS * scale), 10)
    with place.stack(only_servers=True) as settings, ExitStack() as opened:
        connection = opened.enter_context(connect(settings.dsn("kairan"), autocommit=True))
        for package in ("processors.runtime", "gateway.residents.migrations"):
            migrations.apply(settings.dsn("kairan"), package)
        _sign_in(connection, clients)
        front = _front(opened, settings, clients)
        full = front.gateway.megabytes()
        say(f"  {clients} pages are open: {front.empty:.0f} → {full:.0f} MB")
        ran = [_run(front, connection, run, clients, scale) for run in range(RUNS)]
        return [_part(clients, (front.empty, full, front.gateway.megabytes()), ran)]


def _sign_in(connection: Connection, clients: int) -> None:
    now = time.time_ns() // 1_000_000
    with connection.cursor() as cursor:
        rows = [(digest(residents.token(each)), bytes(residents.handle(each)), now, now) for each in range(clients)]
        cursor.executemany(_SESSION, rows)


def _front(opened: ExitStack, settings: Settings, clients: int) -> Front:
    port, heard = _free_port(), settings.home / "logs" / "heard"
    gateway = opened.enter_context(contest.running(settings, Contender("gateway", "kairan_gateway", (str(port),), "")))
    _await_turn(gateway)
    _await_port(port)
    empty = gateway.megabytes()
    arguments = (str(port), str(clients), str(heard.absolute()))
    listeners = opened.enter_context(contest.running(settings, Contender("listeners", "listeners", arguments, "")))
    _await_turn(listeners)
    time.sleep(QUIET_SECONDS)
    return Front(gateway, empty, listeners, heard)


def _run(front: Front, connection: Connection, run: int, clients: int, scale: float) -> Ran:
    """Everybody in turn gets notices, each in a transaction of its own."""
    count, began = max(int(RATE * SECONDS * scale), 30), time.monotonic()
    written: dict[Names, int] = {}
    for number in range(run * count, (run + 1) * count):
        time.sleep(max(0.0, began + (number - run * count) / RATE - time.monotonic()))
        written[_name(number, clients)] = time.time_ns()
        _show(connection, number, clients)
    rate = count / (time.monotonic() - began)
    waits = _waits(front, written)
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    say(f"  live: {rate:.0f} notices/s, p50 {p50:.0f} ms, p99 {p99:.0f} ms, slowest {max(waits):.0f} ms")
    return Ran(rate, waits)


def _name(number: int, clients: int) -> Names:
    who = number % clients
    return who, residents.shown(residents.token(who), residents.notice(number))


def _show(connection: Connection, number: int, clients: int) -> None:
    person, item = residents.handle(number % clients), residents.notice(number)
    facts = json.dumps(_TOLD | {"about": person.hex()})
    connection.execute(_SHOW, ("notices", bytes(person), bytes(item), "sent", facts))


def _waits(front: Front, written: Mapping[Names, int]) -> list[float]:
    """Of each: a notice that nobody hears fails the bench."""
    until = time.monotonic() + SETTLE_SECONDS
    while missing := written.keys() - (heard := dict(_heard(front.heard))).keys():
        front.gateway.demand_alive()
        front.listeners.demand_alive()
        if time.monotonic() > until:
            raise BenchError(f"{len(missing)} of {len(written)} notices were not heard in {SETTLE_SECONDS} s")
        time.sleep(contest.LOOK_SECONDS)
    return [(heard[name] - at) / contest.MILLION for name, at in written.items()]


def _heard(file: Path) -> Iterator[tuple[Names, int]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        who, name, at = line.split()
        yield (int(who), name), int(at)


def _await_turn(process: Process) -> None:
    until = time.monotonic() + OPEN_SECONDS
    while not process.turns():
        process.demand_alive()
        if time.monotonic() > until:
            raise BenchError(f"nothing is open after {OPEN_SECONDS} s: see {process.log}")
        time.sleep(contest.LOOK_SECONDS)


def _await_port(port: int) -> None:
    until = time.monotonic() + OPEN_SECONDS
    while time.monotonic() < until:
        with socket.socket() as asking:
            if asking.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(contest.LOOK_SECONDS)
    raise BenchError("the front door does not open")


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        port: int = asking.getsockname()[1]
        return port


def _part(clients: int, megabytes: Sequence[float], ran: Sequence[Ran]) -> Part:
    empty, full, after = megabytes
    p50, p99, most = (
        Line(name, "ms", tuple(percentile(run.waits, share) for run in ran))
        for name, share in (("p50", 0.5), ("p99", 0.99), ("the slowest", 1.0))
    )
    return Part(
        "Live pages",
        f"{clients} residents have their page of notices open (SSE), each on a connection of her own, on one process "
        f"of the front door; {RATE} notices a second, each a row in a transaction of its own, everybody in turn. From "
        "before that transaction to the bytes of the notice at the client, which is another process.",
        (
            Line("told", "notices/s", tuple(run.rate for run in ran)),
            p50, p99, most,
            Line("the process with nobody", "MB", (empty,)),
            Line("the process with all, quiet", "MB", (full,)),
            Line("the process after all runs", "MB", (after,)),
            Line("an open page, quiet", "KB", ((full - empty) * 1000 / clients,)),
        ),
        (Target("p99, ms", LATEST, p99.median, at_least=False),),
    )  # fmt: skip
