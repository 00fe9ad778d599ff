"""Who issued a measure is usually where the protected person went: only 001 learns it of another municipality."""

from typing import Any

import pytest

from kairan.codes import ROLES
from kairan.register import Performer
from kairan.stream import Incoming
from processors.routing.bundle import Bundle
from processors.routing.plans import city_of
from processors.routing.protection import ProtectionState
from tests.unit.processors.routing.world import (
    EDOGAWA,
    FIRST,
    FLAG,
    HAYAMA,
    ICHIKAWA,
    KANAGAWA,
    KEYS,
    NAGANO,
    NOBODY,
    ON_THE_BUS,
    POLICY,
    TSURUMI,
    YOKOHAMA,
    Delivered,
    day,
    deliveries,
    former,
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

EVERYWHERE = [municipality(role, code) for role in ROLES for code in (YOKOHAMA, EDOGAWA, ICHIKAWA, NAGANO)]
STATES = (NOBODY, measures(measure("1")), measures(measure("3")), measures(measure("unknown")))


def flag(person: int = 1, issuer: str = EDOGAWA, **stated: Any) -> Incoming:
    """A measure that concerns everybody; 江戸川区 issued it unless said otherwise."""
    body = full_body(FLAG) | {"forwarded_to": [{"municipality": TSURUMI, "date": day("2026-04-01")}]}
    plain: dict[str, Any] = {
        "subject": {"kind": "person", "handle": handle(person)},
        "source": {"municipality": issuer, "business": "001"},
        "municipalities": EVERYWHERE,
        "protection": "protected",
    }
    return record(FLAG, body, **plain | stated)


def member_of(delivered: Delivered) -> str:
    return delivered.topic.split(".")[1]


def issuer_to(event: Incoming, member: str, business: str = "024") -> str:
    issuer = to(deliveries(event), member, business).envelope["issuer"]
    assert isinstance(issuer, str)
    return issuer


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("stated", ["none", "protected", "unknown"])
def test_no_office_but_001_learns_who_issued_a_foreign_measure(state: ProtectionState, stated: str) -> None:
    """However she stands now: an end that named its issuer would tell who issued the measures before it."""
    found = deliveries(flag(protection=stated), state)
    foreign = [each for each in found if member_of(each) != EDOGAWA]

    assert {YOKOHAMA, ICHIKAWA, NAGANO} == {member_of(each) for each in foreign}
    assert {each.businesses == ["001"] for each in foreign} == {True, False}
    for each in foreign:
        assert (each.envelope["source"] is not None) == (each.businesses == ["001"])


def test_a_foreign_measure_names_no_municipality_but_the_receivers_own() -> None:
    """But where the policy grants a field: 003 and 004 are told to whom the measure was forwarded."""
    for each in deliveries(flag()):
        if each.businesses != ["001"]:
            assert {member_of(each)} >= {city_of(party["code"]) for party in each.envelope["municipalities"]}
            named = {"forwarded_to", "first_received_by"} & each.granted
            assert named == ({"forwarded_to"} if {"003", "004"} & set(each.businesses) else set())
            assert EDOGAWA.encode() not in each.value or member_of(each) == EDOGAWA


def test_the_issuers_own_offices_learn_who_issued_it() -> None:
    assert {EDOGAWA} == {
        each.envelope["source"]["municipality"] for each in deliveries(flag()) if member_of(each) == EDOGAWA
    }


def test_whoever_performs_for_the_issuer_learns_that_it_did() -> None:
    found = to(deliveries(flag(issuer=HAYAMA)), KANAGAWA, "021")

    assert HAYAMA == found.envelope["source"]["municipality"]


def test_whoever_performs_for_another_party_does_not_learn_it() -> None:
    for_hayama = [municipality("former", HAYAMA)]

    assert to(deliveries(flag(municipalities=for_hayama)), KANAGAWA, "021").envelope["source"] is None


def test_a_channel_of_001_and_others_gets_the_source_for_001_only() -> None:
    plain = register()
    moved = Performer(municipality=ICHIKAWA, business="001", member=ICHIKAWA, channel="desk")
    kept = tuple(row for row in plain.performers if (row.municipality, row.business) != (ICHIKAWA, "001"))
    bundle = Bundle(POLICY, plain.model_copy(update={"performers": (*kept, moved)}))
    found = [each for each in deliveries(flag(), bundle=bundle) if each.topic == f"deliveries.{ICHIKAWA}.desk"]

    assert [["001"]] == [each.businesses for each in found if each.envelope["source"] is not None]


@pytest.mark.parametrize("business", ["001", "004", "024"])
def test_every_delivery_of_a_measure_has_its_issuer(business: str) -> None:
    issuer = issuer_to(flag(), YOKOHAMA, business)

    assert KEYS.issuer(YOKOHAMA, handle(1), EDOGAWA) == issuer


def test_no_other_event_has_an_issuer() -> None:
    assert {None} == {each.envelope["issuer"] for each in deliveries(moved_in(), measures(measure("1")))}


def test_equal_issuers_of_a_persons_measures_are_equal_within_a_member() -> None:
    again = flag(version=9, change="ended", id=FIRST)

    assert issuer_to(flag(), NAGANO, "001") == issuer_to(flag(), NAGANO) == issuer_to(again, NAGANO)
    assert issuer_to(flag(), NAGANO) != issuer_to(flag(issuer=HAYAMA), NAGANO)


def test_issuers_cannot_be_compared_between_members_nor_between_persons() -> None:
    members = {member: issuer_to(flag(), member) for member in ON_THE_BUS if member != HAYAMA}

    assert len(members) == len(set(members.values()))
    assert issuer_to(flag(), NAGANO) != issuer_to(flag(person=2), NAGANO)


@pytest.mark.parametrize("protection", ["none", "protected"])
def test_the_annulment_of_a_measure_does_not_tell_its_source_either(protection: str) -> None:
    wrong = former(id=FIRST, municipalities=EVERYWHERE)
    event = flag(municipalities=[], change="corrected", corrects=FIRST, lineage=[wrong], protection=protection)
    bare = [each for each in deliveries(event) if each.envelope["change"] == "annulled"]

    assert {"001", "024"} <= {business for each in bare for business in each.businesses}
    for each in bare:
        is_told = each.businesses == ["001"] or member_of(each) == EDOGAWA
        assert (each.envelope["source"] is not None) == is_told
        assert KEYS.issuer(member_of(each), handle(1), EDOGAWA) == each.envelope["issuer"]
