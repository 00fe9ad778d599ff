"""
What a desk decides about a conflict, as an input of the procedure (docs/adr/0032).

For whoever has a desk before him, be it ``kairan decide`` or the front door. ``conflicts`` of what is known of a person
(``SAGA.replay`` of the journal's lines) tells what there is to decide. ``letter`` is the record for ``process-inputs``
that decides it, written under the principal ``desk``; it raises UndecidableError, whose sentence may be shown. Nothing
else has to be stored: the procedure's journal will hold the decision, and whoever sends a letter twice decides once.

Whether this clerk may speak for that desk is for the caller to know; that the desk has a part in the conflict is
judged here.
"""

import json
import re
from typing import NamedTuple

from kairan.identifiers import EventId, MunicipalityCode
from kairan.stream import Outgoing
from processors.moving import process
from processors.moving.conflicts import Conflict, conflicts, rests_on
from processors.moving.facts import Decision
from processors.moving.known import Known
from processors.runtime import inputs

PRINCIPAL = "desk"
ACT_BYTES = 16
_REASON = re.compile(r"[a-z0-9_-]{1,64}")
"""A code, so that nobody writes of a person here; what offices answer has the same rule."""


class UndecidableError(ValueError):
    """A desk cannot decide this; the message is a sentence without anybody in it."""


class Act(NamedTuple):
    """
    What a clerk did at a desk; ``at`` in milliseconds since 1970 UTC.

    ``number``: 16 bytes under which the desk's own books have the act, and so the clerk; nobody else can read them.
    """

    desk: MunicipalityCode
    number: bytes
    rejected: EventId
    reason: str
    at: int


def letter(known: Known, person: bytes, act: Act) -> Outgoing:
    """Raises UndecidableError."""
    told = process.WORDS.to_json(decision(known, act))
    return inputs.letter(process.NAME, person, json.dumps(told))


def decision(known: Known, act: Act) -> Decision:
    """Raises UndecidableError."""
    if len(act.number) != ACT_BYTES:
        raise UndecidableError(f"The number of an act has {ACT_BYTES} bytes.")
    if not _REASON.fullmatch(act.reason):
        raise UndecidableError("The reason is a code of a-z, 0-9, - and _, with 64 characters at most.")
    if act.desk not in _about(known, act.rejected).desks:
        raise UndecidableError("This conflict is not decided by this desk.")
    return Decision(act.number, act.at, act.rejected, act.desk, act.reason)


def _about(known: Known, rejected: EventId) -> Conflict:
    found = conflicts(known)
    if not found:
        raise UndecidableError("There is no conflict between this person's moves, so nothing is decided.")
    if about := rests_on(known, rejected):
        return about
    others = ", ".join(fact.event.hex() for each in found for fact in each.between)
    raise UndecidableError(f"No conflict rests on this event. A decision rejects one of {others}.")
