"""What a page may show without replaying anything."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from processors.notices.facts import Fact, Input, Perpetrator, Settled
from processors.notices.notices import Status, TaskId, Why
from processors.notices.showing import TASK, shows
from tests.unit.processors.notices.test_saga import ARRIVED, CANCELLED, HISTORIES, HOME, LEAVING
from tests.unit.processors.notices.world import (
    CHILD,
    ICHIKAWA,
    MORNING,
    OTHER,
    RULES,
    SHE,
    YOKOHAMA,
    after,
    event,
    fact,
    notice_of,
    on,
    protected,
    receipt,
)

BORN = fact("vital.Born", 7, about=CHILD)


def shown(*history: Input) -> dict[str, Any]:
    """By rule."""
    return {str(each.facts["rule"]): each for each in shows(after(*history), RULES) if each.kind != TASK}


def test_a_notice_is_shown_with_its_office_its_day_and_when_it_was_told() -> None:
    row = shown(*HOME, LEAVING, receipt("N2", "page"))["N2"]

    assert (bytes(notice_of("N2")), "sent", {ICHIKAWA}) == (row.item, row.kind, row.desks)
    assert {
        "rule": "N2",
        "kind": "guide",
        "wording": 0,
        "due": "2026-04-15",
        "office": ICHIKAWA,
        "business": "001",
        "about": SHE.hex(),
        "told": MORNING + 1,
        "why": None,
        "over": None,
    } == row.facts


def test_what_is_over_is_shown_as_that_and_what_was_withdrawn_too() -> None:
    assert Status.SUPERSEDED == shown(*HOME, LEAVING, ARRIVED)["N2"].kind
    assert Status.WITHDRAWN == shown(*HOME, LEAVING, CANCELLED)["N2"].kind
    assert Status.QUEUED == shown(*HOME, LEAVING, CANCELLED)["N41"].kind


CHANGED = replace(LEAVING, event=event(6), at=MORNING + 6, calls={}, change="corrected", corrects=event(1))


@pytest.mark.parametrize(("later", "why"), [(CANCELLED, "annulled"), (CHANGED, "changed")])
def test_what_was_withdrawn_says_why_in_a_word_that_may_be_told_and_since_when(later: Fact, why: str) -> None:
    row = shown(*HOME, LEAVING, later)["N2"]

    assert (Status.WITHDRAWN, why, later.at) == (row.kind, row.facts["why"], row.facts["over"])


def test_what_was_withdrawn_for_somebodys_sake_does_not_come_back_when_its_fact_is_taken_back() -> None:
    """A line that says so would tell that there was something."""
    annulled = fact("vital.Born", 9, about=CHILD, change="annulled", corrects=event(7))

    assert "N10a" in shown(*HOME, BORN, annulled)
    assert {} == shown(*HOME, BORN, protected(50, CHILD), annulled)
    assert {} == shown(*HOME, BORN, annulled, protected(50, CHILD))


def test_of_what_is_withdrawn_for_somebodys_sake_there_is_no_row() -> None:
    assert "N10a" in shown(*HOME, BORN)
    assert {} == shown(*HOME, BORN, protected(50, CHILD))
    assert {} == shown(*HOME, BORN, Perpetrator("122033:1", lasts=True, at=MORNING + 9))


def asked(*history: Input) -> dict[str, Any]:
    """Of staff, by rule."""
    return {str(each.facts["rule"]): each for each in shows(after(*history), RULES) if each.kind == TASK}


PUPIL = fact("residence.MovedIn", 7, born=on("2016-05-05"))


def test_what_staff_is_asked_is_shown_to_the_office_that_answers_until_it_is_over() -> None:
    row = asked(*HOME, PUPIL)["N24c"]

    assert {YOKOHAMA} == row.desks
    assert {
        "rule": "N24c",
        "why": Why.FOR_STAFF,
        "since": MORNING + 7,
        "due": None,
        "source": YOKOHAMA,
        "office": YOKOHAMA,
        "business": "017",
        "about": SHE.hex(),
        "root": event(7).hex(),
        "hides": False,
    } == row.facts
    assert "N24c" not in asked(*HOME, PUPIL, fact("residence.MoveOutDeclared", 9))


def test_what_a_desk_has_done_is_shown_no_more_and_nothing_else_is_done_by_it() -> None:
    task = bytes(asked(*HOME, PUPIL)["N24c"].item)
    done = Settled(b"n" * 16, task, YOKOHAMA, MORNING + 9)

    assert asked(*HOME, PUPIL).keys() - {"N24c"} == asked(*HOME, PUPIL, done).keys()
    assert asked(*HOME, PUPIL).keys() == asked(*HOME, PUPIL, replace(done, task=bytes(16))).keys()
    assert asked(*HOME, PUPIL, done).keys() == asked(*HOME, done, PUPIL).keys()


@pytest.mark.parametrize("hiding", [protected(50), protected(50, CHILD), protected(50, OTHER)])
def test_of_what_is_asked_it_is_said_that_somebody_hides(hiding: Input) -> None:
    """Whom it would tell, the subject, or one whom the record names beside her."""
    born = replace(BORN, about=OTHER, related=frozenset({CHILD}), calls=fact("vital.Born", 7, parties={}).calls)

    assert asked(*HOME, born, hiding)
    assert {True} == {each.facts["hides"] for each in asked(*HOME, born, hiding).values()}


def test_of_the_schools_own_task_it_is_said_that_somebody_of_the_record_hides() -> None:
    """Nobody is told of it, so that nothing else asks who else is named."""
    pupil = replace(PUPIL, related=frozenset({CHILD}))

    assert [False, True] == [asked(*HOME, pupil, *more)["N24c"].facts["hides"] for more in ([], [protected(50, CHILD)])]


def test_of_what_was_meant_for_a_dead_parent_it_is_said_that_the_child_hides() -> None:
    died = fact("vital.Died", 9)
    rows = [asked(*HOME, BORN, died, *more)["N10a"].facts for more in ([], [protected(50, CHILD)])]

    assert [(Why.ADDRESSEE_DIED, False), (Why.ADDRESSEE_DIED, True)] == [(each["why"], each["hides"]) for each in rows]


def test_a_task_has_another_name_for_another_reason() -> None:
    assert 2 == len({TaskId.of(SHE, "N5", event(7), why) for why in (Why.HIDDEN, Why.NOBODY_NAMED)})


def test_what_would_tell_a_perpetrator_is_said_to_hide_though_nobody_is_known_to() -> None:
    named = Perpetrator("122033:1", lasts=True, at=MORNING + 9)

    assert {True} == {each.facts["hides"] for each in asked(*HOME, BORN, named).values()}


@given(HISTORIES)
def test_of_who_hides_or_has_died_nothing_is_shown(history: list[Input]) -> None:
    hidden = protected(10**12)

    assert {} == shown(*HOME, *history, hidden)
    assert {} == shown(*HOME, *history, fact("vital.Died", 30))


@given(HISTORIES)
def test_each_notice_that_holds_is_shown_to_whose_page_is_open(history: list[Input]) -> None:
    state = after(*HOME, *history)
    holding = {bytes(name) for name, entry in state.entries.items() if entry.holds}

    assert holding <= {each.item for each in shows(state, RULES)} or not state.is_page_open
