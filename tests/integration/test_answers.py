"""Answers on their way: from the offices of a real PostgreSQL to a topic, until they are confirmed."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from psycopg import sql
from psycopg.errors import CheckViolation

from connectors.postgres import offices, sending
from connectors.postgres.answers import Answer
from connectors.postgres.database import Database
from connectors.postgres.sending import AnswerOutbox
from connectors.postgres.sink import Sink
from connectors.postgres.tables import PostgresOffice
from connectors.postgres.turn import Channel
from kairan import loops, topics, wire
from kairan.postgres import Connection, connect
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing
from kairan.testing.broker import MemoryBroker, MemoryWriter
from tests.contract import deliveries as d

pytestmark = pytest.mark.stack
MEMBER, CHANNELS = "140007", ("first-desk", "second-desk")
TOPIC = topics.name(topics.ANSWERS, MEMBER)
Apply = Callable[..., None]


@pytest.fixture
def dsn(stack: Settings) -> Iterator[str]:
    """Two offices of their own beside those of a member."""
    dsn = stack.dsn(f"offices_{MEMBER}")
    offices.migrate(dsn, CHANNELS)
    yield dsn
    with connect(dsn) as connection:
        for channel in CHANNELS:
            connection.execute(sql.SQL("drop schema {} cascade").format(sql.Identifier(offices.schema(channel))))


@pytest.fixture
def database(dsn: str) -> Iterator[Database]:
    with closing(Database(dsn)) as database:
        yield database


@pytest.fixture
def clerk(dsn: str) -> Iterator[Connection]:
    with connect(dsn, autocommit=True) as connection:
        yield connection


@pytest.fixture
def outbox(database: Database, monkeypatch: pytest.MonkeyPatch) -> AnswerOutbox:
    monkeypatch.setattr(sending, "GATHER_SECONDS", 0.0)
    return AnswerOutbox(database, MEMBER, CHANNELS)


@pytest.fixture
def apply(database: Database, outbox: AnswerOutbox) -> Apply:
    def _apply(*batch: Incoming, to: str = "first-desk") -> None:
        office, stored = PostgresOffice(database, to), outbox.stored_in
        Sink(office, Channel(MEMBER, to), clock=lambda: 7, receipted=lambda: stored(to)).apply(batch)

    return _apply


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker({TOPIC: 1})


def relay(outbox: AnswerOutbox, broker: MemoryBroker) -> int:
    return loops.relay_batch("answers", outbox, MemoryWriter(broker))


def told(broker: MemoryBroker) -> list[tuple[Any, ...]]:
    """Of each answer: the event's number, channel, business, outcome, reason."""
    read = [wire.decode_record(record.value or b"")[1] for record in broker.records(TOPIC)]
    named = ("channel", "business", "outcome", "reason")
    return [(int.from_bytes(each["event_ref"]), *(each[name] for name in named)) for each in read]


def cannot_undo(clerk: Connection, number: int, reason: str | None) -> None:
    clerk.execute("update first_desk.answer set cannot_undo = %s where event_ref = %s", (reason, d.ref(number)))


def sent(rows: list[tuple[Answer, Outgoing]]) -> list[Outgoing]:
    return [record for _, record in rows]


def test_what_all_channels_applied_is_answered_once(outbox: AnswerOutbox, apply: Apply, broker: MemoryBroker) -> None:
    apply(d.moved_in(1, businesses=("024", "026")))
    apply(d.moved_in(1), d.annulment(2, of=1, body={}), to="second-desk")
    while relay(outbox, broker):
        pass

    assert sorted(told(broker)) == [
        (1, "first-desk", "024", "applied", ""),
        (1, "first-desk", "026", "applied", ""),
        (1, "second-desk", "024", "applied", ""),
        (2, "second-desk", "024", "undone", ""),
    ]
    assert {d.HANAKO} == {record.key for record in broker.records(TOPIC)}


def test_after_a_crash_before_the_mark_the_same_bytes_are_sent_again(
    outbox: AnswerOutbox, apply: Apply, database: Database
) -> None:
    apply(d.moved_in(1), d.moved_in(2, d.TARO))
    crashed = sent(list(outbox.pending(10)))

    assert crashed == sent(list(AnswerOutbox(database, MEMBER, CHANNELS).pending(10)))
    assert 2 == len(crashed)


def test_more_than_go_at_once_are_answered_in_their_order(
    outbox: AnswerOutbox, apply: Apply, broker: MemoryBroker
) -> None:
    apply(*(d.moved_in(number) for number in range(1, 6)))
    writer = MemoryWriter(broker)
    while loops.relay_batch("answers", outbox, writer, at_most=4):
        pass

    assert [1, 2, 3, 4, 5] == [number for number, *_ in told(broker)]


def test_what_a_clerk_cannot_undo_is_answered_again_with_the_reason(
    outbox: AnswerOutbox, apply: Apply, broker: MemoryBroker, clerk: Connection
) -> None:
    apply(d.moved_in(1), d.annulment(2, of=1, body={}))
    relay(outbox, broker)
    cannot_undo(clerk, 2, "paid-out")
    relay(outbox, broker)
    cannot_undo(clerk, 2, "paid-out")
    while relay(outbox, broker):
        pass
    cannot_undo(clerk, 2, None)
    outbox.stored_in("first-desk")
    relay(outbox, broker)

    assert [("undone", ""), ("cannot_undo", "paid-out"), ("undone", "")] == [
        answer[3:] for answer in told(broker) if answer[0] == 2
    ]


def test_a_reason_that_comes_while_its_answer_is_sent_is_not_lost(
    outbox: AnswerOutbox, apply: Apply, broker: MemoryBroker, clerk: Connection
) -> None:
    apply(d.annulment(2, of=1, body={}))
    rows = outbox.pending(10)
    writer = MemoryWriter(broker)
    writer.send_all(sent(list(rows)))
    cannot_undo(clerk, 2, "paid-out")
    outbox.mark([row for row, _ in rows], writer.confirm())
    relay(outbox, broker)

    assert [("undone", ""), ("cannot_undo", "paid-out")] == [answer[3:] for answer in told(broker)]


def test_what_a_clerk_says_is_found_although_nothing_comes(
    outbox: AnswerOutbox, apply: Apply, broker: MemoryBroker, clerk: Connection
) -> None:
    apply(d.annulment(2, of=1, body={}))
    while relay(outbox, broker):
        pass
    cannot_undo(clerk, 2, "paid-out")

    assert 1 == sum(relay(outbox, broker) for _ in range(sending.LOOKS))


def test_a_member_is_not_asked_while_nothing_was_stored(
    outbox: AnswerOutbox, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [] == outbox.pending(10)
    monkeypatch.setattr(database, "all", pytest.fail)

    assert [] == outbox.pending(10)


@pytest.mark.parametrize(("number", "reason"), [(1, "paid-out"), (2, "佐藤 花子 has been paid"), (2, "")])
def test_a_reason_is_a_code_and_of_an_annulment(apply: Apply, clerk: Connection, number: int, reason: str) -> None:
    apply(d.moved_in(1), d.annulment(2, of=1, body={}))

    with pytest.raises(CheckViolation):
        cannot_undo(clerk, number, reason)


def test_an_office_that_was_there_before_answers_what_the_topic_would_still_keep(
    dsn: str, outbox: AnswerOutbox, apply: Apply, broker: MemoryBroker, clerk: Connection
) -> None:
    apply(
        *(d.moved_in(1), d.moved_in(2), d.annulment(3, of=2, body={}), d.moved_in(4, lane="bulk")),
        d.delivery(5, d.TARO, "vital.Born", body={}),
    )
    clerk.execute(
        "update first_desk.received set applied_at = now() - make_interval(days => %s) where event_ref = %s",
        (topics.ANSWERS.days, d.ref(1)),
    )
    clerk.execute("drop table first_desk.answer")
    clerk.execute("comment on schema first_desk is 'an older edition'")
    offices.migrate(dsn, CHANNELS)
    relay(outbox, broker)

    assert [(2, "applied"), (3, "undone")] == [(number, outcome) for number, _, _, outcome, _ in told(broker)]
