"""What admission refused is noted in the outbox row that it is of, and only there."""

import json
from hashlib import sha256

import pytest

from connectors.postgres.refusals import RefusalNotes
from kairan import wire
from kairan.stream import Outgoing, Position, TopicPartition
from kairan.testing import MemoryBroker, MemoryReader
from tests.integration.core import MEMBER, ONE, Clerk, Relay, an_arrival, book, clerk, core_dsn, insert, relay, rows

__all__ = ["clerk", "core_dsn", "relay"]  # fixtures
pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    "payload", ["{}", json.dumps({"measure": {"safe_contact": "あ" * 1_000_000}}), '{"measure": {"version": 1e5000}}']
)
def test_in_place_of_a_flag_that_is_refused_goes_its_doubt_and_the_row_keeps_the_reason(
    core_dsn: str, clerk: Clerk, relay: Relay, payload: str
) -> None:
    insert(clerk, payload=payload, table="support_measure")
    [(_, outgoing)] = relay.outbox.pending(10)
    [(_, again)] = relay.outbox.pending(10)
    [(reason,)] = rows(clerk, "refusal")
    relay.send()
    _refused(core_dsn, relay.broker, outgoing.value or b"")

    assert [outgoing.value] * 2 == [again.value, *(record.value for record in relay.broker.records(f"in.{MEMBER}"))]
    assert [(reason, True, True)] == rows(clerk, "refusal, refused_at is not null, sent_at is not null")
    assert 0 == relay.send()


def test_a_refusal_finds_its_row_by_its_bytes_even_before_the_row_is_marked(
    core_dsn: str, clerk: Clerk, relay: Relay
) -> None:
    book(clerk, an_arrival())
    [(sequence, outgoing)] = relay.outbox.pending(10)
    reader = _refused(core_dsn, relay.broker, outgoing.value or b"")
    relay.outbox.mark([sequence], [Position(outgoing.topic, 0, 0)])

    [(refusal, refused_at, sent)] = rows(clerk, "refusal, refused_at::text, sent_at is not null")
    assert [{"code": "date.future", "path": "envelope.effective", "rule": "only a plan"}] == refusal
    assert ("2026-04-03 01:11:12.345+00", True) == (refused_at, sent)
    assert 0 == relay.send()
    assert {TopicPartition(f"refusals.{MEMBER}", 0): 1} == dict(reader.positions())


@pytest.mark.parametrize(("place", "is_refused"), [(1, False), (0, True)])
def test_a_refusal_stands_only_if_it_is_of_the_last_sending(
    core_dsn: str, clerk: Clerk, relay: Relay, place: int, *, is_refused: bool
) -> None:
    """The relay died after its first sending, at 0; the refusal of that came before the row was marked."""
    book(clerk, an_arrival())
    [(sequence, outgoing)] = relay.outbox.pending(10)
    _refused(core_dsn, relay.broker, outgoing.value or b"")
    relay.outbox.mark([sequence], [Position(outgoing.topic, 0, place)])

    assert [(is_refused, is_refused, True)] == rows(
        clerk, "refused_at is not null, refusal is not null, sent_at is not null"
    )


def test_a_late_refusal_of_an_earlier_sending_is_not_written(core_dsn: str, clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    [(sequence, outgoing)] = relay.outbox.pending(10)
    relay.outbox.mark([sequence], [Position(outgoing.topic, 0, 7)])
    _refused(core_dsn, relay.broker, outgoing.value or b"")

    assert [(False,)] == rows(clerk, "refused_at is not null")


def test_a_refusal_in_another_topic_is_not_written(core_dsn: str, clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    [(_, outgoing)] = relay.outbox.pending(10)
    _refused(core_dsn, relay.broker, outgoing.value or b"", f"in.{MEMBER}.bulk")

    assert [(False,)] == rows(clerk, "refused_at is not null")


def test_of_two_rows_with_the_same_bytes_each_tells_of_its_own_sending(
    core_dsn: str, clerk: Clerk, relay: Relay
) -> None:
    book(clerk, an_arrival())
    relay.send()
    clerk.execute(
        "insert into core_system.outbox (aggregatetype, aggregateid, type, payload)"
        " select aggregatetype, aggregateid, type, payload from core_system.outbox"
    )
    relay.send()
    first, again = relay.broker.records(f"in.{MEMBER}")
    _refused(core_dsn, relay.broker, first.value or b"")
    was_refused = clerk.execute(
        "select core_system.was_refused(%s, 'resident_history', '{\"record\": {\"version\": 1}}')", (ONE,)
    ).fetchone()

    assert first.value == again.value
    assert [(0, True), (1, False)] == sorted(rows(clerk, '"offset", refused_at is not null'))
    assert (False,) == was_refused


def test_after_a_restore_refusals_are_read_on_where_the_database_stands(
    core_dsn: str, clerk: Clerk, relay: Relay
) -> None:
    book(clerk, an_arrival())
    [(_, outgoing)] = relay.outbox.pending(10)
    _refused(core_dsn, relay.broker, outgoing.value or b"")
    clerk.execute("update core_system.bus_position set next_offset = 0")
    clerk.execute("update core_system.outbox set refused_at = null, refusal = null")
    reader = _refusals(relay.broker)
    notes = RefusalNotes(core_dsn)
    notes.go_on(reader)
    notes.apply(reader.poll(0, 10))
    notes.close()

    assert [(True,)] == rows(clerk, "refused_at is not null")


def _refusals(broker: MemoryBroker) -> MemoryReader:
    return MemoryReader(broker, "refusals", [f"refusals.{MEMBER}"])


def _refused(core_dsn: str, broker: MemoryBroker, statement: bytes, topic: str = f"in.{MEMBER}") -> MemoryReader:
    """Admission refuses these bytes, which lie at the topic's beginning, and the refusal is noted."""
    refusal = {
        "id": None,
        "type": None,
        "topic": topic,
        "partition": 0,
        "offset": 0,
        "problems": [{"code": "date.future", "path": "envelope.effective", "rule": "only a plan"}],
        "refused": 1775178672345,
        "digest": sha256(statement).digest(),
    }
    broker.append(Outgoing(f"refusals.{MEMBER}", b"", wire.encode_record("kairan.bus.Refusal", refusal)))
    reader = _refusals(broker)
    notes = RefusalNotes(core_dsn)
    notes.go_on(reader)
    notes.apply(reader.poll(0, 10))
    notes.close()
    return reader
