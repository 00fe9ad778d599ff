"""Nobody is told at night, when she hides, or of what was taken back: asked once more before anything leaves."""

from collections.abc import Iterable, Iterator

import pytest

from connectors.notices.port import Message, Outcome
from connectors.notices.testing import MemoryChannel
from processors.channels.queue import Key
from processors.notices.channels import QuietHours
from tests.unit.processors.channels.world import (
    DAY,
    HANAKO,
    HOUR,
    MORNING,
    NOTICE,
    ONE,
    OTHER,
    TARO,
    THREE,
    TWO,
    World,
    address,
    measure,
    sending,
)

PHONE = address(channel="push", means="webpush")
MAIL = address()


@pytest.mark.parametrize(
    ("hour", "opens"),
    [(21, 32), (23, 32), (24, 32), (31, 32), (32, 32), (20, 20), (12, 12)],
    ids=["21", "23", "midnight", "7", "8", "20", "noon"],
)
def test_nobody_is_woken(hour: int, opens: int) -> None:
    world = World(MORNING + (hour - 10) * HOUR)
    world.named(MAIL)
    world.asked(sending(not_before=MORNING))
    world.round()

    assert (hour == opens) == bool(world.told())
    world.now = MORNING + (opens - 10) * HOUR
    world.round()
    assert ["hanako's mail"] == world.told()


def test_her_own_hours_take_the_place_of_the_night() -> None:
    world = World(MORNING + 13 * HOUR)
    world.named(address(quiet=QuietHours(9, 17)), address(TARO))
    world.asked(sending(ONE), sending(TWO, handle=TARO))
    world.round()

    assert ["hanako's mail"] == world.told()
    world.now = MORNING + 23 * HOUR
    world.asked(sending(THREE, expires=MORNING + 9 * DAY))
    world.round()
    assert ["hanako's mail", "taro's mail"] == world.told()
    world.now = MORNING + 31 * HOUR
    world.round()
    assert 3 == len(world.told())


def test_the_page_has_no_night() -> None:
    world = World(MORNING + 13 * HOUR)
    world.asked(sending(channel="page"))
    world.round()

    assert [(ONE, "delivered")] == world.receipts()


@pytest.mark.parametrize("kind", ["1", "2", "unknown"])
def test_who_hides_or_may_hide_is_told_by_her_safe_channel_alone(kind: str) -> None:
    world = World()
    world.named(MAIL, PHONE, address(channel="safe", means="portal"))
    world.written([measure(HANAKO, kind)])
    its = ("mail", "push", "page", "safe")
    world.asked(*(sending(bytes([number]) * 16, channel=each) for number, each in enumerate(its)))
    world.round()

    assert ([], []) == (world.told(), world.told("webpush"))
    assert ["hanako's portal"] == world.told("portal")
    assert ["hidden", "hidden", "hidden", "delivered"] == [how for _, how in sorted(world.receipts())]


def test_what_is_queued_for_later_is_dropped_when_protection_begins_and_does_not_come_back_when_it_ends() -> None:
    world = World()
    world.named(MAIL, address(TARO))
    world.asked(sending(ONE, not_before=MORNING + DAY), sending(TWO, handle=TARO, not_before=MORNING + DAY))
    world.written([measure(HANAKO)])
    world.round("line")

    assert [(ONE, "hidden")] == world.receipts()
    world.written([measure(HANAKO, "3", version=2)])
    world.now += DAY
    world.round()
    assert ["taro's mail"] == world.told()


def test_protection_that_begins_between_two_letters_keeps_the_second_back() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending(ONE), sending(TWO))
    mail = world.channels["mail"]

    class Slow(MemoryChannel):
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            for outcome in mail.send(messages):
                world.written([measure(HANAKO)])
                yield outcome

    world.loop("mail", Slow()).once()

    assert ["hanako's mail"] == world.told()
    assert [(ONE, "delivered"), (TWO, "hidden")] == sorted(world.receipts())


def test_who_starts_reads_who_hides_before_anything_is_told() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending())
    world.written([measure(HANAKO)])
    world.begin()
    world.round()

    assert [] == world.told()


@pytest.mark.parametrize("purpose", ["withdraw", "correct"])
def test_what_is_taken_back_waits_no_more(purpose: str) -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending(ONE, not_before=MORNING + HOUR), sending(TWO, notice=OTHER, not_before=MORNING + HOUR))
    world.asked(sending(THREE, purpose=purpose, channel=""))
    world.now += HOUR
    world.round()

    assert [(ONE, "withdrawn"), (TWO, "delivered")] == world.receipts()


def test_what_is_worded_anew_in_the_same_batch_is_told_in_its_new_words() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending(ONE), sending(TWO, purpose="correct", channel=""), sending(THREE))
    world.round()

    assert [(ONE, "withdrawn"), (THREE, "delivered")] == world.receipts()


def test_what_is_taken_back_in_words_is_told_so() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending(ONE))
    world.round()
    world.asked(sending(TWO, purpose="withdraw"))
    world.round()

    assert ["You have one new notice.", "A notice has changed."] == [
        message.title for message in world.channels["mail"].sent
    ]


def test_a_notice_that_is_taken_back_between_two_letters_is_not_sent() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending(ONE, notice=OTHER), sending(TWO))
    mail = world.channels["mail"]

    class Slow(MemoryChannel):
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            for outcome in mail.send(messages):
                world.queue.take_back(NOTICE, world.now)
                yield outcome

    world.loop("mail", Slow()).once()

    assert [(ONE, "delivered")] == world.receipts()
    assert 1 == len(world.told())


def test_what_was_delivered_while_it_was_taken_back_was_delivered() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending())
    mail = world.channels["mail"]

    class Slow(MemoryChannel):
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            for outcome in mail.send(messages):
                world.asked(sending(TWO, purpose="withdraw", channel=""))
                yield outcome

    world.loop("mail", Slow()).once()

    assert [(ONE, "not then"), (ONE, "delivered")] == world.receipts()
    assert not world.queue.waits(Key(ONE, 1))
