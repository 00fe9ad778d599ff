"""How many persons refused statements may join: a few by each number, a few numbers to each, and so many in all."""

from typing import TypeAlias

MOST = 8
"""As many as a household that a source states under one number by mistake; a number that claims more is a fault."""
MOST_OF_MEMBER = 1_000
"""More is a member's fault in bulk, as an export that is off by one row; so many take a quarter of a megabyte."""

Claim: TypeAlias = tuple[str, bytes]
"""A number and whom it names."""


class Claimed:
    """
    Whom the refused statements of each member name by which number, since this process started.

    Not remembered beyond: a start lets each member claim as many more, whom it may hide anyway (ADR 22).
    """

    def __init__(self) -> None:
        self._of: dict[str, set[Claim]] = {}

    def take(self, municipality: str, number: str, handle: bytes) -> bool:
        """Is this claim to be believed? What was believed once stays so."""
        claims = self._of.setdefault(municipality, set())
        if (number, handle) in claims:
            return True
        if len(claims) >= MOST_OF_MEMBER or not _are_few(claims, number, handle):
            return False
        claims.add((number, handle))
        return True


def _are_few(claims: set[Claim], number: str, handle: bytes) -> bool:
    by_number = sum(each == number for each, _ in claims)
    by_person = sum(each == handle for _, each in claims)
    return max(by_number, by_person) < MOST
