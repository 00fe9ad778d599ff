"""
Facts that name each other, put in the order in which they do so.

An event is corrected or annulled once, and whatever comes after names the newest (docs/adr/0012). Times do not tell the
order: two records of the log may have the same millisecond.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Protocol, TypeVar

from kairan.identifiers import EventId


class Naming(Protocol):
    """``corrects``: the event before it; ``at``: when it was admitted (milliseconds since 1970 UTC)."""

    @property
    def event(self) -> EventId: ...
    @property
    def at(self) -> int: ...
    @property
    def corrects(self) -> EventId | None: ...


Named = TypeVar("Named", bound=Naming)


def linked(facts: Mapping[EventId, Named]) -> list[tuple[Named, ...]]:
    """All that was said of each thing, the first before what names it; who names nobody known begins one."""
    ordered = sorted(facts.values(), key=_order)
    following = defaultdict[EventId | None, list[Named]](list)
    for fact in ordered:
        following[fact.corrects].append(fact)
    heard = set[EventId]()
    beginning = [fact for fact in ordered if fact.corrects not in facts]
    found = [_said(fact, following, heard) for fact in (*beginning, *ordered)]  # a circle, which no log has, begins too
    return sorted(filter(None, found), key=lambda said: _order(said[0]))


def _said(root: Named, following: Mapping[EventId | None, list[Named]], heard: set[EventId]) -> tuple[Named, ...]:
    """What was heard before is not said again. A log forks no chain; if it did, all of it would be heard."""
    said, waiting = list[Named](), [root]
    while waiting:
        fact = waiting.pop(0)
        if fact.event not in heard:
            heard.add(fact.event)
            said.append(fact)
            waiting += following.get(fact.event, ())
    return tuple(said)


def _order(fact: Naming) -> tuple[int, EventId]:
    return fact.at, fact.event
