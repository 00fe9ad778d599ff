"""What lies ahead stands in each record of a person: which of them tells it, and what a record says of protection."""

from typing import Any

import pytest

from kairan.stream import Incoming
from processors.notices.notices import StaffTask
from tests.unit.processors.notices.logged import OTHER, SHE, application, foreign, loaded, said
from tests.unit.processors.notices.play import Play, event, related, sent
from tests.unit.processors.notices.world import CHILD as CHILD_OF_HERS
from tests.unit.processors.notices.world import after, fact, protected
from tests.unit.processors.routing import world

FAR, THIRD = 10**13, 3
STAYS = foreign("中長期在留者")
CHILD: dict[str, Any] = {"birth_date": world.day("2021-05-05")}


def in_turn(*records: Incoming) -> Play:
    return Play().come(*(each._replace(timestamp=world.APPENDED + n) for n, each in enumerate(records)))


def amended(number: int, **more: Any) -> Incoming:
    return said("residence.RecordAmended", number, **more)


def holding(play: Play, rule: str, person: int = SHE) -> list[bytes]:
    """The records on which notices of the rule rest that hold."""
    return [each.notice.root for each in play.state(person).entries.values() if each.holds and each.notice.rule == rule]


def test_what_two_records_say_is_told_for_the_first_and_once() -> None:
    play = in_turn(amended(1, **STAYS), amended(2, **STAYS), amended(3, **STAYS)).reach(FAR)

    assert [event(1)] == holding(play, "N33")
    assert ["tell"] == [each["purpose"] for each in play.sendings if each["text"] == "N33"]


def test_what_comes_between_two_records_that_say_the_same_and_says_nothing_of_it_changes_nothing() -> None:
    told = in_turn(amended(1, **STAYS), application(2), amended(3, **STAYS))

    assert [event(1)] == holding(told, "N33")


def test_another_day_takes_the_place_of_the_former_and_comes_back_where_it_is_said_again() -> None:
    longer = foreign("中長期在留者", "2029-09-01")

    assert [event(2)] == holding(in_turn(amended(1, **STAYS), amended(2, **longer)), "N33")
    assert [event(3)] == holding(in_turn(amended(1, **STAYS), amended(2, **longer), amended(3, **STAYS)), "N33")


def test_a_record_that_was_annulled_does_not_silence_the_next() -> None:
    gone = amended(3, change="annulled", corrects=event(1))

    assert [event(2)] == holding(in_turn(amended(1, **STAYS), amended(2, **STAYS), gone), "N33")


def test_a_stay_that_no_record_tells_any_more_does_not_end() -> None:
    assert [] == holding(in_turn(amended(1, **STAYS), amended(2)), "N33")


def test_another_parent_is_told_where_the_record_names_another() -> None:
    records = [amended(1, related=related(parent=OTHER), **CHILD), amended(2, related=related(parent=THIRD), **CHILD)]
    play = in_turn(loaded(OTHER), loaded(THIRD), *records)

    assert ([], [event(2)]) == (holding(play, "N25a", OTHER), holding(play, "N25a", THIRD))


@pytest.mark.parametrize("protection", ["none", "protected"])
def test_staff_is_not_asked_of_what_may_be_years_away(protection: str) -> None:
    told = in_turn(amended(1, protection=protection, **STAYS)).told(SHE)

    assert [] == [each.rule for each in told if isinstance(each, StaffTask)]


def test_an_application_hides_nobody_and_uncovers_nobody() -> None:
    spoken = in_turn(loaded(), application())
    unheard = in_turn(application())

    assert (True, []) == (bool(sent(spoken.told(SHE))), sent(unheard.told(SHE)))


def test_an_application_that_says_protected_hides() -> None:
    assert not in_turn(loaded(), application(protection="protected")).state(SHE).is_page_open


def test_the_record_of_a_resident_says_how_she_stands_from_then_on() -> None:
    """001's own word lifts what it said before."""
    play = in_turn(amended(1, protection="protected"), said("residence.MoveInNotified", 2, protection="protected"))
    before = play.state(SHE).is_page_open
    lifted = amended(3, protection="none")._replace(timestamp=world.APPENDED + 9)

    assert (False, True) == (before, play.come(lifted).state(SHE).is_page_open)


def test_what_a_parent_hears_of_a_childs_record_lifts_nothing() -> None:
    """A letter is no word of 001: the child's own instance says how it stands."""
    letter = fact("residence.RecordAmended", 9, about=CHILD_OF_HERS)

    assert after(protected(5, CHILD_OF_HERS, "unknown"), letter).known.hides(CHILD_OF_HERS)
