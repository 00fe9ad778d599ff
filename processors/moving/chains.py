"""
Facts that name each other: what was stated first, what was said last, and whether it stands.

The last of a chain decides alone.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kairan.identifiers import EventId
from processors.moving.facts import Annulment, Fact
from processors.runtime.links import linked


@dataclass(frozen=True)
class Chain:
    """All that was said of one thing, each naming the one before it; the first is no annulment."""

    said: tuple[Fact, ...]
    is_rejected: bool = False

    @property
    def root(self) -> Fact:
        return self.said[0]

    @property
    def last(self) -> Fact:
        return self.said[-1]

    @cached_property
    def newest(self) -> Fact:
        """What was stated last, be it that it was taken back since."""
        return next(fact for fact in reversed(self.said) if not isinstance(fact, Annulment))

    @property
    def is_annulled(self) -> bool:
        return isinstance(self.last, Annulment)

    @property
    def stands(self) -> bool:
        return not self.is_annulled and not self.is_rejected

    def annulments(self) -> Iterator[Fact]:
        return (fact for fact in self.said if isinstance(fact, Annulment))


def chains(facts: Mapping[EventId, Fact], rejected: Collection[EventId] = ()) -> list[Chain]:
    """
    In the order in which they began. An annulment of what nobody knows is of what is older than the bus.

    ``rejected``: last words that a desk decided against; who says something newer is heard again.
    """
    said = (each for each in linked(facts) if not isinstance(each[0], Annulment))
    return [Chain(each, each[-1].event in rejected) for each in said]
