"""What every channel by which residents are told must do; run for the fake, the simulators and the real ones."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

import pytest

from connectors.notices.port import DELIVERED, GONE, Channel, DownError, Later, Message, Outcome
from tests.hostile.addresses import ENDPOINTS, KEYS, MAILBOXES

ONE, TWO, THREE = "hanako", "taro", "jiro"


class Bench(Protocol):
    """A channel and what lies behind it; persons are known here by short names."""

    channel: Channel

    def target(self, person: str) -> dict[str, Any]: ...

    def leave(self, person: str) -> None: ...

    def occupy(self, person: str) -> None: ...

    def received(self) -> list[tuple[str, str, str, bytes]]:
        """Of everything that arrived: the person, title, body and id, in its order."""
        ...


HOSTILE: list[dict[str, Any]] = [
    *({"mailbox": each, "user": each, "to": each} for each in MAILBOXES),
    *({"endpoint": each, "user": each, "to": each} for each in ENDPOINTS),
    *({"keys": each} for each in KEYS),
]


def message(bench: Bench, person: str, number: int = 1) -> Message:
    return Message(
        id=number.to_bytes(16),
        target=bench.target(person),
        title="お知らせが1件あります。",
        body="This text is a draft.",
        language="ja",
        link="https://notices.example.jp/",
        stop=f"https://notices.example.jp/stop/{number}",
        at=1_780_000_000_000,
        lasts=3600,
    )


def sent(bench: Bench, *messages: Message) -> list[Outcome]:
    return list(bench.channel.send(messages))


class ChannelSuite:
    """Inherit it and give a fixture ``bench``."""

    @pytest.fixture
    def bench(self) -> Bench:
        raise NotImplementedError

    def test_of_no_message_nothing_comes(self, bench: Bench) -> None:
        assert [] == sent(bench)
        assert [] == bench.received()

    def test_what_is_taken_is_delivered_in_order_and_whole(self, bench: Bench) -> None:
        its = [message(bench, person, number) for number, person in enumerate([ONE, TWO, ONE], 1)]

        assert [DELIVERED] * 3 == sent(bench, *its)
        assert [
            (person, each.title, each.body, each.id) for person, each in zip([ONE, TWO, ONE], its, strict=True)
        ] == bench.received()

    def test_a_message_is_taken_when_the_one_before_it_has_its_answer(self, bench: Bench) -> None:
        """Protection may begin between two: what was not taken can still be kept back."""
        answered: list[Outcome] = []
        taken: list[int] = []

        def _handed_over() -> Iterator[Message]:
            for number, person in enumerate([ONE, TWO, THREE]):
                assert number == len(answered)
                taken.append(number)
                yield message(bench, person, number)

        for outcome in bench.channel.send(_handed_over()):
            answered.append(outcome)
            if len(answered) == 2:
                break

        assert [0, 1] == taken
        assert [ONE, TWO] == [each[0] for each in bench.received()]

    def test_an_address_that_is_gone_is_said_and_the_others_are_reached(self, bench: Bench) -> None:
        bench.leave(TWO)

        assert [DELIVERED, GONE, DELIVERED] == sent(bench, *(message(bench, each) for each in (ONE, TWO, THREE)))
        assert [ONE, THREE] == [each[0] for each in bench.received()]

    def test_who_cannot_be_reached_now_is_tried_later_and_the_others_are_reached(self, bench: Bench) -> None:
        bench.occupy(TWO)
        first, second, third = sent(bench, *(message(bench, each) for each in (ONE, TWO, THREE)))

        assert (DELIVERED, True, DELIVERED) == (first, isinstance(second, Later), third)
        assert [ONE, THREE] == [each[0] for each in bench.received()]

    @pytest.mark.parametrize("target", [{}, {"mailbox": 3, "endpoint": 3, "user": 3}])
    def test_what_is_no_address_is_gone(self, bench: Bench, target: dict[str, Any]) -> None:
        wrong = Message(*(target if name == "target" else getattr(message(bench, ONE), name) for name in FIELDS))

        assert [GONE, DELIVERED] == sent(bench, wrong, message(bench, ONE))

    @pytest.mark.parametrize("changed", HOSTILE)
    def test_whatever_is_written_as_an_address_has_an_outcome_and_the_next_one_is_told(
        self, bench: Bench, changed: dict[str, Any]
    ) -> None:
        """Anybody may write anything there: what it makes a library raise ends nothing."""
        its = bench.target(TWO)
        poison = replace(message(bench, TWO), target=its | {name: changed[name] for name in its.keys() & changed})
        first, second = sent(bench, poison, message(bench, ONE, 2))

        assert (True, DELIVERED) == (first in {GONE, DELIVERED}, second)
        assert [(ONE, 2)] == [(each[0], int.from_bytes(each[3])) for each in bench.received()][-1:]

    def test_the_same_again_has_the_same_id(self, bench: Bench) -> None:
        for _ in range(2):
            sent(bench, message(bench, ONE, 7), message(bench, ONE, 8))

        assert [7, 8, 7, 8] == [int.from_bytes(each[3]) for each in bench.received()]


FIELDS = ("id", "target", "title", "body", "language", "link", "stop", "at", "lasts")


class DownSuite:
    """Of channels that have one other side: inherit it too and give a fixture ``down``, a channel that is."""

    @pytest.fixture
    def down(self) -> Channel:
        raise NotImplementedError

    def test_a_channel_that_is_down_says_so_and_nothing_of_the_message_in_hand(
        self, bench: Bench, down: Channel
    ) -> None:
        with pytest.raises(DownError) as raised:
            list(down.send([message(bench, ONE)]))

        assert ONE not in repr(raised.value)
        assert (None, None) == (raised.value.__cause__, raised.value.__context__)

    def test_who_has_nothing_to_send_does_not_ask_whether_it_is_down(self, down: Channel) -> None:
        assert [] == list(down.send([]))
