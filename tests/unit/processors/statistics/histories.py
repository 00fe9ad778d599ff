"""Histories of a few persons in one partition of the log, and what a plain recount of them says."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from hypothesis import strategies as st

from kairan.stream import Incoming
from tests.unit.processors.routing import world

DAY = 24 * 60 * 60 * 1000
PARTITION = 5
CODES = (world.EDOGAWA, world.ICHIKAWA, world.HAYAMA)
REASONS = {"move": "01", "birth": "03", "split": "50", "plan": "21", "relocation": "41", "correction": "44"}
FACTS = ("move", "birth", "split", "plan", "relocation", "tax")
Cells = Mapping[tuple[str, str, tuple[str, ...]], int]


@dataclass(frozen=True)
class Line:
    """A record: ``about`` is the line that it corrects, annuls or says once more; by chance another person's."""

    person: int
    kind: Literal["move", "birth", "split", "plan", "relocation", "tax", "correction", "annulment", "double"]
    about: int
    origin: str
    destination: str
    sex: str
    hides: bool
    came: str = "2026-01-01"


LINES = st.builds(
    Line,
    st.sampled_from([1, 1, 1, 2]),
    st.sampled_from([*FACTS, "move", "correction", "correction", "annulment", "double"]),
    st.integers(0, 15),
    st.sampled_from(CODES),
    st.sampled_from(CODES[:2]),
    st.sampled_from(["1", "2"]),
    st.sampled_from([False, False, False, True]),
    st.sampled_from(["2025-12-31", "2026-01-01", "2026-01-31"]),
)


def settled(lines: Sequence[Line]) -> list[Line]:
    """What is about a line is about one before it; a double is of the same person, and what it doubles a fact."""
    found: list[Line] = []
    for number, line in enumerate(lines):
        if line.kind in FACTS:
            found.append(line)
        elif number:
            at = line.about % number
            found.append(
                replace(found[at], kind="double", about=origin_of(found, at))
                if line.kind == "double"
                else replace(line, about=at)
            )
        else:
            found.append(replace(line, kind="move"))
    return found


def origin_of(lines: Sequence[Line], at: int) -> int:
    """Of a double the line that said it first."""
    return lines[at].about if lines[at].kind == "double" else at


def log(lines: Sequence[Line]) -> list[Incoming]:
    """A record every ten days."""
    return [_record(lines, number) for number in range(len(lines))]


def _record(lines: Sequence[Line], number: int) -> Incoming:
    source = origin_of(lines, number)
    said = lines[source]
    stated: dict[str, Any] = {
        "id": _id(source),
        "source": {"municipality": said.destination, "business": "001"},
        "subject": {"kind": "person", "handle": world.handle(said.person)},
        "municipalities": [world.municipality("origin", said.origin)],
        "protection": "protected" if said.hides else "none",
    }
    if said.kind in ("correction", "annulment"):
        change = {"correction": "corrected", "annulment": "annulled"}[said.kind]
        stated |= {"change": change, "corrects": _id(origin_of(lines, said.about))}
    reasons = [{"code": _reason(lines, each), "edition": ""} for each in _chain(lines, source)]
    stated |= {"reason": reasons[0], "lineage": [world.former(reason=each) for each in reasons[1:]]}
    record = _RECORDS[_root(lines, source)](said, stated)
    at = world.APPENDED + number * 10 * DAY
    return record._replace(partition=PARTITION, offset=number, key=world.handle(said.person), timestamp=at)


def _id(number: int) -> bytes:
    return b"\x01" * 15 + bytes([number])


def _chain(lines: Sequence[Line], number: int) -> list[int]:
    """A line, then what it corrects or annuls, and so on to the fact."""
    number = origin_of(lines, number)
    return [number] if lines[number].kind in FACTS else [number, *_chain(lines, lines[number].about)]


def _root(lines: Sequence[Line], number: int) -> str:
    """A correction is of the kind of what it corrects."""
    return lines[_chain(lines, number)[-1]].kind


def _reason(lines: Sequence[Line], number: int) -> str:
    return REASONS.get(lines[number].kind, "59")


def _move(said: Line, stated: Mapping[str, Any]) -> Incoming:
    days = {"birth_date": world.day("1980-05-05"), "moved_in_date": world.day(said.came), "planned_date": None}
    return world.moved_in({"sex": said.sex, "arrival_kind": None} | days, **stated)


def _birth(said: Line, stated: Mapping[str, Any]) -> Incoming:
    return world.record("vital.Born", {"sex": said.sex}, **stated)


def _split(said: Line, stated: Mapping[str, Any]) -> Incoming:
    """Whoever is male heads the new household, and is told so of the one before as well."""
    household = {"number": "1", "head_name": "山田", "relationship": {"1": "02", "2": "12"}[said.sex]}
    return world.record(
        "residence.RecordAmended", {"household": household, "previous_household": household, "sex": said.sex}, **stated
    )


def _plan(said: Line, stated: Mapping[str, Any]) -> Incoming:
    stated = {**stated, "municipalities": [world.municipality("destination", said.origin)]}
    return world.record("residence.MoveOutDeclared", {"planned_date": world.day(said.came)}, **stated)


def _relocation(_: Line, stated: Mapping[str, Any]) -> Incoming:
    return world.record("residence.Relocated", {}, **stated)


def _tax(said: Line, stated: Mapping[str, Any]) -> Incoming:
    """Told in the same lane as the others."""
    record = world.record("tax.ResidentTaxAssessed", {"income_total": int(said.sex) * 1_000_000}, **stated)
    return record._replace(topic="life-events")


_RECORDS = {"move": _move, "birth": _birth, "split": _split, "plan": _plan, "relocation": _relocation, "tax": _tax}


def recount(lines: Sequence[Line]) -> Cells:
    """From what the lines mean: of each fact the last word, in the month of the first."""
    fact: dict[int, int] = {}
    last: dict[int, int | None] = {}
    hidden: set[int] = set()
    for number, line in enumerate(lines):
        if line.kind == "double":
            continue
        if line.kind in FACTS:
            fact[number] = number
        else:
            former = origin_of(lines, line.about)
            if former not in fact or lines[former].person != line.person:
                continue
            fact[number] = fact[former]
        hidden |= {fact[number]} if line.hides else set()
        last[fact[number]] = None if line.kind == "annulment" else number
    return dict(
        Counter(
            cell
            for first, number in last.items()
            if number is not None
            for cell in _cells(lines, first, lines[number], hides=first in hidden)
        )
    )


def _cells(lines: Sequence[Line], first: int, said: Line, *, hides: bool) -> Iterator[Any]:
    # Day 0 is the first of January; none of the histories leaves the first half of the year.
    days = first * 10
    month = next(m for m, end in enumerate((31, 59, 90, 120, 151, 181), 1) if days < end)
    window, sex = f"2026-{month:02}", {"1": "male", "2": "female"}[said.sex]
    home = "unknown" if hides else said.destination
    if lines[first].kind == "split" and sex == "male":
        yield "household-change", window, (home, "formed")
    if lines[first].kind == "birth":
        yield "natural-change", window, (home, "birth", sex)
    if lines[first].kind == "relocation" and not hides:
        yield "bus-traffic", window, (home, "relocated")
    if lines[first].kind == "tax":
        yield "tax-bands", window, (home, {"male": "10-100", "female": "100-200"}[sex])
    if lines[first].kind == "plan" and not hides and said.origin != said.destination:
        yield "expected-arrivals", said.came[:7], (said.origin,)
    if lines[first].kind == "move" and said.origin != said.destination:
        places = ("unknown", "unknown") if hides else (said.origin, said.destination)
        yield "migration", window, (*places, sex, "45-49")
        yield "migration-by-effect", said.came[:7], (*places, sex, "45-49")
