"""Nobody starts with rows that say something new about a time whose facts were read already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kairan.stream import Incoming
from processors.moving.feeds import LOG
from processors.moving.noting import Noting
from processors.routing.notes import BackdatedError, Note
from processors.runtime import inputs
from tests.unit.processors.routing.test_process import with_rows

THEN = 5000


@dataclass
class Applied:
    """How often, and what the note said by then."""

    note: Note
    noted: list[int] = field(default_factory=list)

    def apply(self, batch: Sequence[Incoming]) -> None:
        assert batch
        self.noted.append(self.note.appended)


def record(topic: str, timestamp: int) -> Incoming:
    return Incoming(topic, 0, 0, timestamp, None, b"")


@pytest.fixture
def note(tmp_path: Path) -> Note:
    return Note(tmp_path / "log.json", with_rows(0, 1000))


def test_a_time_is_noted_before_its_facts_take_effect(note: Note) -> None:
    applied = Applied(note)

    Noting(note, applied).apply([record(LOG, THEN), record(LOG, THEN - 1)])

    assert [THEN] == applied.noted


def test_what_is_not_of_the_log_was_routed_by_no_row(note: Note) -> None:
    Noting(note, Applied(note)).apply([record(inputs.TOPIC, THEN)])

    assert not note.path.exists()


def test_a_row_for_a_time_that_was_read_is_refused_at_the_start(note: Note) -> None:
    Noting(note, Applied(note)).apply([record(LOG, THEN)])

    Note(note.path, with_rows(0, 1000, THEN + 1)).verify()
    with pytest.raises(BackdatedError, match="append-only"):
        Note(note.path, with_rows(0, 1000, THEN)).verify()
