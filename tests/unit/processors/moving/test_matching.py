"""Which facts make one move, and which do not; in whatever order the log has them."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.moving.facts import Fact, Outcome
from processors.moving.steps import Step
from processors.moving.tasks import Stepped, Task, TaskKind
from tests.unit.processors.moving.story import (
    AT,
    INSURANCE_B,
    RECORD_B,
    A,
    B,
    C,
    abroad,
    annulled,
    answered,
    applied,
    arrived,
    closed,
    corrected,
    decided,
    declared,
    event,
    notified,
    sent,
    steps,
    the_moves,
    visit,
)

THERE = (declared(), arrived(), notified(), closed())
ONWARD = (
    declared("onward", at=60, origin=B, to=C),
    arrived("further", at=70, origin=B, to=C),
    notified("second notice", at=71, by=C, to=B),
    closed("second closing", at=72, origin=B),
)


def restamped(told: Sequence[Fact]) -> list[Fact]:
    """As the log would have them in this order."""
    return [replace(fact, at=AT + place) for place, fact in enumerate(told)]


def legs(*told: Fact) -> list[tuple[object, object]]:
    return [(move.origin, move.destination) for move in the_moves(*told)]


@given(st.permutations([applied(), visit(), *THERE]))
def test_a_move_is_one_in_whatever_order_its_sources_are_admitted(told: list[Fact]) -> None:
    assert [Step.COMPLETED] == steps(*restamped(told))


@given(st.permutations(THERE[:2] + THERE[3:]), st.permutations(ONWARD))
def test_two_moves_one_after_the_other_are_two(first: list[Fact], second: list[Fact]) -> None:
    told = [*restamped([*first, notified()]), *(replace(fact, at=fact.at + 1000) for fact in restamped(second))]

    assert [Step.COMPLETED, Step.COMPLETED] == steps(*told)


def test_a_departure_that_is_admitted_after_the_next_move_belongs_to_its_own() -> None:
    late = (declared(at=100), closed(at=101))

    assert [Step.COMPLETED, Step.COMPLETED] == steps(arrived(), notified(), *ONWARD, *late)
    assert {(A, B), (B, C)} == set(legs(arrived(), notified(), *ONWARD, *late))


def test_a_late_closing_is_of_the_move_that_is_not_closed_yet() -> None:
    home = arrived("home", at=50, origin=B, to=A)
    again = (arrived("again", at=100, to=C), notified("again told", at=101, by=C), closed("again closed", at=102))

    assert [Step.COMPLETED, Step.MOVED_IN, Step.COMPLETED] == steps(
        arrived(), notified(), home, *again, closed("late", at=103)
    )


def test_the_next_arrival_before_the_one_it_leaves_is_no_conflict() -> None:
    early = (arrived("further", at=5, origin=B, to=C), *THERE)

    assert Step.CONFLICT not in steps(*early)


def test_who_came_from_abroad_moves_on_as_anybody() -> None:
    came = arrived("came", at=0, to=A, origin=None)

    assert [(None, A), (A, B)] == legs(came, *THERE)
    assert [Step.COMPLETED, Step.COMPLETED] == steps(came, *THERE)


def test_who_went_abroad_and_came_back_moves_on_as_anybody() -> None:
    away = (abroad("away", at=-9), closed("closed for away", at=-8, confirmed=False))
    back = arrived("back", at=-5, to=A, origin=None)

    assert [(A, None), (None, A), (A, B)] == legs(*away, back, *THERE)
    assert [Step.COMPLETED] * 3 == steps(*away, back, *THERE)


def test_a_departure_abroad_stays_one_when_its_day_is_corrected() -> None:
    """The correction has its own 異動事由, which does not say so any more."""
    other_day = corrected(replace(abroad(), is_abroad=False), "departure", name="other day", at=2)

    assert [Step.COMPLETED] == steps(abroad(), other_day, closed(confirmed=False))


def test_a_departure_that_was_taken_back_long_before_an_arrival_is_no_conflict() -> None:
    assert [Step.COMPLETED] == steps(declared(), annulled("departure", at=2), arrived(), notified(), closed())


def test_a_closing_that_was_taken_back_and_made_again_is_no_conflict() -> None:
    told = (arrived(), notified(), closed(), annulled("closing"))

    assert [Step.CONFLICT] == steps(*told)
    assert [Step.COMPLETED] == steps(*told, closed("again", at=30))


def test_a_departure_booked_again_after_it_was_taken_back_is_of_the_move_that_arrived() -> None:
    told = (declared(), arrived(), annulled("departure"), declared("again", at=30), notified(at=31), closed(at=32))

    assert [Step.COMPLETED] == steps(*told)


def test_an_application_whose_departure_was_taken_back_is_over() -> None:
    told = (applied(), declared(), annulled("departure", at=2), declared("again", at=3))

    assert [Step.CANCELLED, Step.CERT_SENT] == steps(*told)


def test_who_withdraws_an_application_and_applies_again_moves_by_the_second() -> None:
    withdrawn = (applied("first", at=-9), annulled("first", at=-8))

    assert [Step.CANCELLED] == steps(*withdrawn)
    assert [Step.CANCELLED, Step.CERT_SENT] == steps(*withdrawn, applied(), declared())


def test_a_visit_that_was_put_off_is_one_of_the_same_move() -> None:
    put_off = (applied(), declared(), visit(), corrected(visit(after=9), "visit", name="put off", at=3))

    assert [Step.PREPARED] == steps(*put_off)
    assert [Step.CERT_SENT] == steps(*put_off, annulled("put off", at=4))


@pytest.mark.parametrize("of", ["departure", "departure corrected"])
def test_the_last_of_a_chain_decides_whatever_it_names(of: str) -> None:
    """Whoever corrects or annuls names the newest (docs/adr/0012); the older name means the same."""
    told = (declared(), corrected(declared(), "departure", name="departure corrected", at=3))

    assert [Step.CANCELLED] == steps(*told, annulled(of))


def test_what_was_annulled_and_is_stated_again_stands() -> None:
    again = corrected(arrived(), "annulment of arrival", name="again", at=25)

    assert [Step.COMPLETED] == steps(*THERE, annulled("arrival"), again)


def test_a_correction_of_the_same_millisecond_is_the_newer() -> None:
    for name in "abcdefgh":
        other = corrected(declared(to=C), "departure", name=name, at=1)

        assert [(A, C)] == legs(declared(), other)


def test_of_an_annulled_correction_the_answers_are_waited_for() -> None:
    to_c = corrected(declared(to=C), "departure", name="to C", at=3)
    gone = annulled("to C", awaited=[RECORD_B])

    assert [Step.CANCELLING] == steps(declared(), to_c, gone)
    assert [Step.CANCELLED] == steps(declared(), to_c, gone, answered("annulment of to C", RECORD_B, Outcome.UNDONE))


def test_a_move_that_turns_out_to_be_part_of_another_is_told_to_be_no_more() -> None:
    wrong = arrived(origin=C)
    right = corrected(arrived(), "arrival", name="from A", at=20)

    assert [
        Stepped(event("departure"), Step.MOVED_IN, AT + 20, A, B),
        Stepped(event("arrival"), Step.CANCELLED, AT + 20, C, B),
    ] == sent(declared(), wrong, when=right)


def test_a_closing_alone_is_watched_until_somebody_arrives() -> None:
    assert [Step.CERT_SENT] == steps(declared(), closed())


def test_where_nobody_is_on_the_bus_nothing_more_will_be_seen() -> None:
    to_nobody = replace(declared(), is_to_member=False)

    assert [Step.DECLARED] == steps(to_nobody)
    assert [Step.COMPLETED] == steps(to_nobody, closed())
    assert [Step.COMPLETED] == steps(replace(arrived(), is_from_member=False))


def test_the_notice_of_an_arrival_that_was_taken_back_serves_no_other() -> None:
    told = (declared(), arrived(), notified(), closed(), annulled("arrival"), arrived("to C", at=30, to=C))

    assert [Step.MOVED_IN] == steps(*told)
    assert [Step.NOTIFIED] == steps(*told, notified("of C", at=31, by=C))


def test_who_is_closed_at_the_origin_for_nothing_is_nowhere() -> None:
    told = (abroad(), closed(confirmed=False))

    assert [Step.CANCELLING] == steps(*told, annulled("departure"))
    assert Task(event("departure"), TaskKind.REOPEN, A) in sent(*told, when=annulled("departure"))


def test_who_has_moved_on_is_not_reopened_where_he_once_left() -> None:
    assert Task(event("departure"), TaskKind.REOPEN, A) not in sent(*THERE, *ONWARD, when=annulled("arrival", at=90))


def test_a_refusal_is_told_to_its_desk_once_whatever_came_first() -> None:
    gone = annulled("arrival", awaited=[INSURANCE_B])
    cannot = answered("annulment of arrival", INSURANCE_B, Outcome.CANNOT_UNDO, reason="paid")
    by_hand = Task(event("departure"), TaskKind.UNDO_BY_HAND, B, INSURANCE_B)
    again = replace(cannot, at=cannot.at + 1)

    assert by_hand in sent(*THERE[:2], gone, when=cannot)
    assert by_hand in sent(*THERE[:2], cannot, when=gone)
    assert by_hand not in sent(*THERE[:2], gone, cannot, when=again)


def test_a_decision_is_acted_on_whatever_came_first_and_once() -> None:
    two = (declared(), arrived(), annulled("departure"))
    annul = Task(event("departure"), TaskKind.ANNUL, B)

    assert annul in sent(*two, when=decided("arrival"))
    assert annul in sent(two[0], two[2], decided("arrival"), when=two[1])
    assert annul not in sent(*two, decided("arrival"), when=replace(decided("arrival"), decision=b"second"))


def test_who_was_decided_against_and_states_something_new_is_heard_again() -> None:
    two = (declared(), arrived(), annulled("departure"), decided("arrival"))

    assert [Step.CANCELLING] == steps(*two)
    assert [Step.CONFLICT] == steps(*two, corrected(arrived(), "arrival", name="insists", at=50))


def test_of_what_was_decided_against_only_its_annulment_is_answered() -> None:
    told = (declared(awaited=[RECORD_B]), decided("departure"), annulled("departure", awaited=[INSURANCE_B]))
    [rejected], [taken_back] = the_moves(*told[:2]), the_moves(*told)

    assert ([], [INSURANCE_B]) == (rejected.unanswered, [receiver for _, receiver in taken_back.unanswered])
