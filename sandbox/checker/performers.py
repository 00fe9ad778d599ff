"""The register as an auditor reads it: who performs a business for a municipality, and through which channel."""

import csv
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from kairan.register import Register

MUNICIPALITIES = Path(__file__).parents[2] / "kairan" / "municipalities.csv"
TAKING_PART = frozenset({"active", "draining"})
"""States of a member in which it receives."""


class Receiver(NamedTuple):
    """A member's channel."""

    member: str
    channel: str


class DeclaredCaseloadError(NotImplementedError):
    """A channel has declared whom it holds; this reader only knows rule 2, for channels that have not."""


@dataclass(frozen=True, slots=True)
class Edition:
    """The register as it is in force for a while."""

    channels: Mapping[tuple[str, str], Receiver]
    requests: frozenset[tuple[str, str]]

    def receiver(self, municipality: str, business: str) -> Receiver | None:
        """Who performs it and takes part; None: nobody on the bus."""
        return self.channels.get((municipality, business))

    def is_requested(self, municipality: str, business: str) -> bool:
        return (municipality, business) in self.requests


class Performers:
    """Every edition of the register, by instant."""

    def __init__(self, register: Register) -> None:
        rows = (*register.members, *register.channels, *register.performers, *register.requests)
        self._since = sorted({row.valid_from for row in rows} | {0})
        self._editions = [_edition(register.at(instant)) for instant in self._since]

    def at(self, instant: float) -> Edition:
        return self._editions[max(bisect_right(self._since, instant) - 1, 0)]


def _edition(register: Register) -> Edition:
    if any(channel.caseload == "declared" for channel in register.channels):
        raise DeclaredCaseloadError
    members = {member.code for member in register.members if member.state in TAKING_PART}
    return Edition(
        {
            (row.municipality, row.business): Receiver(row.member, row.channel)
            for row in register.performers
            if row.member in members
        },
        frozenset((row.municipality, row.business) for row in register.requests),
    )


def city_of(code: str) -> str:
    """A ward of a designated city is its city; everything else, known or not, itself."""
    return _cities().get(code, code)


@cache
def _cities() -> Mapping[str, str]:
    with MUNICIPALITIES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["parent"] for row in csv.DictReader(file) if row["parent"]}
