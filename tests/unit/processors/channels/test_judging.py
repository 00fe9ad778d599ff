"""The last question before something leaves, of what is known at that moment."""

from dataclasses import replace
from typing import Any

import pytest

from processors.channels.judging import Go, Never, NotBefore, Verdict, again, judge
from processors.channels.queue import PAGE, Copy
from processors.notices.channels import QuietHours
from tests.unit.processors.channels.world import HOUR, MORNING, address, sending


def copy(channel: Any = "mail", failures: int = 0, **changed: Any) -> Copy:
    named = address(channel="safe" if channel == "safe" else "mail")
    return Copy(sending(channel=channel), 1, "mail", 0, failures, replace(named, **changed))


@pytest.mark.parametrize("standing", ["unknown", "protected"])
@pytest.mark.parametrize(
    ("channel", "verdict"), [("mail", Never("hidden")), ("push", Never("hidden")), ("safe", Go())]
)  # fmt: skip
def test_who_hides_or_may_hide_is_told_safely_only(standing: Any, channel: Any, verdict: Verdict) -> None:
    assert verdict == judge(copy(channel), standing, MORNING)
    assert Go() == judge(copy(channel), "none", MORNING)


@pytest.mark.parametrize("standing", ["unknown", "protected"])
def test_the_page_of_who_hides_is_closed(standing: Any) -> None:
    page = Copy(sending(channel="page"), 0, PAGE, 0)

    assert [Never("hidden"), Go()] == [judge(page, each, MORNING) for each in (standing, "none")]


@pytest.mark.parametrize(("changed", "end"), [({"consented": None}, "unwanted"), ({"is_gone": True}, "gone")])
@pytest.mark.parametrize("channel", ["mail", "safe"])
def test_an_address_that_is_not_wanted_or_not_there_is_told_nothing(channel: Any, changed: Any, end: Any) -> None:
    assert Never(end) == judge(copy(channel, **changed), "none", MORNING)


def test_a_copy_whose_address_she_took_back_goes_nowhere() -> None:
    assert Never("gone") == judge(copy()._replace(address=None), "none", MORNING)


@pytest.mark.parametrize("channel", ["mail", "push", "safe"])
def test_at_night_it_waits_for_the_morning(channel: Any) -> None:
    assert NotBefore(MORNING + 22 * HOUR) == judge(copy(channel), "none", MORNING + 12 * HOUR)


@pytest.mark.parametrize(
    ("quiet", "hour", "opens"),
    [
        (QuietHours(9, 17), 10, 17), (QuietHours(9, 17), 8, 8), (QuietHours(9, 17), 17, 17),
        (QuietHours(23, 6), 22, 22), (QuietHours(23, 6), 23, 30), (QuietHours(23, 6), 29, 30),
        (QuietHours(0, 0), 3, 3),
    ],
)  # fmt: skip
def test_her_own_hours_may_lie_over_midnight_or_not(quiet: QuietHours, hour: int, opens: int) -> None:
    at, then = (MORNING + (each - 10) * HOUR for each in (hour, opens))

    assert (Go() if at == then else NotBefore(then)) == judge(copy(quiet=quiet), "none", at)


def test_each_failure_makes_the_pause_longer_and_the_other_side_longer_still() -> None:
    quarter = HOUR // 4

    assert [quarter, 2 * quarter, 4 * quarter, 2 * HOUR] == [
        again(copy(failures=failures), seconds, 0) for failures, seconds in ((0, None), (1, 60), (2, None), (2, 7200))
    ]
