"""The fifteen oddities of a move that a process must survive (domain §3.3), each by its number."""

from dataclasses import fields, replace

from processors.moving.facts import (
    Annulment,
    Answer,
    Application,
    Arrival,
    Came,
    Closing,
    Death,
    Decision,
    Departure,
    Group,
    Notice,
    Outcome,
    TimerName,
    Visit,
)
from processors.moving.steps import Step, conflict
from processors.moving.tasks import Stepped, Task, TaskKind
from tests.unit.processors.moving.story import (
    AT,
    RECORD_B,
    A,
    B,
    C,
    abroad,
    annulled,
    answered,
    arrived,
    closed,
    corrected,
    day,
    declared,
    died,
    event,
    next_timer,
    notified,
    sent,
    steps,
    the_moves,
    visit,
)

WORDS = (Annulment, Answer, Application, Arrival, Came, Closing, Death, Decision, Departure, Notice, Visit)


def test_1_a_notice_before_the_planned_day_keeps_both_days() -> None:
    [move] = the_moves(declared(planned=day(30)), arrived(after=3), notified(after=3))
    departure, arrival = move.chains[0].newest, move.chains[1].newest

    assert (day(30), day(3)) == (departure.planned, arrival.moved_in)


def test_2_of_several_notices_the_newest_counts_and_a_resend_is_booked_anew() -> None:
    resent = corrected(notified(after=7), "notice", name="resent", at=15)
    told = (declared(), arrived(), notified(), closed())
    [move] = the_moves(*told, resent)

    assert resent == move.newest(Notice)
    assert [Step.COMPLETED] == steps(*told)
    assert [Step.NOTIFIED] == steps(*told, resent)
    assert [Step.COMPLETED] == steps(*told, resent, corrected(closed(), "closing", name="booked anew", at=16))


def test_2_a_notice_that_the_log_has_before_its_predecessor_is_the_newest_all_the_same() -> None:
    first = notified("first", at=12, sequence=1)
    [move] = the_moves(arrived(), notified("second", at=11, sequence=2), first)

    assert 2 == _of(move.newest(Notice)).sequence


def _of(notice: Notice | None) -> Notice:
    assert notice is not None
    return notice


def test_3_a_notice_that_never_comes_puts_the_person_on_the_list_of_those_who_have_not_arrived() -> None:
    came = next_timer(declared(by_card=False))

    assert TimerName.NOT_ARRIVED == came.name
    assert [Task(event("departure"), TaskKind.LOOK_FOR_PERSON, A)] == sent(declared(by_card=False), when=came)


def test_4_who_arrives_elsewhere_than_planned_has_moved_there_and_the_planned_one_gives_up_what_it_has() -> None:
    told = (
        declared(to=B, awaited=[RECORD_B]),
        answered("departure", RECORD_B),
        arrived(to=C),
        notified(by=C),
        closed(),
    )
    to_c = corrected(declared(to=C, awaited=[RECORD_B]), "departure", name="to C", at=20)

    assert [C] == [move.destination for move in the_moves(*told)]
    assert Task(event("departure"), TaskKind.WITHDRAW_PLAN, A) in sent(*told[:2], when=told[2])
    assert [Step.CONFIRMED] == steps(*told) == steps(*told, to_c)
    assert [Step.COMPLETED] == steps(*told, to_c, answered("to C", RECORD_B, Outcome.UNDONE))


def test_4_a_plan_that_was_corrected_to_another_destination_waits_for_it() -> None:
    to_c = corrected(declared(to=C), "departure", name="to C", at=3)

    assert [Stepped(event("departure"), Step.CERT_SENT, AT + 3, A, C)] == sent(declared(), when=to_c)
    assert [Step.PREPARED] == steps(declared(), answered("departure", RECORD_B))
    assert [Step.CERT_SENT] == steps(declared(), answered("departure", RECORD_B), to_c)


def test_5_each_member_of_a_household_moves_by_himself_and_the_group_is_told() -> None:
    family = Group(A, "g1", 3)
    output = sent(when=replace(declared(), group=family))[0]

    assert Stepped(event("departure"), Step.CERT_SENT, AT + 1, A, B, family) == output


def test_6_an_arrival_without_a_departure_is_a_move_from_where_the_person_was_registered() -> None:
    told = (arrived(), notified(), closed())

    assert [(A, B)] == [(move.origin, move.destination) for move in the_moves(*told)]
    assert [Step.MOVED_IN] == steps(*told[:1])
    assert [Step.COMPLETED] == steps(*told)


def test_7_a_notice_for_a_person_who_was_removed_before_is_booked_there() -> None:
    assert [Step.COMPLETED] == steps(closed(at=0), arrived(), notified())


def test_8_who_comes_back_moves_a_second_time() -> None:
    there = (declared(), arrived(), notified(), closed())
    back = (declared("back", at=60, origin=B, to=A), arrived("home", at=70, origin=B, to=A))

    assert [Step.COMPLETED, Step.MOVED_IN] == steps(*there, *back)
    assert [(A, B), (B, A)] == [(move.origin, move.destination) for move in the_moves(*there, *back)]


def test_9_who_dies_before_arriving_moves_no_more() -> None:
    assert [Step.CANCELLED] == steps(declared(), died())


def test_9_who_dies_after_arriving_is_closed_at_the_origin_all_the_same() -> None:
    assert [Step.MOVED_IN] == steps(declared(), arrived(), died(at=15))
    assert [Step.COMPLETED] == steps(declared(), arrived(), died(at=15), notified(at=16), closed(at=17))


def test_10_who_goes_abroad_needs_no_notice_and_who_comes_from_there_has_no_origin() -> None:
    assert [Step.COMPLETED] == steps(abroad(), closed(confirmed=False))
    assert [Step.COMPLETED] == steps(arrived(origin=None))


def test_11_a_move_between_wards_is_a_move_of_one_member_and_none_of_this_process() -> None:
    """区間異動 is ``Relocated``, which no fact here tells; an arrival in the origin itself begins a move of its own."""
    assert 2 == len(the_moves(declared(), arrived(to=A, origin=None)))


def test_12_an_origin_that_takes_its_departure_back_after_the_arrival_keeps_two_records_and_somebody_decides() -> None:
    told = (declared(), arrived(), notified(), closed())

    assert [Step.COMPLETED] == steps(*told)
    assert [Step.CONFLICT] == steps(*told, annulled("closing"))
    assert [Step.COMPLETED] == steps(*told, annulled("closing"), closed("closed again", at=30))


def test_13_characters_that_an_office_cannot_take_in_leave_the_move_waiting_for_its_answer() -> None:
    told = (declared(awaited=[RECORD_B]), arrived(), notified(), closed())
    came = next_timer(*told)

    assert [Step.CONFIRMED] == steps(*told)
    assert [Task(event("departure"), TaskKind.LOOK_AFTER_OFFICE, B, RECORD_B)] == sent(*told, when=came)


def test_14_no_word_of_a_move_has_a_name_or_an_address() -> None:
    """What is not known here cannot be told to the former municipality: places are municipalities, days are days."""
    assert {"reason"} == {each.name for word in WORDS for each in fields(word) if each.type in (str, "str")}


def test_15_an_arrival_that_was_taken_back_after_the_notice_leaves_nobody_unseen() -> None:
    told = (declared(), arrived(), notified(), closed())
    back = annulled("arrival")

    assert [
        Stepped(event("departure"), Step.CANCELLING, AT + 20, A, B),
        Task(event("departure"), TaskKind.REOPEN, A),
    ] == sent(*told, when=back)
    assert [Step.COMPLETED] == steps(*told, back, arrived("entered again", at=30))
    assert [Step.PREPARED] == steps(
        *told, back, annulled("notice", at=31), annulled("closing", at=32), answered("departure", RECORD_B)
    )


def test_two_declared_destinations_are_decided_by_a_human() -> None:
    told = (declared(), declared("second", at=3, to=C))

    assert [Step.CONFLICT] == steps(*told)
    assert [Step.CONFLICT] == steps(*told, visit())
    assert [Step.CERT_SENT] == steps(*told, annulled("second"))


def test_an_arrival_beside_a_record_that_lives_elsewhere_is_decided_by_a_human() -> None:
    told = (arrived(origin=None), arrived("another", at=50, origin=A, to=C))

    assert [Step.COMPLETED, Step.CONFLICT] == steps(*told)
    assert B == the_moves(*told)[1].rival
    assert [Step.CANCELLED, Step.MOVED_IN] == steps(*told, annulled("arrival"))


def test_a_notice_of_whom_nobody_knows_is_decided_by_a_human() -> None:
    [move] = the_moves(notified())

    assert conflict(move) is not None
    assert [Step.NOTIFIED] == steps(notified(), arrived(at=60))
