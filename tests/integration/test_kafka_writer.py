"""The writer after a failure, with the real client and no broker: nothing is appended behind what was not stored."""

import socket
import time
from collections.abc import Iterator

import pytest

from kairan.kafka import KafkaWriter
from kairan.stream import NotConfirmedError, Outgoing

RECORD = Outgoing("in.141003", b"person", b"statement")


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address that nobody listens at and nobody else gets."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


@pytest.fixture(params=[True, False], ids=["positions", "failures-only"])
def writer(nowhere: str, request: pytest.FixtureRequest) -> KafkaWriter:
    """Gives up after a tenth of a second."""
    return KafkaWriter({"bootstrap.servers": nowhere, "delivery.timeout.ms": "100"}, positions=request.param)


def send(writer: KafkaWriter, count: int) -> None:
    for _ in range(count):
        writer.send(RECORD)


def fail(writer: KafkaWriter) -> None:
    writer.send(RECORD)
    with pytest.raises(NotConfirmedError):
        writer.confirm()


def test_after_a_failure_nothing_more_is_taken(writer: KafkaWriter) -> None:
    fail(writer)

    with pytest.raises(NotConfirmedError):
        writer.send(RECORD)


def test_a_failure_is_never_confirmed_later(writer: KafkaWriter) -> None:
    fail(writer)

    with pytest.raises(NotConfirmedError):
        writer.confirm()


def test_what_was_sent_behind_a_failed_record_is_given_up_with_it(nowhere: str) -> None:
    """The second record had more than a second left, in which a broker that is back would have stored it."""
    writer = KafkaWriter({"bootstrap.servers": nowhere, "delivery.timeout.ms": "2500"})
    writer.send(RECORD)
    time.sleep(2)
    fail(writer)
    writer.close()

    assert 0 == writer._producer.flush(0.5)


def test_a_long_wave_stops_at_the_first_failure_that_is_reported(writer: KafkaWriter) -> None:
    writer.send(RECORD)
    time.sleep(1.5)

    with pytest.raises(NotConfirmedError):
        send(writer, 1000)
