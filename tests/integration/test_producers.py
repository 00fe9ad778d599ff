"""The source on a real Kafka: each member's relay and refusals under the member's own principal."""

import threading
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TypeVar

import pytest

from kairan import topics, wire
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.postgres import Connection, connect
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing
from producers.__main__ import main
from tests.integration.core import ONE, an_arrival, book

pytestmark = pytest.mark.stack
MEMBER = "122033"
ENDS_SECONDS = 60
"""Whoever has not ended by then does not end."""
Found = TypeVar("Found")


@pytest.fixture
def clerk(stack: Settings) -> Iterator[Connection]:
    with connect(stack.dsn(f"core_{MEMBER}"), autocommit=True) as connection:
        connection.execute("insert into core_system.office values (%s, '市川市') on conflict do nothing", (MEMBER,))
        yield connection
        connection.execute("truncate core_system.resident_history, core_system.outbox, core_system.office cascade")


@pytest.fixture
def producers(stack: Settings) -> Iterator[None]:
    """The process, as a thread; whatever stops it shows at the end."""
    stopped = threading.Event()
    failed: list[Exception] = []

    def _run() -> None:
        try:
            main(stack, stopped.is_set)
        except Exception as error:  # noqa: BLE001 - handed to the test
            failed.append(error)

    thread = threading.Thread(target=_run, daemon=True)
    thread.start()
    yield
    stopped.set()
    thread.join(ENDS_SECONDS)
    assert (failed, False) == ([], thread.is_alive())


@pytest.mark.usefixtures("producers")
def test_a_change_reaches_the_members_topic_and_its_refusal_comes_back(stack: Settings, clerk: Connection) -> None:
    ingress = KafkaReader(stack.properties("admission"), "admission.test", [topics.name(topics.IN, MEMBER)])
    book(clerk, an_arrival())
    statement = _next(ingress)
    ingress.close()
    assert ONE.encode() == statement.key
    assert "residence.MovedIn" == wire.decode_envelope(statement.value or b"").record["type"]

    _refuse(stack, statement)
    assert [("date.future", 0)] == _soon(lambda: _refused(clerk))


def _next(reader: KafkaReader) -> Incoming:
    return _soon(lambda: reader.poll(0.3, 1))[0]


def _refuse(stack: Settings, statement: Incoming) -> None:
    refusal = {
        "id": None,
        "type": None,
        "topic": statement.topic,
        "partition": statement.partition,
        "offset": statement.offset,
        "problems": [{"code": "date.future", "path": "envelope.effective", "rule": "only a plan"}],
        "refused": statement.timestamp,
        "digest": sha256(statement.value or b"").digest(),
    }
    writer = KafkaWriter(stack.properties("admission"))
    value = wire.encode_record("kairan.bus.Refusal", refusal)
    writer.send(Outgoing(topics.name(topics.REFUSALS, MEMBER), None, value))
    writer.confirm()
    writer.close()


def _refused(clerk: Connection) -> list[tuple[str, int]]:
    return clerk.execute(
        "select refusal -> 0 ->> 'code', \"offset\" from core_system.outbox where refused_at is not null"
    ).fetchall()


def _soon(find: Callable[[], list[Found]]) -> list[Found]:
    """What is found within ten seconds."""
    for _ in range(100):
        if found := find():
            return found
        time.sleep(0.1)
    return []
