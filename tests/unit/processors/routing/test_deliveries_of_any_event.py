"""What holds of the deliveries of every event, whatever it states and whoever is protected."""

from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kairan import shapes
from kairan.codes import PROTECTIONS, ROLES
from kairan.stream import Incoming
from processors.routing.bundle import Bundle
from processors.routing.decisions import revealing
from processors.routing.deliveries import due, explain, route
from processors.routing.plans import city_of
from processors.routing.protection import ProtectionState
from tests.unit.processors.routing.world import (
    BUNDLE,
    EDOGAWA,
    HAYAMA,
    ICHIKAWA,
    KANAGAWA,
    KEYS,
    NAGANO,
    NAHA,
    NOBODY,
    POLICY,
    TSURUMI,
    YOKOHAMA,
    Delivered,
    day,
    deliveries,
    full_body,
    handle,
    measure,
    measures,
    municipality,
    record,
    register,
)

ANOTHER = Bundle(POLICY, register())
PARTIES: tuple[list[dict[str, Any]], ...] = (
    [],
    [municipality("origin", EDOGAWA), municipality("destination", HAYAMA), municipality("registered_domicile", NAGANO)],
    [municipality("origin", TSURUMI), municipality("destination", EDOGAWA, EDOGAWA), municipality("former", ICHIKAWA)],
    [municipality("origin", HAYAMA), municipality("registered_domicile", EDOGAWA), municipality("tax_base", NAGANO)],
    [municipality(role, code) for role in ROLES for code in (NAHA, HAYAMA, YOKOHAMA)],
)


@cache
def any_event(type_: str, born: str, parties: int, protection: str, *, whole: bool, is_related: bool) -> Incoming:
    """With all fields or every second one; somebody related or not."""
    body = full_body(type_) | ({"birth_date": day(born)} if "birth_date" in full_body(type_) else {})
    kept = [name for place, name in enumerate(body) if whole or place % 2]
    return record(
        type_,
        {name: body[name] for name in kept},
        municipalities=PARTIES[parties],
        protection=protection,
        related=[{"role": "parent", "handle": handle(2)}] if is_related else [],
        reason={"code": "22", "edition": "2024-07"} if whole else None,
        group={"id": "G", "size": 2},
        correlation="P",
    )


EVENTS = st.builds(
    any_event,
    st.sampled_from(shapes.TYPES),
    st.sampled_from(["1940-01-01", "1990-01-01", "2015-06-01"]),
    st.integers(0, len(PARTIES) - 1),
    st.sampled_from(list(PROTECTIONS)),
    whole=st.booleans(),
    is_related=st.booleans(),
)
STATES = st.sampled_from(
    [NOBODY, measures(measure("1")), measures(measure("unknown")), measures(measure("1", person=2))]
)


def mask_of(delivered: Delivered, business: str) -> set[str]:
    """The widest that the policy's rows could give this business of this member; written apart from routing."""
    return {
        field
        for rule in POLICY.rules
        if (rule.event, rule.business) == (delivered.envelope["type"], business)
        for field in rule.fields
    }


def own_of(delivered: Delivered) -> set[str]:
    """The municipalities that a receiver acts for."""
    member = delivered.topic.split(".")[1]
    return {HAYAMA} if member == KANAGAWA else {member}


@given(EVENTS, STATES)
def test_no_business_gets_a_field_that_no_row_gives_it(event: Incoming, state: ProtectionState) -> None:
    for delivered in deliveries(event, state):
        for business in delivered.businesses:
            assert delivered.told <= mask_of(delivered, business)


@given(EVENTS, STATES)
def test_a_delivery_says_which_fields_are_told_be_they_empty_or_not(event: Incoming, state: ProtectionState) -> None:
    shares = {(s.receiver.topic, s.business): s for s in explain(event, state, BUNDLE).shares}
    for delivered in deliveries(event, state):
        assert delivered.told <= delivered.granted
        for business in delivered.businesses:
            assert shares[delivered.topic, business].fields == delivered.granted


@given(EVENTS, STATES)
def test_no_masked_business_learns_where_somebody_is(event: Incoming, state: ProtectionState) -> None:
    found = explain(event, state, BUNDLE)
    for delivered in deliveries(event, state):
        if found.standing != "none" and delivered.envelope["protection"] is None:
            assert not delivered.granted & revealing(delivered.envelope["type"])
            assert delivered.envelope["related"] is None
            assert {city_of(each["code"]) for each in delivered.envelope["municipalities"]} <= own_of(delivered)
            assert {None} >= {each["ward"] for each in delivered.envelope["municipalities"]}
            assert [] == [each for each in delivered.envelope["withheld"] if each["reason"] != "policy"]


@given(EVENTS, STATES)
def test_routing_twice_writes_the_same_bytes(event: Incoming, state: ProtectionState) -> None:
    assert route(event, state, ANOTHER, KEYS) == route(event, state, BUNDLE, KEYS)


@given(EVENTS, STATES)
def test_what_is_explained_is_what_is_routed_and_what_is_due(event: Incoming, state: ProtectionState) -> None:
    explained = explain(event, state, BUNDLE)
    routed = {(d.topic, business) for d in deliveries(event, state) for business in d.businesses}

    assert {(s.receiver.topic, s.business) for s in explained.shares} == routed
    assert {(d.candidate.receiver.topic, d.candidate.rule.business) for d in explained.decisions
            if d.is_given and d.candidate.receiver} == routed  # fmt: skip
    assert {(f"deliveries.{d.member}.{d.channel}", d.business) for d in due(event, BUNDLE, KEYS)} == routed


@given(EVENTS, STATES)
def test_businesses_share_a_delivery_only_if_they_are_told_the_same(event: Incoming, state: ProtectionState) -> None:
    shares = {(s.receiver.topic, s.business): s for s in explain(event, state, BUNDLE).shares}
    for delivered in deliveries(event, state):
        of_it = [shares[delivered.topic, business] for business in delivered.businesses]
        assert 1 == len({(s.fields, s.relations, s.hidden, s.sees_flag, s.municipalities) for s in of_it})


@given(EVENTS, STATES)
def test_a_business_of_a_channel_is_entitled_by_one_delivery_of_an_event(
    event: Incoming, state: ProtectionState
) -> None:
    found = [(d.topic, business) for d in deliveries(event, state) for business in d.businesses]

    assert len(found) == len(set(found))


@given(EVENTS)
def test_unknown_hides_as_protected_does(event: Incoming) -> None:
    hidden = [
        [(d.topic, d.businesses, d.told) for d in deliveries(event, measures(measure(kind)))]
        for kind in ("1", "unknown")
    ]

    assert hidden[0] == hidden[1]
