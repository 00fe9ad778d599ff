"""Offsets are told, or not at all: what the client leaves open is no offset."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from confluent_kafka import OFFSET_INVALID, KafkaError, KafkaException
from confluent_kafka import TopicPartition as Assigned

from kairan.kafka import offsets
from kairan.kafka.offsets import Offsets
from kairan.stream import TopicPartition

ONE, OTHER = TopicPartition("one", 0), TopicPartition("other", 0)
Answer = int | KafkaException | None
"""None: the client never answers."""


def failure(code: int) -> KafkaException:
    return KafkaException(KafkaError(code))


class Clients:
    """Each fresh client has the next answers and knows no others."""

    def __init__(self, *answers: Mapping[TopicPartition, Answer]) -> None:
        self.left = list(answers)

    def __call__(self, properties: object) -> "Client":
        return Client(self.left.pop(0))


class Client:
    def __init__(self, answers: Mapping[TopicPartition, Answer]) -> None:
        self.answers = answers

    def list_offsets(self, asked: Iterable[Assigned], *, request_timeout: float) -> dict[Assigned, Future]:
        assert request_timeout > 0
        return {at: _future(self.answers[TopicPartition(at.topic, at.partition)]) for at in asked}


def _future(answer: Answer) -> Future[SimpleNamespace]:
    future: Future[SimpleNamespace] = Future()
    if isinstance(answer, KafkaException):
        future.set_exception(answer)
    elif answer is not None:
        future.set_result(SimpleNamespace(offset=answer))
    return future


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Offsets]:
    def _asked(*answers: Mapping[TopicPartition, Answer]) -> Offsets:
        monkeypatch.setattr(offsets, "_clients", {})
        monkeypatch.setattr(offsets, "AdminClient", Clients(*answers))
        for name in ("_PAUSE_SECONDS", "_GRACE_SECONDS", "_SECONDS_ONCE", "_SECONDS_TOLD"):
            monkeypatch.setattr(offsets, name, 0.001)
        return Offsets({"bootstrap.servers": "here"})

    return _asked


NOT_TOLD = [failure(KafkaError.LEADER_NOT_AVAILABLE), failure(KafkaError._TIMED_OUT), OFFSET_INVALID, None]


@pytest.mark.parametrize("missing", NOT_TOLD)
def test_a_partition_whose_broker_does_not_answer_keeps_nobody_from_the_other(
    asked: Callable[..., Offsets], missing: Answer
) -> None:
    assert {OTHER: 7} == asked({ONE: missing, OTHER: 7}).told([ONE, OTHER])


@pytest.mark.parametrize("missing", NOT_TOLD)
def test_who_needs_all_asks_again_by_a_fresh_client(asked: Callable[..., Offsets], missing: Answer) -> None:
    """Librdkafka leaves "invalid" without an error where a broker does not answer; it was taken for an end."""
    assert {ONE: 5, OTHER: 7} == asked({ONE: missing, OTHER: 7}, {ONE: 5, OTHER: 7}).last([ONE, OTHER])


@pytest.mark.parametrize("ask", [Offsets.told, Offsets.last])
def test_a_refusal_is_an_error(asked: Callable[..., Offsets], ask: Callable) -> None:
    refused = asked({ONE: failure(KafkaError.TOPIC_AUTHORIZATION_FAILED)}, {ONE: 5})

    with pytest.raises(KafkaException, match="TOPIC_AUTHORIZATION_FAILED"):
        ask(refused, [ONE])


def test_of_nothing_nobody_is_asked(asked: Callable[..., Offsets]) -> None:
    assert {} == asked().told([])
