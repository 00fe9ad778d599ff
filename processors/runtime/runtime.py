"""
Runs one process: batches of records become lines of the journal, timers and letters, each batch in one transaction.

Whatever an instance is told leaves a line, also what changes nothing: the order of inputs of several partitions stands
nowhere else (docs/adr/0029). An instance whose input cannot be decided is held with all that follows, and alarmed; the
others go on. What waits is tried again when a process starts (``release.py``).
"""

import json
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any, Generic

from kairan.failpoints import failpoint
from kairan.logs import log
from kairan.stream import Incoming, Outgoing, Position, TopicPartition
from processors.runtime.process import (
    MISTAKES,
    UNSHOWN,
    Due,
    Input,
    Journal,
    Output,
    Process,
    Row,
    Shown,
    Stand,
    State,
    TakenError,
    Told,
    Unreadable,
    stands_behind,
)
from processors.runtime.states import Kept, States, Waits

_NOWHERE = Stand(0, 0)
_AS_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


@dataclass(slots=True)
class _Instance(Generic[State]):
    """
    As the batch has made it; ``version``: of its last line; ``waits``: its timers, None: nobody knows yet.

    ``waited``: what the journal has of them. ``lasting``: which of them were set all along, None: those that are set.
    Another one that is set again is due, though it was asked for.
    """

    version: int
    state: State
    waits: Waits | None
    waited: Waits | None
    rows: list[Row] = field(default_factory=list)
    letters: list[Outgoing] = field(default_factory=list)
    lasting: frozenset[Due] | None = None

    def is_changed(self) -> bool:
        return any(row.sent is not None for row in self.rows)

    def wait(self, waits: Waits, *, anew: bool) -> None:
        """``anew``: also those that were asked for are due, for one of them came too early, or was overtaken."""
        lasting = frozenset(waits.due) if self.lasting is None else self.lasting.intersection(waits.due)
        self.lasting = frozenset() if anew else lasting
        self.waits = waits

    def to_set(self) -> list[Iterable[Due]]:
        """Of its timers, one after the other: those that lasted, if not all of them did, and all."""
        if self.waits is None or self.lasting is None:
            return []
        if self.lasting != frozenset(self.waits.due):
            return [self.lasting, self.waits.due]
        return [] if self.waits == self.waited else [self.waits.due]


class Runtime(Generic[State, Input, Output]):
    """
    Applies batches to a journal (``kairan.loops.Effect``).

    ``taken``: where a journal is built again, what was taken before: it is not judged again, and its letters have left.
    """

    def __init__(
        self, process: Process[State, Input, Output], journal: Journal, taken: Container[Position] = ()
    ) -> None:
        self._process = process
        self._journal = journal
        self._taken = taken
        self._states = States(process.decider.initial)

    def apply(self, batch: Sequence[Incoming]) -> None:
        """Raises TakenError when somebody else has consumed any of it: whoever reads on must ask for the positions."""
        with self._journal.transaction():
            before = self._journal.stands()
            came = [
                record
                for record in batch
                if record.offset >= before.get(TopicPartition(*record[:2]), _NOWHERE).position
            ]
            instances = self._act_unheld(self._told(came))
            if came:
                self._journal.advance(before, stands_behind(came))
                failpoint("process.after-effect")
        self._states.keep({id_: Kept(each.version, each.state, each.waits) for id_, each in instances.items()})

    def decide_again(self, instance: bytes, came: Sequence[Incoming]) -> None:
        """
        All that waits for a held instance, in its order, as if each came alone; from the first that fails it waits on.

        Raises TakenError when other inputs wait than these: somebody else has released or held some.
        """
        with self._journal.transaction():
            if self._journal.waiting(instance) != [record.at for record in came]:
                raise TakenError("other inputs wait")
            held = set[bytes]()
            for record in came:
                self._act([(at, each) for at, each in self._told([record]) if each.instance == instance], held)
                if held:
                    break
                self._journal.release(instance, record.at)

    def tell(self, told: Sequence[tuple[Position, Told[Input | Unreadable]]]) -> None:
        """In this order, inside a transaction."""
        self._act_unheld(told)

    def _told(self, came: Iterable[Incoming]) -> list[tuple[Position, Told[Input | Unreadable]]]:
        return [(record.at, each) for record in came for each in self._process.hear(record)]

    def _act_unheld(self, told: Sequence[tuple[Position, Told[Input | Unreadable]]]) -> dict[bytes, _Instance[State]]:
        return self._act(told, set(self._journal.held({each.instance for _, each in told}))) if told else {}

    def _act(
        self, told: Sequence[tuple[Position, Told[Input | Unreadable]]], held: set[bytes]
    ) -> dict[bytes, _Instance[State]]:
        """Adds to who is held; tells what became of the others."""
        asked = {each.instance for _, each in told} - held
        histories = self._journal.histories(asked, self._states.versions(asked))
        instances = dict[bytes, _Instance[State]]()
        for at, each in told:
            if each.instance in held or not self._goes(instances, histories[each.instance], at, each):
                held.add(each.instance)
                self._journal.hold(each.instance, at)
        self._keep(instances)
        return instances

    def _goes(
        self,
        instances: dict[bytes, _Instance[State]],
        history: Sequence[str | None],
        at: Position,
        each: Told[Input | Unreadable],
    ) -> bool:
        """A mistake of ours in one person's life stops nobody else's; what went before it is kept."""
        try:
            if each.instance not in instances:
                instances[each.instance] = self._begun(self._states.of(each.instance), history)
            self._decide(instances[each.instance], at, each)
        except Exception as error:  # noqa: BLE001 - the outermost loop of one instance
            what = {"process": self._process.name, "error": type(error).__name__, **at._asdict()}
            log().error("held", alarm="an input is not decided", **what)
            return False
        return True

    def _begun(self, kept: Kept[State], history: Sequence[str | None]) -> _Instance[State]:
        """``history``: behind what is kept; whoever wrote it has set timers of his own."""
        waits = None if history else kept.waits
        return _Instance(kept.version + len(history), self._replayed(kept.state, history), waits, waits)

    def _replayed(self, state: State, history: Iterable[str | None]) -> State:
        told = (self._process.words.from_json(json.loads(line)) for line in history if line)
        return reduce(self._process.decider.evolve, told, state)

    def _decide(self, instance: _Instance[State], at: Position, each: Told[Input | Unreadable]) -> None:
        if isinstance(each.told, Unreadable):
            raise each.told.error
        is_known, before = at in self._taken, instance.state
        is_taken = is_known or self._process.accepts(before, each.told)
        after = self._process.decider.evolve(before, each.told) if is_taken else before
        sent = None if after == before else self._process.decider.decide(before, each.told)
        letters = [] if is_known else self._letters(each.instance, sent or ())
        said = None if sent is None else tuple(map(self._json, sent))
        row = Row(each.instance, instance.version + 1, self._json(each.told), said, at)
        instance.wait(self._waits(each.instance, after, instance.waits), anew=not is_taken)
        instance.rows.append(row)  # from here on nothing fails
        instance.letters += letters
        instance.version, instance.state = row.version, after

    def _letters(self, instance: bytes, sent: Iterable[Output]) -> list[Outgoing]:
        return [letter for output in sent if (letter := self._process.send(instance, output))]

    def _keep(self, instances: dict[bytes, _Instance[State]]) -> None:
        self._journal.append([row for each in instances.values() for row in each.rows])
        if letters := [letter for each in instances.values() for letter in each.letters]:
            self._journal.post(letters)
        to_set = {id_: timers for id_, each in instances.items() if (timers := each.to_set())}
        if anew := {id_: lasting for id_, (lasting, *rest) in to_set.items() if rest}:
            self._journal.set_timers(anew)
        if to_set:
            self._journal.set_timers({id_: timers[-1] for id_, timers in to_set.items()})
        if changed := {id_: self._shown(each.state) for id_, each in instances.items() if each.is_changed()}:
            self._journal.show(changed)

    def _shown(self, state: State) -> Sequence[Shown]:
        """Once in a batch. A mistake of ours is shown as such: nobody is held for what only is to be seen of him."""
        try:
            return list(self._process.shows(state))
        except MISTAKES as error:
            what = {"process": self._process.name, "error": type(error).__name__}
            log().error("unshown", alarm="what an instance shows is not known", **what)
            return [UNSHOWN]

    def _waits(self, instance: bytes, state: State, former: Waits | None) -> Waits:
        """Mostly they are the former ones, which are written already."""
        timers = tuple(self._process.timers(state))
        if former and former.timers == timers:
            return former
        return Waits(timers, tuple(Due(instance, timer.due, self._json(timer.told)) for timer in timers))

    def _json(self, word: Any) -> str:
        return _AS_TEXT(self._process.words.to_json(word))
