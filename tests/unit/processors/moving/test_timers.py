"""Until when a move is waited for, and whose desk is asked then: one case for each timer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from kairan.partial_date import PartialDate
from processors.moving.facts import Answer, Came, Input, Outcome, TimerName
from processors.moving.tasks import Output, Reminder, ReminderKind, Task, TaskKind
from processors.moving.timers import DAY, HOUR, timers
from tests.unit.processors.moving.story import (
    AT,
    DAYS,
    INSURANCE_A,
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
    declared,
    event,
    known,
    next_timer,
    notified,
    sent,
    the_moves,
    visit,
)

MINUTE = HOUR // 60
MOVE = event("departure")


def task(kind: TaskKind, *desks: str, move: str = "departure") -> list[Output]:
    return [Task(event(move), kind, desk) for desk in desks]  # type: ignore[arg-type]


CASES: dict[TimerName, tuple[Sequence[Input], int, list[Output]]] = {
    TimerName.REVIEW: ((applied(),), 2 * DAY, task(TaskKind.REVIEW, A, move="application")),
    TimerName.CERTIFICATE: ((declared(),), 1 + HOUR, task(TaskKind.LOOK_FOR_CERTIFICATE, B)),
    TimerName.NOT_ARRIVED: ((declared(by_card=False),), 36 * DAY, task(TaskKind.LOOK_FOR_PERSON, A)),
    TimerName.NOTICE: ((declared(), arrived()), 10 + 10 * MINUTE, task(TaskKind.SEND_NOTICE, B)),
    TimerName.BOOKING: ((declared(), arrived(), notified()), 11 + 2 * DAY, task(TaskKind.BOOK_NOTICE, A)),
    TimerName.ANSWERS: (
        (declared(awaited=[INSURANCE_A]), arrived(), notified(), closed()),
        12 + DAY,
        [Task(MOVE, TaskKind.LOOK_AFTER_OFFICE, A, INSURANCE_A)],
    ),
    TimerName.UNDOING: (
        (declared(), annulled("departure", awaited=[RECORD_B])),
        20 + HOUR,
        [Task(MOVE, TaskKind.LOOK_AFTER_OFFICE, B, RECORD_B)],
    ),
    TimerName.CONFLICT: (
        (declared(), declared("second", at=3, to=C)),
        3 + HOUR,
        task(TaskKind.DECIDE, A),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_each_timer_has_its_time_and_its_desks(name: TimerName) -> None:
    told, due, asked = CASES[name]
    came = next_timer(*told)

    assert (name, AT + due) == (came.name, came.at)
    assert asked == sent(*told, when=came)


def test_of_who_went_abroad_the_record_is_to_be_closed() -> None:
    assert task(TaskKind.CLOSE, A) == sent(abroad(), when=next_timer(abroad()))


def test_a_certificate_is_asked_for_three_times_and_then_it_is_a_matter_of_paper() -> None:
    told: tuple[Input, ...] = (declared(),)
    names = []
    for _ in range(5):
        names.append((came := next_timer(*told)).name)
        told = (*told, came)

    assert [TimerName.CERTIFICATE] * 3 == names[:3]
    assert TimerName.CERTIFICATE not in names[3:]


def test_after_an_outage_a_desk_is_asked_once_and_then_at_the_usual_pace() -> None:
    told = (declared(), arrived())
    late = Came(MOVE, TimerName.NOTICE, event("arrival"), 0, AT + 365 * DAY)

    assert AT + 366 * DAY == next_timer(*told, late).at


def test_nobody_is_reminded_before_he_was_told() -> None:
    """A departure may be notified after the planned day."""
    late = declared(at=20 * DAY)

    assert AT + 21 * DAY == min(
        timer.due for timer in timers(the_moves(late, answered("departure", RECORD_B))[0], DAYS)
    )


def test_who_only_announced_a_visit_is_looked_after_there() -> None:
    assert task(TaskKind.REVIEW, B, move="visit") == sent(visit(), when=next_timer(visit()))


def test_a_returned_application_is_closed_ten_days_after_the_planned_day() -> None:
    told = (applied(), corrected(applied(returned=True), "application", name="returned", at=3))
    came = next_timer(*told)

    assert (TimerName.RESUBMISSION, AT + 16 * DAY) == (came.name, came.at)
    assert Reminder(event("application"), ReminderKind.CLOSED) in sent(*told, when=came)


def test_when_a_card_lapses_both_desks_and_the_resident_know() -> None:
    told = (declared(), answered("departure", RECORD_B))
    lapsed = Came(MOVE, TimerName.CARD_LAPSE, MOVE, 0, AT + 35 * DAY)

    assert [*task(TaskKind.TAKE_NOTE_OF_LAPSE, B, A), Reminder(MOVE, ReminderKind.CARD_LAPSED)] == sent(
        *told, when=lapsed
    )[1:]


@pytest.mark.parametrize(
    "planned", [PartialDate("2023-11-00", certain=False), *map(PartialDate.of, (date.min, date.max))]
)
def test_from_a_day_that_nobody_can_count_from_somebody_looks_by_the_day_it_was_told(planned: PartialDate) -> None:
    told = declared(planned=planned)

    assert [TimerName.NOT_ARRIVED, TimerName.CERTIFICATE] == [timer.name for timer in timers(the_moves(told)[0], DAYS)]
    assert AT + 31 * DAY == timers(the_moves(told)[0], DAYS)[0].due


def test_a_destination_that_lost_the_person_is_looked_after_until_it_has_undone() -> None:
    to_c = replace(corrected(declared(to=C), "departure", name="to C", at=3), awaited=frozenset({RECORD_B}))
    waited = [timer for move in the_moves(declared(), to_c) for timer in timers(move, DAYS)]
    (undoing,) = [timer for timer in waited if timer.name is TimerName.UNDOING]
    came = Came(MOVE, *undoing)

    assert AT + 3 + HOUR == undoing.due
    assert [Task(MOVE, TaskKind.LOOK_AFTER_OFFICE, B, RECORD_B)] == sent(declared(), to_c, when=came)
    answer = Answer(event("to C"), RECORD_B, Outcome.UNDONE, AT + 4)
    left = [timer.name for move in the_moves(declared(), to_c, answer) for timer in timers(move, DAYS)]
    assert TimerName.UNDOING not in left


def comings(count: int, *told: Input) -> list[Came]:
    """One after the other, each at its time."""
    history, found = list(told), list[Came]()
    for _ in range(count):
        found.append(next_timer(*history))
        history.append(found[-1])
    return found


CONFLICT = (declared(), declared("second departure", at=3, to=C))


def test_a_desk_that_does_not_decide_is_asked_again_after_ever_longer_and_in_the_end_every_thirty_days() -> None:
    found = comings(9, *CONFLICT)

    assert {TimerName.CONFLICT} == {each.name for each in found}
    assert [*range(9)] == [each.number for each in found]
    assert [1, 2, 4, 8, 16, 30, 30, 30] == [(one.at - other.at) // DAY for other, one in pairwise(found)]


def test_a_certificate_is_asked_for_every_hour_and_then_no_more() -> None:
    found = [each for each in comings(5, declared()) if each.name is TimerName.CERTIFICATE]

    assert [1 + HOUR, 1 + 2 * HOUR, 1 + 3 * HOUR] == [each.at - AT for each in found]


def test_who_has_not_arrived_is_looked_for_every_thirty_days() -> None:
    found = comings(4, declared(by_card=False))

    assert [30, 30, 30] == [(one.at - other.at) // DAY for other, one in pairwise(found)]


def test_of_a_timer_that_comes_for_years_the_last_time_is_kept() -> None:
    found = comings(30, *CONFLICT)

    assert [found[-1]] == list(known(*CONFLICT, *found).came.values())
    assert known(*CONFLICT, *found) == known(*CONFLICT, *found, found[3])


def test_a_timer_that_a_new_fact_sets_begins_anew() -> None:
    third = declared("third departure", at=10 * DAY, to=A)
    came = next_timer(*CONFLICT, *comings(4, *CONFLICT), third)

    assert (TimerName.CONFLICT, third.event, 0, third.at + HOUR) == (came.name, came.by, came.number, came.at)
