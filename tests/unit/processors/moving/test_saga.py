"""The moving procedure: what is told to whom as facts come in, each once."""

from dataclasses import replace

import pytest

from processors.moving.facts import Answer, Came, Outcome, TimerName
from processors.moving.saga import MOST_UNASKED, accepts
from processors.moving.steps import Step
from processors.moving.tasks import Reminder, ReminderKind, Stepped, Task, TaskKind
from processors.moving.timers import DAY, HOUR
from tests.unit.processors.moving.story import (
    AT,
    DAYS,
    DOMICILE,
    INSURANCE_A,
    INSURANCE_B,
    RECORD_B,
    A,
    B,
    C,
    annulled,
    answered,
    applied,
    arrived,
    closed,
    corrected,
    decided,
    declared,
    event,
    known,
    next_timer,
    notified,
    sent,
    steps,
    visit,
)

HAPPY = (
    applied(),
    declared(awaited=[RECORD_B, INSURANCE_A]),
    answered("departure", RECORD_B),
    visit(),
    answered("departure", INSURANCE_A),
    arrived(awaited=[INSURANCE_B, DOMICILE]),
    notified(),
    closed(awaited=[INSURANCE_A]),
    answered("arrival", INSURANCE_B),
    answered("closing", INSURANCE_A),
    answered("arrival", DOMICILE),
)


def test_a_move_goes_from_the_application_to_the_last_answer() -> None:
    found = [steps(*HAPPY[:count])[0] for count in range(1, len(HAPPY) + 1)]

    assert [
        Step.APPLIED, Step.CERT_SENT, Step.PREPARED, Step.PREPARED, Step.PREPARED, Step.MOVED_IN, Step.NOTIFIED,
        Step.CONFIRMED, Step.CONFIRMED, Step.CONFIRMED, Step.COMPLETED,
    ] == found  # fmt: skip


def test_each_step_is_told_once_with_both_municipalities() -> None:
    told = [
        output
        for count, each in enumerate(HAPPY)
        for output in sent(*HAPPY[:count], when=each)
        if isinstance(output, Stepped)
    ]

    assert [
        (event("application"), at, A, B)
        for at in (
            Step.APPLIED,
            Step.CERT_SENT,
            Step.PREPARED,
            Step.MOVED_IN,
            Step.NOTIFIED,
            Step.CONFIRMED,
            Step.COMPLETED,
        )
    ] == [(output.move, output.step, output.origin, output.destination) for output in told]


@pytest.mark.parametrize("place", range(len(HAPPY)))
def test_what_is_told_again_is_told_to_nobody(place: int) -> None:
    assert [] == sent(*HAPPY, when=HAPPY[place])


@pytest.mark.parametrize(
    ("done", "taken_back", "then"),
    [
        (HAPPY[:1], "application", Step.CANCELLED),
        (HAPPY[1:2], "departure", Step.CANCELLED),
        (HAPPY[:3], "departure", Step.CANCELLED),
        (HAPPY[1:6], "arrival", Step.PREPARED),
        (HAPPY[1:7], "arrival", Step.CANCELLING),
        (HAPPY[1:8], "arrival", Step.CANCELLING),
        (HAPPY[1:8], "closing", Step.CONFLICT),
    ],
)
def test_a_failure_after_each_step_takes_the_move_back_to_where_it_can_go_on(
    done: tuple[object, ...], taken_back: str, then: Step
) -> None:
    assert [then] == steps(*done, annulled(taken_back))


def test_what_was_taken_back_is_over_when_every_office_has_undone_it() -> None:
    told = (declared(), annulled("departure", awaited=[RECORD_B, INSURANCE_A]))

    assert [Step.CANCELLING] == steps(*told, answered("annulment of departure", RECORD_B, Outcome.UNDONE))
    assert [Step.CANCELLED] == steps(
        *told,
        answered("annulment of departure", RECORD_B, Outcome.UNDONE),
        answered("annulment of departure", INSURANCE_A, Outcome.CANNOT_UNDO, reason="paid"),
    )


def test_taking_back_twice_changes_nothing() -> None:
    taken = annulled("departure", awaited=[RECORD_B])

    assert [] == sent(declared(), taken, when=taken)


@pytest.mark.parametrize("outcome", [Outcome.CANNOT_UNDO, Outcome.DISCARDED])
def test_what_an_office_cannot_undo_or_has_given_up_its_own_desk_undoes(outcome: Outcome) -> None:
    told = (declared(), annulled("departure", awaited=[INSURANCE_A]))
    cannot = answered("annulment of departure", INSURANCE_A, outcome)

    assert [
        Stepped(event("departure"), Step.CANCELLED, AT + 30, A, None),
        Task(event("departure"), TaskKind.UNDO_BY_HAND, A, INSURANCE_A),
    ] == sent(*told, when=cannot)


def test_an_office_that_gave_up_a_delivery_is_waited_for_no_longer() -> None:
    told = (declared(awaited=[INSURANCE_A]), arrived(), notified(), closed())

    assert [Step.CONFIRMED] == steps(*told)
    assert [Step.COMPLETED] == steps(*told, answered("departure", INSURANCE_A, Outcome.DISCARDED))


def test_the_origin_is_asked_for_who_has_not_arrived_and_again_each_month() -> None:
    paper = declared(by_card=False)
    first = next_timer(paper)
    second = next_timer(paper, first)

    assert [Task(event("departure"), TaskKind.LOOK_FOR_PERSON, A)] == sent(paper, when=first)
    assert (AT + (5 + 31) * DAY, AT + (5 + 61) * DAY) == (first.at, second.at)


def test_the_destination_is_asked_for_a_certificate_that_it_has_not_answered_in_an_hour() -> None:
    came = next_timer(declared())

    assert AT + 1 + HOUR == came.at
    assert [Task(event("departure"), TaskKind.LOOK_FOR_CERTIFICATE, B)] == sent(declared(), when=came)


def test_who_does_not_come_is_reminded_twice_and_then_the_card_has_lapsed() -> None:
    told: tuple[object, ...] = (declared(), answered("departure", RECORD_B))
    reminded = []
    for _ in range(3):
        came = next_timer(*told)
        reminded.append((came.at, [each for each in sent(*told, when=came) if isinstance(each, Reminder)]))
        told = (*told, came)

    assert [
        (AT + 8 * DAY, [Reminder(event("departure"), ReminderKind.COME)]),
        (AT + 30 * DAY, [Reminder(event("departure"), ReminderKind.COME_SOON)]),
        (AT + 35 * DAY, [Reminder(event("departure"), ReminderKind.CARD_LAPSED)]),
    ] == reminded
    assert [Step.LAPSED] == steps(*told)
    assert [Step.MOVED_IN] == steps(*told, arrived(at=36))


def test_a_timer_that_a_fact_has_overtaken_is_as_if_it_had_not_come() -> None:
    came = next_timer(declared())
    told = (declared(), answered("departure", RECORD_B))

    assert [] == sent(*told, when=came)
    assert steps(*told) == steps(*told, came)


def test_a_timer_is_not_obeyed_before_its_time() -> None:
    came = next_timer(declared())
    early = Came(came.move, came.name, came.by, came.number, came.at - 1)

    assert [] == sent(declared(), when=early)


def test_a_corrected_day_sets_its_timers_anew() -> None:
    told = (declared(), answered("departure", RECORD_B))
    lapsed = (*told, *(_came(TimerName.CARD_LAPSE, 35),))
    again = corrected(declared(to=B), "departure", name="departure corrected", at=50)

    assert [Step.LAPSED] == steps(*lapsed)
    assert [Step.CERT_SENT] == steps(*lapsed, again)


def _came(name: TimerName, after: int) -> Came:
    return Came(event("departure"), name, event("departure"), 0, AT + after * DAY)


def test_a_resident_who_does_not_resubmit_is_told_that_the_application_is_closed() -> None:
    returned = corrected(applied(returned=True), "application", name="returned", at=3)
    came = next_timer(applied(), returned)

    assert [
        Stepped(event("application"), Step.CANCELLED, came.at, A, B),
        Reminder(event("application"), ReminderKind.CLOSED),
    ] == sent(applied(), returned, when=came)


def test_both_desks_decide_a_conflict_and_who_was_wrong_takes_it_back() -> None:
    two = (declared(), arrived(), annulled("departure"))

    assert [Step.CONFLICT] == steps(*two)
    assert [
        Stepped(event("departure"), Step.CONFLICT, AT + 20, A, B),
        Task(event("departure"), TaskKind.DECIDE, B),
        Task(event("departure"), TaskKind.DECIDE, A),
    ] == sent(*two[:2], when=two[2])
    assert Task(event("departure"), TaskKind.ANNUL, B) in sent(*two, when=decided("arrival"))
    assert [Step.CANCELLING] == steps(*two, decided("arrival"))
    assert [Step.CANCELLED] == steps(*two, decided("arrival"), annulled("arrival", at=50))


def test_a_municipality_beside_the_planned_one_is_no_conflict() -> None:
    assert [Step.MOVED_IN] == steps(declared(to=B), arrived(to=C))


def test_an_annulment_that_was_applied_is_not_undone() -> None:
    told = (declared(), annulled("departure", awaited=[RECORD_B]))
    gone = event("annulment of departure")

    assert [Step.CANCELLING] == steps(*told, Answer(gone, RECORD_B, Outcome.APPLIED, AT + 30))
    assert [Step.CANCELLED] == steps(*told, Answer(gone, RECORD_B, Outcome.UNDONE, AT + 30))


def test_answers_that_nobody_waits_for_have_little_room() -> None:
    """Any member may write them; whoever is waited for is heard all the same."""
    strangers = [Answer(event(f"{number}"), RECORD_B, Outcome.APPLIED, AT) for number in range(MOST_UNASKED)]
    state = known(declared(awaited=[RECORD_B]), *strangers)

    assert not accepts(state, Answer(event("one more"), RECORD_B, Outcome.APPLIED, AT), DAYS)
    assert accepts(state, Answer(event("departure"), RECORD_B, Outcome.APPLIED, AT), DAYS)
    assert accepts(known(*strangers[1:]), Answer(event("one more"), RECORD_B, Outcome.APPLIED, AT), DAYS)


@pytest.mark.parametrize(("place", "is_conflict"), [(1, False), (3, True)])
def test_of_facts_of_one_millisecond_the_log_tells_which_was_later(place: int, *, is_conflict: bool) -> None:
    """After an outage the broker gives a whole batch the same time."""
    there, taken_back = replace(arrived(at=10), place=2), replace(annulled("departure", at=10), place=place)

    assert is_conflict == (steps(declared(), there, taken_back) == [Step.CONFLICT])


@pytest.mark.parametrize(("place", "stands"), [(1, Step.NOTIFIED), (3, Step.COMPLETED)])
def test_a_notice_that_was_sent_again_is_booked_by_what_the_log_has_behind_it(place: int, stands: Step) -> None:
    again = replace(corrected(notified(), "notice", name="again", at=11), place=2)

    assert [stands] == steps(declared(), arrived(), notified(), again, replace(closed(at=11), place=place))
