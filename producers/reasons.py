"""
異動事由 → event type, and what a correction or cancellation is about.

A correction (42 43 44 that name a version) and a cancellation (09 28 59) are statements of the type they correct:
the type of the first fact of the chain.
"""

from typing import NamedTuple

from connectors.source import Problem
from producers.change import Named, ResidentChange, UnmappableError

AMENDED = "residence.RecordAmended"
DEPARTURES = frozenset({"21", "22"})
NATURALISATION = {"04": "24", "05": "25"}
"""帰化等, 国籍喪失: the added row and the removed one before it. One fact, stated with the added row."""

TYPES = {
    "01": "residence.MovedIn",
    "02": "residence.MovedIn",
    "03": "vital.Born",
    "04": AMENDED,
    "05": AMENDED,
    "06": "residence.MovedIn",
    "23": "vital.Died",
    "26": "residence.MoveOutConfirmed",
    "41": "residence.Relocated",
    **dict.fromkeys(("42", "43", "44"), AMENDED),
    **dict.fromkeys(("50", "51", "52", "53"), AMENDED),
    **dict.fromkeys(("54", "55", "56", "57", "58"), AMENDED),
}
"""Of a new fact. 21 and 22 are declared first and close the record later."""


class Meaning(NamedTuple):
    """What a version states: the type, how it changes what was stated, and which statement it names."""

    type: str
    change: str
    named: Named | None = None


def meaning(change: ResidentChange) -> Meaning:
    """Raises UnmappableError where no event type says it."""
    record = change.record
    if record.cancels_version is not None:
        return _cancellation(change.named)
    if record.corrects_version is not None:
        return _correction(change.named)
    return Meaning(_new(change), "created")


def _new(change: ResidentChange) -> str:
    record, previous = change.record, change.previous
    removed = NATURALISATION.get(record.reason)
    if removed is not None and (previous is None or previous.reason != removed):
        raise UnmappableError(Problem("change.pair", "record.reason", f"the version before it has reason {removed}"))
    found = _type(record.reason, closing="closing" in record.particulars)
    if found is None:
        raise UnmappableError(Problem("change.reason", "record.reason", "no event type says this reason"))
    return found


def _correction(named: Named | None) -> Meaning:
    """What was never stated (改製, a record nobody has any more) is not corrected: the record is amended."""
    if named is None or named.reason is None:
        return Meaning(AMENDED, "corrected", named)
    found = _type(named.reason, closing=named.closing)
    return Meaning(AMENDED, "created") if found is None else Meaning(found, "corrected", named)


def _cancellation(named: Named | None) -> Meaning:
    found = None if named is None or named.reason is None else _type(named.reason, closing=named.closing)
    if found is None:
        raise UnmappableError(Problem("change.cancels", "record.cancels_version", "the cancelled fact is on record"))
    return Meaning(found, "annulled", named)


def _type(reason: str, *, closing: bool) -> str | None:
    if reason in DEPARTURES:
        return "residence.MoveOutConfirmed" if closing else "residence.MoveOutDeclared"
    return TYPES.get(reason)
