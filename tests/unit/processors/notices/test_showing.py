"""What a page may show without replaying anything."""

from typing import Any

from hypothesis import given

from processors.notices.facts import Input, Perpetrator
from processors.notices.notices import Status
from processors.notices.showing import TASK, shows
from tests.unit.processors.notices.test_saga import ARRIVED, CANCELLED, HISTORIES, HOME, LEAVING
from tests.unit.processors.notices.world import (
    CHILD,
    ICHIKAWA,
    MORNING,
    RULES,
    SHE,
    after,
    fact,
    notice_of,
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
    } == row.facts


def test_what_is_over_is_shown_as_that_and_what_was_withdrawn_too() -> None:
    assert Status.SUPERSEDED == shown(*HOME, LEAVING, ARRIVED)["N2"].kind
    assert Status.WITHDRAWN == shown(*HOME, LEAVING, CANCELLED)["N2"].kind
    assert Status.QUEUED == shown(*HOME, LEAVING, CANCELLED)["N41"].kind


def test_of_what_is_withdrawn_for_somebodys_sake_there_is_no_row() -> None:
    assert "N10a" in shown(*HOME, BORN)
    assert {} == shown(*HOME, BORN, protected(50, CHILD))
    assert {} == shown(*HOME, BORN, Perpetrator("122033:1", lasts=True, at=MORNING + 9))


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
