"""What is kept of those who were told something last changes nothing of what is decided, written or waited for."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kairan.decider import Decider
from kairan.stream import Incoming, TopicPartition
from processors.moving import process as moving
from processors.moving.facts import Answer, Input
from processors.moving.saga import SAGA, accepts
from processors.runtime.process import Process, Stand, Timer, Told
from processors.runtime.runtime import Runtime
from processors.runtime.states import MOST, Kept, States
from processors.runtime.testing import MemoryJournal
from tests.unit.processors.moving.story import DAYS
from tests.unit.processors.moving.test_histories import FACTS, TIMERS

ANN, BEN = b"a" * 16, b"b" * 16
LOG = "life-events"


class BrokenError(ConnectionError):
    """The journal's server went away before it had committed."""


class Breaking(MemoryJournal):
    """``breaks``: at the end of each transaction."""

    breaks = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
            if self.breaks:
                raise BrokenError

    def set(self) -> dict[object, tuple[int, bool]]:
        """All timers there are: when they are due, and whether they were asked for."""
        return {key: (waiting.due, asked) for key, (waiting, asked) in self._kept.timers.items()}


def persons(told: Mapping[int, tuple[bytes, Input]]) -> Process[Any, Any, Any]:
    return Process(
        moving.NAME, SAGA, moving.WORDS, lambda record: [Told(*told[record.offset])], partial(accepts, days=DAYS),
        partial(moving.waits, days=DAYS), lambda *_: None,
    )  # fmt: skip


BATCHES = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from([ANN, BEN]), st.sampled_from(FACTS + TIMERS)), min_size=1, max_size=4),
        st.integers(0, 1),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
)
"""What is told, by which of two owners, does the server break first, is whatever is due asked for then."""


@given(BATCHES)
def test_whoever_keeps_states_writes_what_is_written_by_who_replays_all(batches: list[Any]) -> None:
    """Two owners by turns, transactions that are not committed, doubles, any order, answers, decisions, timers."""
    inputs = dict(enumerate(each for told, *_ in batches for each in told))
    its, kept, plain, first = persons(inputs), Breaking(), Breaking(), 0
    owners = [Runtime(its, kept), Runtime(its, kept)]
    for told, owner, breaks, asks in batches:
        batch = [Incoming(LOG, 0, first + place, 0, instance, b"") for place, (instance, _) in enumerate(told)]
        kept.breaks, first = breaks, first + len(told)
        with suppress(BrokenError):
            owners[owner].apply(batch)
        kept.breaks = False
        owners[owner].apply(batch)
        Runtime(its, plain).apply(batch)
        for journal in (kept, plain) if asks else ():
            journal.asked(journal.due(2**62, 99))

        assert (plain.lines([ANN, BEN]), plain.set()) == (kept.lines([ANN, BEN]), kept.set())


class Asked(MemoryJournal):
    """What was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.behind: list[Mapping[bytes, int]] = []
        self.timers: list[set[bytes]] = []

    def histories(self, instances: Any, known: Any = None) -> Any:
        self.behind.append({instance: known[instance] for instance in instances})
        return super().histories(instances, known)

    def set_timers(self, timers: Any) -> None:
        self.timers.append({*timers})
        super().set_timers(timers)


def test_lines_that_are_known_are_not_read_again_and_timers_that_stay_are_not_set_again() -> None:
    facts = [each for each in FACTS if not isinstance(each, Answer)][:2]
    told = [*((ANN, each) for each in facts), (ANN, facts[1]), (BEN, facts[0])]
    journal = Asked()
    runtime = Runtime(persons(dict(enumerate(told))), journal)
    for offset, (instance, _) in enumerate(told):
        runtime.apply([Incoming(LOG, 0, offset, 0, instance, b"")])

    assert [{ANN: 0}, {ANN: 1}, {ANN: 2}, {BEN: 0}] == journal.behind
    assert [{ANN}, {ANN}, {BEN}] == journal.timers


def test_a_position_that_somebody_else_moved_is_as_it_was_without_anything_kept() -> None:
    its, journal = persons({0: (ANN, FACTS[0]), 1: (ANN, FACTS[2]), 2: (ANN, FACTS[5])}), MemoryJournal()
    owners = [Runtime(its, journal), Runtime(its, journal)]
    batch = [Incoming(LOG, 0, offset, 0, ANN, b"") for offset in range(3)]
    owners[0].apply(batch[:1])
    owners[1].apply(batch[:2])
    owners[0].apply(batch)

    assert [1, 2, 3] == [line.version for line in journal.lines([ANN])[ANN]]
    assert {TopicPartition(LOG, 0): Stand(3, 0)} == journal.stands()
    assert json.loads(journal.lines([ANN])[ANN][2].told)["word"] == "Arrival"


def test_timers_that_somebody_else_took_away_are_set_again() -> None:
    """A lamp that each input turns on or off, and that has a timer while it is on."""
    said = persons({0: (ANN, FACTS[0]), 1: (ANN, FACTS[2]), 2: (ANN, FACTS[5])})
    timer = [Timer(7, TIMERS[0])]
    lamp = replace(
        said,
        decider=Decider(False, lambda *_: [], lambda is_on, _: not is_on),
        accepts=lambda *_: True,
        timers=lambda is_on: timer if is_on else [],
    )
    journal = MemoryJournal()
    owners = [Runtime(lamp, journal), Runtime(lamp, journal)]
    due = []
    for offset, owner in enumerate((owners[0], owners[1], owners[0])):
        owner.apply([Incoming(LOG, 0, offset, 0, ANN, b"")])
        due.append(len(journal.due(9, 9)))

    assert [1, 0, 1] == due


def test_who_was_told_nothing_for_the_longest_time_is_forgotten() -> None:
    states = States("new")
    everybody = [number.to_bytes(2) for number in range(MOST + 1)]
    for each in (*everybody[:-1], everybody[0], everybody[-1]):
        states.keep({each: Kept(1, "told")})

    assert {everybody[1]: 0, everybody[0]: 1, everybody[2]: 1} == states.versions([*everybody[1::-1], everybody[2]])
    assert ("new", "told") == (states.of(everybody[1]).state, states.of(everybody[0]).state)
