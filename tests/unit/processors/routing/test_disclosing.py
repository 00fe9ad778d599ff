"""Who is told what is written down: the entries say what the deliveries say, of every event and whoever hides."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given

from kairan import wire
from kairan.stream import Incoming, Outgoing
from processors.routing import deliveries, disclosing, recalls
from processors.routing.deliveries import Routed, route, route_to
from processors.routing.disclosing import SHAPE, TOPIC, Way
from processors.routing.editions import Receiver
from processors.routing.protection import ProtectionState
from tests.unit.processors.routing.test_deliveries_of_any_event import EVENTS, STATES
from tests.unit.processors.routing.test_refill import AGAIN, RECEIVERS, events
from tests.unit.processors.routing.world import (
    BUNDLE,
    DOMICILE,
    EDOGAWA,
    KEYS,
    MOVE_OUT,
    NAGANO,
    NAHA,
    NOBODY,
    departure,
    former,
    full_body,
    handle,
    measure,
    measures,
    moved_in,
    municipality,
    record,
)

TAX = f"deliveries.{EDOGAWA}.desk"


class Line(NamedTuple):
    """One business told of one event, as an entry or a delivery says it."""

    at: tuple[str, int, int]
    type: str
    topic: str
    business: str
    rule: str
    fields: bytes
    takes_back: bool = False
    """A delivery does not say by itself whether it is bare because it takes back."""


def decoded(entry: Outgoing | None) -> dict[str, Any]:
    assert entry is not None
    name, told = wire.decode_record(entry.value or b"")
    assert (SHAPE, TOPIC) == (name, entry.topic)
    return dict(told)


def written(entry: Outgoing | None) -> list[Line]:
    if entry is None:
        return []
    told = decoded(entry)
    at = (told["lane"], told["partition"], told["offset"])
    return [
        Line(at, told["type"], Receiver(each["member"], each["channel"]).topic, *_what(each), each["takes_back"])
        for each in told["told"]
    ]


def _what(told: dict[str, Any]) -> tuple[str, str, bytes]:
    return told["business"], told["rule"], told["fields"]


def told(sent: Iterable[Outgoing]) -> Iterator[Line]:
    for each in sent:
        envelope = wire.decode_envelope(each.value or b"").record
        at = envelope["position"]
        place = (at["lane"], at["partition"], at["offset"])
        for its in envelope["businesses"]:
            yield Line(place, envelope["type"], each.topic, *_what(its | {"fields": envelope["told"]}))


@given(EVENTS, STATES)
def test_each_business_of_each_delivery_stands_in_the_entry_once_and_nothing_else_does(
    event: Incoming, state: ProtectionState
) -> None:
    routed = route(event, state, BUNDLE, KEYS)

    assert sorted(told(routed.deliveries)) == sorted(line._replace(takes_back=False) for line in written(routed.entry))


@given(EVENTS, STATES)
def test_an_entry_is_the_persons_and_names_who_stated_it_and_whom_it_also_concerns(
    event: Incoming, state: ProtectionState
) -> None:
    entry, envelope = route(event, state, BUNDLE, KEYS).entry, wire.decode_envelope(event.value or b"").record
    if entry is not None:
        source = {name: decoded(entry)[name] for name in ("municipality", "business")}
        assert (envelope["subject"]["handle"], envelope["source"]) == (entry.key, source)
        assert (envelope["related"], "routed", 0) == tuple(decoded(entry)[name] for name in ("related", "way", "run"))


def test_what_nobody_is_told_of_leaves_no_entry() -> None:
    elsewhere = record(MOVE_OUT, source={"municipality": NAHA, "business": "001"}, municipalities=[])

    assert Routed(None, []) == route(elsewhere, NOBODY, BUNDLE, KEYS)


def test_an_entry_says_what_was_told_while_somebody_hid() -> None:
    """Another minute's protection gives another entry: what was told cannot be worked out afterwards."""
    open_, hidden = (route(departure(), state, BUNDLE, KEYS).entry for state in (NOBODY, measures(measure("1"))))

    assert open_ != hidden


@given(events(), STATES)
def test_what_is_taken_back_from_former_receivers_is_written_down_as_that_and_tells_nothing(
    event: Incoming, state: ProtectionState
) -> None:
    annulments = deliveries.explain(event, state, BUNDLE).annulments
    lines = written(route(event, state, BUNDLE, KEYS).entry)
    taken_back = {(each.receiver.topic, business, rule) for each in annulments for business, rule in each.businesses}

    assert taken_back == {(line.topic, line.business, line.rule) for line in lines if line.takes_back}
    assert {b""} >= {line.fields for line in lines if line.takes_back}


def test_whoever_was_entitled_by_the_former_facts_only_is_told_that_it_is_taken_back() -> None:
    corrected = record(
        "residence.MovedIn", full_body("residence.MovedIn"), municipalities=DOMICILE[:1], change="corrected",
        corrects=bytes(15) + b"\x02", corrects_version=2, lineage=[former(municipalities=DOMICILE)],
    )  # fmt: skip
    lines = written(route(corrected, NOBODY, BUNDLE, KEYS).entry)

    assert {True} == {line.takes_back for line in lines if f".{NAGANO}." in line.topic}
    assert {False} == {line.takes_back for line in lines if (line.topic, line.business) == (TAX, "010")}


@given(events())
def test_a_refill_writes_down_what_it_tells_its_receiver_again(event: Incoming) -> None:
    whole = route(event, NOBODY, BUNDLE, KEYS)
    for receiver in RECEIVERS:
        again = route_to(receiver, event, NOBODY, BUNDLE, KEYS, AGAIN)
        assert written(again.entry) == [line for line in written(whole.entry) if line.topic == receiver.topic]
        assert again.entry is None or (AGAIN.name, AGAIN.run) == tuple(decoded(again.entry)[n] for n in ("way", "run"))


@pytest.mark.parametrize("parties", [DOMICILE, [municipality("origin", EDOGAWA)]])
def test_a_recalled_event_is_an_entry_of_its_person_at_its_place(parties: list[dict[str, Any]]) -> None:
    event = moved_in(municipalities=parties)
    receiver = Receiver(EDOGAWA, "desk")
    wrong = recalls.Wrong(receiver, (("010", "destination"), ("024", "own")), is_reached=True)
    found = recalls.recall(event, BUNDLE, event.timestamp)._replace(wrong=(wrong,))
    sent = recalls.write(found, wrong, KEYS)
    person = KEYS.handle_of(EDOGAWA, sent.key or b"")
    entry = disclosing.of_delivery(receiver, person, sent.value or b"", Way("recall"))

    assert (handle(1), "recall") == (entry.key, decoded(entry)["way"])
    assert [("live", event.partition, event.offset)] * 2 == [line.at for line in written(entry)]
    assert [("010", b"", True), ("024", b"", True)] == [(e.business, e.fields, e.takes_back) for e in written(entry)]
