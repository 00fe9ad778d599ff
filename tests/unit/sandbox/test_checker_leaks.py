"""What nobody granted is counted: in a delivery, and in what a business knows."""

from dataclasses import replace

from sandbox.checker.offices import Known
from tests.unit.sandbox.checker_world import (
    DESTINATION,
    ORIGIN,
    OTHER,
    PERSON,
    RESIDENT,
    Nation,
    fact,
    faults,
    pairwise_id,
    relocated,
)

MOVED, MOVED_AGAIN = relocated(1), relocated(2)


def test_a_field_beyond_the_mask_is_counted_by_itself() -> None:
    nation = Nation(MOVED)
    nation.tell(MOVED, ORIGIN, "010", {"koseki": RESIDENT["koseki"], "sex": "2", "alias": None})

    assert {"unentitled_fields": 2} == faults(nation.found())


def test_parts_of_the_envelope_need_a_grant_too() -> None:
    nation = Nation(MOVED)
    own, other = ({"role": "origin", "code": code, "ward": None} for code in (ORIGIN, DESTINATION))
    group = {"id": "x", "size": 2}
    nation.change(MOVED, ORIGIN, "019", envelope={"group": group, "correlation": "x", "municipalities": [other]})
    nation.change(MOVED, ORIGIN, "024", envelope={"group": group, "municipalities": [own]})

    assert {"unentitled_fields": 3} == faults(nation.found())


def test_a_delivery_to_a_business_that_nobody_entitles_counts_each_field() -> None:
    nation = Nation(MOVED)
    rows, place = nation.at(MOVED, ORIGIN, "010")
    rows.append(replace(rows[place], business="014"))

    assert {"unentitled_fields": len(rows[place].body)} == faults(nation.found())


def test_what_a_business_knows_of_a_person_came_with_some_delivery() -> None:
    nation = Nation(MOVED)
    receiver = nation.due_to(MOVED, ORIGIN, "010").receiver
    fields = {"name": RESIDENT["name"], "koseki": RESIDENT["koseki"]}
    nation.known[receiver] = [Known("010", pairwise_id(ORIGIN, PERSON), fields)]

    assert {"unentitled_fields": 1} == faults(nation.found())


def test_what_a_business_knows_of_a_lost_delivery_is_only_lost() -> None:
    nation = Nation(MOVED)
    receiver, gone = nation.due_to(MOVED, ORIGIN, "010").receiver, nation.take(MOVED, ORIGIN, "010")
    nation.known[receiver] = [Known("010", gone.pairwise_id, gone.body)]

    assert {"lost": 1} == faults(nation.found())


def test_only_the_parents_are_named_to_whom_parents_are_granted() -> None:
    born = fact("vital.Born", 1, related=(("head", OTHER), ("parent", OTHER)))
    parent, head = ({"role": role, "pairwise_id": "00"} for role in ("parent", "head"))
    nation = Nation(born)
    for each in nation.due:
        if "related" in each.grant.told:
            told = [parent, head] if "head" in each.grant.relations else [parent]
            nation.tell(born, each.receiver.member, each.business, {"related": told})

    assert {} == faults(nation.found())

    nation.tell(born, ORIGIN, "019", {"related": [parent, head]})
    nation.tell(born, ORIGIN, "024", {"related": [parent, parent]})

    assert {"unentitled_fields": 1, "altered_values": 1} == faults(nation.found())
