"""
``python -m processors.notices``: what residents are told, its timers and letters.

``python -m processors.notices 0/3``: the first of three workers that share the partitions (docs/adr/0046).
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from typing import Any

from kairan.kafka import KafkaReader
from kairan.loops import Stop
from kairan.postgres import Connection, migrations, own
from kairan.process import run, together
from kairan.settings import Settings
from processors.notices import feeds, firing, process, rules
from processors.notices.days import by_law
from processors.notices.firing import Sources
from processors.notices.notices import Output
from processors.notices.saga import State
from processors.runtime import inputs, travel
from processors.runtime.abreast import Abreast
from processors.runtime.behind import Behind
from processors.runtime.clock import Until
from processors.runtime.leaps import Leaps
from processors.runtime.process import Process
from processors.runtime.shares import WHOLE, Share, given
from processors.runtime.shell import DATABASE, Shell, connected, now
from processors.runtime.tables import PostgresJournal

PRINCIPAL = "notices"


def main(settings: Settings, stop: Stop, share: Share = WHOLE) -> None:
    dsn = settings.dsn(DATABASE)
    migrations.apply(dsn, "processors.runtime")
    of_notices = Shell(settings, PRINCIPAL, share)
    with ExitStack() as opened:
        another = partial(connected, opened, dsn)
        owning = another()
        for right in share.rights(PRINCIPAL):
            own(owning, right)
        played = travel.played(settings, another())
        tasks: list[Callable[[Stop], None]] = [
            partial(consume, of_notices, another(), played),
            *(_for_all(of_notices, another, played) if share.is_first else ()),
        ]
        together(tasks, stop)


def _for_all(of_notices: Shell, another: Callable[[], Connection], played: Leaps) -> Sequence[Callable[[Stop], None]]:
    return [
        partial(of_notices.send_letters, another(), process.NAME),
        partial(_fire, of_notices, another(), played),
    ]


def notices(played: Leaps) -> Process[State, Any, Output]:
    """As it runs here, and as whoever builds its journal again has to have it."""
    return feeds.notices(rules.load(), by_law, played)


def consume(of_notices: Shell, connection: Connection, played: Leaps, stop: Stop) -> None:
    """Of this worker's partitions; of nobody before what protects, whoever's partition that lies in (docs/adr/0046)."""
    with closing(_protection_first(of_notices, connection)) as reader:
        of_notices.consume(connection, notices(played), reader, stop)


def _protection_first(of_notices: Shell, connection: Connection) -> Behind:
    first, then = _reader(of_notices, feeds.FIRST), _live_before_bulk(of_notices)
    if of_notices.share == WHOLE:
        return Behind(first, then)
    journal = PostgresJournal(connection, process.NAME)
    return Behind(first, then, Abreast(of_notices.ends_of(feeds.FIRST), journal.stands).now)


def _live_before_bulk(of_notices: Shell) -> Behind:
    return Behind(_reader(of_notices, feeds.THEN), _reader(of_notices, feeds.LAST))


def _reader(of_notices: Shell, read: tuple[str, ...]) -> KafkaReader:
    return of_notices.reader(f"{process.NAME}.{read[0]}", read)


def _fire(of_notices: Shell, connection: Connection, played: Leaps, stop: Stop) -> None:
    of_notices.keep_timers(connection, process.NAME, _until(of_notices, connection), played, stop)


def _until(of_notices: Shell, connection: Connection) -> Until:
    journal = PostgresJournal(connection, process.NAME)
    sources = Sources(
        read=of_notices.ends_of([feeds.LOG, feeds.PROTECTION]),
        inputs=of_notices.ends_of([inputs.TOPIC]),
        stands=journal.stands,
        letters_wait=lambda: bool(journal.pending(1)),
    )
    return firing.of_notices(now, sources)


if __name__ == "__main__":
    run("notices", partial(main, share=given("processors.notices", sys.argv[1:])))
