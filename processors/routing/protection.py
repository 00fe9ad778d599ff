"""
Who is protected: the set of measures that the topic ``protection`` tells, and what follows from it.

The standing of a person is a function of the *set* of records, so neither a double nor an old record that comes
late changes it, and reading the topic again gives the same state. A record ends its own measure only, and only
from its own version downwards: a list of ended measures can never take away a newer one (目黒区 2025). A link makes
two subjects one person; no record parts them. A claim says that they may be: it hides as a doubt does, and no
further than from the one to the other.
"""

from collections.abc import Mapping
from typing import Any

from kairan.measures import CLAIM, LINK, Measure, Standing, standing, stricter
from processors.routing.events import Event
from processors.routing.joined import Joined


class ProtectionState:
    """
    What is known of every person that any measure was ever stated for.

    A person who has several handles has the strictest of their standings, by each of them: joining them uncovers
    nobody, whatever is stated under one of them alone. Over a claim she is at most ``unknown``: that hides as well, and
    a refused statement tells nobody of a flag. Claims do not add up: who may be one with her may hide for another's
    sake, and that is no reason to hide her.
    """

    def __init__(self) -> None:
        self._measures: dict[bytes, frozenset[Measure]] = {}
        self._standing: dict[bytes, Standing] = {}
        self._joined = Joined[Standing](silent="none")

    def take(self, name: str, record: Mapping[str, Any]) -> None:
        """Takes in a record of the topic, by the name of its shape."""
        if name == LINK:
            self.join(record)
        elif name == CLAIM:
            self.claim(record)
        else:
            self.evolve(record)

    def evolve(self, record: Mapping[str, Any]) -> None:
        """Takes in a ``kairan.bus.Measure``."""
        handle = record["handle"]
        known = self._measures.get(handle, frozenset())
        measures = known | {Measure.of_record(record)}
        if measures != known:
            self._know(handle, measures)

    def join(self, record: Mapping[str, Any]) -> None:
        """Takes in a ``kairan.bus.Link``: whoever is one with either of them is one with both, for good."""
        one, other = record["handle"], record["same_as"]
        self._joined.join(one, other, self._own(one, other))

    def claim(self, record: Mapping[str, Any]) -> None:
        """Takes in a ``kairan.bus.Claim``: what was stated of the one, or of its links, hides the other."""
        one, other = record["handle"], record["claimed"]
        self._joined.claim(one, other, self._own(one, other))

    def standing(self, handle: bytes) -> Standing:
        """``none`` where nothing was stated: then the event's own envelope decides."""
        own = self._standing.get(handle, "none")
        if handle not in self._joined:
            return own
        if own == "protected" or self._joined.has(handle, "protected"):
            return "protected"
        hides = self._joined.has(handle, "unknown") or self._joined.is_beside(handle)
        return "unknown" if hides else own

    def around(self, handle: bytes) -> frozenset[bytes]:
        """Whoever may stand otherwise by a record that names this handle, she herself among them."""
        return self._joined.around(handle)

    def _know(self, handle: bytes, measures: frozenset[Measure]) -> None:
        former, new = self._standing.get(handle, "none"), standing(measures)
        self._measures[handle], self._standing[handle] = measures, new
        self._joined.change(handle, former, new)

    def _own(self, one: bytes, other: bytes) -> tuple[Standing, Standing]:
        return self._standing.get(one, "none"), self._standing.get(other, "none")


def of_event(event: Event, state: ProtectionState) -> Standing:
    """
    The stricter of what the source stated and what the measures tell.

    Whoever is related to a person that hides is at least ``unknown``; the same person under another handle is the
    same person.
    """
    result, of_measures = event.protection, state.standing(event.handle)
    if of_measures != "none":
        result = stricter(result, of_measures)
    for related in event.related:
        of_other = state.standing(related.handle)
        if of_other != "none":
            result = stricter(result, of_other if related.role == "same_person" else "unknown")
    return result
