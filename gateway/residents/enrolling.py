"""
At a counter somebody has shown a document; from then on whoever signs in as this subject is she.

A clerk knows her by the 宛名番号 of his own member, the bus by a handle. What passes between them is the member's
pairwise id: the bus turns it back without a table, a forged one shows, and no clerk ever sees a handle (docs/adr/0041).
"""

from typing import NamedTuple, Protocol

from kairan.identifiers import Handle
from kairan.keys import BusKeys


class Enrolment(NamedTuple):
    """``issuer`` and ``subject``: as the provider will name her."""

    member: str
    pairwise_id: bytes
    issuer: str
    subject: str


class Residents(Protocol):
    """Where it is written down."""

    def enrol(self, issuer: str, subject: str, handle: Handle) -> None:
        """Also in the place of whoever was behind this subject before."""


def enrol(residents: Residents, keys: BusKeys, its: Enrolment) -> None:
    """Raises ForgedPairwiseIdError: the bus has never given this member such an id."""
    residents.enrol(its.issuer, its.subject, keys.handle_of(its.member, its.pairwise_id))
