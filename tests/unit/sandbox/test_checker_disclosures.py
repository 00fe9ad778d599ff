"""Where a protected person is: told by field, by value, in what is parked and in what is known."""

from dataclasses import replace

import pytest

from sandbox.checker.facts import Fact
from sandbox.checker.offices import Known
from tests.unit.sandbox.checker_world import (
    DESTINATION,
    NEW_ADDRESS,
    ORIGIN,
    OTHER,
    PERSON,
    RESIDENT,
    WRITTEN,
    Nation,
    arrived,
    closed,
    declared,
    fact,
    faults,
    measure,
    pairwise_id,
    receivers,
    relocated,
    sending,
)

ONE = {"protected_disclosed": 1}
HIDDEN = closed(2, protection="protected")
"""The offices of the origin are told that she left, and not where to."""
HIDDEN_LATER = closed(9, protection="protected")


def test_a_place_that_a_flag_stripped_is_not_missing() -> None:
    moved, flag = relocated(1), measure(1, at=2)
    nation = Nation(moved, flag)
    rows, place = nation.at(moved, ORIGIN, "024")
    places = ("address", "household")
    told = {name: value for name, value in rows[place].body.items() if name not in places}
    rows[place] = replace(rows[place], body=told)

    assert {} == faults(nation.found())


@pytest.mark.parametrize("protection", ["protected", "unknown"])
def test_a_place_told_to_a_masked_office_is_one_disclosure(protection: str) -> None:
    hidden = closed(2, protection=protection)
    nation = Nation(hidden)
    nation.tell(hidden, ORIGIN, "010", {"confirmed_destination": WRITTEN})

    assert ONE == faults(nation.found())


def test_what_is_granted_and_hidden_is_not_missing() -> None:
    assert {} == faults(Nation(HIDDEN).found())


def test_who_is_told_the_flag_is_told_the_place() -> None:
    protected = relocated(1, protection="protected")

    assert {} == faults(Nation(protected).found())


def test_a_masked_office_must_not_learn_of_the_flag() -> None:
    nation = Nation(HIDDEN)
    nation.change(HIDDEN, ORIGIN, "010", protection="protected")

    assert {"unentitled_fields": 1} == faults(nation.found())


def test_the_foreign_parties_and_source_of_an_envelope_disclose_too() -> None:
    nation = Nation(HIDDEN)
    party = {"role": "destination", "code": DESTINATION, "ward": None}
    nation.change(HIDDEN, ORIGIN, "010", envelope={"municipalities": [party]})

    assert ONE == faults(nation.found())


def test_a_measure_registered_earlier_in_the_same_core_system_hides() -> None:
    left = closed(2, sending=sending(9))

    assert {"protected_disclosed": _masked(left)} == faults(Nation(measure(1, at=8), left).found())


def test_a_measure_registered_later_does_not_hide_what_was_said_before() -> None:
    assert {} == faults(Nation(closed(2, sending=sending(7)), measure(1, at=8)).found())


def test_a_measure_of_a_related_person_hides() -> None:
    left = closed(2, sending=sending(9), related=(("parent", OTHER),))
    nation = Nation(measure(1, at=8, atena=OTHER), left)

    assert {"protected_disclosed": _masked(left)} == faults(nation.found())


def test_a_refused_measure_may_hide_and_need_not() -> None:
    refused = measure(1, at=8, sending=sending(8, refused=True))
    left = closed(2, sending=sending(9))
    nation = Nation(refused, left)

    assert {} == faults(nation.found())

    rows, place = nation.at(left, ORIGIN, "010")
    told = {name: value for name, value in rows[place].body.items() if name != "confirmed_destination"}
    rows[place] = replace(rows[place], body=told)

    assert {} == faults(nation.found())


def test_a_measure_that_an_official_ended_hides_no_more() -> None:
    begun, ended = measure(1, at=6), measure(2, "3", at=7)

    assert {} == faults(Nation(begun, ended, closed(2, sending=sending(9))).found())


def test_an_older_version_never_counts_again() -> None:
    begun, ended, prolonged = measure(1, at=4), measure(3, "3", at=5), measure(2, at=6)

    assert {} == faults(Nation(begun, ended, prolonged, closed(2, sending=sending(9))).found())


def _announced(**about: object) -> Fact:
    """Her arrival, registered by the destination's clerk under what the bus had announced."""
    there = {"atena": OTHER, "announced_as": pairwise_id(DESTINATION, PERSON), **about}
    return arrived(**there)  # type: ignore[arg-type]  # plain values


def _protected_there(at: float) -> Nation:
    """The destination protects her, applied at 3020; the origin knows nothing and closes her record then."""
    flag = measure(1, member=DESTINATION, atena=OTHER, sending=sending(3))
    return Nation(declared(1), _announced(sending=sending(2)), flag, closed(2, sending=sending(4, at=at)))


def test_a_measure_of_another_member_hides_once_it_has_taken_effect_anywhere() -> None:
    assert 0 == _protected_there(3019.0).found().protected_disclosed
    assert _masked(closed(2)) == _protected_there(3021.0).found().protected_disclosed


def test_the_new_address_must_not_stand_anywhere_at_the_origin() -> None:
    there = _announced(protection="protected", sending=sending(4))
    nation = Nation(declared(1), measure(1, at=3), there, HIDDEN_LATER)
    nation.tell(HIDDEN_LATER, ORIGIN, "010", {"name": {"text": "市川市南八幡四丁目7番3号の辻"}})

    assert {"protected_disclosed": 1, "altered_values": 1} == faults(_as_one_person(nation).found())


def test_the_address_before_a_late_measure_is_the_one_to_be_hidden() -> None:
    there, flag = arrived(sending=sending(4)), measure(1, member=DESTINATION, sending=sending(5))
    nation = Nation(there, flag, HIDDEN)
    nation.tell(HIDDEN, ORIGIN, "010", {"name": {"text": RESIDENT["name"], "kana": [NEW_ADDRESS]}})

    assert 1 == nation.found().protected_disclosed


def test_parked_bytes_must_not_hold_the_place_after_the_flag() -> None:
    nation = Nation(measure(1, at=1), HIDDEN)
    nation.park(HIDDEN, ORIGIN, "010", f"\x02{WRITTEN['address']}\x00".encode())
    nation.park(HIDDEN, ORIGIN, "024", b"\x02\x00")

    found = nation.found()

    assert (ONE, 2) == (faults(found), found.parked)


def test_parked_bytes_of_somebody_who_is_not_protected_may_hold_it() -> None:
    left = closed(2)
    nation = Nation(left)
    nation.park(left, ORIGIN, "010", str(WRITTEN["address"]).encode())

    assert {} == faults(nation.found())


def test_an_address_known_of_a_person_that_came_with_no_delivery_is_a_disclosure() -> None:
    there = arrived(protection="protected", sending=sending(9))
    nation = Nation(measure(1, member=DESTINATION, sending=sending(8)), there, HIDDEN)
    receiver = nation.due_to(HIDDEN, ORIGIN, "010").receiver
    nation.known[receiver] = [Known("010", pairwise_id(ORIGIN, PERSON), {"name": RESIDENT["name"], "x": NEW_ADDRESS})]

    assert {"unentitled_fields": 1, "protected_disclosed": 1} == faults(nation.found())


def test_a_neighbour_s_own_address_discloses_nobody() -> None:
    there = arrived(protection="protected", sending=sending(9))
    neighbour = relocated(1, atena=OTHER, own={"address": NEW_ADDRESS}, sending=sending(10))
    nation = Nation(measure(1, member=DESTINATION, sending=sending(8)), there, neighbour)

    assert {} == faults(nation.found())


def test_001_may_know_the_new_address() -> None:
    notified = fact(
        "residence.MoveInNotified",
        5,
        member=DESTINATION,
        atena=OTHER,
        body={"name": RESIDENT["name"], "confirmed_address": NEW_ADDRESS},
        parties=(("origin", ORIGIN),),
        protection="protected",
    )
    nation = Nation(measure(1, member=DESTINATION, atena=OTHER, sending=sending(4)), notified)

    assert {(ORIGIN, "001")} == receivers([notified], notified)
    assert {} == faults(nation.found())


def _masked(left: Fact) -> int:
    """Fields of places that offices of the origin would be told of somebody who is not protected."""
    return sum(len(each.grant.told & {"planned_destination", "confirmed_destination"}) for each in Nation(left).due)


def _as_one_person(nation: Nation) -> Nation:
    """The destination's offices know her under one id, by whatever number."""
    for receiver, rows in nation.received.items():
        if receiver.member == DESTINATION:
            rows[:] = [replace(row, pairwise_id=pairwise_id(DESTINATION, PERSON)) for row in rows]
    return nation
