"""What is to be seen of a move: where it stands, what it waits for, who has to do what; by the state alone."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.partial_date import PartialDate
from processors.moving.facts import Came, ConflictKind, Group, Input, Outcome, TimerName
from processors.moving.moves import moves
from processors.moving.process import shows
from processors.moving.showing import Undeclared, shown
from processors.moving.steps import ENDED, Step, step
from processors.moving.tasks import TaskKind
from processors.moving.timers import DAY
from processors.runtime.process import Shown
from tests.unit.processors.moving.story import (
    AT,
    DAYS,
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
    known,
    next_timer,
    notified,
    visit,
)
from tests.unit.processors.moving.test_histories import histories, of_sources


def seen(*told: Input) -> list[Shown]:
    return list(shows(known(*told), DAYS))


def facts(*told: Input) -> dict[str, Any]:
    """Of the only move."""
    [one] = seen(*told)
    return dict(one.facts)


def picked(names: str, *told: Input) -> list[Any]:
    its = facts(*told)
    return [its[name] for name in names.split()]


def tasks(*told: Input) -> list[tuple[str, str]]:
    return [(each["kind"], each["desk"]) for each in facts(*told)["tasks"]]


def test_each_move_is_shown_where_it_stands_to_all_that_it_names() -> None:
    whole = (declared(), arrived(), notified(), closed())
    later = declared("later departure", at=200, origin=B, to=C)

    assert [(event("departure"), Step.COMPLETED, {A, B}), (event("later departure"), Step.CERT_SENT, {B, C})] == [
        each[:3] for each in seen(*whole, later)
    ]


def test_a_municipality_that_was_planned_once_still_sees_it() -> None:
    [one] = seen(declared(to=C), arrived())

    assert {A, B, C} == one.desks


def test_where_from_where_to_and_when() -> None:
    family = Group(A, "7", 3)
    about = PartialDate("2023-11-A2", certain=False, text="令和5年11月中旬")
    told = (replace(declared(planned=about), group=family), visit(), arrived())

    assert [A, B, None, True, False] == picked("origin destination rival by_card is_abroad", *told)
    assert {"municipality": A, "number": "7", "size": 3} == facts(*told)["group"]
    assert [
        {"value": "2023-11-A2", "text": "令和5年11月中旬", "certain": False},
        {"value": "2023-11-21", "text": "", "certain": True},
        {"value": "2023-11-20", "text": "", "certain": True},
    ] == picked("planned visit moved_in", *told)


def test_every_group_that_any_fact_ever_named_is_kept() -> None:
    """Whoever left together hides together, be it that a later word names others, or nobody."""
    told = replace(declared(), group=Group(A, "7", 3))
    again = replace(corrected(told, "departure", name="c", at=9), group=Group(A, "8", 1))
    back = replace(annulled("c", at=10), group=None)

    assert [[], [f"{A}:7"], [f"{A}:7", f"{A}:8"]] == [
        facts(*said)["groups"] for said in ([declared()], [told], [told, again, back])
    ]


def test_what_is_not_known_is_null() -> None:
    assert [None, None, None, None] == picked("origin planned moved_in group", visit())
    assert [None, True] == picked("destination is_abroad", abroad())


def test_an_application_has_a_plan_until_the_departure_has_another() -> None:
    assert [{"value": "2023-11-20", "text": "", "certain": True}] == picked("planned", applied())
    assert [{"value": "2023-11-17", "text": "", "certain": True}] == picked(
        "planned", applied(), declared(planned=PartialDate("2023-11-17", certain=True))
    )


def test_the_event_of_each_kind_that_stands_is_named() -> None:
    told = (declared(), corrected(declared(), "departure", name="corrected", at=5), arrived(), annulled("arrival"))

    assert [event("corrected").hex(), None, None, event("annulment of arrival").hex()] == picked(
        "departure arrival notice last", *told
    )


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (0, [applied()]),
        (1, [applied(), declared()]),
        (2, [declared(), visit()]),
        (30, [declared(awaited=[RECORD_B]), answered("departure", RECORD_B)]),
        (2, [declared(awaited=[RECORD_B]), visit(), answered("departure", RECORD_B)]),
        (7, [declared(at=7), visit(at=2)]),
        (10, [arrived(), declared(at=50)]),
        (11, [declared(), arrived(), notified()]),
        (12, [declared(), arrived(awaited=[INSURANCE_B]), notified(), closed()]),
        (90, [arrived(awaited=[INSURANCE_B]), notified(), closed(), answered("arrival", INSURANCE_B, at=90)]),
        (20, [declared(), annulled("departure")]),
    ],
)  # fmt: skip
def test_it_says_since_when_it_stands_there(at: int, told: list[Input]) -> None:
    assert AT + at == facts(*told)["since"]
    assert AT + min(each.at - AT for each in told) == facts(*told)["begun"]


def test_a_timer_that_moved_it_on_says_since_when() -> None:
    lapse = Came(event("departure"), TimerName.CARD_LAPSE, event("departure"), 0, AT + 40 * DAY)
    closing = Came(event("application"), TimerName.RESUBMISSION, event("returned"), 0, AT + 50 * DAY)
    returned = corrected(applied(returned=True), "application", name="returned", at=3)

    [lapsed], [given_up] = seen(declared(), lapse), seen(applied(), returned, closing)
    assert [(Step.LAPSED, AT + 40 * DAY), (Step.CANCELLED, AT + 50 * DAY)] == [
        (each.kind, each.facts["since"]) for each in (lapsed, given_up)
    ]


def test_offices_that_have_to_answer_are_counted_and_those_that_did() -> None:
    told = (declared(awaited=[RECORD_B]), arrived(awaited=[INSURANCE_B, RECORD_B]), answered("arrival", INSURANCE_B))
    undone = answered("annulment of arrival", INSURANCE_B, Outcome.CANNOT_UNDO)

    assert [3, 1] == picked("awaited answered", *told)
    assert [2, 1] == picked("awaited answered", declared(awaited=[RECORD_B]), arrived(),
                            annulled("arrival", awaited=[INSURANCE_B]), undone)  # fmt: skip


def test_what_a_timer_asked_for_is_to_be_done_until_it_has_come() -> None:
    timer = next_timer(declared())

    assert [] == tasks(declared())
    assert [(TaskKind.LOOK_FOR_CERTIFICATE, B)] == tasks(declared(), timer)
    assert [] == tasks(declared(), timer, visit())


def test_a_task_is_to_be_done_also_when_its_timer_comes_no_more() -> None:
    told: list[Input] = [declared()]
    for _ in range(3):
        told.append(next_timer(*told))

    assert [(TaskKind.LOOK_FOR_CERTIFICATE, B)] == tasks(*told)
    assert TimerName.CERTIFICATE not in {each["name"] for each in facts(*told)["timers"]}


def test_who_has_to_take_note_of_a_lapse_is_shown_it() -> None:
    lapse = Came(event("departure"), TimerName.CARD_LAPSE, event("departure"), 0, AT + 40 * DAY)

    assert {(TaskKind.TAKE_NOTE_OF_LAPSE, A), (TaskKind.TAKE_NOTE_OF_LAPSE, B)} == {*tasks(declared(), lapse)}


def test_what_only_a_human_can_decide_is_to_be_done_at_once() -> None:
    second = declared("second departure", at=3, to=C)

    assert {(TaskKind.DECIDE, A)} == {*tasks(declared(), second)}
    assert [2] == picked("departures", declared(), second)
    assert [ConflictKind.TWO_DESTINATIONS] == picked("conflict", declared(), second)
    assert [[B, C]] == [[plan["destination"] for plan in its] for its in picked("plans", declared(), second)]
    assert [None] == picked("conflict", declared())
    assert (TaskKind.ANNUL, A) in tasks(declared(), second, decided("second departure"))


def test_an_office_that_has_to_be_looked_after_is_named() -> None:
    told: tuple[Input, ...] = (declared(), arrived(awaited=[INSURANCE_B]), notified(), closed())
    [task] = facts(*told, next_timer(*told))["tasks"]

    assert {"kind": TaskKind.LOOK_AFTER_OFFICE, "desk": B, "about": {"member": B, "business": "024"}} == task


def test_what_it_waits_for_is_told_with_its_time() -> None:
    assert [{"name": TimerName.NOTICE, "due": AT + 10 + 600_000}] == facts(declared(), arrived())["timers"]


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (None, [declared(), arrived()]),
        (None, [declared()]),
        (Undeclared.UNSAID, [arrived()]),
        (Undeclared.UNSEEN, [replace(arrived(), is_from_member=False)]),
        (Undeclared.NOWHERE, [arrived(origin=None)]),
        (Undeclared.TAKEN_BACK, [declared(), annulled("departure", at=5), arrived()]),
    ],
)
def test_an_arrival_without_a_departure_has_a_reason(why: Undeclared | None, told: list[Input]) -> None:
    assert why == facts(*told)["undeclared"]


def test_it_is_told_whether_the_notice_of_an_arrival_will_be_seen() -> None:
    unseen = replace(arrived(), is_from_member=False)

    assert [True, False, False, None] == [
        facts(*told)["is_from_member"] for told in ([arrived()], [unseen], [arrived(origin=None)], [declared()])
    ]


@given(histories)
def test_whatever_was_told_can_be_shown_and_only_what_ended_waits_for_nothing(told: list[Input]) -> None:
    for move in moves(known(*told)):
        one = shown(move, DAYS)

        assert one.facts == json.loads(json.dumps(one.facts))
        assert (step(move) in ENDED) == (not one.facts["timers"])
        assert one.facts["begun"] <= one.facts["since"]


@given(of_sources, st.data())
def test_in_whatever_order_it_was_told_the_same_is_shown(told: list[Input], data: st.DataObject) -> None:
    assert seen(*told) == seen(*data.draw(st.permutations(told)))
