"""Who gets which fields of an event: entitled receivers only, and only their fields."""

import pytest

from kairan import shapes
from kairan.codes import ROLES
from kairan.register import Channel, Performer, Request
from processors.routing.bundle import Bundle, BundleError
from processors.routing.decisions import revealing
from processors.routing.deliveries import OtherKeyVersionError, explain, route
from processors.routing.events import UnroutableError
from processors.routing.grants import NAMED_BY
from processors.routing.policy import RELATED
from tests.unit.processors.routing.world import (
    BUNDLE,
    DEPARTURE,
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
    day,
    deliveries,
    full_body,
    handle,
    moved_in,
    municipality,
    record,
    register,
    to,
)

PLACES = (YOKOHAMA, TSURUMI, EDOGAWA, ICHIKAWA, HAYAMA, NAGANO, NAHA)
ARRIVAL = moved_in().value or b""


def test_an_arrival_goes_to_the_offices_of_the_destination_and_the_registered_domiciles_annex() -> None:
    found = deliveries(moved_in())

    assert {"deliveries.131237.desk", "deliveries.202011.desk"} == {each.topic for each in found}
    assert {"name", "birth_date", "sex", "address", "address_since", "koseki"} == to(found, NAGANO, "004").told
    assert "previous_address" not in to(found, EDOGAWA, "010").told


def test_a_condition_that_is_not_met_gives_nothing() -> None:
    businesses = {b for d in deliveries(moved_in({"birth_date": day("2015-05-05")})) for b in d.businesses}

    assert "017" in businesses
    assert "006" not in businesses


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
        "visit_date",
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
    delivery = route(moved_in(), NOBODY, BUNDLE, KEYS).deliveries[0].value
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
