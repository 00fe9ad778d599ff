"""
``python -m processors.moving``: moves of persons, households that leave together, their timers and letters.

``python -m processors.moving 0/3``: the first of three workers that share the partitions.
"""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from functools import partial
from threading import Event
from typing import Any

from kairan import keychecks, loops, topics
from kairan.kafka import KafkaReader
from kairan.keys import BusKeys
from kairan.logs import log
from kairan.loops import Effect, Stop
from kairan.postgres import Connection, migrations, own
from kairan.process import run, together
from kairan.settings import Settings
from processors.moving import feeds, firing, process, watching
from processors.moving.answering import Hearing
from processors.moving.days import LegalDays
from processors.moving.entitled import ByRouting
from processors.moving.firing import Last, Sources
from processors.moving.noting import Noting
from processors.routing import policy
from processors.routing.bundle import Bundle
from processors.routing.notes import BackdatedError, Note
from processors.runtime import inputs, travel
from processors.runtime.clock import Until
from processors.runtime.leaps import Leaps
from processors.runtime.process import Process
from processors.runtime.runtime import Runtime
from processors.runtime.shares import WHOLE, Share, given
from processors.runtime.shell import DATABASE, Shell, connected, now
from processors.runtime.tables import PostgresJournal

PRINCIPAL = "moving"
ANSWERING = "answers"
KEY_SECONDS = 0.5


def main(settings: Settings, stop: Stop, share: Share = WHOLE) -> None:
    dsn = settings.dsn(DATABASE)
    migrations.apply(dsn, "processors.runtime")
    with ExitStack() as opened:
        owning = connected(opened, dsn)
        for right in share.rights(PRINCIPAL):
            own(owning, right)
        played = travel.played(settings, connected(opened, dsn))
        keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")
        _await_key(settings, keys, stop)
        bundle = Bundle(policy.load(), settings.register())
        note = _verified(Note(settings.home / PRINCIPAL / f"{share.number}.json", bundle))
        moving, households = processes(bundle, keys, played)
        together(
            [
                partial(consume, settings, connected(opened, dsn), moving, share=share, note=note),
                partial(consume, settings, connected(opened, dsn), households, share=share),
                *(_for_all(settings, partial(connected, opened, dsn), keys, played) if share.is_first else ()),
            ],
            stop,
        )


def _for_all(
    settings: Settings, another: Callable[[], Connection], keys: BusKeys, played: Leaps
) -> Sequence[Callable[[Stop], None]]:
    hearing, of_moves = Hearing(keys, played), Shell(settings, PRINCIPAL)
    persons = Last(_of_persons(of_moves, hearing))
    return [
        partial(_take_answers, settings, hearing),
        partial(of_moves.send_letters, another(), process.NAME),
        partial(of_moves.keep_timers, another(), process.NAME, persons, played),
        partial(_fire_households, of_moves, another(), persons, played),
        watching.Watch(another(), now).keep,
    ]


def processes(bundle: Bundle, keys: BusKeys, played: Leaps) -> Sequence[Process[Any, Any, Any]]:
    """As they run here, and as whoever builds their journals again has to have them."""
    return feeds.moving(LegalDays(), ByRouting(bundle, keys), played), feeds.households()


def _verified(note: Note) -> Note:
    try:
        note.verify()
    except BackdatedError as error:
        log().error("refused to start", rule=str(error), alarm="policy or register")
        raise
    return note


def consume(
    settings: Settings,
    connection: Connection,
    its: Process[Any, Any, Any],
    stop: Stop,
    share: Share = WHOLE,
    note: Note | None = None,
) -> None:
    def _noting(runtime: Runtime[Any, Any, Any]) -> Effect:
        return Noting(note, runtime) if note else runtime

    of_moves = Shell(settings, PRINCIPAL, share)
    with closing(of_moves.reader(its.name, feeds.READ[its.name])) as reader:
        of_moves.consume(connection, its, reader, stop, _noting)


def _await_key(settings: Settings, keys: BusKeys, stop: Stop) -> None:
    """Admission notes the key before its first event; answers that were read by another key would be lost."""
    with closing(Shell(settings, PRINCIPAL).reader("keys", [keychecks.TOPIC])) as reader:
        while not stop() and not keychecks.verify(reader, keys):
            Event().wait(KEY_SECONDS)


def _take_answers(settings: Settings, hearing: Hearing, stop: Stop) -> None:
    properties, group = settings.properties(PRINCIPAL), topics.group(PRINCIPAL, ANSWERING)
    with (
        closing(KafkaReader(properties, group, answers(settings, now()), of_strangers=True)) as reader,
        closing(Shell(settings, PRINCIPAL).writer()) as writer,
    ):
        hearing.begin(reader.positions())
        loops.transform("answering", reader, writer, hearing.handle, stop)


def answers(settings: Settings, instant: int) -> list[str]:
    """The topics in which members' offices answer."""
    members = settings.register_in_force(instant).members
    return [topics.name(topics.ANSWERS, member.code) for member in members if member.state != "left"]


def _fire_households(of_moves: Shell, connection: Connection, persons: Last, played: Leaps, stop: Stop) -> None:
    journal = PostgresJournal(connection, process.NAME)
    until = firing.of_households(
        lambda: persons.said,
        lambda: bool(journal.pending(1)),
        of_moves.ends_of(feeds.READ[feeds.HOUSEHOLD]),
    )
    of_moves.keep_timers(connection, feeds.HOUSEHOLD, until, played, stop)


def _of_persons(of_moves: Shell, hearing: Hearing) -> Until:
    sources = Sources(
        read=of_moves.ends_of(feeds.READ[process.NAME]),
        answers=of_moves.ends_of(answers(of_moves.settings, now()), partitions=1),
        heard=lambda: hearing.stands,
        inputs=of_moves.ends_of([inputs.TOPIC]),
    )
    return firing.of_persons(now, sources)


if __name__ == "__main__":
    run("moving", partial(main, share=given("processors.moving", sys.argv[1:])))
