"""What she names, takes back or ends by a click, the notices hear of as consent."""

import json

import pytest

from kairan import wire
from processors.channels import addresses, receipts
from processors.channels.addresses import Address
from processors.channels.testing import MemoryQueue
from processors.notices import process
from processors.notices.facts import Consent, Input, SafeChannel
from tests.unit.processors.channels.world import HANAKO, TARO, address


def heard(queue: MemoryQueue) -> list[Input]:
    letters = [wire.decode_record(letter.value or b"")[1] for _, letter in queue.pending(99)]
    assert {("notices", HANAKO.hex())} >= {(each["process"], each["instance"]) for each in letters}
    return [process.WORDS.from_json(json.loads(each["told"])) for each in letters]


def only(queue: MemoryQueue) -> Address:
    [found] = queue.of(HANAKO)
    return found


@pytest.mark.parametrize(
    ("its", "given", "taken"),
    [
        (address(), Consent("mail", True, 7), Consent("mail", False, 9)),
        (address(channel="push", means="line"), Consent("push", True, 7), Consent("push", False, 9)),
        (address(channel="safe"), SafeChannel(True, 7), SafeChannel(False, 9)),
    ],
)
def test_who_names_an_address_agrees_and_who_takes_it_back_does_not(its: Address, given: Input, taken: Input) -> None:
    queue = MemoryQueue()
    addresses.name(queue, its, 7)
    addresses.remove(queue, only(queue), 9)

    assert ([given, taken], []) == (heard(queue), queue.of(HANAKO))


def test_one_click_is_enough_and_a_second_one_finds_nothing() -> None:
    queue = MemoryQueue()
    addresses.name(queue, address(token="word"), 7)

    assert [False, True, False] == [addresses.stop(queue, token, 9) for token in ("other", "word", "word")]
    assert [Consent("mail", True, 7), Consent("mail", False, 9)] == heard(queue)


def test_a_safe_channel_is_ended_by_no_click() -> None:
    """Whoever reads one letter could end it, she would be told nothing at all, and no desk would know."""
    queue = MemoryQueue()
    addresses.entrust(queue, its := address(channel="safe", token="word"), 7)

    assert (None, False) == (addresses.stopped_by(queue, "word"), addresses.stop(queue, "word", 9))
    assert ([SafeChannel(True, 7)], its.target) == (heard(queue), only(queue).target)


def test_who_is_still_reached_by_the_class_has_not_taken_it_back() -> None:
    queue = MemoryQueue()
    addresses.name(queue, address(channel="push", means="line", token="line"), 7)
    addresses.name(queue, address(channel="push", means="webpush", token="phone"), 7)
    addresses.name(queue, address(token="mail"), 7)
    addresses.stop(queue, "phone", 9)

    assert [True] * 3 == [each.is_given for each in heard(queue) if isinstance(each, Consent)]
    addresses.stop(queue, "line", 9)
    assert Consent("push", False, 9) == heard(queue)[-1]


def test_a_word_cannot_be_guessed() -> None:
    one, other = (Address(TARO, "mail", "mail", {}, address().language, 1).token for _ in range(2))

    assert one != other
    assert 32 == len(one)


@pytest.mark.parametrize(
    ("ends", "how"),
    [
        ((), "gone"),
        (("gone", "delivered", "expired"), "delivered"),
        (("gone", "hidden"), "hidden"),
        (("gone", "expired", "withdrawn"), "expired"),
        (("unwanted", "gone"), "unwanted"),
        (("gone", "withdrawn"), "gone"),
        (("expired", "failed"), "failed"),
        (("expired", "withdrawn"), "expired"),
        (("withdrawn",), "withdrawn"),
    ],
)
def test_of_its_copies_the_most_telling_is_said(ends: tuple[str, ...], how: str) -> None:
    assert how == receipts.how(ends)
