"""
Who had to be hidden when: measures in force, as the core systems decided them.

An event hides where its own statement says protected or unknown. It also hides where a measure of the person, or of a
related person, was in force and the bus must have known it: registered earlier in the same core system, or received by
the same office before, or applied anywhere before the event was even registered. A measure registered elsewhere a
moment before may still be on its way: that race nobody can win.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sandbox.checker.cases import Case, Waiting
from sandbox.checker.facts import HIDING, PROTECTION, Fact, Person
from sandbox.checker.identity import Identities
from sandbox.checker.performers import Receiver

ENDED = "3"
Measure = tuple[str, str]
"""Municipality and id."""


class Shield:
    """Answers for each delivery whether what it tells of places had to be hidden, or may have been."""

    def __init__(self, facts: Sequence[Fact], identities: Identities, applied: Iterable[Case]) -> None:
        self._identities = identities
        self._measures: dict[Person, list[Fact]] = defaultdict(list)
        flags = [fact for fact in facts if fact.type == PROTECTION]
        self._flagged = {identities.of(fact.person) for fact in flags}
        for fact in flags:
            if fact.sending and not fact.is_refused:
                self._measures[identities.of(fact.person)].append(fact)
        self._applied_at: dict[Fact, float] = {}
        self._offsets: dict[tuple[Receiver, Fact], int] = {}
        for case in applied:
            if case.fact is not None and case.fact.type == PROTECTION:
                self._note(case, case.fact)

    def must_hide(self, case: Case) -> bool:
        """Nobody can say that he could not know."""
        fact = case.fact
        if fact is None:
            return False
        return fact.protection in HIDING or any(
            self._is_in_force(versions, fact, case) for versions in self._concerning(fact)
        )

    def may_hide(self, fact: Fact) -> bool:
        """Some measure, of whatever time and outcome, even a refused one, excuses whoever hid."""
        return fact.protection in HIDING or any(
            self._identities.of(person) in self._flagged for person in concerned(fact)
        )

    def must_hide_parked(self, waiting: Waiting) -> bool:
        """What waits loses its places when a flag comes through the same channel, or never had any."""
        fact = waiting.fact
        if fact is None:
            return False
        return fact.protection in HIDING or any(
            _is_active(versions) and any(self._is_felt(version, fact, waiting.receiver) for version in versions)
            for versions in self._concerning(fact)
        )

    def is_hidden_now(self, person: Person) -> bool:
        """A measure is in force at the end."""
        return any(_is_active(versions) for versions in self._of(person))

    def hidden_since(self, person: Person) -> float:
        """When the first measure was registered; there is one of everybody who is hidden."""
        return min(versions[0].registered_at for versions in self._of(person))

    def _note(self, case: Case, fact: Fact) -> None:
        at, offset = case.row.applied_at, case.row.topic_offset
        self._applied_at[fact] = min(at, self._applied_at.get(fact, at))
        place = (case.receiver, fact)
        self._offsets[place] = min(offset, self._offsets.get(place, offset))

    def _concerning(self, fact: Fact) -> Iterator[Sequence[Fact]]:
        for person in {self._identities.of(person) for person in concerned(fact)}:
            yield from self._of(person)

    def _of(self, person: Person) -> Iterable[Sequence[Fact]]:
        """The versions of each measure of a person that left its core system."""
        found: dict[Measure, list[Fact]] = defaultdict(list)
        for fact in self._measures.get(self._identities.of(person), ()):
            found[fact.record.member, fact.record.name].append(fact)
        return found.values()

    def _is_felt(self, measure: Fact, fact: Fact, receiver: Receiver) -> bool:
        is_earlier = measure.record.member == fact.record.member and measure.sequence < fact.sequence
        return (receiver, measure) in self._offsets or (is_earlier and not fact.is_bulk)

    def _is_in_force(self, versions: Sequence[Fact], fact: Fact, case: Case) -> bool:
        known = [version for version in versions if self._is_known(version, fact, case)]
        if not _is_active(known):
            return False
        return not any(_ended_meanwhile(version, _newest(known), case) for version in versions)

    def _is_known(self, measure: Fact, fact: Fact, case: Case) -> bool:
        """The bus must have known the measure when it routed the event."""
        if not fact.is_bulk:
            if measure.record.member == fact.record.member:
                return measure.sequence < fact.sequence
            offset = self._offsets.get((case.receiver, measure))
            if offset is not None and offset < case.row.topic_offset:
                return True
        return self._applied_at.get(measure, float("inf")) < fact.registered_at


def concerned(fact: Fact) -> Iterator[Person]:
    """The person and those related."""
    yield fact.person
    for _, atena in fact.related:
        yield Person(fact.person.member, atena)


def _newest(versions: Iterable[Fact]) -> Fact:
    return max(versions, key=lambda fact: fact.version)


def _is_active(versions: Sequence[Fact]) -> bool:
    return bool(versions) and _kind(_newest(versions)) != ENDED


def _kind(measure: Fact) -> str:
    kind: str = measure.body["measure"]["kind"]
    return kind


def _ended_meanwhile(version: Fact, known: Fact, case: Case) -> bool:
    """An official ended it before the delivery took effect."""
    is_later_end = _kind(version) == ENDED and version.version > known.version
    return is_later_end and version.registered_at < case.row.applied_at
