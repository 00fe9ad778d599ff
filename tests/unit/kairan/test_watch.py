"""A call into Kafka's client that does not return is seen; whoever waits elsewhere is not."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Event, Thread

import pytest

from kairan import watch
from kairan.kafka import KafkaReader, KafkaWriter, reader, writer
from kairan.stream import Outgoing, TopicPartition
from kairan.watch import STILL_SECONDS, Calls


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def pass_long(self) -> None:
        self.now += STILL_SECONDS + 1


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Of the calls into Kafka's client in this process."""
    clock = Clock()
    monkeypatch.setattr(watch.CALLS, "_clock", clock)
    return clock


def in_another_thread(call: Callable[[], object]) -> Thread:
    thread = Thread(target=call)
    thread.start()
    return thread


def test_a_call_that_does_not_return_is_seen_among_others_that_do() -> None:
    clock, entered, over = Clock(), Event(), Event()
    calls = Calls(clock)

    @calls.within()
    def locked_up() -> None:
        entered.set()
        over.wait()

    thread = in_another_thread(locked_up)
    entered.wait()
    clock.pass_long()
    with calls.within():
        seen = calls.one_stands_still()
    over.set()
    thread.join()

    assert (seen, calls.one_stands_still()) == (True, False)


def test_a_call_that_lasts_as_long_as_it_may_is_let_be() -> None:
    clock = Clock()
    calls = Calls(clock)
    with calls.within():
        clock.now += STILL_SECONDS

        assert not calls.one_stands_still()


def test_who_has_called_and_waits_elsewhere_does_not_stand_still() -> None:
    clock = Clock()
    calls = Calls(clock)
    with calls.within():
        pass
    clock.pass_long()

    assert not calls.one_stands_still()


def test_a_call_that_failed_is_over() -> None:
    clock = Clock()
    calls = Calls(clock)
    with suppress(ValueError), calls.within():
        raise ValueError
    clock.pass_long()

    assert not calls.one_stands_still()


def test_a_call_that_asks_again_and_again_in_vain_counts_from_where_it_began() -> None:
    clock = Clock()
    calls = Calls(clock)
    with calls.within():
        clock.pass_long()
        with calls.within():
            pass

        assert calls.one_stands_still()


AT = TopicPartition("topic", 0)


class Locked:
    """A client of Kafka's; time passes in whatever is asked of it, and what was seen then is kept."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.seen: dict[str, bool] = {}

    def __getattr__(self, name: str) -> Callable[..., object]:
        return lambda *_, **__: self._asked(name)

    def _asked(self, name: str) -> list[object]:
        self._clock.pass_long()
        self.seen[name] = watch.CALLS.one_stands_still()
        return []


def locked_reader(monkeypatch: pytest.MonkeyPatch, client: Locked) -> KafkaReader:
    monkeypatch.setattr(reader, "Consumer", lambda _: client)
    monkeypatch.setattr(KafkaReader, "_described", lambda *_: [AT])
    monkeypatch.setattr(KafkaReader, "_begin", lambda *_, **__: {AT: 0})
    return KafkaReader({}, "group", [], from_start=True)


@pytest.mark.parametrize(
    ("ask", "name"),
    [
        (lambda asked: asked.poll(0, 1), "poll"),
        (lambda asked: asked.positions(), "position"),
        (lambda asked: asked.seek({AT: 1}), "incremental_assign"),
        (lambda asked: asked.commit({AT: 1}), "store_offsets"),
        (lambda asked: (asked.pause([AT]), asked.commit({AT: 1})), "commit"),
        (lambda asked: asked.pause([AT]), "incremental_unassign"),
        (lambda asked: (asked.pause([AT]), asked.resume([AT])), "incremental_assign"),
    ],
)
def test_whatever_a_reader_asks_its_client_is_watched(
    ask: Callable[[KafkaReader], object], name: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Locked(clock)
    asked = locked_reader(monkeypatch, client)
    with suppress(AttributeError):  # the client's answers are none
        asked.poll(0, 1)  # so that it fetches
    client.seen.clear()
    with suppress(AttributeError):
        ask(asked)

    assert client.seen[name]
    assert not watch.CALLS.one_stands_still()


def locked_writer(monkeypatch: pytest.MonkeyPatch, client: Locked) -> KafkaWriter:
    monkeypatch.setattr(writer, "Producer", lambda _: client)
    return KafkaWriter({})


def test_whatever_a_writer_asks_its_client_is_watched(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Locked(clock)
    asked = locked_writer(monkeypatch, client)
    asked.send(Outgoing("topic", b"", b""))
    asked.confirm()

    assert client.seen == {"poll": True, "produce": True, "flush": True}


def test_to_make_the_records_that_are_sent_is_no_call_and_may_last(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def slow() -> Iterator[Outgoing]:
        for _ in range(600):
            clock.pass_long()
            seen.append(watch.CALLS.one_stands_still())
            yield Outgoing("topic", b"", b"")

    locked_writer(monkeypatch, Locked(clock)).send_all(slow())

    assert (len(seen), any(seen)) == (600, False)
