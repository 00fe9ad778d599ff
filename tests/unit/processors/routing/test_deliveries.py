"""Who gets which fields: entitled receivers only, only their fields, nothing that tells where a protected person is."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import shapes
from kairan.codes import PROTECTIONS, ROLES
from kairan.register import Channel, Performer, Request
from kairan.stream import Incoming
from processors.routing.bundle import Bundle, BundleError
from processors.routing.decisions import revealing
from processors.routing.deliveries import OtherKeyVersionError, due, explain, route
from processors.routing.events import UnroutableError
from processors.routing.grants import NAMED_BY
from processors.routing.plans import city_of
from processors.routing.policy import RELATED
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
    moved_in,
    municipality,
    record,
    register,
    to,
)

NOBODY = ProtectionState()
PLACES = (YOKOHAMA, TSURUMI, EDOGAWA, ICHIKAWA, HAYAMA, NAGANO, NAHA)
ARRIVAL = moved_in().value or b""
ANOTHER = Bundle(POLICY, register())
MOVE_OUT = "residence.MoveOutConfirmed"
DEPARTURE = [municipality("origin", EDOGAWA), municipality("destination", HAYAMA)]


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


def test_an_arrival_goes_to_the_offices_of_the_destination_and_the_registered_domiciles_annex() -> None:
    found = deliveries(moved_in())

    assert {"deliveries.131237.desk", "deliveries.202011.desk"} == {each.topic for each in found}
    assert {"name", "birth_date", "sex", "address", "address_since", "koseki"} == to(found, NAGANO, "004").told
    assert "previous_address" not in to(found, EDOGAWA, "010").told


def test_a_condition_that_is_not_met_gives_nothing() -> None:
    businesses = {b for d in deliveries(moved_in({"birth_date": day("2015-05-05")})) for b in d.businesses}

    assert "017" in businesses
    assert "006" not in businesses


def test_a_departure_tells_the_offices_of_the_origin_the_destination_unless_somebody_is_protected() -> None:
    open_, protected = (
        to(deliveries(record(MOVE_OUT, full_body(MOVE_OUT), municipalities=DEPARTURE), state), EDOGAWA, "010")
        for state in (NOBODY, measures(measure("1")))
    )

    assert {"planned_destination", "confirmed_destination"} <= open_.told
    assert {"name", "birth_date", "closing", "confirmed_date"} == protected.told
    assert [("planned_destination", "policy"), ("confirmed_destination", "policy")] == [
        (each["field"], each["reason"]) for each in protected.envelope["withheld"]
    ]
    assert [HAYAMA] == [p["code"] for p in open_.envelope["municipalities"] if p["role"] == "destination"]
    assert [EDOGAWA] == [p["code"] for p in protected.envelope["municipalities"]]


@pytest.mark.parametrize(
    "hiding",
    [
        measures(measure("1")),
        measures(measure("2")),
        measures(measure("unknown")),
        measures(measure("1", person=2)),  # the mother, whose child the event is about
        measures(measure("unknown", person=2)),
    ],
)
def test_a_protected_person_or_relative_hides_the_destination(hiding: ProtectionState) -> None:
    event = record(
        MOVE_OUT,
        full_body(MOVE_OUT),
        municipalities=DEPARTURE,
        related=[{"role": "parent", "handle": handle(2)}],
    )

    assert not to(deliveries(event, hiding), EDOGAWA, "010").told & revealing(MOVE_OUT)


def test_what_the_source_stated_hides_as_well() -> None:
    for stated in ("protected", "unknown"):
        event = record(MOVE_OUT, full_body(MOVE_OUT), municipalities=DEPARTURE, protection=stated)

        assert not to(deliveries(event), EDOGAWA, "010").told & revealing(MOVE_OUT)


def test_those_entitled_to_the_flag_get_everything_with_the_flag_beside_it() -> None:
    found = to(deliveries(moved_in(), measures(measure("1"))), EDOGAWA, "024")

    assert "protected" == found.envelope["protection"]
    assert {"address", "previous_address"} <= found.told


def test_whoever_is_related_to_a_protected_person_is_unknown() -> None:
    event = moved_in(related=[{"role": "head", "handle": handle(2)}])

    assert "unknown" == explain(event, measures(measure("1", person=2)), BUNDLE).standing
    same = moved_in(related=[{"role": "same_person", "handle": handle(2)}])
    assert "protected" == explain(same, measures(measure("1", person=2)), BUNDLE).standing


def test_a_measure_protects_before_its_own_event_is_routed() -> None:
    event = record("protection.ProtectionChanged", full_body("protection.ProtectionChanged"), protection="protected")
    found = to(deliveries(event, measures(measure("1"))), EDOGAWA, "010")

    assert ({"measure", "subject_role", "scope"}, "protected") == (found.told, found.envelope["protection"])


def test_a_measure_reaches_those_it_was_forwarded_to_and_every_former_municipality() -> None:
    body = full_body("protection.ProtectionChanged")
    body["forwarded_to"] = [{"municipality": TSURUMI, "date": day("2026-04-01")}]
    event = record(
        "protection.ProtectionChanged", body, municipalities=[municipality("former", ICHIKAWA)], protection="protected"
    )
    found = deliveries(event)

    assert "decision" in to(found, YOKOHAMA, "001").told
    assert "period" in to(found, ICHIKAWA, "001").told
    assert "period" not in to(found, ICHIKAWA, "010").told


def test_an_assessment_never_leaves_the_municipality() -> None:
    everywhere = [municipality(role, code) for role in ROLES for code in PLACES]
    event = record(
        "tax.ResidentTaxAssessed", full_body("tax.ResidentTaxAssessed"), municipalities=everywhere, protection="unknown"
    )
    assert {EDOGAWA} == {each.topic.split(".")[1] for each in deliveries(event)}

    of_town = record(
        "tax.ResidentTaxAssessed",
        full_body("tax.ResidentTaxAssessed"),
        source={"municipality": HAYAMA, "business": "010"},
        protection="unknown",
    )
    decisions = explain(of_town, NOBODY, BUNDLE).decisions
    assert {HAYAMA} == {each.topic.split(".")[1] for each in deliveries(of_town)}
    assert ["leaves_municipality"] == [d.reason for d in decisions if d.candidate.rule.business == "021"]


def test_a_business_performed_by_somebody_else_goes_there() -> None:
    event = moved_in(
        source={"municipality": HAYAMA, "business": "001"}, municipalities=[municipality("destination", HAYAMA)]
    )

    assert "deliveries.140007.welfare" == to(deliveries(event), KANAGAWA, "021").topic


def test_a_receiver_who_performs_for_two_parties_gets_one_delivery() -> None:
    prefecture = Performer(municipality=YOKOHAMA, business="021", member=KANAGAWA, channel="welfare")
    plain = register()
    kept = tuple(row for row in plain.performers if (row.municipality, row.business) != (YOKOHAMA, "021"))
    bundle = Bundle(POLICY, plain.model_copy(update={"performers": (*kept, prefecture)}))
    body = full_body("protection.ProtectionChanged") | {"forwarded_to": None}
    event = record(
        "protection.ProtectionChanged",
        body,
        municipalities=[municipality("former", HAYAMA), municipality("destination", YOKOHAMA)],
        protection="protected",
    )
    (only,) = [each for each in deliveries(event, bundle=bundle) if each.topic == "deliveries.140007.welfare"]

    assert [{"business": "021", "rule": "origin+destination"}] == only.envelope["businesses"]


def test_a_ward_is_its_city() -> None:
    event = record(
        "residence.MoveInNotified",
        full_body("residence.MoveInNotified"),
        municipalities=[municipality("origin", TSURUMI), municipality("destination", EDOGAWA)],
    )

    assert {"confirmed_address"} <= to(deliveries(event), YOKOHAMA, "001").told


def test_the_source_business_never_gets_its_own_event_back() -> None:
    event = moved_in(municipalities=[municipality(role, EDOGAWA) for role in ROLES])

    assert ["004"] == [b for d in deliveries(event) for b in d.businesses if b in {"001", "004"}]
    body = full_body("protection.ProtectionChanged")
    measure_event = record("protection.ProtectionChanged", body, municipalities=[municipality("origin", EDOGAWA)])
    reasons = {d.reason for d in explain(measure_event, NOBODY, BUNDLE).decisions
               if (d.candidate.rule.role, d.candidate.rule.business) == ("origin", "001")}  # fmt: skip
    assert {"own_event"} == reasons


@pytest.mark.parametrize(("state", "expected"), [("prepared", 0), ("active", 1), ("draining", 1), ("left", 0)])
def test_only_active_and_draining_members_receive(state: str, expected: int) -> None:
    bundle = Bundle(POLICY, register({NAGANO: state}))

    assert expected == len([d for d in deliveries(moved_in(), bundle=bundle) if NAGANO in d.topic])


def test_a_party_that_is_not_on_the_bus_gets_nothing_and_is_explained() -> None:
    event = moved_in(municipalities=[municipality("registered_domicile", NAHA)])
    annex = [d for d in explain(event, NOBODY, BUNDLE).decisions if d.candidate.rule.role == "registered_domicile"]

    assert [("nobody_performs", NAHA)] == [(d.reason, d.candidate.municipality) for d in annex]


def test_an_initial_load_goes_only_to_offices_with_an_approved_order() -> None:
    order = Request(municipality=EDOGAWA, business="024", approved_by="registrar")
    event = record("residence.RecordLoaded", full_body("residence.RecordLoaded") | {"birth_date": day("1990-01-01")})

    assert [] == deliveries(event)
    assert [["024"]] == [d.businesses for d in deliveries(event, bundle=Bundle(POLICY, register(requests=[order])))]


def test_the_departures_special_case_alone_goes_to_the_planned_destination() -> None:
    body = full_body("residence.MoveOutDeclared")
    found = [
        deliveries(record("residence.MoveOutDeclared", {**body, "procedure": kind}, municipalities=DEPARTURE))
        for kind in ("特例", "証明書")
    ]

    assert "koseki" in to(found[0], HAYAMA, "001").told
    assert [] == [each for each in found[1] if HAYAMA in each.topic]


def test_group_and_procedure_are_told_as_granted_and_enciphered() -> None:
    body = full_body("residence.MoveOutDeclared") | {"procedure": "特例"}
    event = record(
        "residence.MoveOutDeclared", body, municipalities=DEPARTURE, group={"id": "G1", "size": 3}, correlation="P1"
    )
    found = deliveries(event)
    record_office = to(found, HAYAMA, "001").envelope

    assert {"id": KEYS.opaque(HAYAMA, "G1"), "size": 3} == record_office["group"]
    assert KEYS.opaque(HAYAMA, "P1") == record_office["correlation"]
    assert [(None, None)] * (len(found) - 1) == [
        (each.envelope["group"], each.envelope["correlation"]) for each in found if HAYAMA not in each.topic
    ]


def test_parents_are_told_to_those_granted_parents_only() -> None:
    related = [{"role": "parent", "handle": handle(2)}, {"role": "head", "handle": handle(3)}]
    found = deliveries(record("vital.Born", full_body("vital.Born"), related=related))

    assert ["parent"] == [each["role"] for each in to(found, EDOGAWA, "019").envelope["related"]]
    assert ["parent", "head"] == [each["role"] for each in to(found, EDOGAWA, "027").envelope["related"]]
    assert KEYS.pairwise_id(EDOGAWA, handle(2)) == to(found, EDOGAWA, "019").envelope["related"][0]["pairwise_id"]


def test_every_field_that_names_a_municipality_is_in_the_table_of_grants() -> None:
    names_none = {
        *("address_since", "household", "previous_household", "scope", "notifier", "mailing_address"),
        *("first_received_by", "forwarded_to", "perpetrators", "safe_contact"),
    }
    fields = {name for type_ in shapes.TYPES for name in revealing(type_)}

    assert fields == names_none.union(*NAMED_BY.values())
    assert {"related", "parents", "other"} == set(RELATED)


def test_a_register_that_names_a_channel_nobody_has_is_refused() -> None:
    plain = register()
    with pytest.raises(BundleError, match="goes to channel desk of 143014, which the register does not have"):
        Bundle(POLICY, plain.model_copy(update={"channels": tuple(c for c in plain.channels if c.member != HAYAMA)}))


def test_a_channel_that_declares_its_caseload_is_refused_until_it_can_be_read() -> None:
    plain = register()
    declaring = Channel(member=EDOGAWA, channel="nhi", title="国保", caseload="declared")
    with pytest.raises(BundleError, match="declares a caseload"):
        Bundle(POLICY, plain.model_copy(update={"channels": (*plain.channels, declaring)}))


@pytest.mark.parametrize("value", [None, b"", b"no frame", b"\0\0\0\0\1", ARRIVAL[:-1], ARRIVAL + b"\0"])
def test_a_record_that_admission_cannot_have_written_stops_routing(value: bytes | None) -> None:
    with pytest.raises(UnroutableError):
        route(moved_in()._replace(value=value), NOBODY, BUNDLE, KEYS)


def test_a_delivery_in_the_log_stops_routing() -> None:
    delivery = route(moved_in(), NOBODY, BUNDLE, KEYS)[0].value
    with pytest.raises(UnroutableError, match="a delivery does not belong in the log"):
        route(moved_in()._replace(value=delivery), NOBODY, BUNDLE, KEYS)


def test_an_event_named_with_another_key_stops_routing() -> None:
    with pytest.raises(OtherKeyVersionError):
        route(moved_in(key_version=2), NOBODY, BUNDLE, KEYS)


def test_policy_and_register_are_those_of_the_append_time() -> None:
    later = register().performers[0].model_copy(
        update={"municipality": EDOGAWA, "business": "024", "member": EDOGAWA, "channel": "resident-record",
                "valid_from": moved_in().timestamp + 1}
    )  # fmt: skip
    plain = register()
    bundle = Bundle(POLICY, plain.model_copy(update={"performers": (*plain.performers, later)}))
    now, then = moved_in(), moved_in()._replace(timestamp=moved_in().timestamp + 1)

    assert ["desk", "resident-record"] == [
        to(deliveries(event, bundle=bundle), EDOGAWA, "024").topic.split(".")[2] for event in (now, then)
    ]
    assert route(now, NOBODY, bundle, KEYS) == route(now, NOBODY, BUNDLE, KEYS)
