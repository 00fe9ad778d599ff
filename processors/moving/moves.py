"""
A person's moves, put together from what is known (``matching``), each as far as it is known.

Nothing here remembers in which order it became known: the same facts are the same moves.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from kairan.identifiers import EventId, MunicipalityCode
from kairan.remembering import kept_with_it
from processors.moving.chains import Chain, chains
from processors.moving.facts import (
    Annulment,
    Answer,
    Application,
    Arrival,
    Came,
    Closing,
    Death,
    Departure,
    Fact,
    Group,
    Notice,
    Outcome,
    Receiver,
    TimerName,
    Visit,
)
from processors.moving.known import Known, Stated, Waited
from processors.moving.matching import groups

Kind = TypeVar("Kind", bound=Fact)
_NAME_THE_ORIGIN = (Departure, Application, Arrival, Notice, Closing)


@dataclass(frozen=True)
class Together:
    """The chains of a move as they began; what is asked of them alone is found once, whatever is answered beside."""

    chains: tuple[Chain, ...]

    @cached_property
    def _found(self) -> dict[Any, Any]:
        return {}

    def of(self, *kinds: type[Fact]) -> Sequence[Chain]:
        if kinds not in self._found:
            self._found[kinds] = [chain for chain in self.chains if isinstance(chain.newest, kinds)]
        chains: Sequence[Chain] = self._found[kinds]
        return chains

    def newest(self, kind: type[Kind]) -> Kind | None:
        """What stands of this kind; of several what was stated last, of notices the one with the last number."""
        if kind not in self._found:
            standing = [chain.newest for chain in self.of(kind) if chain.stands]
            self._found[kind] = max(standing, key=_newness, default=None)
        fact: Kind | None = self._found[kind]
        return fact

    @cached_property
    def awaited(self) -> Sequence[tuple[Fact, Receiver]]:
        """Of what was said last, and of whatever was taken back: the offices that have to answer."""
        found = list[tuple[Fact, Receiver]]()
        for chain in self.chains:
            said = [chain.last, *chain.annulments()] if not chain.is_rejected else list(chain.annulments())
            found += ((fact, receiver) for fact in dict.fromkeys(said) for receiver in sorted(fact.awaited))
        return found


@dataclass(frozen=True)
class Move:
    """
    From one municipality to another.

    ``rival``: where the person has another record that nobody has closed. ``has_moved_on``: a later move leaves where
    this one arrived.
    """

    together: Together
    death: Death | None = None
    answers: Mapping[tuple[EventId, Receiver], Answer] = field(default_factory=dict)
    all_came: Mapping[Waited, Came] = field(default_factory=dict)
    rival: MunicipalityCode | None = None
    has_moved_on: bool = False

    @property
    def chains(self) -> Sequence[Chain]:
        """In the order in which they began."""
        return self.together.chains

    @property
    def id(self) -> EventId:
        """Of the fact that it began with."""
        return self.chains[0].root.event

    def of(self, *kinds: type[Fact]) -> Sequence[Chain]:
        return self.together.of(*kinds)

    def newest(self, kind: type[Kind]) -> Kind | None:
        return self.together.newest(kind)

    @cached_property
    def origin(self) -> MunicipalityCode | None:
        """Where the person leaves; the departure says it best."""
        named = (getattr(chain.newest, "origin", None) for kind in _NAME_THE_ORIGIN for chain in self.of(kind))
        return next((origin for origin in named if origin is not None), None)

    @cached_property
    def destination(self) -> MunicipalityCode | None:
        """Where the person has arrived, else where it wants to: as declared, applied for, announced."""
        place = self.newest(Arrival) or self.newest(Departure) or self.newest(Application) or self.newest(Visit)
        return place.destination if place else None

    @cached_property
    def is_abroad(self) -> bool:
        """Leaves the country; a correction may have another 異動事由 than the departure."""
        departure = self.newest(Departure)
        said = [fact for chain in self.of(Departure) for fact in chain.said]
        leaves = any(isinstance(fact, Departure) and fact.is_abroad for fact in said)
        return departure is not None and departure.destination is None and leaves

    @cached_property
    def group(self) -> Group | None:
        """Of the departure, else of what it began with: those who leave together."""
        named = [chain.newest.group for chain in (*self.of(Departure), *self.chains) if chain.newest.group]
        return named[0] if named else None

    @cached_property
    def groups(self) -> frozenset[Group]:
        """Every 異動単位 that any of its facts ever named, taken back or not: no later word undoes it."""
        named = {fact.group for chain in self.chains for fact in chain.said}
        return frozenset(group for group in named if group is not None)

    @cached_property
    def parties(self) -> Sequence[MunicipalityCode]:
        """Every municipality that was ever named, and where the rival record is."""
        facts = [fact for chain in self.chains for fact in chain.said]
        named = {getattr(fact, name, None) for fact in facts for name in ("origin", "destination")} | {self.rival}
        return sorted(code for code in named if code is not None)

    @property
    def last(self) -> Fact:
        """What was said last."""
        return max((chain.last for chain in self.chains), key=lambda fact: (fact.when, fact.event))

    def came(self, name: TimerName, by: EventId) -> Came | None:
        """When this timer was due last since that fact set it."""
        return self.all_came.get((self.id, name, by))

    @cached_property
    def unanswered(self) -> Sequence[tuple[Fact, Receiver]]:
        """The offices that still owe an answer."""
        awaited = ((fact, by, self.answers.get((fact.event, by))) for fact, by in self.together.awaited)
        return [(fact, by) for fact, by, answer in awaited if not _is_answered(fact, answer)]


@kept_with_it
def moves(known: Known) -> list[Move]:
    """In the order in which they began."""
    return [replace(move, answers=known.answers, all_came=known.came) for move in _put_together(known.stated)]


@kept_with_it
def _put_together(stated: Stated) -> list[Move]:
    """Of what nobody has answered yet; a death ends the last."""
    found = chains(stated.facts, stated.rejected)
    deaths = [chain.newest for chain in found if isinstance(chain.newest, Death) and chain.stands]
    parts = groups(chain for chain in found if not isinstance(chain.newest, Death))
    ordered = [Move(Together(tuple(sorted(part, key=_begun)))) for part in parts]
    ordered.sort(key=lambda move: _begun(move.chains[0]))
    if deaths and ordered:
        ordered[-1] = replace(ordered[-1], death=deaths[-1])
    return list(_beside_each_other(ordered))


def _beside_each_other(ordered: Sequence[Move]) -> Iterator[Move]:
    """A record is where more arrived than left; two of them are one too many for whoever arrived last."""
    lives = +_records(ordered)
    arrived = [move for move in ordered if move.newest(Arrival) and move.destination in lives]
    last = max(arrived, key=lambda move: _newness(_of(move.newest(Arrival))), default=None)
    for move in ordered:
        others = [place for place in lives if place != move.destination] if move is last else []
        yield replace(move, rival=min(others, default=None), has_moved_on=_is_left(move, ordered))


def _records(ordered: Sequence[Move]) -> Counter[MunicipalityCode]:
    """Arrivals less leavings; where somebody lived before the bus knew him counts below nothing."""
    lives = Counter(move.destination for move in ordered if move.newest(Arrival) and move.destination)
    left = [move for move in ordered if move.newest(Arrival) or move.newest(Closing)]
    lives.subtract(move.origin for move in left if move.origin)
    return lives


def _is_left(move: Move, ordered: Sequence[Move]) -> bool:
    return any(other is not move and other.origin == move.destination and other.newest(Arrival) for other in ordered)


def _is_answered(fact: Fact, answer: Answer | None) -> bool:
    """Whoever says of an annulment that it was applied has not said that anything was undone."""
    if answer is None:
        return False
    if fact.corrects is None:
        return answer.outcome in {Outcome.APPLIED, Outcome.DISCARDED}
    return not isinstance(fact, Annulment) or answer.outcome is not Outcome.APPLIED


def _of(fact: Fact | None) -> Fact:
    assert fact is not None, "only moves that arrived are compared"
    return fact


def _begun(chain: Chain) -> tuple[tuple[int, int], EventId]:
    return chain.root.when, chain.root.event


def _newness(fact: Fact) -> tuple[int, tuple[int, int], EventId]:
    return fact.sequence if isinstance(fact, Notice) else 0, fact.when, fact.event
