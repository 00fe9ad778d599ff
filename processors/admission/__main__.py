"""``python -m processors.admission``: admits what all active members state; the only writer of the log."""

import gc
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack, closing

from kairan import keychecks, single_records, topics
from kairan.holds import Holds
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.keys import BusKeys
from kairan.loops import Stop, transform
from kairan.postgres import connect, migrations
from kairan.process import run
from kairan.settings import Settings
from processors.admission.holding import HeldReader
from processors.admission.log import Log, catch_up
from processors.admission.members import Members
from processors.admission.process import Admission
from processors.admission.store import DATABASE, PostgresMemory, migrate
from processors.runtime import travel

PRINCIPAL = "admission"
MOST_TOPICS = 200
"""Ingress topics of a process: beyond, poll and assignment get slow (1,741 cost a core)."""
LOG = (topics.name(topics.LIFE_EVENTS), topics.name(topics.LIFE_EVENTS_BULK))


class TooManyMembersError(Exception):
    """The register has more members than one process admits for."""


def main(settings: Settings, stop: Stop) -> None:
    members = Members(settings.register())
    present = members.present(now())
    ingress = members.topics(present)
    if len(ingress) > MOST_TOPICS:
        raise TooManyMembersError(f"{len(ingress)} ingress topics, but a process reads at most {MOST_TOPICS}")
    keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")
    migrate(settings.dsn(DATABASE))
    migrations.apply(settings.dsn(DATABASE), "processors.runtime")
    with ExitStack() as opened:
        played = travel.played(settings, opened.enter_context(connect(settings.dsn(DATABASE), autocommit=True)))
        memory = opened.enter_context(closing(PostgresMemory(settings.dsn(DATABASE), present)))
        writer = opened.enter_context(closing(KafkaWriter(settings.properties(PRINCIPAL))))
        with closing(_reader(settings, "key-checks", [keychecks.TOPIC])) as checks:
            keychecks.establish(checks, writer, keys)
        names = [topics.name(topics.SUBJECTS, member) for member in present]
        with closing(_reader(settings, "start", [*LOG, *names])) as start:
            catch_up(start, memory, keys)
        log = Log(opened.enter_context(closing(_reader(settings, "log", LOG, single_records.TUNING))))
        held = opened.enter_context(closing(_reader(settings, "holds", [topics.name(topics.HOLDS)])))
        reader = KafkaReader(settings.properties(PRINCIPAL), topics.group(PRINCIPAL), ingress, of_strangers=True)
        _collect_rarely()
        inputs = opened.enter_context(closing(HeldReader(reader, Holds(held), members.ingress, time.monotonic)))
        transform(PRINCIPAL, inputs, writer, Admission(keys, members, memory, log, now, played).handle, stop)


def _collect_rarely() -> None:
    """A batch is a hundred thousand records without cycles: looking through them again and again costs a third."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def now() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000


def _reader(
    settings: Settings, part: str, names: Iterable[str], tuning: Mapping[str, str] | None = None
) -> KafkaReader:
    """Reads from the start, under a group of its own."""
    properties = settings.properties(PRINCIPAL) | dict(tuning or {})
    return KafkaReader(properties, topics.group(PRINCIPAL, part), names, from_start=True)


if __name__ == "__main__":
    run(PRINCIPAL, main)
