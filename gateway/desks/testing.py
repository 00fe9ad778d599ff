"""Stores of the desks' pages in memory: they keep the contract of those on PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from connectors.postgres.offices.announced import Announced
from gateway.desks.staff import Staff
from gateway.desks.standing import Row
from gateway.desks.viewings import Viewing
from processors.moving.steps import Step


class MemoryStanding:
    """``gateway.desks.standing.Standing``."""

    def __init__(self, rows: Collection[Row] = ()) -> None:
        self.rows = list(rows)

    def of(self, member: str, steps: Collection[Step]) -> Sequence[Row]:
        return sorted((row for row in self.rows if member in row.desks and row.step in steps), key=_key)

    def one(self, member: str, instance: bytes, item: bytes) -> Row | None:
        return next((row for row in self.rows if _key(row) == (instance, item) and member in row.desks), None)

    def together(self, groups: Collection[Mapping[str, Any]]) -> Sequence[Row]:
        return sorted((row for row in self.rows if row.group in list(groups) and row.group), key=_key)


class MemoryOffices:
    """``gateway.desks.offices.Offices``: what each member's 001 holds, by pairwise id."""

    def __init__(self) -> None:
        self.arrivals: dict[tuple[str, bytes], Announced] = {}
        self.known: dict[tuple[str, bytes], str] = {}

    def announced(self, member: str, pairwise_ids: Collection[bytes]) -> Mapping[bytes, Announced]:
        return {each: self.arrivals[member, each] for each in pairwise_ids if (member, each) in self.arrivals}

    def numbers(self, member: str, pairwise_ids: Collection[bytes]) -> Mapping[bytes, str]:
        return {each: self.known[member, each] for each in pairwise_ids if (member, each) in self.known}


class MemoryViewings:
    """``gateway.desks.viewings.Viewings``."""

    def __init__(self) -> None:
        self.written: list[Viewing] = []

    def write(self, viewing: Viewing) -> None:
        self.written.append(viewing)


class MemorySessions:
    """``gateway.desks.staff.Sessions``: a token for each clerk."""

    def __init__(self, signed_in: Mapping[str, Staff]) -> None:
        self.signed_in = signed_in

    def staff(self, token: str) -> Staff | None:
        return self.signed_in.get(token)


def _key(row: Row) -> tuple[bytes, bytes]:
    return row.instance, row.item
