"""A core system's outbox on a real PostgreSQL: read in order by one relay, sent once mapped; what cannot go stays."""

import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable

import pytest

from connectors.source import Change, Mapped, Problem, Unmappable
from kairan.keys import SourceKey
from kairan.postgres import connect
from producers.mapping import mapper
from tests.integration.core import (
    MEMBER,
    ONE,
    TWO,
    Clerk,
    Relay,
    a_day,
    an_arrival,
    book,
    clerk,
    core_dsn,
    insert,
    relay,
    rows,
)

__all__ = ["clerk", "core_dsn", "relay"]  # fixtures
pytestmark = pytest.mark.stack


def test_many_clerks_lose_nothing_and_keep_each_persons_order(core_dsn: str, clerk: Clerk, relay: Relay) -> None:
    persons = [f"{number:012}" for number in range(1, 5)]
    for person in persons:
        book(clerk, an_arrival(person))
    threads = [threading.Thread(target=_moves, args=(core_dsn, persons, turn)) for turn in range(6)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads) or relay.send():
        relay.send()
    versions = defaultdict(list)
    for envelope in relay.sent():
        versions[envelope["subject"]["atena_number"]].append(envelope["version"])

    assert {person: list(range(1, 2 + 6 * 5)) for person in persons} == versions


def test_a_row_that_is_not_yet_visible_is_not_passed_over(core_dsn: str, clerk: Clerk, relay: Relay) -> None:
    with connect(core_dsn) as slow:
        book(slow, an_arrival(ONE))
        book(clerk, an_arrival(TWO))
        assert 1 == relay.send()
        slow.commit()

    assert [TWO, ONE] == [envelope["subject"]["atena_number"] for envelope in relay.sent()]


def test_mapped_bytes_survive_and_are_sent_again_unchanged(core_dsn: str, clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    [(_, first)] = relay.outbox.pending(10)
    relay.outbox.close()

    successor = Relay(core_dsn, mapper(MEMBER, SourceKey(bytes([1] * 32))))
    [(_, again)] = successor.outbox.pending(10)
    successor.outbox.close()
    assert first == again


def test_only_one_relay_reads_an_outbox(core_dsn: str, clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    assert 1 == len(relay.outbox.pending(10))
    other = Relay(core_dsn)
    assert [] == other.outbox.pending(10)

    relay.outbox.close()
    assert _soon(lambda: len(other.outbox.pending(10)) == 1)
    other.outbox.close()


@pytest.mark.parametrize("way", ["a clerk's field", "a row of its own", "bytes of its own", "a number of its own"])
def test_a_row_of_ten_megabytes_is_refused_and_blocks_nobody(clerk: Clerk, relay: Relay, way: str) -> None:
    huge = "あ" * (10 * 1024 * 1024 // 3)
    if way == "a clerk's field":
        book(clerk, an_arrival(address={"building": huge}))
    elif way == "a row of its own":
        insert(clerk, payload=json.dumps({"municipality": MEMBER, "record": {"name": huge}}))
    elif way == "bytes of its own":
        insert(clerk, mapped=huge.encode(), topic=f"in.{MEMBER}")
    else:
        insert(clerk, mapped=b"small", topic=f"in.{MEMBER}", number="1" * 100_000)
    book(clerk, an_arrival(TWO))
    assert 1 == relay.send()

    assert [TWO] == [envelope["subject"]["atena_number"] for envelope in relay.envelopes()]
    [(refusal,)] = clerk.execute("select refusal from core_system.outbox where refused_at is not null").fetchall()
    assert ["size.too_large"] == [problem["code"] for problem in refusal]


def test_a_huge_record_does_not_keep_its_correction_from_being_sent(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival(address={"building": "あ" * 1_000_000}))
    book(clerk, {"atena_number": ONE, "reason": "43", "effective": a_day("2026-05-01"), "address": {"building": None}})

    assert 1 == relay.send()


def test_an_unmappable_row_is_refused_with_its_problems_and_blocks_nobody(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival(particulars={"arrival": "証明書", "card_continued": "yes"}))
    book(clerk, an_arrival(TWO))
    relay.send()
    [(refusal,), (nothing,)] = rows(clerk, "refusal")

    assert nothing is None
    assert {"record.particulars", "record.particulars.card_continued"} == {problem["path"] for problem in refusal}


@pytest.mark.parametrize("item", ["1e5000", "[" * 3_000 + "]" * 3_000])
def test_what_python_does_not_read_of_jsonb_is_refused_and_blocks_nobody(clerk: Clerk, relay: Relay, item: str) -> None:
    """In a clerk's own column; `fetchall` would raise before any row is looked at."""
    entry = json.dumps(an_arrival(particulars={"card_continued": "item"}))
    clerk.execute("select core_system.book(%s::jsonb)", (entry.replace('"item"', item),))
    book(clerk, an_arrival(TWO))
    assert 1 == relay.send()

    assert [TWO] == [envelope["subject"]["atena_number"] for envelope in relay.envelopes()]
    [(refusal,)] = clerk.execute("select refusal from core_system.outbox where refused_at is not null").fetchall()
    assert ["change.malformed"] == [problem["code"] for problem in refusal]


def test_bytes_put_into_the_outbox_are_sent_as_they_stand(clerk: Clerk, relay: Relay) -> None:
    insert(clerk, mapped=b"no avro", topic=f"in.{MEMBER}")
    relay.send()

    assert [b"no avro"] == [record.value for record in relay.broker.records(f"in.{MEMBER}")]


@pytest.mark.parametrize("topic", ["in.131237", "deliveries.141003.tax", "nosuch"])
def test_bytes_for_a_topic_that_is_not_the_members_own_are_refused_and_block_nobody(
    clerk: Clerk, relay: Relay, topic: str
) -> None:
    """The broker would take none of them, and the relay would begin again with the same row for ever."""
    insert(clerk, mapped=b"no avro", topic=topic)
    insert(clerk, mapped=b"behind", topic=f"in.{MEMBER}")

    relay.send()

    assert [b"behind"] == [record.value for record in relay.broker.records(f"in.{MEMBER}")]
    ((refusal,),) = clerk.execute("select refusal from core_system.outbox where refused_at is not null").fetchall()
    assert ["source.not_the_topic"] == [problem["code"] for problem in refusal]


def test_a_sent_row_tells_where_it_lies(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    book(clerk, an_arrival(TWO))
    relay.send()

    assert [(0, 0, True), (0, 1, True)] == rows(clerk, '"partition", "offset", sent_at is not null')
    assert 0 == relay.send()


@pytest.mark.timeout(60)
def test_a_commit_wakes_a_waiting_relay(core_dsn: str, clerk: Clerk, relay: Relay) -> None:
    del clerk
    relay.send()
    with connect(core_dsn, autocommit=True) as other:
        timer = threading.Timer(0.1, lambda: book(other, an_arrival()))
        timer.start()
        relay.outbox.wait(600)
        timer.join()

    assert 1 == relay.send()


@pytest.mark.timeout(60)
def test_a_commit_between_reading_and_waiting_is_not_slept_over(clerk: Clerk, relay: Relay) -> None:
    assert 0 == relay.send()
    book(clerk, an_arrival())
    relay.outbox.mark([], [])  # a round trip that takes the call off the wire
    relay.outbox.wait(600)

    assert 1 == relay.send()


def test_a_mapping_sees_the_table_and_what_it_wrote(core_dsn: str, clerk: Clerk) -> None:
    seen: list[Change] = []

    def see(change: Change) -> Mapped | Unmappable:
        seen.append(change)
        return Unmappable((Problem("test", "", "seen"),))

    book(clerk, an_arrival())
    watching = Relay(core_dsn, see)
    watching.send()
    watching.outbox.close()

    assert [("resident_history", MEMBER)] == [(change.table, change.payload["municipality"]) for change in seen]


def _moves(core_dsn: str, persons: list[str], turn: int) -> None:
    """Five moves of all four together; each clerk names them in another order."""
    household = persons[turn % 4 :] + persons[: turn % 4]
    with connect(core_dsn, autocommit=True) as clerk:
        for _ in range(5):
            with clerk.transaction():
                clerk.execute("select core_system.lock_persons(%s)", (household,))
                for person in household:
                    book(clerk, {"atena_number": person, "reason": "41", "effective": a_day("2026-05-01")})


def _soon(holds: Callable[[], bool]) -> bool:
    """Within two seconds: a server frees a dead owner's lock when it notices."""
    for _ in range(100):
        if holds():
            return True
        time.sleep(0.02)
    return False
