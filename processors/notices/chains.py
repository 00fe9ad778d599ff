"""A fact and what corrects it: what was stated first, what stands now, whether it was taken back."""

from collections.abc import Mapping
from dataclasses import dataclass

from kairan.identifiers import EventId
from processors.notices.facts import Fact
from processors.runtime.links import linked


@dataclass(frozen=True, slots=True)
class Chain:
    """Oldest first, without annulments; ``is_annulled``: what was said last is that it did not happen."""

    stated: tuple[Fact, ...]
    is_annulled: bool

    @property
    def root(self) -> Fact:
        return self.stated[0]

    @property
    def newest(self) -> Fact:
        return self.stated[-1]


def chains(facts: Mapping[EventId, Fact]) -> list[Chain]:
    """
    In the order in which they began.

    An annulment takes back the whole fact, by whichever record of it: it names the newest (ADR 12). What only annuls
    something unknown, or older than the bus, is no chain.
    """
    return [chain for said in linked(facts) if (chain := _chain(said))]


def _chain(said: tuple[Fact, ...]) -> Chain | None:
    stated = tuple(fact for fact in said if fact.change != "annulled")
    return Chain(stated, is_annulled=said[-1].change == "annulled") if stated else None
