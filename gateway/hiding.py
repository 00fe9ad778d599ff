"""
Who hides: the one answer for sessions, proxies, live pages, disclosures and desks.

Whom a measure hides; of whom an event of a move says so itself, or cannot tell; and whoever moves in one 異動単位 with
somebody of these, for that shows where. In doubt somebody hides.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from kairan.identifiers import Handle
from kairan.measures import Standing
from kairan.postgres import Opened, rows

_OF = """
select instance, coalesce(facts -> 'groups', '[]'), not facts ? 'groups' or coalesce((facts ->> 'hides')::boolean, true)
from processes.standing where process = 'moving' and """
_OF_PERSONS = _OF + "instance = any(%s)"
_TOGETHER = _OF + "facts -> 'groups' ?| %s"


class Leg(NamedTuple):
    """A move of a person: of which 異動単位 it was ever said to be, and whether its own events hide her."""

    person: Handle
    groups: frozenset[str]
    hides: bool


class Moving(Protocol):
    """What moves say, whoever looks."""

    def of(self, people: Collection[Handle]) -> Sequence[Leg]:
        """All moves of these."""

    def together(self, groups: Collection[str]) -> Sequence[Leg]:
        """All moves of these 異動単位."""


def hiding(people: Collection[Handle], moving: Moving, standing: Callable[[Handle], Standing]) -> frozenset[Handle]:
    """Who of these hides; ``standing`` by measures alone, ``unknown`` hides."""
    legs = moving.of(people) if people else ()
    groups = _groups(legs)
    beside = moving.together(groups) if groups else ()
    others = {leg.person for leg in beside} - set(people)
    said = [*legs, *(moving.of(others) if others else ())]
    alone = {leg.person for leg in said if leg.hides}
    alone |= {each for each in {*people, *others} if standing(each) != "none"}
    shared = _groups(leg for leg in beside if leg.person in alone)
    return frozenset(people) & frozenset(alone | {leg.person for leg in legs if leg.groups & shared})


def _groups(legs: Iterable[Leg]) -> frozenset[str]:
    return frozenset[str]().union(*(leg.groups for leg in legs))


@dataclass(frozen=True)
class PostgresMoving:
    """See ``Moving``: rows of ``processes.standing``. One that this release cannot read hides its person."""

    opened: Opened

    def of(self, people: Collection[Handle]) -> Sequence[Leg]:
        return self._all(_OF_PERSONS, [bytes(each) for each in people])

    def together(self, groups: Collection[str]) -> Sequence[Leg]:
        return self._all(_TOGETHER, list(groups))

    def _all(self, statement: str, asked: Sequence[bytes] | Sequence[str]) -> list[Leg]:
        found = rows(self.opened, statement, (asked,))
        return [Leg(Handle(person), frozenset(groups), hides) for person, groups, hides in found]
