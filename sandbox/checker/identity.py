"""
Which numbers of which members are one person's, as far as the bus can know.

Only one thing joins them: a clerk registered an arrival under the pairwise id with which the bus had announced that
person to the same municipality. A paper arrival joins nothing.
"""

from collections import defaultdict
from collections.abc import Iterable

from sandbox.checker.cases import Case
from sandbox.checker.facts import DECLARED, Fact, Person


class Identities:
    """The same person under several numbers has one representative."""

    def __init__(self) -> None:
        self._of: dict[Person, Person] = {}

    def of(self, person: Person) -> Person:
        """The representative; of a number that was never joined itself."""
        while (other := self._of.get(person)) is not None:
            person = other
        return person

    def join(self, one: Person, other: Person) -> None:
        first, second = self.of(one), self.of(other)
        if first != second:
            self._of[second] = first


def identities(facts: Iterable[Fact], applied: Iterable[Case]) -> Identities:
    """From the arrivals that name an announcement, and the announcements that reached the same member."""
    announced: dict[tuple[str, bytes], set[Person]] = defaultdict(set)
    for case in applied:
        if case.fact is not None and case.fact.type == DECLARED and case.fact.person.member != case.receiver.member:
            announced[case.receiver.member, case.row.pairwise_id].add(case.fact.person)
    found = Identities()
    for fact in facts:
        if fact.announced_as:
            for person in sorted(announced[fact.person.member, fact.announced_as]):
                found.join(person, fact.person)
    return found
