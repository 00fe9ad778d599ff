"""
What is wrong with moves and notices at the end of a run, as sentences.

All that was consumed is told once more, in the order in which it was, to the process without its runtime.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from processors.moving import feeds
from processors.moving.steps import ENDED, step
from processors.moving.timers import timers
from processors.notices import feeds as of_notices
from processors.notices import leaving
from processors.runtime import inputs
from processors.runtime.process import Due, Process, Row, Shown
from tests.simulation import notices
from tests.simulation.journals import Kept
from tests.simulation.moving import DAYS, PERSONS, READ, moves_once, remembered
from tests.simulation.play import Play

HOUSEHOLDS = feeds.households()
NOTICES, NOTICES_READ = notices.notices(), of_notices.READ[notices.NAME]


class Replayed:
    """What a process makes of what it is told."""

    def __init__(self, process: Process[Any, Any, Any]) -> None:
        self._process = process
        self.states: dict[bytes, Any] = defaultdict(lambda: process.decider.initial)
        self.lines: dict[bytes, list[Row]] = defaultdict(list)
        self.letters = Counter[Outgoing]()

    def read(self, record: Incoming) -> None:
        for instance, told in self._process.read(record):
            before = self.states[instance]
            after = self._process.decider.evolve(before, told) if self._process.accepts(before, told) else before
            sent = None if after == before else self._process.decider.decide(before, told)
            self._note(record, instance, told, sent)
            self.states[instance] = after

    def _note(self, record: Incoming, instance: bytes, told: Any, sent: Sequence[Any] | None) -> None:
        lines, said = self.lines[instance], None if sent is None else tuple(map(self._json, sent))
        lines.append(Row(instance, len(lines) + 1, self._json(told), said, record.at))
        self.letters.update(letter for output in sent or () if (letter := self._process.send(instance, output)))

    def shown(self) -> dict[bytes, list[Shown]]:
        return {instance: sorted(self._process.shows(state)) for instance, state in self.states.items()}

    def timers(self) -> set[Due]:
        waited = [(instance, timer) for instance, state in self.states.items() for timer in self._process.timers(state)]
        return {Due(instance, timer.due, self._json(timer.told)) for instance, timer in waited}

    def _json(self, word: Any) -> str:
        return json.dumps(self._process.words.to_json(word), ensure_ascii=False, sort_keys=True)


def wrong(its: Play) -> Iterator[str]:
    if its.moving:
        with remembered():
            for process in (PERSONS, HOUSEHOLDS):
                yield from _wrong(its, process, its.moving.kept[process.name], READ[process.name])
    if its.notices:
        yield from _wrong(its, NOTICES, its.notices.kept, NOTICES_READ)
        yield from _unprotected(its, its.notices.kept)


def _wrong(its: Play, process: Process[Any, Any, Any], kept: Kept, read: Sequence[str]) -> Iterator[str]:
    replayed = Replayed(process)
    yield from _consumed(its, process.name, read, kept, replayed)
    yield from _kept(kept, replayed, process.name)
    yield from _fired(its, process.name, kept)
    yield from _letters(its, kept, replayed)
    if process is PERSONS:
        yield from _open(replayed)


def _consumed(its: Play, name: str, read: Sequence[str], kept: Kept, replayed: Replayed) -> Iterator[str]:
    """Each record once, in the order of its partition, and all there is."""
    position = Counter[TopicPartition]()
    for batch in kept.batches:
        for record in batch:
            at = TopicPartition(record.topic, record.partition)
            if record.offset == position[at]:
                position[at] += 1
                replayed.read(record)
    unread = sum(its.broker.end(at) > position[at] for topic in read for at in its.broker.filled(topic))
    if unread:
        yield f"not consumed by {name}: {unread} partitions"


def _kept(kept: Kept, replayed: Replayed, name: str) -> Iterator[str]:
    if kept.is_held():
        yield f"somebody is held ({name})"
    for instance, found in kept.lines(kept.instances() | replayed.lines.keys()).items():
        expected = replayed.lines[instance]
        told = _taken(found)
        if twice := [line for line, count in told.items() if count > 1]:
            yield f"told twice ({name}): {twice[0]}"
        if undue := told - _taken(expected):
            yield f"acted on what was not to be told any more ({name}): {next(iter(undue))}"
        elif found != expected:
            yield f"the journal is not what replay gives ({name}): {len(found)} lines, {len(expected)} expected"
    if kept.shown(replayed.states) != replayed.shown():
        yield f"what is shown is not what is known ({name})"
    if kept.timers() != replayed.timers():
        yield f"timers are not those of what is known ({name})"


def _taken(lines: Iterable[Row]) -> Counter[str]:
    """What changed something; doubles leave lines, too (docs/adr/0029)."""
    return Counter(row.told for row in lines if row.sent is not None)


def _unprotected(its: Play, kept: Kept) -> Iterator[str]:
    """Nothing is decided before a measure that was there before it."""
    measures = its.broker.records(of_notices.PROTECTION)
    known = set[Position]()
    for record in (record for batch in kept.batches for record in batch):
        if record.topic == of_notices.PROTECTION:
            known.add(record.at)
        elif any(each.timestamp < record.timestamp and each.at not in known for each in measures):
            yield f"decided before a measure that was there: {record.at}"


def _fired(its: Play, name: str, kept: Kept) -> Iterator[str]:
    """None before its time, and each in the end."""
    if kept.early:
        yield f"fired before what came before its time was read ({name}): {len(kept.early)}"
    if late := [due for due in kept.timers() if due.due <= its.clock]:
        yield f"due and never told ({name}): {len(late)}"


def _letters(its: Play, kept: Kept, replayed: Replayed) -> Iterator[str]:
    posted = Counter(kept.posted)
    sent = {each.value for topic in (inputs.TOPIC, leaving.TOPIC) for each in its.broker.records(topic)}
    if posted != replayed.letters:
        yield f"letters: {(replayed.letters - posted).total()} not written, {(posted - replayed.letters).total()} undue"
    if lost := sum(letter.value not in sent for letter in posted):
        yield f"letters not sent: {lost}"


def _open(replayed: Replayed) -> Iterator[str]:
    """Nobody waits for nothing."""
    for known in replayed.states.values():
        unwatched = [move for move in moves_once(known) if step(move) not in ENDED and not timers(move, DAYS)]
        if unwatched:
            yield f"open without a timer: {step(unwatched[0])}"
