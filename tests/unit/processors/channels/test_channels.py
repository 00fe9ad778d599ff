"""A resident is told where she wants to be, and once, whatever breaks."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.notices.port import Later, Message, Outcome
from connectors.notices.testing import MemoryChannel
from processors.channels import naming
from processors.channels.delivering import BATCH
from tests.unit.processors.channels.world import (
    DAY,
    HANAKO,
    HOUR,
    MORNING,
    ONE,
    TARO,
    THREE,
    TWO,
    World,
    address,
    record,
    sending,
)

PHONE = address(channel="push", means="webpush")
LINE = address(channel="push", means="line")
SAFE = address(channel="safe")
MAIL = address()


def test_what_is_asked_for_is_told_and_the_notices_hear_of_it() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending())
    world.round()

    assert ["hanako's mail"] == world.told()
    assert [(ONE, "delivered")] == world.receipts()


def test_nothing_is_told_before_its_time() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending(not_before=MORNING + HOUR))
    world.round()

    assert [] == world.told()
    world.now += HOUR
    world.round()
    assert ["hanako's mail"] == world.told()


def test_every_address_of_the_class_is_told_and_one_receipt_follows() -> None:
    world = World()
    world.named(MAIL, PHONE, LINE)
    world.asked(sending(channel="push"))
    world.round()

    assert ([], ["hanako's webpush"], ["hanako's line"]) == (world.told(), world.told("webpush"), world.told("line"))
    assert [(ONE, "delivered")] == world.receipts()


def test_who_has_named_no_address_is_told_nothing_and_the_notices_hear_of_it() -> None:
    world = World()
    world.named(MAIL, PHONE, address(TARO, token="other", channel="mail", consented=None))
    world.asked(sending(channel="safe"), sending(TWO, handle=TARO))
    world.round()

    assert [(ONE, "gone"), (TWO, "gone")] == world.receipts()


def test_the_page_needs_no_address() -> None:
    world = World()
    world.asked(sending(channel="page"))
    world.round()

    assert [(ONE, "delivered")] == world.receipts()


def test_of_a_letter_on_paper_nobody_here_knows_what_becomes() -> None:
    world = World()
    world.asked(sending(channel="post"))
    world.round()

    assert ([], {}) == (world.receipts(), world.queue.kept.copies)


def test_what_was_confirmed_is_not_told_again_however_often_it_is_asked_for() -> None:
    world = World()
    world.named(MAIL)
    for _ in range(3):
        world.asked(sending(), sending())
        world.round()

    assert ["hanako's mail"] == world.told()
    assert [(ONE, "delivered")] == world.receipts()


@given(st.lists(st.sampled_from(["asked", "round", "begin", "undone"]), max_size=12))
def test_a_record_that_comes_twice_tells_once(happens: list[str]) -> None:
    world = World()
    world.named(MAIL, address(channel="mail", means="portal"))
    steps: dict[str, Callable[[], object]] = {
        "asked": lambda: world.asked(sending(), sending(TWO)),
        "round": world.round,
        "begin": world.begin,
        "undone": lambda: killed_before_the_mark(world),
    }
    for each in [*happens, "asked", "round", "round"]:
        steps[each]()

    ids = [message.id for message in world.channels["mail"].sent]
    assert 2 == len(set(ids))
    assert len(ids) <= 2 + 2 * happens.count("undone")
    assert [(ONE, "delivered"), (TWO, "delivered")] == sorted(world.receipts())


class KilledError(BaseException):
    """In the place of SIGKILL."""


def killed_before_the_mark(world: World) -> None:
    """The channel has taken it, and nothing of that was stored."""
    real, world.queue.settle = world.queue.settle, dies  # type: ignore[method-assign]
    try:
        for each in ("mail", "portal"):
            with suppress(KilledError):
                world.round(each)
    finally:
        world.queue.settle = real  # type: ignore[method-assign]
    world.begin()


def dies(*_: Any) -> None:
    raise KilledError


def test_who_is_killed_before_the_mark_sends_again_what_can_be_known_by_its_id() -> None:
    world = World()
    world.named(MAIL)
    world.asked(sending())
    killed_before_the_mark(world)
    world.round()
    first, again = world.channels["mail"].sent

    assert first.id == again.id
    assert [(ONE, "delivered")] == world.receipts()


def test_who_is_killed_while_queueing_queues_it_again() -> None:
    world = World()
    world.named(MAIL)
    world.written(map(record, (sending(), sending(TWO))))
    real, world.queue.advance = world.queue.advance, dies  # type: ignore[method-assign]
    with pytest.raises(KilledError):
        world.take()
    world.queue.advance = real  # type: ignore[method-assign]
    world.begin()
    world.take()
    world.round()

    assert ["hanako's mail"] * 2 == world.told()
    assert 2 == len({message.id for message in world.channels["mail"].sent})


def test_a_channel_that_is_down_delays_only_itself() -> None:
    world = World()
    world.named(PHONE, LINE)
    world.channels["webpush"].down_after = 0
    world.asked(sending(channel="push"))

    assert [(1, True), (1, False)] == world.round("webpush", "line")
    assert (["hanako's line"], []) == (world.told("line"), world.receipts())
    world.channels["webpush"].down_after = None
    world.round()
    assert ["hanako's webpush"] == world.told("webpush")
    assert [(ONE, "delivered")] == world.receipts()


def test_what_a_channel_took_before_it_was_down_is_not_sent_again() -> None:
    world = World()
    world.named(MAIL)
    world.channels["mail"].down_after = 1
    world.asked(sending(ONE), sending(TWO))
    world.round()

    assert [(ONE, "delivered")] == world.receipts()
    world.channels["mail"].down_after = None
    world.round()
    assert ["hanako's mail"] * 2 == world.told()


def test_a_channel_that_is_down_is_asked_again_after_pauses_that_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.named(MAIL)
    world.channels["mail"].down_after = 0
    world.asked(sending())
    pauses: list[float] = []
    monkeypatch.setattr("processors.channels.delivering.pause", lambda seconds, _: pauses.append(seconds))
    world.loops["mail"].keep(lambda: len(pauses) == 10)

    assert [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 300.0, 300.0] == pauses


def test_who_cannot_be_reached_is_tried_again_later_each_time() -> None:
    world = World()
    world.named(MAIL)
    world.channels["mail"].busy.add("hanako's mail")
    world.asked(sending())
    pauses = []
    for _ in range(4):
        world.round()
        [waiting] = world.queue.due("mail", MORNING + DAY, 9)
        pauses.append((waiting.due - world.now) // 60_000)
        world.now = waiting.due

    assert [15, 30, 60, 120] == pauses
    world.channels["mail"].busy.clear()
    world.round()
    assert [(ONE, "delivered")] == world.receipts()


def test_the_other_side_is_not_asked_before_it_wants_to_be() -> None:
    class Busy(MemoryChannel):
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            for _ in messages:
                yield Later(7200)

    world = World()
    world.named(MAIL)
    world.asked(sending())
    world.loop("mail", Busy()).once()

    assert [MORNING + 2 * HOUR] == [each.due for each in world.queue.due("mail", MORNING + DAY, 9)]


def test_what_nobody_could_be_told_in_time_is_given_up_and_kept() -> None:
    world = World()
    world.named(MAIL)
    world.channels["mail"].down_after = 0
    world.asked(sending(expires=MORNING + HOUR))
    world.now += HOUR
    world.round()

    assert [(ONE, "expired")] == world.receipts()
    assert {"expired"} == set(world.queue.kept.ends.values())
    assert {ONE: sending(expires=MORNING + HOUR)} == world.queue.kept.sendings


def test_an_address_at_which_nobody_is_is_not_tried_again() -> None:
    world = World()
    world.named(MAIL)
    world.channels["mail"].gone.add("hanako's mail")
    world.asked(sending(ONE))
    world.round()
    world.asked(sending(TWO))
    world.round()

    assert [(ONE, "gone"), (TWO, "gone")] == world.receipts()
    assert [True] == [each.is_gone for each in world.queue.of(HANAKO)]


def test_one_address_of_two_suffices() -> None:
    world = World()
    world.named(PHONE, LINE)
    world.channels["webpush"].gone.add("hanako's webpush")
    world.asked(sending(channel="push"))
    world.round()

    assert [(ONE, "delivered")] == world.receipts()


def test_an_address_that_she_took_back_meanwhile_is_told_nothing() -> None:
    world = World()
    world.named(MAIL, PHONE)
    world.asked(sending(ONE), sending(TWO, channel="push"))
    mail, _ = world.queue.of(HANAKO)
    world.queue.forget(mail.number)
    world.named(address(channel="push", means="webpush", consented=None))
    world.round()

    assert ([], []) == (world.told(), world.told("webpush"))
    assert [(ONE, "gone"), (TWO, "unwanted")] == sorted(world.receipts())


def test_an_address_that_is_taken_back_while_others_are_told_is_told_nothing() -> None:
    world = World()
    world.named(MAIL, address(TARO))
    world.asked(sending(ONE), sending(TWO, handle=TARO))
    mail = world.channels["mail"]

    class Slow(MemoryChannel):
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            for outcome in mail.send(messages):
                naming.take_all_back(world.queue, TARO, MORNING)
                yield outcome

    world.loop("mail", Slow()).once()
    world.round()

    assert ["hanako's mail"] == world.told()
    assert [(ONE, "delivered"), (TWO, "gone")] == world.receipts()


def test_a_record_that_nobody_can_read_is_kept_aside_and_the_others_go_on() -> None:
    world = World()
    world.named(MAIL)
    strange = [sending(THREE, channel="pigeon"), sending(THREE, purpose="shout")]
    world.written([record(sending())._replace(value=b"?"), *map(record, strange), record(sending(TWO))])
    world.take()
    world.round()

    assert [(TWO, "delivered")] == world.receipts()
    assert ["UnknownSendingError"] * 2 == list(world.queue.kept.unreadable.values())[1:]
    assert [0, 1, 2] == [at.offset for at in world.queue.kept.unreadable]


def test_a_round_takes_a_batch_at_most() -> None:
    world = World()
    world.named(MAIL)
    world.asked(*(sending(number.to_bytes(16)) for number in range(BATCH + 1)))

    assert [(BATCH, False), (1, False)] == [*world.round("mail"), *world.round("mail")]
