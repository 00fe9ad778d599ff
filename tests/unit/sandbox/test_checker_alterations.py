"""What an office holds and was not registered so, and what it was granted and not told."""

from dataclasses import replace
from typing import Any

from sandbox.checker.facts import Fact
from sandbox.checker.offices import Known
from tests.unit.sandbox.checker_world import (
    DESTINATION,
    NEW_ADDRESS,
    ORIGIN,
    OTHER,
    PERSON,
    RESIDENT,
    Nation,
    arrived,
    day,
    declared,
    fact,
    faults,
    pairwise_id,
    relocated,
    sending,
)

MOVED, MOVED_AGAIN = relocated(1), relocated(2)


def test_what_a_business_knows_of_a_person_is_what_was_told() -> None:
    nation = Nation(MOVED)
    receiver = nation.due_to(MOVED, ORIGIN, "010").receiver
    fields = {"name": RESIDENT["name"], "address": NEW_ADDRESS}
    nation.known[receiver] = [Known("010", pairwise_id(ORIGIN, PERSON), fields)]

    assert {"altered_values": 1} == faults(nation.found())


def known_by_tax(nation: Nation, about: Fact, **fields: Any) -> None:
    receiver = nation.due_to(about, ORIGIN, "010").receiver
    nation.known[receiver] = [Known("010", pairwise_id(ORIGIN, PERSON), fields)]


def test_what_a_later_fact_empties_is_known_no_more() -> None:
    alias = {"text": "花", "kana": None}
    named, nameless = relocated(1, own={"alias": alias}), relocated(2)
    nation = Nation(named, nameless)
    nation.tell(nameless, ORIGIN, "010", {"alias": None})
    known_by_tax(nation, nameless, name=RESIDENT["name"])
    assert {} == faults(nation.found())

    known_by_tax(nation, nameless, name=RESIDENT["name"], alias=alias)
    assert {"altered_values": 1} == faults(nation.found())


def test_what_an_older_fact_had_not_may_be_known() -> None:
    alias = {"text": "花", "kana": None}
    nation = Nation(relocated(1), named := relocated(2, own={"alias": alias}))
    known_by_tax(nation, named, name=RESIDENT["name"], alias=alias)

    assert {} == faults(nation.found())


def test_what_an_annulment_may_have_brought_back_is_not_judged() -> None:
    alias = {"text": "花", "kana": None}
    named, nameless = relocated(1, own={"alias": alias}), relocated(2)
    nation = Nation(named, nameless, relocated(3, change="annulled", corrects=nameless.record, own={"alias": alias}))
    known_by_tax(nation, named, name=RESIDENT["name"], alias=alias)

    assert {} == faults(nation.found())


def test_a_field_that_is_told_to_be_empty_tells_nothing() -> None:
    nation = Nation(MOVED)
    nation.tell(MOVED, ORIGIN, "010", dict.fromkeys(("koseki", "alias", "previous_address", "notice", "measure")))

    assert {} == faults(nation.found())


def test_a_value_other_than_the_registered_one_is_altered() -> None:
    nation = Nation(MOVED)
    nation.tell(MOVED, ORIGIN, "010", {"name": {"text": "辻 花子", "kana": "ツジ ハナコ", "kana_confirmed": True}})

    assert {"altered_values": 1} == faults(nation.found())


def test_an_item_that_is_not_set_may_be_null_or_false_or_absent() -> None:
    nation = Nation(MOVED)
    nation.tell(MOVED, ORIGIN, "010", {"address": {**RESIDENT["address"], "postcode": None, "building": ""}})

    assert {} == faults(nation.found())


def test_a_fact_told_of_somebody_else_is_altered() -> None:
    others = [relocated(version, atena=OTHER, sending=sending(version + 5)) for version in (1, 2)]
    nation = Nation(MOVED, MOVED_AGAIN, *others)
    nation.change(MOVED, ORIGIN, "024", pairwise_id=pairwise_id(ORIGIN, OTHER))

    assert {"altered_values": 1} == faults(nation.found())


def test_a_granted_field_that_is_not_told_is_missing() -> None:
    nation = Nation(MOVED)
    rows, place = nation.at(MOVED, ORIGIN, "010")
    del rows[place].body["name"]  # type: ignore[attr-defined]  # made as a dict above

    assert {"missing_fields": 1} == faults(nation.found())


def test_an_arrival_under_its_announcement_is_the_same_person_and_on_paper_another() -> None:
    announced = pairwise_id(DESTINATION, PERSON)
    there = arrived(atena=OTHER, sending=sending(2), announced_as=announced)
    joined, apart = (
        Nation(declared(1), there),
        Nation(declared(1), on_paper := arrived(atena=OTHER, sending=sending(2))),
    )
    joined.change(there, DESTINATION, "024", pairwise_id=announced)
    apart.change(on_paper, DESTINATION, "024", pairwise_id=announced)

    assert {} == faults(joined.found())
    assert {"altered_values": 1} == faults(apart.found())


def test_who_goes_on_from_there_is_still_the_person_that_was_announced() -> None:
    announced = pairwise_id(DESTINATION, PERSON)
    there = arrived(atena=OTHER, sending=sending(2), announced_as=announced)
    onwards = fact("residence.MoveOutDeclared", 2, member=DESTINATION, atena=OTHER, sending=sending(3))
    nation = Nation(declared(1), there, onwards)
    for receiver, rows in nation.received.items():
        if receiver.member == DESTINATION:
            rows[:] = [replace(row, pairwise_id=announced) for row in rows]

    assert {} == faults(nation.found())


def test_a_bare_annulment_names_what_it_takes_back_and_keeps_its_date() -> None:
    wrong = relocated(1, parties=(("registered_domicile", DESTINATION),), effective=day("2026-01-01"))
    undone = relocated(2, change="annulled", corrects=wrong.record)
    nation = Nation(wrong, undone)

    assert {} == faults(nation.found())

    nation.change(undone, DESTINATION, "004", effective="2026-04-01", corrects_ref=None)

    assert {"altered_values": 2} == faults(nation.found())
