"""What one message raises is that message's end: nobody beside it is told later, twice or not at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connectors.notices.port import DELIVERED, DownError, Later, Message, Outcome
from kairan.identifiers import Handle
from processors.channels import delivering
from processors.channels.delivering import BATCH, Delivering
from processors.channels.handing import Failed, handed_over
from tests.unit.processors.channels.world import (
    HANAKO,
    MORNING,
    ONE,
    TARO,
    THREE,
    TWO,
    World,
    address,
    measure,
    sending,
)

POISON = {"to": "poison-canary"}


@dataclass
class Raising:
    """Raises over some addresses, as a library does over what its author did not foresee, and takes all others."""

    errors: dict[str, list[BaseException]] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for message in messages:
            self.tried.append(message.target["to"])
            if errors := self.errors.get(message.target["to"]):
                raise errors.pop(0)
            yield DELIVERED


def poisoned(*errors: BaseException) -> tuple[World, Delivering, Raising]:
    """Hanako before, Taro with the poison, Hanako again behind him."""
    world, channel = World(), Raising({POISON["to"]: list(errors)})
    world.named(address(), address(TARO, target=POISON))
    world.asked(sending(ONE), sending(TWO, handle=TARO), sending(THREE))
    return world, world.loop("mail", channel), channel


def test_who_stands_beside_a_poisoned_address_is_told_once_and_at_once() -> None:
    world, loop, channel = poisoned(ValueError("x"), UnicodeError("x"))
    rounds = [loop.once() for _ in range(3)]

    assert [(3, False), (0, False), (0, False)] == rounds
    assert ["hanako's mail", POISON["to"], POISON["to"], "hanako's mail"] == channel.tried
    assert [(ONE, "delivered"), (TWO, "failed"), (THREE, "delivered")] == sorted(world.receipts())


def test_what_went_wrong_once_and_then_goes_is_told() -> None:
    world, loop, _ = poisoned(LookupError("x"))
    loop.once()

    assert [(ONE, "delivered"), (TWO, "delivered"), (THREE, "delivered")] == sorted(world.receipts())


def test_what_is_set_aside_is_alarmed_without_a_word_of_what_it_held() -> None:
    _, loop, _ = poisoned(ValueError("canary"), ValueError("canary"))
    with capture_logs() as logs:
        loop.once()

    [found] = [each for each in logs if each.get("alarm")]
    assert ("it is set aside", "ValueError") == (found["alarm"], found["error"])
    assert "test_poisoned.py" in found["rule"]
    assert "canary" not in str(logs)


def test_an_address_over_which_we_failed_is_not_taken_for_one_that_is_gone() -> None:
    world, loop, _ = poisoned(ValueError("x"), ValueError("x"))
    loop.once()

    assert [False] == [each.is_gone for each in world.queue.of(TARO)]


def test_nobody_is_held_for_a_server_s_error_and_what_had_its_answer_is_not_sent_again() -> None:
    world, loop, channel = poisoned(ConnectionError("x"), ConnectionError("x"))
    for _ in range(2):
        with pytest.raises(ConnectionError):
            loop.once()
    loop.once()

    assert ["hanako's mail"] * 2 == [each for each in channel.tried if each != POISON["to"]]
    assert [(ONE, "delivered"), (TWO, "delivered"), (THREE, "delivered")] == sorted(world.receipts())


def test_a_mistake_over_no_message_holds_nobody() -> None:
    """Who hides cannot be asked: that is no copy's fault, and nothing may go."""
    world, loop, channel = poisoned()

    class Unknown(type(world.hiding)):  # type: ignore[misc]
        def standing(self, person: Handle) -> str:
            raise LookupError

    strange = replace(loop, hiding=Unknown(world.hiding._reader))
    with pytest.raises(LookupError):
        strange.once()

    assert ([], []) == (channel.tried, world.receipts())


def test_a_channel_that_raises_without_a_message_is_not_asked_for_ever() -> None:
    class Broken:
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            yield from (DELIVERED for _ in messages)
            raise LookupError

    with pytest.raises(LookupError):
        list(handed_over(Broken(), [b"x"], lambda _: True, lambda _: _message("x")))


def test_who_hides_between_two_tries_is_not_tried_again() -> None:
    world, loop, channel = poisoned(ValueError("x"))

    class Meanwhile(Raising):
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            try:
                yield from channel.send(messages)
            except ValueError:
                world.written([measure(TARO)])
                raise

    replace(loop, channel=Meanwhile()).once()

    assert 1 == channel.tried.count(POISON["to"])
    assert (TWO, "hidden") in world.receipts()


def test_who_is_not_reached_now_puts_off_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    world.named(address(TARO), address())
    world.channels["mail"].busy.add("taro's mail")
    world.asked(*(sending(number.to_bytes(16), handle=TARO) for number in range(BATCH)), sending(THREE * 1))
    pauses, rounds = list[float](), iter(range(3))
    monkeypatch.setattr(delivering, "pause", lambda seconds, _: pauses.append(seconds))
    monkeypatch.setattr(delivering, "POLL_SECONDS", 0)
    world.loops["mail"].keep(lambda: next(rounds) == 2)

    assert (["hanako's mail"], []) == (world.told(), pauses)


KINDS = st.sampled_from(["taken", "later", "stumbles", "fails", "down", "hidden"])


@given(st.lists(KINDS, max_size=8))
def test_whatever_messages_raise_each_has_one_outcome_in_its_order(kinds: list[str]) -> None:
    stumbled: set[bytes] = set()

    class Answers:
        def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
            for message in messages:
                kind = kinds[message.id[0]]
                if kind == "down":
                    raise DownError
                if kind == "fails" or (kind == "stumbles" and message.id not in stumbled):
                    stumbled.add(message.id)
                    raise TypeError
                yield Later() if kind == "later" else DELIVERED

    found = list[tuple[int, Outcome | Failed]]()
    is_down = False
    try:
        for each in handed_over(
            Answers(), range(len(kinds)), lambda at: kinds[at] != "hidden", lambda at: _message("", at)
        ):
            found.append(each)
    except DownError:
        is_down = True

    reached = kinds.index("down") if "down" in kinds else len(kinds)
    ends: dict[str, Outcome | Failed] = {"later": Later(), "fails": Failed()}
    assert [(at, ends.get(kind, DELIVERED)) for at, kind in enumerate(kinds[:reached]) if kind != "hidden"] == found
    assert ("down" in kinds) == is_down


def _message(to: str, at: int = 0) -> Message:
    return Message(bytes([at]), {"to": to}, "", "", "en", "", "", MORNING, 1)


def test_a_poisoned_copy_fails_once_for_all() -> None:
    world, loop, channel = poisoned(*[ValueError("x")] * 9)
    for _ in range(3):
        world.begin()
        replace(loop, hiding=world.hiding).once()

    assert 2 == channel.tried.count(POISON["to"])
    assert HANAKO not in world.queue.persons()
