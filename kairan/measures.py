"""
Measures of protection (支援措置) as the topic ``protection`` carries them, and how a person stands by a set of them.

Nothing here depends on an order: neither a double nor an old record that comes late changes what follows from the set.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

LINK, CLAIM = "kairan.bus.Link", "kairan.bus.Claim"
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

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Self:
        """Of a ``kairan.bus.Measure``; raises UnknownKindError."""
        if record["kind"] not in KINDS:
            raise UnknownKindError("a measure is of kind 1, 2, 3 or unknown")
        return cls(record["municipality"], record["measure"], record["version"], record["kind"], record["registered"])

    @property
    def is_active(self) -> bool:
        return self.kind in ACTIVE

    @property
    def is_doubt(self) -> bool:
        return self.kind == UNKNOWN


def standing(measures: Collection[Measure]) -> Standing:
    """``protected`` while any measure is active, ``unknown`` while a refused flag was not followed by a valid one."""
    if any(measure.is_active for measure in _newest(measures)):
        return "protected"
    valid = [measure for measure in measures if not measure.is_doubt]
    doubts = (measure for measure in measures if measure.is_doubt)
    return "none" if all(any(_answers(each, doubt) for each in valid) for doubt in doubts) else "unknown"


def stricter(one: Standing, other: Standing) -> Standing:
    return one if one == other or _STRICTNESS[one] > _STRICTNESS[other] else other


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
