"""Routing as a process, on a real Kafka: measures before events, one delivery each, on after a restart."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from kairan import keychecks, topics, wire
from kairan.kafka import KafkaReader, KafkaWriter, partition_of
from kairan.keys import BusKeys
from kairan.register import Register
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing
from operations.look import unrouting
from processors.routing import deliveries, process
from processors.routing.__main__ import main
from processors.routing.deliveries import Routed
from processors.routing.events import UnroutableError
from processors.routing.measures import TOPIC
from tests.unit.processors.routing.world import (
    EDOGAWA,
    HAYAMA,
    Delivered,
    full_body,
    handle,
    measure,
    municipality,
    record,
)

pytestmark = pytest.mark.stack
PARTIES = [municipality("origin", EDOGAWA), municipality("destination", HAYAMA)]
LOG = topics.name(topics.LIFE_EVENTS)


@contextmanager
def routing(settings: Settings, lane: str = "live") -> Iterator[None]:
    """The process, as a thread; whatever stops it shows at the end."""
    stopped = threading.Event()
    failed: list[Exception] = []

    def _run() -> None:
        try:
            main(lane, settings, stopped.is_set)
        except Exception as error:  # noqa: BLE001 - handed to the test
            failed.append(error)

    thread = threading.Thread(target=_run)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
    assert [] == failed


def departure(person: int) -> Outgoing:
    type_ = "residence.MoveOutConfirmed"
    stated = {"id": handle(900 + person), "subject": {"kind": "person", "handle": handle(person)}}
    event = record(type_, full_body(type_), municipalities=PARTIES, **stated)
    return Outgoing(LOG, handle(person), event.value, partition_of(handle(person)))


def flag(person: int) -> Outgoing:
    value = wire.encode_record("kairan.bus.Measure", measure("1", person=person))
    return Outgoing(TOPIC, handle(person) + b"131237M1", value, partition_of(handle(person)))


def admit(settings: Settings, *waves: list[Outgoing]) -> None:
    """As admission does: each wave is stored before the next."""
    properties = settings.properties("admission")
    keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")
    checks = KafkaReader(properties, topics.group("admission", "test"), [keychecks.TOPIC], from_start=True)
    with closing(KafkaWriter(properties)) as writer, closing(checks):
        keychecks.establish(checks, writer, keys)
        for wave in waves:
            for each in wave:
                writer.send(each)
            writer.confirm()


def delivered(
    settings: Settings, register: Register, business: str, people: set[int], at_least: int
) -> list[Delivered]:
    """What an office of the origin got about these people."""
    keys = BusKeys.load_or_create(settings.home / "keys" / "bus.key")
    wanted = {keys.pairwise_id(EDOGAWA, handle(person)) for person in people}
    (channel,) = {r.channel for r in register.performers if (r.municipality, r.business) == (EDOGAWA, business)}
    topic = topics.name(topics.DELIVERIES, EDOGAWA, channel)
    group = topics.group("operator", f"routing-{time.monotonic_ns()}")
    found: list[Delivered] = []
    until = time.monotonic() + 30
    with closing(KafkaReader(settings.properties("operator"), group, [topic], from_start=True)) as reader:
        while len(found) < at_least or reader.positions() != reader.ends():
            if time.monotonic() > until:
                pytest.fail("it did not come")
            read = (Delivered(Outgoing(each.topic, each.key, each.value)) for each in reader.poll(0.5, 1000))
            found += [each for each in read if each.key in wanted and business in each.businesses]
    return found


def test_a_measure_that_admission_wrote_first_hides_and_a_restart_goes_on(stack: Settings, register: Register) -> None:
    admit(stack, [flag(801)], [departure(801)])
    with routing(stack):
        admit(stack, [departure(802)], [flag(803)], [departure(803)])
        assert 3 == len(delivered(stack, register, "010", {801, 802, 803}, 3))
    with routing(stack):
        admit(stack, [departure(804)])
        found = delivered(stack, register, "010", {801, 802, 803, 804}, 4)

    keys = BusKeys.load_or_create(stack.home / "keys" / "bus.key")
    hidden = {each.key: "confirmed_destination" not in each.told for each in found}
    due = {keys.pairwise_id(EDOGAWA, handle(person)): person in (801, 803) for person in (801, 802, 803, 804)}
    assert (4, due) == (len(found), hidden)


def test_a_shape_of_the_bulk_lane_is_routed_by_the_bulk_process(stack: Settings, register: Register) -> None:
    type_ = "tax.ResidentTaxAssessed"
    event = record(type_, full_body(type_), protection="unknown", subject={"kind": "person", "handle": handle(805)})
    admit(stack, [Outgoing(event.topic, handle(805), event.value, partition_of(handle(805)))])
    with routing(stack, "bulk"):
        found = delivered(stack, register, "024", {805}, 1)

    assert [{"name", "birth_date", "assessment", "income_nhi", "exemption"}] == [each.told for each in found]
    assert ["bulk"] == [each.envelope["position"]["lane"] for each in found]


def test_whom_a_program_cannot_route_a_newer_one_routes_in_order_and_everybody_else_at_once(
    stack: Settings, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def _older(of: Incoming, *rest: object) -> Routed:
        if of.key == handle(806):
            raise UnroutableError(of, "nobody foresaw this")
        return deliveries.route(of, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patched, routing_after(patched, _older, stack):
        admit(stack, [departure(806), departure(807)])
        delivered(stack, register, "010", {807}, 1)
        admit(stack, [departure(806), departure(808)])
        delivered(stack, register, "010", {808}, 1)
        assert [] == delivered(stack, register, "010", {806}, 0)
    assert ["nobody foresaw this", None] == [each.rule for each in unrouting.waiting(stack)]

    with routing(stack):
        assert 2 == len(delivered(stack, register, "010", {806}, 2))
    assert [] == unrouting.waiting(stack)


@contextmanager
def routing_after(patched: pytest.MonkeyPatch, route: object, settings: Settings) -> Iterator[None]:
    """The process of another release."""
    patched.setattr(process, "route", route)
    with routing(settings):
        yield
