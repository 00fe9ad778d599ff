"""The journal in memory; it passes the same suite as PostgreSQL's (``tests/contract/journal_suite.py``)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field

from kairan.stream import Outgoing, Position, TopicPartition
from processors.runtime.process import FROM_THE_FIRST, Due, Row, Shown, Stand, TakenError, Waiting


@dataclass
class _Kept:
    lines: dict[tuple[bytes, int], Row] = field(default_factory=dict)
    timers: dict[tuple[bytes, str], tuple[Waiting, bool]] = field(default_factory=dict)
    letters: dict[int, Outgoing] = field(default_factory=dict)
    stands: dict[TopicPartition, Stand] = field(default_factory=dict)
    held: list[tuple[bytes, Position]] = field(default_factory=list)
    standing: dict[bytes, list[Shown]] = field(default_factory=dict)
    count: int = 0


class MemoryJournal:
    """Of one process."""

    def __init__(self) -> None:
        self._kept = _Kept()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = deepcopy(self._kept)
        try:
            yield
        except BaseException:
            self._kept = before
            raise

    def stands(self) -> Mapping[TopicPartition, Stand]:
        return dict(self._kept.stands)

    def advance(self, before: Mapping[TopicPartition, Stand], after: Mapping[TopicPartition, Stand]) -> None:
        nowhere = Stand(0, 0)
        if any(self._kept.stands.get(at, nowhere).position != before.get(at, nowhere).position for at in after):
            raise TakenError("this was consumed by somebody else")
        self._kept.stands |= after

    def histories(
        self, instances: Iterable[bytes], known: Mapping[bytes, int] = FROM_THE_FIRST
    ) -> Mapping[bytes, list[str | None]]:
        found = {each: rows[known.get(each, 0) :] for each, rows in self.lines(instances).items()}
        return {each: [None if row.sent is None else row.told for row in rows] for each, rows in found.items()}

    def lines(self, instances: Iterable[bytes]) -> Mapping[bytes, list[Row]]:
        lines = sorted(self._kept.lines.items())
        return {each: [row for (instance, _), row in lines if instance == each] for each in instances}

    def append(self, rows: Iterable[Row]) -> None:
        for row in rows:
            if (row.instance, row.version) in self._kept.lines:
                raise TakenError("this version is there already")
            self._kept.lines[row.instance, row.version] = row

    def set_timers(self, timers: Mapping[bytes, Iterable[Due]]) -> None:
        before = self._kept.timers
        kept = {key: each for key, each in before.items() if key[0] not in timers}
        for due in (due for each in timers.values() for due in each):
            former, was_asked = before.get(_key(due)) or (self._waiting(due), False)
            is_same = former.due == due.due
            kept[_key(due)] = (former if is_same else Waiting.of(due, former.number), was_asked and is_same)
        self._kept.timers = kept

    def _waiting(self, due: Due) -> Waiting:
        self._kept.count += 1
        return Waiting.of(due, self._kept.count)

    def show(self, shown: Mapping[bytes, Iterable[Shown]]) -> None:
        self._kept.standing |= {instance: sorted(each) for instance, each in shown.items()}

    def shown(self, instances: Iterable[bytes]) -> Mapping[bytes, list[Shown]]:
        return {each: self._kept.standing.get(each, []) for each in instances}

    def due(self, until: int, at_most: int) -> list[Waiting]:
        found = [due for due, is_asked in self._kept.timers.values() if due.due <= until and not is_asked]
        return sorted(found, key=lambda due: (due.due, due.instance))[:at_most]

    def asked(self, timers: Iterable[Waiting]) -> None:
        for due in timers:
            there = self._kept.timers.get(_key(due))
            if there and (there[0], there[0].number) == (due, due.number):
                self._kept.timers[_key(due)] = (there[0], True)

    def post(self, letters: Iterable[Outgoing]) -> None:
        for letter in letters:
            self._kept.count += 1
            self._kept.letters[self._kept.count] = letter

    def hold(self, instance: bytes, at: Position) -> None:
        if (instance, at) not in self._kept.held:
            self._kept.held.append((instance, at))

    def held(self, instances: Iterable[bytes]) -> frozenset[bytes]:
        return frozenset(self.all_held()) & frozenset(instances)

    def all_held(self) -> Sequence[bytes]:
        return list(dict.fromkeys(instance for instance, _ in self._kept.held))

    def waiting(self, instance: bytes) -> Sequence[Position]:
        return [at for each, at in self._kept.held if each == instance]

    def release(self, instance: bytes, at: Position) -> None:
        self._kept.held.remove((instance, at))

    def pending(self, at_most: int) -> Sequence[tuple[int, Outgoing]]:
        return sorted(self._kept.letters.items())[:at_most]

    def mark(self, rows: Sequence[int], positions: Sequence[Position]) -> None:  # noqa: ARG002 - nobody asks where
        for number in rows:
            del self._kept.letters[number]


def _key(due: Due) -> tuple[bytes, str]:
    return due.instance, json.dumps(json.loads(due.told), sort_keys=True)
