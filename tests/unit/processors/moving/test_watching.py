"""The invariants are asked again and again, not too often, and what changes is told once."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from structlog.testing import capture_logs

from kairan.logs import ALLOWED
from processors.moving.invariants import Rule
from processors.moving.watching import Changed, Checked, Watch, changes

MINUTE = 60_000
ASKED = (Rule.TWO_RECORDS, Rule.TIMER, Rule.SHOWN, Rule.DEPARTURE, Rule.NOTICE, Rule.ANSWER, Rule.CONFLICT)
"""As the columns of the answer stand."""


class Database:
    """Answers in turn how often each rule is broken; what is noted it keeps."""

    def __init__(self, *found: dict[Rule, int]) -> None:
        self._found = iter(found)
        self.noted: list[Sequence[Any]] = []

    def execute(self, statement: bytes | str, values: Any) -> "Database":
        if isinstance(statement, str):
            self.noted.append(values)
        return self

    def fetchall(self) -> list[tuple[int, ...]]:
        found = next(self._found)
        return [(*(found.get(rule, 0) for rule in ASKED), 0)]


def watch(database: Any, clock: Iterator[float]) -> Watch:
    return Watch(database, lambda: 5, clock.__next__)


def told(*found: dict[Rule, int]) -> list[list[tuple[str, str, int]]]:
    """The lines of each look: level, rule, how often."""
    its, lines = watch(Database(*found), count(0.0, 0.0)), []
    for _ in found:
        with capture_logs() as logged:
            its.look()
        lines.append([(line["log_level"], line["code"], line["count"]) for line in logged])
    return lines


def test_it_is_asked_once_a_minute_and_where_it_takes_long_a_hundred_times_as_long_apart() -> None:
    assert MINUTE == Checked(0, 600, {}).again_at
    assert 7 + 100 * 601 == Checked(7, 601, {}).again_at


def test_nothing_is_asked_before_it_is_time_again() -> None:
    database = Database({}, {})
    times = [0.0, 0.0, 0.0, 0.5, 59.9, 60.0, 60.0, 62.0, 259.9]
    its = watch(database, iter(times))
    for _ in range(4):
        its.look_if_due()

    assert [("moving", 5, 500, "{}"), ("moving", 5, 2000, "{}")] == database.noted


def test_what_is_broken_is_alarmed_when_it_changes_and_told_when_it_holds_again() -> None:
    once, twice = {Rule.TIMER: 1}, {Rule.TIMER: 2, Rule.NOTICE: 1}

    assert [
        [],
        [("error", "timer", 1)],
        [],
        [("error", "notice", 1), ("error", "timer", 2)],
        [("info", "notice", 0), ("info", "timer", 0)],
    ] == told({}, once, once, twice, {})


def test_an_alarm_names_rules_and_counts_and_nobody() -> None:
    with capture_logs() as logged:
        watch(Database({Rule.ANSWER: 3}), count(0.0)).look()

    [line] = logged
    assert {"rule": Rule.ANSWER, "code": "answer", "count": 3} == {
        name: value for name, value in line.items() if name not in {"alarm", "event", "log_level"}
    }
    assert {*line} <= {*ALLOWED, "log_level"}


def test_only_rules_that_are_broken_are_noted() -> None:
    database = Database({Rule.SHOWN: 4})
    watch(database, count(0.0, 0.0)).look()

    assert [("moving", 5, 0, '{"SHOWN": 4}')] == database.noted


def test_changes_are_of_each_rule_whose_count_is_another() -> None:
    assert [Changed(Rule.NOTICE, 0), Changed(Rule.ANSWER, 2)] == list(
        changes({Rule.NOTICE: 1, Rule.TIMER: 3}, {Rule.ANSWER: 2, Rule.TIMER: 3})
    )
