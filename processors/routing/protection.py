"""
Who is protected: the set of measures that the topic ``protection`` tells, and what follows from it.

The standing of a person is a function of the *set* of records, so neither a double nor an old record that comes
late changes it, and reading the topic again gives the same state. A record ends its own measure only, and only
from its own version downwards: a list of ended measures can never take away a newer one (目黒区 2025). A link makes
two subjects one person; no record parts them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

from processors.routing.events import Event

LINK = "kairan.bus.Link"
Standing = Literal["none", "unknown", "protected"]
ACTIVE = frozenset({"1", "2"})
ENDED = "3"
UNKNOWN = "unknown"
KINDS = frozenset({*ACTIVE, ENDED, UNKNOWN})
_STRICTNESS: Mapping[str, int] = {"none": 0, "unknown": 1, "protected": 2}


class UnknownKindError(ValueError):
    """A measure of a kind that this release does not know: what it means for a person cannot be guessed."""


@dataclass(frozen=True, slots=True)
class Measure:
    """
    A record of ``protection``: one version of one measure of one municipality.

    Kind ``unknown`` is a flag that was refused; ``measure`` is empty or ``version`` 0 where it could not be read.
    """

    municipality: str
    measure: str
    version: int
    kind: str
    registered: int

    @property
    def is_active(self) -> bool:
        return self.kind in ACTIVE

    @property
    def is_doubt(self) -> bool:
        return self.kind == UNKNOWN


class ProtectionState:
    """
    What is known of every person that any measure was ever stated for.

    A person who has several handles has the strictest of their standings, by each of them: joining them uncovers
    nobody, whatever is stated under one of them alone.
    """

    def __init__(self) -> None:
        self._measures: dict[bytes, frozenset[Measure]] = {}
        self._standing: dict[bytes, Standing] = {}
        self._joined: dict[bytes, frozenset[bytes]] = {}

    def take(self, name: str, record: Mapping[str, Any]) -> None:
        """Takes in a record of the topic, by the name of its shape."""
        if name == LINK:
            self.join(record)
        else:
            self.evolve(record)

    def evolve(self, record: Mapping[str, Any]) -> None:
        """Takes in a ``kairan.bus.Measure``."""
        handle = record["handle"]
        known = self._measures.get(handle, frozenset())
        measures = known | {_measure(record)}
        if measures != known:
            self._measures[handle] = measures
            self._standing[handle] = standing(measures)

    def join(self, record: Mapping[str, Any]) -> None:
        """Takes in a ``kairan.bus.Link``: whoever is one with either of them is one with both, for good."""
        joined = self._handles(record["handle"]) | self._handles(record["same_as"])
        self._joined |= dict.fromkeys(joined, joined)

    def standing(self, handle: bytes) -> Standing:
        """``none`` where nothing was stated: then the event's own envelope decides."""
        if handle not in self._joined:
            return self._standing.get(handle, "none")
        return reduce(stricter, (self._standing.get(each, "none") for each in self._joined[handle]))

    def _handles(self, handle: bytes) -> frozenset[bytes]:
        return self._joined.get(handle, frozenset({handle}))


def standing(measures: Collection[Measure]) -> Standing:
    """``protected`` while any measure is active, ``unknown`` while a refused flag was not followed by a valid one."""
    if any(measure.is_active for measure in _newest(measures)):
        return "protected"
    valid = [measure for measure in measures if not measure.is_doubt]
    doubts = (measure for measure in measures if measure.is_doubt)
    return "none" if all(any(_answers(each, doubt) for each in valid) for doubt in doubts) else "unknown"


def stricter(one: Standing, other: Standing) -> Standing:
    return one if _STRICTNESS[one] >= _STRICTNESS[other] else other


def of_event(event: Event, state: ProtectionState) -> Standing:
    """
    The stricter of what the source stated and what the measures tell.

    Whoever is related to a person that hides is at least ``unknown``; the same person under another handle is the
    same person.
    """
    result = stricter(event.protection, state.standing(event.handle))
    for related in event.related:
        of_other = state.standing(related["handle"])
        if of_other != "none":
            result = stricter(result, of_other if related["role"] == "same_person" else "unknown")
    return result


def _measure(record: Mapping[str, Any]) -> Measure:
    if record["kind"] not in KINDS:
        raise UnknownKindError("a measure is of kind 1, 2, 3 or unknown")
    return Measure(record["municipality"], record["measure"], record["version"], record["kind"], record["registered"])


def _newest(measures: Iterable[Measure]) -> Collection[Measure]:
    """The highest version of each measure; should two records claim it, the one that protects."""
    newest: dict[tuple[str, str], Measure] = {}
    for each in measures:
        if not each.is_doubt:
            key = (each.municipality, each.measure)
            newest[key] = max(each, newest.get(key, each), key=lambda measure: (measure.version, measure.is_active))
    return newest.values()


def _answers(valid: Measure, doubt: Measure) -> bool:
    """
    Does this valid record settle what the refused one left open?

    The same version of that measure or a later one does. Where the refused flag did not even tell which measure it
    was, only a later measure that protects does: the end of another measure says nothing about it.
    """
    if valid.municipality != doubt.municipality:
        return False
    if not doubt.measure:
        return valid.is_active and valid.registered >= doubt.registered
    if valid.measure != doubt.measure:
        return False
    return valid.version >= doubt.version if doubt.version else valid.registered >= doubt.registered
