"""A household that leaves together: who has arrived, and who stays behind."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.identifiers import EventId
from processors.moving.household import (
    BEHIND_AFTER,
    HOUSEHOLD,
    Behind,
    Counted,
    Gathered,
    Input,
    Output,
    Overdue,
    Stood,
    counted,
    overdue_at,
    shows,
)
from processors.moving.steps import Step
from tests.unit.processors.moving.story import A, event

FATHER, MOTHER, CHILD = event("father"), event("mother"), event("child")


def stood(who: EventId, step: Step, at: int = 0) -> Stood:
    return Stood(who, step, 3, A, at)


def sent(*told: Input, when: Input) -> list[Output]:
    return list(HOUSEHOLD.decide(HOUSEHOLD.replay(told), when))


LEAVING = tuple(stood(who, Step.PREPARED) for who in (FATHER, MOTHER, CHILD))
THERE = tuple(stood(who, Step.MOVED_IN, 100) for who in (MOTHER, CHILD))


def test_it_is_counted_who_arrives() -> None:
    assert [Counted(1, 0, 2)] == sent(*LEAVING, when=THERE[0])
    assert [Counted(2, 0, 1)] == sent(*LEAVING, THERE[0], when=THERE[1])


def test_members_of_whom_nothing_was_told_yet_are_expected() -> None:
    assert Counted(0, 0, 3) == counted(HOUSEHOLD.replay(LEAVING[:1]))


def test_who_does_not_move_any_more_is_not_expected() -> None:
    assert [Counted(2, 1, 0)] == sent(*LEAVING, *THERE, when=stood(FATHER, Step.CANCELLED, 200))
    assert overdue_at(HOUSEHOLD.replay([*LEAVING, *THERE, stood(FATHER, Step.CANCELLED, 200)])) is None


def test_nobody_is_looked_for_before_anybody_has_arrived() -> None:
    assert overdue_at(HOUSEHOLD.replay(LEAVING)) is None


def test_fourteen_days_after_the_first_the_origin_is_asked_once_who_stays_behind() -> None:
    told = (*LEAVING, *THERE)
    due = overdue_at(HOUSEHOLD.replay(told))

    assert 100 + BEHIND_AFTER == due
    assert [Behind(A, (FATHER,))] == sent(*told, when=Overdue(due))
    assert [] == sent(*told, Overdue(due), when=Overdue(due + 1))


def test_a_time_that_has_not_come_asks_nobody() -> None:
    assert [] == sent(*LEAVING, *THERE, when=Overdue(100 + BEHIND_AFTER - 1))


def test_who_goes_on_after_the_arrival_has_been_there_since() -> None:
    notified = stood(MOTHER, Step.NOTIFIED, 5000)

    assert 100 + BEHIND_AFTER == overdue_at(HOUSEHOLD.replay([*LEAVING, THERE[0], notified]))


@pytest.mark.parametrize("late", [stood(MOTHER, Step.PREPARED, 50), stood(MOTHER, Step.APPLIED, 100)])
def test_an_old_word_changes_nothing(late: Stood) -> None:
    assert [] == sent(*LEAVING, *THERE, when=late)


words = st.builds(stood, st.sampled_from([FATHER, MOTHER, CHILD]), st.sampled_from(list(Step)), st.integers(0, 5))


@given(st.lists(words | st.builds(Overdue, st.sampled_from([0, BEHIND_AFTER + 9])), max_size=10))
def test_whatever_is_told_twice_is_acted_on_once(told: list[Input]) -> None:
    for each in told:
        assert [] == sent(*told, each, when=each)


@given(st.lists(words, max_size=8), st.data())
def test_in_whatever_order_it_is_told_the_same_are_there(told: list[Stood], data: st.DataObject) -> None:
    otherwise = data.draw(st.permutations(told))

    assert counted(HOUSEHOLD.replay(told)) == counted(HOUSEHOLD.replay(otherwise))


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_steps_in_one_millisecond_the_later_one_counts(order: int) -> None:
    """After an outage the broker gives a whole batch the same time."""
    taken_back = [stood(MOTHER, Step.DECLARED, 100), stood(MOTHER, Step.CANCELLED, 100)]

    assert 1 == counted(HOUSEHOLD.replay(taken_back[::order])).left_out


def shown(*told: Input) -> tuple[str, Mapping[str, Any]]:
    [one] = shows(HOUSEHOLD.replay(told))
    assert (b"", frozenset({A})) == (one.item, one.desks)
    return one.kind, one.facts


def test_a_household_shows_its_count_and_whom_it_expects_until_when() -> None:
    kind, facts = shown(*LEAVING, THERE[0])

    assert (Gathered.EXPECTED, 1, 0, 2, 100 + BEHIND_AFTER, []) == (
        kind, *(facts[name] for name in ("arrived", "left_out", "expected", "overdue_at", "behind")),
    )  # fmt: skip
    assert {FATHER.hex(): "prepared", MOTHER.hex(): "moved in", CHILD.hex(): "prepared"} == facts["moves"]


def test_a_household_shows_who_is_behind_until_he_comes() -> None:
    overdue = (*LEAVING, *THERE, Overdue(100 + BEHIND_AFTER))
    kind, facts = shown(*overdue)

    assert (Gathered.BEHIND, [FATHER.hex()], None) == (kind, facts["behind"], facts["overdue_at"])
    assert 100 + BEHIND_AFTER == facts["behind_since"]
    kind, facts = shown(*overdue, stood(FATHER, Step.MOVED_IN, 200 + BEHIND_AFTER))
    assert (Gathered.WHOLE, [], None) == (kind, facts["behind"], facts["behind_since"])


def test_somebody_of_whom_nothing_was_told_may_be_behind_as_well() -> None:
    kind, facts = shown(*THERE, Overdue(100 + BEHIND_AFTER))

    assert (Gathered.BEHIND, 1, []) == (kind, facts["expected"], facts["behind"])


def test_a_household_of_which_nobody_told_shows_nothing() -> None:
    assert [] == list(shows(HOUSEHOLD.initial))
