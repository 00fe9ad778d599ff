"""Facts that name each other, put in the order in which they do so."""

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from kairan.identifiers import EventId
from processors.runtime.links import linked


class Said(NamedTuple):
    event: EventId
    at: int
    corrects: EventId | None = None


def id_of(number: int) -> EventId:
    return EventId(number.to_bytes(16))


def order(*said: Said) -> list[list[int]]:
    return [[int.from_bytes(each.event) for each in chain] for chain in linked({each.event: each for each in said})]


def test_a_chain_is_in_the_order_of_its_names_though_all_is_of_one_millisecond() -> None:
    assert [[9, 3, 5]] == order(Said(id_of(5), 1, id_of(3)), Said(id_of(3), 1, id_of(9)), Said(id_of(9), 1))


def test_things_are_in_the_order_in_which_they_began() -> None:
    assert [[2, 3], [1]] == order(Said(id_of(1), 20), Said(id_of(2), 10), Said(id_of(3), 30, id_of(2)))


def test_who_names_nobody_known_begins() -> None:
    assert [[1]] == order(Said(id_of(1), 20, id_of(7)))


def test_what_forks_is_heard_by_its_times() -> None:
    assert [[1, 3, 2]] == order(Said(id_of(1), 0), Said(id_of(2), 9, id_of(1)), Said(id_of(3), 5, id_of(1)))


@given(
    st.lists(st.builds(Said, st.integers(0, 6).map(id_of), st.integers(0, 3), st.none() | st.integers(0, 8).map(id_of)))
)
def test_every_fact_is_heard_once_circles_too(said: list[Said]) -> None:
    facts = {each.event: each for each in said}

    assert sorted(facts) == sorted(each.event for chain in linked(facts) for each in chain)
