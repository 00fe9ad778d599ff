"""Hostile bytes reach the real processes by a real topic: each is answered, they stay small, and the rest flows."""

import contextlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer

from kairan import topics
from kairan.settings import Settings
from tests.hostile.corpus import CASES, FRAME, HUGE, VALID, Case
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.conftest import CITY
from tests.journeys.life import Life
from tests.journeys.test_sent_again import all_of

pytestmark = pytest.mark.stack
MOST_MEGABYTES = 300
FLOOD = 12
"""As often each of the costliest comes, texts and lists of 60 KB: more than one batch."""
BOMBS = dict.fromkeys(("zstd", "lz4", "snappy", "gzip"), (10, 17, 30, 70, 150))
"""Megabytes to which a batch unfolds, by the codec; a topic that members write takes of each what has 68 KiB."""
REFUSALS, RECEIPTS = topics.name(topics.REFUSALS, CITY), topics.name(topics.RECEIPTS, CITY)


def send(settings: Settings, topic: str, cases: Iterable[Case], compression: str = "lz4") -> None:
    """By the member's own principals, with a client that is not ours; what the broker refuses is refused."""
    principal = topics.source(CITY) if topic != RECEIPTS else topics.channel(CITY, "insurance")
    greedy = {"compression.type": compression, "message.max.bytes": 200_000_000, "queue.buffering.max.kbytes": 500_000}
    producer = Producer(settings.properties(principal) | greedy)
    for case in cases:
        with contextlib.suppress(KafkaException):
            producer.produce(topic, case.value, b"\xff", headers=list(case.headers))
        producer.flush(60)


def send_in_one_batch(settings: Settings, topic: str, count: int, size: int) -> None:
    """So many records in one batch that unfolds to all of them."""
    roomy = {"linger.ms": 2_000, "batch.size": 400_000_000, "batch.num.messages": count, "compression.type": "zstd"}
    greedy = {"message.max.bytes": 400_000_000, "queue.buffering.max.kbytes": 500_000}
    producer = Producer(settings.properties(topics.source(CITY)) | roomy | greedy)
    for _ in range(count):
        producer.produce(topic, FRAME + bytes(size), b"")
    producer.flush(60)


def peaks(bus: Bus) -> dict[str, int]:
    """Megabytes that each process had in memory at its highest."""
    return {name: _peak(bus.process_id(name)) for name in bus.names}


def forget_peaks(bus: Bus) -> None:
    for name in bus.names:
        Path(f"/proc/{bus.process_id(name)}/clear_refs").write_text("5", encoding="ascii")


def _peak(process_id: int) -> int:
    status = Path(f"/proc/{process_id}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def test_each_of_the_corpus_is_answered_by_processes_that_stay_small_and_everybody_else_is_served(
    settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    before = len(all_of(settings, [REFUSALS]))
    costly = [case for case in CASES if case.attacks in {"lists", "guard"} for _ in range(FLOOD)]

    def _attack() -> None:
        send(settings, topics.name(topics.IN, CITY), CASES)
        send(settings, topics.name(topics.IN, CITY), costly)

    nation.go_on(30, midway=_attack)
    bus.settle(240)

    assert before + len(CASES) + len(costly) == len(all_of(settings, [REFUSALS]))
    assert ([], {}) == (bus.deaths, {name: peak for name, peak in peaks(bus).items() if peak > MOST_MEGABYTES})
    assert [] == auditor.found()


@pytest.mark.parametrize("compression", BOMBS)
@pytest.mark.parametrize("topic", [topics.name(topics.IN, CITY), RECEIPTS], ids=["statements", "receipts"])
def test_what_unfolds_to_a_thousand_times_its_size_ends_no_process(
    settings: Settings, bus: Bus, nation: Life, topic: str, compression: str
) -> None:
    forget_peaks(bus)
    bombs = [Case(str(size), "", "", FRAME + bytes(size * 1_000_000)) for size in BOMBS[compression]]
    send(settings, topic, bombs, compression)
    send(settings, topic, [Case("afterwards", "", "", VALID, HUGE)])
    nation.go_on(5)
    bus.settle()

    assert ([], {}) == (bus.deaths, {name: peak for name, peak in peaks(bus).items() if peak > MOST_MEGABYTES})


def test_a_bomb_of_many_records_is_passed_over_as_a_whole(settings: Settings, bus: Bus, nation: Life) -> None:
    topic = topics.name(topics.IN, CITY)
    forget_peaks(bus)
    send_in_one_batch(settings, topic, 200, 1_000_000)
    send(settings, topic, [Case("afterwards", "", "", VALID)])
    nation.go_on(5)
    bus.settle()

    assert ([], {}) == (bus.deaths, {name: peak for name, peak in peaks(bus).items() if peak > MOST_MEGABYTES})
