"""To whom a fact is due, by the policy's own rows."""

import pytest

from sandbox.checker import conditions, facts, law
from sandbox.checker.conditions import Question, UnknownTermError
from sandbox.checker.facts import Fact
from sandbox.checker.law import UnknownProtectionError
from sandbox.checker.performers import DeclaredCaseloadError, Performers, city_of
from tests.unit.sandbox.checker_world import (
    DESTINATION,
    ORIGIN,
    PREFECTURE,
    TOWN,
    all_due,
    arrived,
    closed,
    day,
    declared,
    fact,
    measure,
    receivers,
    register,
    relocated,
    sending,
)


def businesses(found: set[tuple[str, str]], member: str) -> set[str]:
    return {business for at, business in found if at == member}


def holds(condition: str, about: Fact, duty: str = "law", *, requested: bool = False) -> bool:
    return conditions.parse(condition).holds(Question(about, duty, requested))


def test_every_condition_of_the_policy_is_understood() -> None:
    assert law.read().rules(facts.MOVED_IN, 0)


def test_a_term_that_nobody_explained_is_an_error() -> None:
    with pytest.raises(UnknownTermError):
        conditions.parse("always and moonlight")


def test_a_row_that_does_not_say_what_it_gives_of_a_protected_person_is_an_error() -> None:
    line = {"event": "x", "role": "own", "business": "024", "fields": "name", "condition": "always", "duty": "law"}

    with pytest.raises(UnknownProtectionError):
        law.rule({**line, "when_protected": ""})


def test_one_group_is_enough_and_all_its_terms_are_needed() -> None:
    adult = relocated(1)

    assert holds("age>=65 or age 20..59", adult)
    assert not holds("age>=65 and resident_kind=japanese or abroad", adult)
    assert holds("abroad", fact(facts.CLOSED, 1, reason="22"))


def test_the_law_asks_whether_it_may_be_so_and_other_duties_whether_it_surely_is() -> None:
    unknown = relocated(1, own={"birth_date": day("0000-00-00", certain=False)})

    assert holds("age>=65", unknown, "law")
    assert not holds("age>=65", unknown, "needed")


def test_who_declared_no_caseload_holds_everybody_but_for_a_conditional_duty() -> None:
    assert [True, True, False] == [holds("caseload", relocated(1), duty) for duty in ("law", "needed", "conditional")]


def test_a_declared_caseload_is_not_understood_and_says_so() -> None:
    with pytest.raises(DeclaredCaseloadError):
        Performers(register(caseload="declared"))


def test_a_field_that_changed_is_one_of_the_amended() -> None:
    amended = fact(facts.AMENDED, 1, own={"amended": ["address", "household"]})

    assert holds("fields_changed(name,address)", amended)
    assert not holds("fields_changed(name,sex)", amended)


def test_a_relocation_is_due_to_the_own_offices_and_the_registered_domicile() -> None:
    moved = relocated(1, parties=(("registered_domicile", DESTINATION),))
    found = receivers([moved], moved)

    assert {"010", "019", "021", "023", "024"} == businesses(found, ORIGIN)
    assert {"004"} == businesses(found, DESTINATION)


def test_the_own_family_register_is_reached_as_registered_domicile_only() -> None:
    here = relocated(1, parties=(("registered_domicile", ORIGIN),))

    assert "004" in businesses(receivers([here], here), ORIGIN)


def test_a_ward_is_its_city_and_anything_else_itself() -> None:
    assert ["141003", "141003", "999999"] == [city_of(code) for code in ("141011", "141003", "999999")]


def test_a_business_performed_by_somebody_else_goes_to_him() -> None:
    there = relocated(1, member=TOWN)

    assert {"021"} == businesses(receivers([there], there), PREFECTURE)
    assert "021" not in businesses(receivers([there], there), TOWN)


def test_an_assessment_never_leaves_its_municipality() -> None:
    assessed = fact(facts.ASSESSED, 1, member=TOWN, body={"name": {"text": "x"}}, protection="unknown")
    found = receivers([assessed], assessed)

    assert {TOWN} == {member for member, _ in found}
    assert {"019", "023", "024"} == businesses(found, TOWN)


def test_the_initial_load_goes_to_who_ordered_it() -> None:
    loaded = fact(facts.LOADED, 1, own={"as_of": day("2026-04-01")})

    assert {(ORIGIN, "024")} == receivers([loaded], loaded)


def test_only_a_departure_with_the_card_is_announced_to_the_destination() -> None:
    by_card, on_paper = declared(1), fact(facts.DECLARED, 2, parties=(("destination", DESTINATION),))

    assert {"001"} == businesses(receivers([by_card, on_paper], by_card), DESTINATION)
    assert set() == businesses(receivers([by_card, on_paper], on_paper), DESTINATION)


def test_a_flag_goes_to_every_office_of_the_former_and_the_next_municipality() -> None:
    flag = measure(1, parties=(("former", TOWN), ("destination", DESTINATION)))
    found = receivers([flag], flag)

    assert {"001", "003", "004", "010", "019", "023", "024"} == businesses(found, TOWN)
    assert "001" in businesses(found, DESTINATION)
    assert "001" not in businesses(found, ORIGIN)


def test_a_correction_reaches_whom_only_the_former_fact_entitled_as_a_bare_annulment() -> None:
    wrong = relocated(1, parties=(("registered_domicile", DESTINATION),))
    right = relocated(2, change="corrected", corrects=wrong.record, parties=(("registered_domicile", TOWN),))
    found = {
        (each.receiver.member, each.change, each.grant.is_bare, each.names)
        for each in all_due([wrong, right])
        if each.fact is right and each.business == "004"
    }

    assert {(DESTINATION, "annulled", True, wrong), (TOWN, "corrected", False, wrong)} == found


def test_a_correction_of_a_correction_names_the_newest_that_entitled() -> None:
    first = relocated(1, parties=(("registered_domicile", DESTINATION),))
    second = relocated(2, change="corrected", corrects=first.record, parties=(("registered_domicile", TOWN),))
    third = relocated(3, change="annulled", corrects=second.record)
    found = {
        each.receiver.member: each.names
        for each in all_due([first, second, third])
        if each.fact is third and each.business == "004"
    }

    assert {DESTINATION: first, TOWN: second} == found


def test_an_annulment_brings_the_restored_record_to_who_is_still_entitled() -> None:
    wrong = arrived(1)
    undone = fact(facts.MOVED_IN, 2, member=DESTINATION, change="annulled", corrects=wrong.record)
    found = [each for each in all_due([wrong, undone]) if each.fact is undone]

    assert {"annulled"} == {each.change for each in found}
    assert [False] * len(found) == [each.grant.is_bare for each in found]


def test_a_correction_of_a_record_older_than_the_bus_reaches_nobody_else() -> None:
    old = relocated(1, change="corrected")

    assert [None] * len(all_due([old])) == [each.names for each in all_due([old])]


def test_a_refused_statement_entitles_nobody_not_even_to_its_correction() -> None:
    refused = relocated(1, parties=(("registered_domicile", TOWN),), sending=sending(1, refused=True))
    right = relocated(2, change="corrected", corrects=refused.record)

    assert TOWN not in {each.receiver.member for each in all_due([refused, right])}


def test_a_masked_row_keeps_what_tells_no_place() -> None:
    left = closed(1)
    grant = next(each.grant for each in all_due([left]) if each.business == "010")

    assert {"planned_destination", "confirmed_destination"} == grant.told - grant.told_of_a_protected
    assert not grant.knows_the_flag
