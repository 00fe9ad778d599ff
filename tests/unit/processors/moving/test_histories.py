"""What holds of every history: doubles, any order between sources, late answers, timers that come when they like."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.moving.asking import standing
from processors.moving.facts import Came, Input, Outcome, TimerName
from processors.moving.known import Known, Stated
from processors.moving.moves import moves
from processors.moving.saga import accepts
from processors.moving.steps import ENDED, Step, step
from processors.moving.timers import DAY, timers
from tests.unit.processors.moving.story import (
    AT,
    DAYS,
    INSURANCE_B,
    RECORD_B,
    SAGA,
    C,
    annulled,
    answered,
    applied,
    arrived,
    closed,
    corrected,
    decided,
    declared,
    died,
    event,
    known,
    next_timer,
    notified,
    sent,
    steps,
    the_moves,
    visit,
)

FACTS: tuple[Input, ...] = (
    applied(),
    corrected(applied(returned=True), "application", name="returned", at=3),
    declared(awaited=[RECORD_B]),
    corrected(declared(to=C), "departure", name="departure corrected", at=4),
    visit(),
    arrived(awaited=[INSURANCE_B]),
    arrived("second arrival", at=40, to=C),
    notified(),
    corrected(notified(after=9), "notice", name="resent", at=15),
    closed(confirmed=False),
    closed("booked", at=16),
    annulled("departure"),
    annulled("arrival", at=21, awaited=[INSURANCE_B]),
    annulled("closing", at=22),
    died(at=50),
    answered("departure", RECORD_B),
    answered("arrival", INSURANCE_B),
    answered("annulment of arrival", INSURANCE_B, Outcome.CANNOT_UNDO, at=60, reason="paid"),
    decided("second arrival"),
)
TIMERS: tuple[Input, ...] = tuple(
    Came(event(by), name, event(by), number, AT + after * DAY)
    for name in (TimerName.CARD_LAPSE, TimerName.NOT_ARRIVED, TimerName.NOTICE, TimerName.RESUBMISSION)
    for by in ("departure", "arrival")
    for number, after in ((0, 40), (1, 80))
)
histories = st.lists(st.sampled_from(FACTS + TIMERS), max_size=14)
of_sources = st.lists(st.sampled_from(FACTS), max_size=10, unique=True)


def plain(known: Known) -> Known:
    """The same, of which nothing was found out before."""
    return Known(Stated({**known.facts}, frozenset(known.stated.decisions)), {**known.answers}, {**known.came})


@given(histories)
def test_what_is_remembered_of_a_history_is_what_is_found_out_anew(told: list[Input]) -> None:
    """Doubles, any order, answers, decisions, timers: moves, where they stand, what they wait for and what is told."""
    state = SAGA.initial
    for each in told:
        is_taken = accepts(state, each, DAYS)

        assert (is_taken, SAGA.decide(plain(state), each)) == (
            accepts(plain(state), each, DAYS),
            SAGA.decide(state, each),
        )
        state = SAGA.evolve(state, each) if is_taken else state
        assert found(plain(state)) == found(state)


def found(known: Known) -> list[object]:
    return [
        (move, step(move), standing(move), timers(move, DAYS), move.origin, move.parties, move.unanswered)
        for move in moves(known)
    ]


@given(of_sources, st.data())
def test_whatever_order_the_sources_tell_in_the_same_facts_are_the_same_moves(
    told: list[Input], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(told))

    assert known(*told) == known(*shuffled)
    assert steps(*told) == steps(*shuffled)


@given(histories)
def test_whoever_is_told_twice_tells_nobody(told: list[Input]) -> None:
    for each in told:
        assert [] == sent(*told, each, when=each)


@given(histories)
def test_an_open_move_has_a_timer_and_one_that_ended_has_none(told: list[Input]) -> None:
    for move in the_moves(*told):
        assert (step(move) in ENDED) == (not timers(move, DAYS))


@given(histories)
def test_every_fact_is_in_one_move(told: list[Input]) -> None:
    events = [each for move in the_moves(*told) for chain in move.chains for each in chain.said]

    assert len(events) == len(set(events))


@given(histories)
def test_timers_alone_never_stop_being_due_before_the_move_ends(told: list[Input]) -> None:
    """A desk is asked again and again: ten timers later there is still one, or the move has ended."""
    history = tuple(told)
    for _ in range(10):
        if all(step(move) in ENDED for move in the_moves(*history)):
            return
        came = next_timer(*history)
        later = known(*history, came)

        assert known(*history) != later
        history = (*history, came)


@given(histories)
def test_no_step_is_told_twice_in_a_row(told: list[Input]) -> None:
    state, last = SAGA.initial, dict[object, object]()
    for each in told:
        for output in SAGA.decide(state, each):
            if hasattr(output, "step"):
                assert last.get(output.move) != output
                last[output.move] = output
        state = SAGA.evolve(state, each)


HAPPY = (declared(awaited=[RECORD_B]), answered("departure", RECORD_B), arrived(), notified(), closed())


@pytest.mark.parametrize("told", list(permutations(HAPPY)))
def test_a_whole_move_is_completed_in_whatever_order_the_log_has_it(told: tuple[Input, ...]) -> None:
    assert [Step.COMPLETED] == steps(*(replace(each, at=AT + place) for place, each in enumerate(told)))
