"""A statement whose bytes were read: what all later checks look at."""

from typing import Any, NamedTuple

from kairan.identifiers import AtenaScheme
from kairan.register import MemberState
from kairan.shapes import Shape
from processors.admission.days import Days


class Sender(NamedTuple):
    """Whose topic the statement lies in, and what the register says of that member at that time."""

    municipality: str
    state: MemberState
    scheme: AtenaScheme


class Statement(NamedTuple):
    """Envelope and body as plain records; all body fields are there, None where null."""

    shape: Shape
    envelope: dict[str, Any]
    body: dict[str, Any]
    sender: Sender
    days: Days
    received: int
    """When its record was written, in milliseconds."""

    @property
    def is_restoring(self) -> bool:
        """An annulment carries the record as it was before, which may hold nothing yet."""
        return bool(self.envelope["change"] == "annulled")
