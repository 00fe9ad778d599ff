"""Consent, quiet hours, failures and reminders: each class of channel goes its own way."""

from collections.abc import Sequence
from datetime import date

import pytest

from processors.notices.channels import QUIET, RETRY, opens, retried_after, start_of
from processors.notices.facts import ChannelClass, Consent, Input
from processors.notices.notices import Output, Send
from processors.notices.saga import wakes
from tests.unit.processors.notices.world import (
    CHILD,
    DAY,
    HOUR,
    MORNING,
    NOT_HIDDEN,
    RULES,
    WILLING,
    after,
    all_said,
    came,
    fact,
    on,
    protected,
    receipt,
    safe,
    said,
    sending,
    sent,
)

HOME: list[Input] = [*NOT_HIDDEN, *WILLING]
ARRIVAL = fact("residence.MovedIn", flags="card_not_continued")
"""Calls for N3b: due on 15 April, remembered from 1 April."""
EVENING = came(13 * HOUR)
"""21:00, the first quiet moment."""
AT_NIGHT = fact("residence.MovedIn", 13 * HOUR + 1, flags="card_not_continued")


def reminders(outputs: Sequence[Output]) -> list[tuple[str, str]]:
    return [
        (each.notice.rule, each.sending.channel)
        for each in outputs
        if isinstance(each, Send) and each.sending.purpose == "reminder"
    ]


def test_nothing_goes_to_a_device_before_its_owner_agreed() -> None:
    assert [("N3b", "page")] == sent(all_said(*NOT_HIDDEN, ARRIVAL))


@pytest.mark.parametrize("channel", ["push", "mail"])
def test_a_channel_opens_with_its_own_consent(channel: ChannelClass) -> None:
    assert [("N3b", channel)] == sent(said(*NOT_HIDDEN, ARRIVAL, when=Consent(channel, is_given=True, at=MORNING + 20)))


def test_a_withdrawn_consent_shuts_the_channel() -> None:
    no_more = Consent("push", is_given=False, at=MORNING)

    assert [("N3b", "mail"), ("N3b", "page")] == sent(all_said(*HOME, no_more, ARRIVAL))


def test_a_letter_follows_a_death_without_consent() -> None:
    death = fact("vital.Died", about=CHILD)

    assert {"page", "post"} == {channel for _, channel in sent(all_said(*NOT_HIDDEN, death))}


def test_devices_stay_quiet_at_night_and_the_page_does_not() -> None:
    assert [("N3b", "page")] == sent(said(*HOME, EVENING, when=AT_NIGHT))


def test_what_waited_at_night_goes_out_in_the_morning_and_once() -> None:
    night = [*HOME, EVENING, AT_NIGHT]
    morning = came(DAY)

    assert MORNING + DAY == wakes(after(*night), RULES)
    assert [] == sent(said(*night, when=came(DAY - 1)))
    assert [("N3b", "mail"), ("N3b", "push")] == sent(said(*night, when=morning))
    assert [] == sent(said(*night, morning, EVENING, when=came(2 * DAY)))


def test_a_safe_channel_has_quiet_hours_too() -> None:
    assert [] == sent(said(protected(), safe(), EVENING, when=AT_NIGHT))


def test_what_lies_years_ahead_is_told_when_its_time_comes() -> None:
    """N10d: half a year before the second birthday; here the calendar's fourteen days stand for it."""
    birth = fact("vital.Born", about=CHILD, effective=on("2027-04-01"))

    assert "N10d" not in dict(sent(all_said(*HOME, birth)))
    assert "N10d" in dict(sent(said(*HOME, birth, when=came(200 * DAY))))


OPENINGS = [(0, 0), (13 * HOUR - 1, 13 * HOUR - 1), (13 * HOUR, DAY), (16 * HOUR, DAY), (DAY - 1, DAY), (DAY, DAY)]


def test_quiet_hours_last_from_nine_in_the_evening_to_eight() -> None:
    assert OPENINGS == [(at, opens("push", MORNING + at) - MORNING) for at, _ in OPENINGS]
    assert {"push", "mail", "safe"} == set(QUIET)


def test_a_day_begins_at_midnight_in_japan() -> None:
    assert MORNING - 8 * HOUR == start_of(date(2026, 4, 1))


def test_a_channel_that_is_down_delays_only_itself() -> None:
    down = receipt("N3b", "push", is_delivered=False)

    assert {"page", "mail", "push"} == {channel for _, channel in sent(all_said(*HOME, ARRIVAL))}
    assert [] == sent(said(*HOME, ARRIVAL, when=down))
    assert down.at + RETRY == wakes(after(*HOME, ARRIVAL, down), RULES)


def test_what_could_not_be_delivered_is_sent_again_under_the_next_number() -> None:
    down = receipt("N3b", "push", is_delivered=False)
    (again,) = said(*HOME, ARRIVAL, down, when=came(10 + RETRY))

    assert isinstance(again, Send)
    assert sending("N3b", "push", number=1) == again.sending


def test_a_channel_that_stays_down_is_tried_less_and_less_often() -> None:
    quarters = [retried_after(failures) // RETRY for failures in range(9)]

    assert [1, 2, 4, 8, 16, 32, 64, 96, 96] == quarters


def test_what_was_delivered_is_not_sent_again() -> None:
    history = [*HOME, ARRIVAL, receipt("N3b", "push", is_delivered=False), receipt("N3b", "push", at=11)]

    assert [] == sent(said(*history, when=came(10 + RETRY)))


EARLY = fact("residence.MovedIn", flags="card_not_continued", effective=on("2026-04-03"))
"""Due on 17 April, remembered from 3 April."""


def test_a_duty_is_remembered_once_before_its_day_where_it_was_told() -> None:
    told = [*HOME, EARLY]

    assert MORNING + 2 * DAY == wakes(after(*told), RULES)
    assert [] == reminders(said(*told, when=came(2 * DAY - 1)))
    assert [("N3b", "mail"), ("N3b", "push")] == reminders(said(*told, when=came(2 * DAY)))
    assert [] == reminders(said(*told, came(2 * DAY), when=came(3 * DAY)))


def test_a_duty_that_is_done_is_not_remembered() -> None:
    assert [] == reminders(said(*HOME, EARLY, fact("residence.MoveOutDeclared", 2), when=came(2 * DAY)))


def test_nothing_is_remembered_after_its_day() -> None:
    assert [] == reminders(said(*HOME, EARLY, when=came(17 * DAY)))


def test_a_duty_that_is_told_late_is_not_remembered_at_once() -> None:
    assert [] == reminders(all_said(*HOME, ARRIVAL, came(DAY), came(5 * DAY)))
