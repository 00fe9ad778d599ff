"""The faults of the matrix, one a row: what is done to the bus while clerks go on registering."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kairan import topics
from kairan.stream import Incoming
from tests.journeys.bus import await_true
from tests.journeys.conftest import CITY
from tests.journeys.servers import crash_postgresql, delay_kafka, kill_kafka, start_servers
from tests.journeys.test_bad_input import REFUSING
from tests.journeys.test_deaths import BEFORE_THE_LOG, BEHIND_THE_LOG, FOLLOWING
from tests.journeys.test_sent_again import all_of, send_again
from tests.soak.full_disks import full_for_kafka, full_for_postgresql
from tests.soak.scene import Inflict, Scene
from tests.soak.zombies import stands_still

CLOCK = Path(__file__).parent / "clock"
WRONG_BY = 300
DIE_SECONDS = 180
KILLS = 5
LONGEST_DELAY = 15
"""Seconds: more than a request to the broker waits for its answer, so that it is asked again."""
SEAMS = (
    BEFORE_THE_LOG
    | BEHIND_THE_LOG
    | {
        "routing-bulk": BEHIND_THE_LOG["routing-live"],
        "followers": tuple(dict.fromkeys(seam for its in FOLLOWING.values() for seam in its)),
    }
)


class Fault(NamedTuple):
    """A row of the matrix."""

    name: str
    inflict: Inflict


def killed_at(name: str, *seams: str) -> Inflict:
    """At each of its seams once, in a drawn order."""

    def _inflict(scene: Scene) -> None:
        scene.bus.arm(name, *scene.draw.sample(seams, len(seams)))
        await_true(lambda: not scene.bus.armed(), DIE_SECONDS, lambda: f"lives on: {scene.bus.armed()}")

    return _inflict


def killed_while_noting_refusals(scene: Scene) -> None:
    """What is no statement is answered, and the answer is noted."""
    scene.bus.arm("sources", *scene.draw.sample(REFUSING, len(REFUSING)))
    at = topics.name(topics.IN, CITY)
    for number in range(DIE_SECONDS):
        if not scene.bus.armed():
            return
        send_again(scene.settings, topics.source(CITY), [_at(at, f"no statement {number}".encode())])
        time.sleep(1)
    raise AssertionError(f"lives on: {scene.bus.armed()}")


def killed_at_random(scene: Scene) -> None:
    for _ in range(KILLS):
        time.sleep(scene.draw.uniform(0, 3))
        scene.bus.kill(*scene.draw.sample(scene.bus.names, scene.draw.randint(1, 3)))


def kafka_killed(scene: Scene) -> None:
    kill_kafka(scene.settings)
    time.sleep(scene.draw.uniform(0, 5))
    start_servers(scene.settings)


def postgresql_crashed(scene: Scene) -> None:
    crash_postgresql(scene.settings)
    time.sleep(scene.draw.uniform(0, 5))
    start_servers(scene.settings)


def acknowledged_late(scene: Scene) -> None:
    for _ in range(2):
        delay_kafka(scene.settings, scene.draw.uniform(3, LONGEST_DELAY))
        time.sleep(1)


def wrong_clock(seconds: int) -> Inflict:
    """Of one process at a time."""

    def _inflict(scene: Scene) -> None:
        environment = {"PYTHONPATH": str(CLOCK), "WRONG_CLOCK_SECONDS": str(seconds)}
        for name in scene.draw.sample(scene.bus.names, 2):
            with scene.bus.begun_with(name, environment):
                time.sleep(8)

    return _inflict


def sent_again(scene: Scene) -> None:
    """A drawn range of statements, of events and measures, of deliveries and of receipts."""
    register = scene.settings.register()
    since = max(row.valid_from for row in register.performers)
    for member in register.municipalities():
        its = [topics.name(kind, member.code) for kind in (topics.IN, topics.IN_BULK)]
        _range_again(scene, topics.source(member.code), its)
    _range_again(scene, "admission", [topics.name(topics.PROTECTION)])
    _range_again(scene, "admission", [topics.name(topics.LIFE_EVENTS), topics.name(topics.LIFE_EVENTS_BULK)], since)
    for each in register.channels:
        _range_again(scene, "routing", [topics.name(topics.DELIVERIES, each.member, each.channel)])
        _range_again(scene, topics.channel(each.member, each.channel), [topics.name(topics.RECEIPTS, each.member)])


def _range_again(scene: Scene, principal: str, names: Iterable[str], since: int = 0) -> None:
    """An event is routed by the register of its own time, so none is sent again that is older than its last change."""
    there = [record for record in all_of(scene.settings, names) if record.timestamp >= since]
    first, last = sorted(scene.draw.randint(0, len(there)) for _ in range(2))
    send_again(scene.settings, principal, there[first:last])


def _at(topic: str, value: bytes) -> Incoming:
    return Incoming(topic, 0, 0, 0, b"", value)


MATRIX = (
    *(Fault(f"killed at each of its seams: {name}", killed_at(name, *its)) for name, its in SEAMS.items()),
    Fault("killed at each of its seams: refusals on their way back", killed_while_noting_refusals),
    Fault("up to three processes killed at random, five times", killed_at_random),
    *(
        Fault(f"stands still for 20 s at a seam, cut off, a successor at work: {name}", stands_still(name, *its))
        for name, its in SEAMS.items()
    ),
    Fault("Kafka killed and restarted", kafka_killed),
    Fault("Kafka answers late, by up to 15 s", acknowledged_late),
    Fault("Kafka's disk full", full_for_kafka),
    Fault("PostgreSQL crashed and restarted", postgresql_crashed),
    Fault("PostgreSQL's disk full", full_for_postgresql),
    Fault("a process's clock five minutes fast", wrong_clock(WRONG_BY)),
    Fault("a process's clock five minutes slow", wrong_clock(-WRONG_BY)),
    Fault("ranges of every topic sent again", sent_again),
)
