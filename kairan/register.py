"""
The register: who is on the bus, who performs which business for which municipality, through which channel.

Declared as CSV files (``members.csv``, ``channels.csv``, ``performers.csv``, ``requests.csv``) whose rows are
append-only and valid from an instant, compared with a log record's append time.
"""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict

MemberState = Literal["prepared", "active", "draining", "left"]


class Row(BaseModel):
    """A line of a register file; ``valid_from`` in milliseconds since 1970 UTC, 0 = from the beginning."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    valid_from: int = 0


class Member(Row):
    """A municipality, or a body that performs a business for municipalities (都道府県, 広域連合, 一部事務組合)."""

    code: str
    name: str
    kind: Literal["municipality", "performer"]
    state: MemberState
    atena_scheme: Literal["m11w2-7", "legacy"] = "m11w2-7"


class Channel(Row):
    """A member's unit of topic, order, right and connector; ``caseload``: has it declared whom it holds?"""

    member: str
    channel: str
    title: str
    caseload: Literal["undeclared", "declared"] = "undeclared"


class Performer(Row):
    """This business of this municipality is performed by that member and reached through that channel."""

    municipality: str
    business: str
    member: str
    channel: str


class Request(Row):
    """An approved order of a business for an initial load (``requested`` in the policy's conditions)."""

    municipality: str
    business: str
    approved_by: str


AnyRow = TypeVar("AnyRow", bound=Row)
FILES: dict[str, type[Row]] = {
    "members": Member,
    "channels": Channel,
    "performers": Performer,
    "requests": Request,
}


class Register(BaseModel):
    """All rows that were ever declared."""

    model_config = ConfigDict(frozen=True)
    members: tuple[Member, ...]
    channels: tuple[Channel, ...]
    performers: tuple[Performer, ...]
    requests: tuple[Request, ...] = ()

    def at(self, instant: int) -> "Register":
        """The rows in force at an instant: of rows with the same key the latest one that is valid."""
        return Register(
            members=_latest(self.members, instant, "code"),
            channels=_latest(self.channels, instant, "member", "channel"),
            performers=_latest(self.performers, instant, "municipality", "business"),
            requests=_latest(self.requests, instant, "municipality", "business"),
        )

    def digest(self) -> bytes:
        """8 bytes that change with any row."""
        return hashlib.sha256(self.model_dump_json().encode()).digest()[:8]

    def municipalities(self) -> list[Member]:
        return [member for member in self.members if member.kind == "municipality"]

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, row in FILES.items():
            _write(folder / f"{name}.csv", getattr(self, name), row)


def load(folder: Path) -> Register:
    """Reads the register's files; raises FileNotFoundError or pydantic's ValidationError."""
    return Register.model_validate({name: _read(folder / f"{name}.csv", row) for name, row in FILES.items()})


def _latest(rows: Iterable[AnyRow], instant: int, *key: str) -> tuple[AnyRow, ...]:
    chosen: dict[tuple[str, ...], AnyRow] = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        if row.valid_from <= instant:
            chosen[tuple(getattr(row, part) for part in key)] = row
    return tuple(chosen.values())


def _read(path: Path, row: type[AnyRow]) -> list[AnyRow]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row.model_validate(line) for line in csv.DictReader(file)]


def _write(path: Path, rows: Sequence[Row], kind: type[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(kind.model_fields), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row.model_dump() for row in rows)
