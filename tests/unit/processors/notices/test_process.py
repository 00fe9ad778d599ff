"""Notices in the runtime's journal: every word can be written, read again, and means the same."""

import json
from dataclasses import replace
from datetime import date

from hypothesis import given

from processors.deadlines.deadlines import load
from processors.notices import calls
from processors.notices.days import by_law
from processors.notices.facts import Came, Entitlement, Input, Period, Stated
from processors.notices.process import WORDS, waits
from processors.runtime.process import Timer
from tests.unit.processors.notices.test_saga import HISTORIES, HOME, LEAVING
from tests.unit.processors.notices.world import (
    CHILD,
    DAY,
    HERS,
    HOUR,
    ICHIKAWA,
    MORNING,
    RULES,
    SHE,
    YOKOHAMA,
    after,
    all_said,
    came,
    fact,
    on,
    safe,
    stated,
)


def written_and_read(word: object) -> object:
    return WORDS.from_json(json.loads(json.dumps(WORDS.to_json(word))))


@given(HISTORIES)
def test_what_is_told_and_what_is_decided_stands_in_the_journal_as_it_was(history: list[Input]) -> None:
    words = [*HOME, *history, *all_said(*HOME, *history)]

    assert words == [written_and_read(word) for word in words]


def test_what_was_annulled_calls_for_nothing_and_says_nothing_of_what_it_was() -> None:
    assert {} == fact("residence.MovedIn", change="annulled", flags="is_head", born=on("1951-02-03")).calls


def test_what_a_fact_calls_for_stands_in_the_journal_and_not_what_it_follows_from() -> None:
    periods: dict[Entitlement, Period] = {"nhi": Period(date(2020, 1, 1), date(2031, 1, 7))}
    said = fact("residence.MoveOutDeclared", entitlements=periods, born=on("1951-02-03"), flags="by_card")
    written = json.dumps(WORDS.to_json(said))

    assert {"N2", "N3a", "N19a"} == said.calls.keys() & {"N2", "N3a", "N19a", "N19b"}
    assert said == written_and_read(said)
    assert not any(day in written for day in ("1951-02-03", "2020-01-01", "2031-01-07", "by_card"))


def test_the_process_waits_for_the_next_moment_at_which_it_has_something_to_send() -> None:
    night = after(*HOME, came(13 * HOUR), LEAVING)

    assert [Timer(MORNING + DAY, Came(MORNING + DAY))] == list(waits(night, RULES))
    assert [] == list(waits(after(*HOME, safe()), RULES))


def due(said: Stated) -> dict[str, str]:
    """By law, of what is queued."""
    state = HERS.replay([*HOME, calls.fact(said, RULES, by_law, SHE)])
    return {entry.notice.rule: str(entry.notice.due) for entry in state.entries.values()}


def test_each_deadline_of_the_rules_is_counted_by_law() -> None:
    assert set() == RULES.deadlines - load().keys()


def test_the_days_are_those_of_the_law() -> None:
    """Born on 30 April: days are counted from the next (民法140条)."""
    birth = stated(
        "vital.Born",
        about=CHILD,
        flags="household_in_nhi",
        days={"born": on("2024-04-30"), "nhi_acquired": on("2024-04-30")},
    )
    found = due(birth)

    assert ("2024-05-15", "2024-05-14") == (found["N8"], found["N9a"])


def test_of_two_days_the_notice_says_the_one_that_comes_first() -> None:
    """Fourteen days of living there are over before thirty of the plan are; before the arrival the plan tells both."""
    planned, moved = on("2026-04-20"), on("2026-04-10")
    leaving = stated("residence.MoveOutDeclared", flags="by_card", origin=YOKOHAMA, destination=ICHIKAWA)

    assert "2026-05-04" == due(replace(leaving, days={"planned_departure": planned}))["N2"]
    assert "2026-04-24" == due(replace(leaving, days={"planned_departure": planned, "moved_in": moved}))["N2"]


def test_heirs_are_told_no_day_that_counts_from_what_only_they_know() -> None:
    death = stated("vital.Died", about=CHILD, days={"died": on("2026-04-01")})

    assert "None" == due(death)["N17a"]
