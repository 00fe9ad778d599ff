"""A measure's issuer has one word for each person and member, and is told to nobody but the resident record."""

from dataclasses import replace

import pytest

from tests.unit.sandbox.checker_world import DESTINATION, ORIGIN, OTHER, Nation, faults, measure, relocated

ONE = {"protected_disclosed": 1}
FOREIGN = measure(1, at=3, member=DESTINATION, atena=OTHER, parties=(("origin", ORIGIN),))
"""Issued by the destination: all offices of the origin are told that she is protected, 001 also by whom."""


def test_a_foreign_measure_discloses_nothing_where_only_001_is_told_its_source() -> None:
    nation = Nation(FOREIGN)

    assert {} == faults(nation.found())
    assert DESTINATION == nation.at(FOREIGN, ORIGIN, "001")[0][0].source_municipality


@pytest.mark.parametrize("business", ["004", "010", "024"])
def test_who_issued_a_foreign_measure_is_a_disclosure_to_every_office_but_001(business: str) -> None:
    nation = Nation(FOREIGN)
    nation.change(FOREIGN, ORIGIN, business, source_municipality=DESTINATION, source_business="001")

    assert ONE == faults(nation.found())


def test_the_source_of_an_ended_measure_is_a_disclosure_too() -> None:
    ended = replace(FOREIGN, body={**FOREIGN.body, "measure": {"id": "S1", "version": 1, "kind": "3"}})
    ended = replace(ended, protection="none")
    nation = Nation(ended)
    nation.change(ended, ORIGIN, "024", source_municipality=DESTINATION, source_business="001")

    assert ONE == faults(nation.found())


def test_parked_bytes_must_not_name_who_issued_a_foreign_measure() -> None:
    nation = Nation(FOREIGN)
    nation.park(FOREIGN, ORIGIN, "001", DESTINATION.encode())
    nation.park(FOREIGN, ORIGIN, "010", b"\x02\x0c" + DESTINATION.encode())
    nation.park(FOREIGN, ORIGIN, "024", b"\x00")

    assert ONE == faults(nation.found())


def test_a_measure_without_its_issuer_cannot_be_told_apart() -> None:
    nation = Nation(FOREIGN)
    nation.change(FOREIGN, ORIGIN, "024", envelope={})

    assert {"altered_values": 1} == faults(nation.found())


def test_two_issuers_of_one_person_never_have_the_same_word() -> None:
    own = measure(1, at=2)
    nation = Nation(own, replace(FOREIGN, person=own.person))
    word = nation.at(own, ORIGIN, "010")[0][0].envelope
    nation.change(nation.facts[1], ORIGIN, "024", envelope=word)

    assert nation.found().altered_values > 0


def test_an_issuer_that_stands_at_two_members_could_be_compared() -> None:
    nation = Nation(FOREIGN)
    for rows in nation.received.values():
        rows[:] = [replace(row, envelope={"issuer": DESTINATION}) for row in rows]

    assert {ORIGIN, DESTINATION} == {each.receiver.member for each in nation.due}
    assert {"protected_disclosed": len(nation.due)} == faults(nation.found())


def test_another_event_has_no_issuer() -> None:
    moved = relocated(1)
    nation = Nation(moved)
    nation.change(moved, ORIGIN, "024", envelope={"issuer": "5a"})

    assert {"unentitled_fields": 1} == faults(nation.found())
