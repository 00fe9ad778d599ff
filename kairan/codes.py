"""
The closed code lists, each of one edition: what stands in a code field is one of these or is refused.

``codes.csv`` holds them in their official order. Marks say how well a code is known: ✔ read in a standard or in a
vendor's master that follows it; ◇ general knowledge, not verified; ⊕ ours, derived from what the field is for. English
names are ours throughout. Where the words are the code, code and name are the same.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal, TypeVar, cast

Mark = Literal["✔", "◇", "⊕"]
ReasonKind = Literal["記載", "消除", "修正"]
Ledger = Literal["japanese", "foreign"]


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its Japanese and its English name."""

    code: str
    name: str
    english: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Reason(Code):
    """異動事由: ``kind`` tells whether it adds, closes or changes a record; ``ledger``: only that row may carry it."""

    kind: ReasonKind
    ledger: Ledger | None


AnyCode = TypeVar("AnyCode", bound=Code)


@dataclass(frozen=True)
class CodeList(Mapping[str, AnyCode]):
    """A closed list; ``code in the_list`` is the check."""

    edition: str
    codes: tuple[AnyCode, ...]
    _by_code: dict[str, AnyCode] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_code", {each.code: each for each in self.codes})

    def __getitem__(self, code: str) -> AnyCode:
        return self._by_code[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __len__(self) -> int:
        return len(self._by_code)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code


_LINES = tuple(csv.DictReader((files("kairan") / "codes.csv").read_text(encoding="utf-8").splitlines()))


def _list(name: str) -> CodeList[Code]:
    lines = [line for line in _LINES if line["list"] == name]
    return CodeList(lines[0]["edition"], tuple(_code(line) for line in lines))


def _reasons(edition: str) -> CodeList[Reason]:
    lines = (line for line in _LINES if line["list"] == "reasons" and line["edition"] == edition)
    return CodeList(edition, tuple(_reason(line) for line in lines))


def _code(line: Mapping[str, str]) -> Code:
    return Code(line["code"], line["name"], line["english"], cast("Mark", line["mark"]))


def _reason(line: Mapping[str, str]) -> Reason:
    kind, ledger = cast("ReasonKind", line["kind"]), cast("Ledger | None", line["ledger"] or None)
    return Reason(line["code"], line["name"], line["english"], cast("Mark", line["mark"]), kind, ledger)


EDITION = "2024-07"
"""Of 異動事由 today: names of 住民記録システム標準仕様書 1.2.2, numbers of the vendor master of that month."""

# 婚姻, 離婚, 養子縁組, 転籍 are no reasons: a notice of the 本籍地 states them and they are booked as 43 職権修正.
# 再製 closes a record too, but no number of it was seen.
REASONS = _reasons(EDITION)
REASON_EDITIONS: Mapping[str, CodeList[Reason]] = {EDITION: REASONS}
"""Every edition that a statement may name; a new one is added, none is ever taken away."""
BUSINESSES = _list("businesses")
"""業務ID: the 37 businesses of a municipality."""

SUBJECT_KINDS = _list("subject_kinds")
CHANGES = _list("changes")
PROTECTIONS = _list("protections")
ROLES = _list("roles")
"""Of municipalities in the envelope."""
RELATIONS = _list("relations")
"""Of related subjects in the envelope."""

SEXES = _list("sexes")
RESIDENT_KINDS = _list("resident_kinds")
RESIDENT_STATES = _list("resident_states")
FOREIGN_CATEGORIES = _list("foreign_categories")
"""30条の45区分, by name until the official codes are read."""
RELATIONSHIPS = _list("relationships")
"""続柄; up to four are chained, see ``relationship_name``."""

PROCEDURES = _list("procedures")
"""How a departure is certified."""
MOVER_SCOPES = _list("mover_scopes")
NOTIFICATION_ROUTES = _list("notification_routes")
NOTIFIERS = _list("notifiers")
ARRIVAL_KINDS = _list("arrival_kinds")
APPLICATION_STAGES = _list("application_stages")
"""Of an online application; whoever withdraws it annuls it."""
CLOSING_STAGES = _list("closing_stages")
RELOCATION_KINDS = _list("relocation_kinds")
BIRTH_KINDS = _list("birth_kinds")
"""No source names the kinds; these two are what a resident record can tell."""
NOTICE_ROUTES = _list("notice_routes")
"""How a birth reached the resident record."""
LINK_EVIDENCE = _list("link_evidence")
"""What says that two subjects are one person; never name and birth date alone."""

TAXPAYER_KINDS = _list("taxpayer_kinds")
ASSESSMENT_KINDS = _list("assessment_kinds")
COLLECTIONS = _list("collections")
EXEMPTIONS = _list("exemptions")
"""No source names the codes; these three are what the receivers compute with."""

MEASURE_KINDS = _list("measure_kinds")
"""支援措置区分."""
MEASURE_CATEGORIES = _list("measure_categories")
MEASURE_SUBJECT_ROLES = _list("measure_subject_roles")
MEASURE_SCOPES = _list("measure_scopes")

LONGEST_RELATIONSHIP = 4
"""Generations; whoever is farther away is 縁故者."""


def relationship_name(chain: str) -> str | None:
    """子の妻 for ``2012``: codes of two characters, chained by の; None when this is no such chain."""
    parts = [chain[start : start + 2] for start in range(0, len(chain), 2)]
    if not 1 <= len(parts) <= LONGEST_RELATIONSHIP or any(part not in RELATIONSHIPS for part in parts):
        return None
    return "の".join(RELATIONSHIPS[part].name for part in parts)
