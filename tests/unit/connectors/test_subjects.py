"""Who serves a member waits for its database in his own task, and applies nothing before its subjects are known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any
from unittest.mock import Mock, patch

import pytest
from psycopg.errors import DeadlockDetected

from connectors.postgres import members
from connectors.postgres.database import Database
from connectors.postgres.subjects import Subjects
from kairan import topics, wire
from kairan.positions import AheadOfTopicError
from kairan.settings import Settings
from kairan.stream import Outgoing
from kairan.testing.broker import MemoryBroker, MemoryReader

TOWN, NAMES = "143014", (b"1" * 16, b"2" * 16, b"3" * 16)
TOPIC = topics.name(topics.SUBJECTS, TOWN)


class Copy(Database):
    """The member's copy in memory: what was noted, in order, and how far."""

    def __init__(self, position: int | None = None) -> None:
        self.turn = RLock()
        self.position = position
        self.noted: list[bytes] = []
        self.asked = 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield

    def all(self, statement: bytes, *values: Any) -> list[tuple[Any, ...]]:
        self.asked += 1
        if b"consumed" in statement:
            return [] if self.position is None else [(self.position,)]
        return [(not set(values[0]) <= set(self.noted),)]

    def run(self, statement: bytes, *values: Any) -> None:
        names, _, _, _, _, self.position = values
        self.noted += names

    def close(self) -> None:
        """Nothing was opened."""


def entry(name: bytes) -> Outgoing:
    record = {"pairwise_id": name, "atena_number": "1234567", "kind": "person"}
    return Outgoing(TOPIC, name, wire.encode_record("kairan.bus.SubjectEntry", record))


def kept_by(copy: Copy) -> Subjects:
    broker = MemoryBroker({TOPIC: 1})
    for name in NAMES:
        broker.append(entry(name))
    return Subjects(copy, MemoryReader(broker, "subjects", [TOPIC], from_start=True), TOWN)


@pytest.mark.parametrize("first", [Subjects.refresh, lambda kept: kept.translate({NAMES[2]})])
def test_whoever_comes_first_reads_on_where_the_database_says(first: Callable[[Subjects], object]) -> None:
    copy = Copy(position=1)
    kept = kept_by(copy)
    first(kept)
    kept.refresh()

    assert (copy.noted, copy.position) == (list(NAMES[1:]), 3)


def test_of_a_person_whose_name_has_come_nobody_is_asked() -> None:
    """Neither the broker, for the topic's end, nor the database: a sink waits for both, a new person has many."""
    copy, broker = Copy(position=0), MemoryBroker({TOPIC: 1})
    kept = Subjects(copy, MemoryReader(broker, "subjects", [TOPIC], from_start=True), TOWN)
    kept.refresh()
    broker.append(entry(NAMES[2]))
    copy.asked = 0
    with patch.object(MemoryReader, "ends", side_effect=AssertionError):
        kept.translate({NAMES[2]})

    assert ([NAMES[2]], 0) == (copy.noted, copy.asked)


def test_a_sink_that_comes_first_to_an_empty_database_reads_all_names_before_it_applies() -> None:
    copy = Copy()
    kept_by(copy).translate({NAMES[2]})

    assert list(NAMES) == copy.noted


def test_a_database_ahead_of_its_subjects_translates_nothing() -> None:
    kept = kept_by(Copy(position=9))
    for _ in range(2):
        with pytest.raises(AheadOfTopicError):
            kept.translate({NAMES[0]})


def test_offices_are_opened_without_reading_a_table_that_somebody_may_have_locked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    copy = Copy()
    monkeypatch.setattr(members, "Database", lambda _: copy)
    monkeypatch.setattr(members.Offices, "_reader", lambda *_: MemoryReader(MemoryBroker({TOPIC: 1}), "g", [TOPIC]))
    monkeypatch.setattr(Settings, "dsn", lambda *_: "")
    monkeypatch.setenv("KAIRAN_HOME", str(tmp_path))
    offices = members.Offices(Settings(), TOWN, ["resident-record"], lambda _: False)
    list(offices.tasks())

    assert copy.asked == 0


def test_names_whose_transaction_was_undone_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Copy()
    kept = kept_by(copy)
    with monkeypatch.context() as patched:
        patched.setattr(copy, "run", Mock(side_effect=DeadlockDetected))
        with pytest.raises(DeadlockDetected):
            kept.refresh()
    kept.refresh()

    assert list(NAMES) == copy.noted
