"""Who was entitled and who was not, as routing decides, and what the offices hold beside it."""

from collections.abc import Mapping
from typing import Any

from operations.look import entitlements
from operations.look.entitlements import Entitled, Entitlements
from operations.look.offices import Discarded, Held, Office, Offices
from processors.routing.deliveries import explain
from processors.routing.editions import Receiver
from processors.routing.protection import ProtectionState
from tests.unit.processors.routing.world import (
    BUNDLE,
    EDOGAWA,
    ICHIKAWA,
    NAGANO,
    day,
    former,
    measure,
    measures,
    moved_in,
    municipality,
    record,
)

DESK = Receiver(EDOGAWA, "desk")
NOBODY: Offices = {}


def answer(offices: Offices = NOBODY, state: ProtectionState | None = None, **stated: Any) -> Entitlements:
    return entitlements.of(explain(moved_in(**stated), state or ProtectionState(), BUNDLE), offices)


def of(found: Entitlements, business: str, member: str = EDOGAWA) -> Entitled:
    (only,) = [each for each in found.entitled if (each.receiver.member, each.business) == (member, business)]
    return only


def office(business: str, fields: set[str], withheld: Mapping[str, str] | None = None) -> Offices:
    held = Held(business, "own", "created", frozenset(fields), withheld or {}, "none", None, bytes(16), 5, 1200)
    return {DESK: Office(6, (held,), ())}


def test_a_business_is_shown_with_its_rule_its_law_and_whether_that_was_read() -> None:
    (ground,) = of(answer(), "024").grounds

    assert ("own", "国民健康保険法", "verified") == (ground.rule.role, ground.rule.basis, ground.rule.status)
    assert ground.is_certain


def test_an_assumed_basis_stays_visible_as_assumed() -> None:
    assert {"assumed"} == {each.rule.status for each in of(answer(), "010").grounds}


def test_granted_fields_that_the_event_does_not_have_are_silent() -> None:
    found = of(answer(body={"alias": None}), "024")

    assert "alias" in found.silent
    assert "alias" not in found.told
    assert {"name", "birth_date"} <= set(found.told)


def test_a_duty_of_law_that_only_may_apply_says_so() -> None:
    unknown = {"value": "0000-00-00", "certain": False, "text": "年月日不詳"}

    (ground,) = of(answer(body={"birth_date": unknown}), "006").grounds

    assert not ground.is_certain


def test_whoever_gets_nothing_is_told_why() -> None:
    found = answer()
    why = {each.rule.business: each.why for each in found.denied_there(EDOGAWA)}

    assert "school_age does not hold" == why["017"]
    assert why["012"].startswith("caseload does not hold")


def test_a_role_that_nobody_has_is_listed_once_for_all() -> None:
    found = answer(municipalities=[municipality("destination", EDOGAWA)])

    assert {"no registered_domicile in this event"} == {each.why for each in found.denied_there(None)}


def test_a_business_that_one_rule_serves_is_not_listed_among_those_without() -> None:
    parties = [municipality("destination", EDOGAWA), municipality("registered_domicile", EDOGAWA)]
    found = answer(municipalities=parties)
    served = {each.business for each in found.entitled if EDOGAWA in each.municipalities}

    assert served.isdisjoint(each.rule.business for each in found.denied_there(EDOGAWA))


def test_municipalities_outside_the_register_are_named_with_the_reason() -> None:
    found = answer(municipalities=[municipality("registered_domicile", "472018")])

    assert {"nobody on the bus performs it there"} == {each.why for each in found.denied_there("472018")}


def test_an_office_that_holds_what_is_due_does_not_differ() -> None:
    due = of(answer(), "024")
    same = of(answer(office("024", set(due.told))), "024")

    assert ((), ()) == (same.beyond, same.lacking)


def test_a_field_beyond_the_grant_and_one_that_lacks_are_named() -> None:
    due = of(answer(), "024")
    fields = set(due.told) - {"address"} | {"koseki"}
    found = answer(office("024", fields))

    assert (("koseki",), ("address",)) == (of(found, "024").beyond, of(found, "024").lacking)
    assert found.wants_attention()


def test_a_delivery_that_has_not_arrived_wants_attention() -> None:
    assert of(answer(), "024").held is None
    assert answer().wants_attention()


def test_a_delivery_that_was_given_up_is_named_and_wants_no_attention() -> None:
    entitled = [each for each in answer().entitled if each.receiver == DESK]
    discarded = tuple(Discarded(each.business, "character_set", 1200) for each in entitled)
    found = Entitlements(
        tuple(each for each in answer({DESK: Office(6, (), (), discarded)}).entitled if each.receiver == DESK), ()
    )

    assert "character_set" == getattr(of(found, "024").discarded, "reason", None)
    assert not found.wants_attention()


def test_protection_takes_fields_away_in_the_answer_too() -> None:
    shown = answer(state=measures(measure("1")))
    masked = [each for each in shown.entitled if each.hidden]

    assert all(not set(each.hidden) & set(each.told) for each in masked)


def test_whether_the_source_is_told_stands_in_the_answer() -> None:
    flag = record("protection.ProtectionChanged", municipalities=[municipality("origin", ICHIKAWA)])
    found = entitlements.of(explain(flag, ProtectionState(), BUNDLE), NOBODY)

    assert [True, False, True] == [
        of(found, business, member).is_told_source
        for business, member in (("001", ICHIKAWA), ("024", ICHIKAWA), ("024", EDOGAWA))
    ]


def test_whom_only_the_former_facts_had_entitled_gets_a_reference() -> None:
    then = former(municipalities=[municipality("registered_domicile", NAGANO)], birth_date=day("1980-05-05"))
    found = answer(municipalities=[municipality("origin", ICHIKAWA)], change="corrected", lineage=[then])

    taken_back = of(found, "004", NAGANO)

    assert ("annulment", (), ("registered_domicile",)) == (taken_back.what, taken_back.told, taken_back.rules)
