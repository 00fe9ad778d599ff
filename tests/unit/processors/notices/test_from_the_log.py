"""Each rule from the bytes of a record in the log to the page of the resident whom it tells."""

from datetime import date

import pytest

from gateway.residents.standing import on_the_page
from gateway.residents.words import Shown, values
from processors.notices import texts
from processors.notices.notices import StaffTask, Why
from processors.notices.rules import load
from processors.notices.silent import silent
from processors.notices.texts import Language
from tests.unit.gateway.residing import AOI, Place, signed_in
from tests.unit.processors.notices.logged import (
    CASES,
    OTHER,
    SHE,
    application,
    arrived,
    foreign,
    loaded,
    measure,
    of_child,
    safe_channel,
    said,
)
from tests.unit.processors.notices.play import Play, event, passed_on, related
from tests.unit.processors.routing import world

FAR = 10**13
"""In the year 2286."""
DAY = 86_400_000


def on_page(play: Play, person: int) -> dict[str, date | None]:
    """The rules that hold on her page, with the day by which."""
    return {each.rule: each.due for each in on_the_page(rows(play, person)) if each.holds}


def rows(play: Play, person: int) -> list[tuple[bytes, str, object]]:
    handle = world.handle(person)
    return [(each.item, each.kind, each.facts) for each in play.journal.shown([handle])[handle]]


def sendings(play: Play, rule: str) -> list[tuple[str, str]]:
    return [(each["channel"], each["purpose"]) for each in play.sendings if each["text"] == rule]


@pytest.mark.parametrize("rule", CASES)
def test_a_record_of_the_log_puts_the_notice_on_the_page_of_whom_it_tells(rule: str) -> None:
    case = CASES[rule]
    play = Play().come(*case.records).reach(FAR)
    place = Place()
    for each in on_the_page(rows(play, case.to)):
        place.entries.tell(AOI, each)
    told = next(each for each in on_the_page(rows(play, case.to)) if each.rule == rule)
    title = Shown(texts.render(rule, Language.JAPANESE, values(told.office, told.due)).title)

    assert ("page", "tell") in sendings(play, rule)
    assert str(title) in signed_in(place).get("/my/notices").text


@pytest.mark.parametrize("rule", CASES)
@pytest.mark.parametrize("standing", ["protected", "unknown"])
def test_nothing_of_it_is_on_any_page_while_she_hides(rule: str, standing: str) -> None:
    """The records are the same, and a resident record says behind them that she hides."""
    case = CASES[rule]
    word = said("residence.RecordAmended", 70, protection=standing)
    play = Play().come(*case.records, word._replace(timestamp=world.APPENDED + 1)).reach(FAR)

    assert {} == on_page(play, SHE)
    assert rule not in on_page(play, case.to)


@pytest.mark.parametrize(
    "rule", set(CASES) - {"N41"} - {each.id for each in load().rules if "vital.Died" == each.trigger}
)
def test_a_death_takes_it_off_every_page(rule: str) -> None:
    case = CASES[rule]
    dead = said("vital.Died", 71)._replace(timestamp=world.APPENDED + 400 * DAY)
    play = Play().come(*case.records, dead).reach(FAR)

    assert (False, {}) == (rule in on_page(play, case.to), on_page(play, SHE))


def test_every_rule_is_told_by_a_record_or_stands_in_the_list_of_those_that_none_tells() -> None:
    told = {*CASES, "N24c", "N39"}

    assert set() == told & silent().keys()
    assert {rule.id for rule in load().rules} == told | silent().keys()


def test_no_record_of_all_calls_for_a_rule_of_that_list() -> None:
    facts = [fact for case in CASES.values() for fact in Play().come(*case.records).state(SHE).known.facts.values()]

    assert set() == {rule for fact in facts for rule in fact.calls} & silent().keys()


def test_the_school_is_told_by_the_board_of_education() -> None:
    play = Play().come(*CASES["N24a"].records)

    assert ("N24c", Why.FOR_STAFF) in [(e.rule, e.why) for e in play.told(SHE) if isinstance(e, StaffTask)]


def test_the_end_of_a_measure_is_told_a_month_before_by_her_safe_channel_alone() -> None:
    play = Play().come(measure(), safe_channel()).reach(start("2027-03-01") - 1)
    before = sendings(play, "N39")
    play.reach(FAR)

    assert ([], [("safe", "tell")], {}) == (before, sendings(play, "N39"), on_page(play, SHE))


def test_of_a_measure_that_was_prolonged_the_new_end_is_told_and_only_once() -> None:
    longer = measure(2, end="2028-03-31")._replace(timestamp=world.APPENDED + DAY)
    play = Play().come(measure(), safe_channel(), longer).reach(FAR)

    assert [("safe", "tell")] == sendings(play, "N39")
    assert {"N39": "2028-03-01"} == play.standing(SHE)


@pytest.mark.parametrize("change", ["ended", "created"])
def test_of_a_measure_that_has_ended_nothing_is_told(change: str) -> None:
    over = measure(2, kind="3", change=change)._replace(timestamp=world.APPENDED + DAY)
    play = Play().come(measure(), safe_channel(), over).reach(FAR)

    assert [] == sendings(play, "N39")


def test_a_measure_without_a_last_day_has_no_end_that_could_be_told() -> None:
    assert {} == Play().come(measure(end="9999-12-31"), safe_channel()).reach(FAR).standing(SHE)


def test_that_there_was_a_measure_or_an_application_is_passed_on_to_nobody() -> None:
    """Though others have a part in what else is said of her, and she does not hide any more."""
    named = {"related": related(head=OTHER, spouse=OTHER)}
    over = measure(2, kind="3", change="ended")
    records = [loaded(OTHER), arrived(**named).records[0], application(3), measure(), over]
    word = said("residence.RecordAmended", 70, protection="none", **named)
    last = [each._replace(timestamp=world.APPENDED + number) for number, each in enumerate([*records, word])]

    assert {"residence.MovedIn"} == {each.fact.trigger for each in passed_on(Play().come(*last))}


def test_what_others_hear_of_her_tells_no_day_that_is_hers() -> None:
    """Of her age or her stay; a parent hears when her child enters school."""
    play = Play().come(*of_child("residence.RecordLoaded", "2021-05-05", **foreign("中長期在留者")).records)
    (letter,) = passed_on(play)

    assert {"N25a", "N25b"} == letter.fact.calls.keys()
    assert {"N33", "N35a", "N35b", "N35c", "N35d"} < play.state(SHE).known.facts[event(1)].calls.keys()


@pytest.mark.parametrize(
    ("rule", "day", "before"),
    [
        ("N25a", "2027-11-30", "2027-10-01"),
        ("N25b", "2028-01-31", "2027-10-01"),
        ("N33", "2026-09-01", "2026-06-03"),
        ("N35a", "2026-06-09", "2026-05-10"),
        ("N35b", "2026-06-10", "2026-05-11"),
        ("N35c", "2026-06-09", "2026-05-10"),
        ("N35d", "2026-06-09", "2026-05-10"),
    ],
)
def test_what_lies_ahead_waits_for_its_day(rule: str, day: str, before: str) -> None:
    case = CASES[rule]
    play = Play().come(*case.records).reach(start(before) - 1)
    eve = on_page(play, case.to)
    play.reach(start(before) + DAY)

    assert (False, date.fromisoformat(day)) == (rule in eve, on_page(play, case.to).get(rule))


def start(day: str) -> int:
    """Midnight in Japan."""
    return world.APPENDED - 9 * 3_600_000 + (date.fromisoformat(day) - date(2026, 1, 1)).days * DAY
