"""The log read again for one receiver: all that is due to it, nothing of anybody else, today's protection."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import wire
from kairan.codes import ROLES
from kairan.partitioning import LOG_PARTITIONS, partition_of
from kairan.stream import Incoming, Outgoing
from kairan.testing import MemoryBroker, MemoryReader
from processors.routing.bundle import Bundle
from processors.routing.deliveries import route, route_to
from processors.routing.disclosing import Way
from processors.routing.editions import Receiver
from processors.routing.measures import TOPIC, Measures
from processors.routing.refill import CannotBeRoutedError, Refill, concerns
from tests.unit.processors.routing.world import (
    APPENDED,
    BUNDLE,
    EDOGAWA,
    HAYAMA,
    ICHIKAWA,
    KANAGAWA,
    KEYS,
    MOVE_OUT,
    NAGANO,
    NAHA,
    NOBODY,
    POLICY,
    TSURUMI,
    YOKOHAMA,
    Delivered,
    departure,
    former,
    full_body,
    handle,
    measure,
    moved_in,
    municipality,
    record,
    register,
    to,
)

RECEIVERS = [Receiver(row.member, row.channel) for row in register().channels]
CONCERNED = {each: concerns(each, BUNDLE.register) for each in RECEIVERS}
DEPARTURE = departure()
PARTIES = st.lists(
    st.builds(municipality, st.sampled_from(list(ROLES)), st.sampled_from([YOKOHAMA, TSURUMI, ICHIKAWA, HAYAMA, NAHA])),
    max_size=3,
)


@st.composite
def events(draw: st.DrawFn) -> Incoming:
    """Of any type, from anybody; some correct a record of other municipalities."""
    type_ = draw(st.sampled_from(["residence.MovedIn", MOVE_OUT, "vital.Died", "protection.ProtectionChanged"]))
    lineage = [former(municipalities=draw(PARTIES))] if draw(st.booleans()) else []
    body = full_body(type_)
    if "forwarded_to" in body:
        body["forwarded_to"] = [body["forwarded_to"][0] | {"municipality": draw(st.sampled_from([NAGANO, TSURUMI]))}]
    return record(
        type_,
        body,
        source={"municipality": draw(st.sampled_from([EDOGAWA, TSURUMI, NAHA])), "business": "001"},
        municipalities=draw(PARTIES),
        change="corrected" if lineage else "created",
        lineage=lineage,
    )


AGAIN = Way("refill", APPENDED)


class Bus:
    """The topic of measures, and a refill that reads it."""

    def __init__(self, receiver: Receiver, bundle: Bundle = BUNDLE) -> None:
        self._broker = MemoryBroker({TOPIC: LOG_PARTITIONS})
        self._refill = Refill(receiver, bundle, KEYS, Measures(MemoryReader(self._broker, "m", [TOPIC])), AGAIN)

    def state_measure(self, kind: str) -> None:
        value = wire.encode_record("kairan.bus.Measure", measure(kind))
        self._broker.append(Outgoing(TOPIC, handle(1), value, partition_of(handle(1))))

    def refilled(self, *batch: Incoming) -> list[Delivered]:
        return [Delivered(each) for routed in self._refill.routed(batch) for each in routed.deliveries]


def of(receiver: Receiver, found: Iterable[Outgoing]) -> list[Outgoing]:
    return [each for each in found if each.topic == receiver.topic]


@given(events(), st.sampled_from(RECEIVERS))
def test_a_refill_writes_what_routing_wrote_to_that_receiver_and_nothing_else(
    event: Incoming, receiver: Receiver
) -> None:
    expected = of(receiver, route(event, NOBODY, BUNDLE, KEYS).deliveries)

    assert expected == route_to(receiver, event, NOBODY, BUNDLE, KEYS, AGAIN).deliveries
    assert [each.value for each in expected] == [each.value for each in Bus(receiver).refilled(event)]


@given(events())
def test_whoever_gets_anything_is_concerned(event: Incoming) -> None:
    assert event.value is not None
    topics = {each.topic for each in route(event, NOBODY, BUNDLE, KEYS).deliveries}
    concerned = {each.topic for each in RECEIVERS if CONCERNED[each](event.value)}

    assert topics <= concerned


@pytest.mark.parametrize(
    ("receiver", "is_concerned"),
    [
        (Receiver(EDOGAWA, "desk"), True),
        (Receiver(KANAGAWA, "welfare"), True),  # performs for 葉山町, the destination
        (Receiver(YOKOHAMA, "desk"), False),
        (Receiver(EDOGAWA, "nobody-is-served"), False),
    ],
)
def test_what_names_no_municipality_that_a_receiver_serves_is_passed_over(
    receiver: Receiver, *, is_concerned: bool
) -> None:
    assert DEPARTURE.value is not None
    assert is_concerned == bool(concerns(receiver, BUNDLE.register)(DEPARTURE.value))


def test_a_ward_concerns_its_city() -> None:
    event = moved_in(municipalities=[municipality("destination", TSURUMI)])

    assert event.value is not None
    assert concerns(Receiver(YOKOHAMA, "desk"), BUNDLE.register)(event.value)


def test_what_a_receiver_was_due_before_another_took_its_place_is_due_still() -> None:
    now, later = register(), {"valid_from": APPENDED + 1, "channel": "resident-record"}
    moved = [row.model_copy(update=later) for row in now.performers if row.member == EDOGAWA]
    rows = now.model_copy(update={"performers": (*now.performers, *moved)})

    assert Bus(Receiver(EDOGAWA, "desk"), Bundle(POLICY, rows)).refilled(DEPARTURE)
    assert not Bus(Receiver(EDOGAWA, "desk"), Bundle(POLICY, rows)).refilled(DEPARTURE._replace(timestamp=APPENDED + 1))


def test_what_hides_today_hides_what_was_delivered_openly_before() -> None:
    bus = Bus(Receiver(EDOGAWA, "desk"))
    assert "planned_destination" in to(bus.refilled(DEPARTURE), EDOGAWA, "010").told
    bus.state_measure("1")

    assert "planned_destination" not in to(bus.refilled(DEPARTURE), EDOGAWA, "010").told


def test_a_record_that_cannot_be_routed_is_named_by_its_place_alone() -> None:
    broken = DEPARTURE._replace(value=(DEPARTURE.value or b"")[:-1])

    with pytest.raises(CannotBeRoutedError, match=r"life-events 5 1234: UnroutableError$"):
        Bus(Receiver(EDOGAWA, "desk")).refilled(broken)
