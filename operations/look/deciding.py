"""What desks can decide about somebody's moves, and the decision written down (docs/adr/0032)."""

import secrets
from collections.abc import Sequence
from typing import NamedTuple

from kairan.identifiers import EventId, InvalidIdentifierError, MunicipalityCode
from kairan.register import Register
from kairan.settings import Settings
from operations.look import databases, finding, procedure, reading, routing
from operations.look.errors import UnknownNameError
from operations.stack.errors import StackError
from processors.moving import deciding
from processors.moving.conflicts import Conflict, conflicts
from processors.moving.deciding import Act, UndecidableError
from processors.moving.known import Known
from processors.runtime import tables
from processors.runtime.leaps import Leaps


class Found(NamedTuple):
    """Whose moves, what is known of them, and between what desks can decide; ``hides``: places are told to nobody."""

    person: bytes
    known: Known
    conflicts: Sequence[Conflict]
    hides: bool


class Choice(NamedTuple):
    """As an operator types it: the event that does not stand, the municipality whose desk says so, and a code why."""

    reject: str
    desk: str
    why: str


def find(settings: Settings, register: Register, event: str) -> Found:
    """
    Of the person whom this event is about.

    Raises:
        UnknownNameError: nothing in the log is called so.
        StackError: the moving process has not come so far.

    """
    record = finding.find(settings, register, event).record
    if record is None:
        raise UnknownNameError(f"{event} is not in the log, so no procedure has it.")
    person = procedure.look(settings, record)
    if person.is_held:
        raise StackError("An input of this person cannot be decided, and what follows waits: mend that first.")
    if not person.is_read:
        raise StackError("The moving process has not read this event yet.")
    known, handle = procedure.known(person), record.key or b""
    hides = routing.protection(settings).standing(handle) != "none"
    return Found(handle, known, conflicts(known), hides)


def decide(settings: Settings, register: Register, found: Found, choice: Choice, now: int) -> EventId:
    """
    Writes the decision down; which event does not stand any more, as soon as the process has read it.

    Raises:
        UnknownNameError: nothing is called so.
        StackError: this desk cannot decide this.

    """
    rejected = finding.find(settings, register, choice.reject).event_id
    if rejected is None:
        raise UnknownNameError(f"{choice.reject} was never sent.")
    act = Act(_desk(choice.desk), secrets.token_bytes(deciding.ACT_BYTES), EventId(rejected), choice.why, now)
    try:
        letter = deciding.letter(found.known, found.person, act)
    except UndecidableError as error:
        raise StackError(str(error)) from error
    with reading.writer(settings, deciding.PRINCIPAL) as writer:
        writer.send(letter)
        writer.confirm()
    return act.rejected


def played(settings: Settings, now: int) -> int:
    """What a sandbox's clock says, where it has leapt."""
    with databases.opened(settings, databases.BUS) as connection:
        known = tables.leaps(connection)
    return Leaps(lambda: known)(now)


def _desk(code: str) -> MunicipalityCode:
    try:
        return MunicipalityCode.parse(code)
    except InvalidIdentifierError as error:
        raise UnknownNameError(f"{code} is no municipality code.") from error
