"""
The table of deadlines (``deadlines.csv``), and what a municipality sets otherwise (``set_locally.csv``).

A row says from which day a period is counted, how long it is, and whether its last day moves off a closing day; which
law says so, and whether its words were read. ``counting`` applies it to a day.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple, cast, get_args

from kairan import municipalities
from kairan.identifiers import MunicipalityCode
from processors.deadlines import tables
from processors.deadlines.tables import Row

Start = Literal["event_day", "next_day"]
Bound = Literal["until", "from"]
Shift = Literal["municipality", "national", "none"]
Unit = Literal["d", "m", "y"]

PROMPTLY = "promptly"
NOT_ARRIVED = "move.not_arrived"
"""The deadline after which an expected 転入通知 has not arrived (未着)."""
TRIGGERS: Mapping[str, str] = {
    "moved_in": "転入をした日",
    "arrival_notified": "転入届をした日",
    "relocated": "転居をした日",
    "planned_departure": "転出の予定年月日",
    "departed": "市町村の区域内に住所を有しなくなった日",
    "household_changed": "世帯又は世帯主に変更があった日",
    "address_changed": "住所を変更した日",
    "address_settled": "住居地を定めた日",
    "became_resident_foreigner": "住所を有する者が中長期在留者等となった日",
    "relation_changed": "外国人住民の世帯主との続柄に変更があった日",
    "period_of_stay_ends": "在留期間の満了の日",
    "born": "出生の日",
    "died": "死亡の日",
    "death_known": "死亡の事実を知った日",
    "funeral_held": "葬祭を行った日",
    "inheritance_known": "自己のために相続の開始があったことを知った日",
    "ownership_known": "現所有者であることを知った日",
    "divorced": "離婚の日",
    "divorce_final": "離婚の裁判が確定した日",
    "married": "婚姻の日",
    "nhi_acquired": "国民健康保険の資格を取得した日",
    "nhi_lost": "国民健康保険の資格を喪失した日",
    "care_acquired": "介護保険の資格を取得した日",
    "care_lost": "介護保険の資格を喪失した日",
    "pension_changed": "国民年金の被保険者に届け出る事実があった日",
    "school_year_starts": "翌学年の初め（4月1日）",
    "dog_moved": "犬の所在地を変更した日",
    "moped_acquired": "原動機付自転車を取得した日",
    "moped_given_up": "原動機付自転車を所有しなくなった日",
    "protection_ends": "支援措置の期間の末日",
}
"""The days that periods are counted from, as the law words them."""


class Length(NamedTuple):
    """``number`` days, months or years; ``before``: backwards from the event."""

    number: int
    unit: Unit
    before: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """
    A row of the table.

    A period lies between two midnights. ``start``: it is counted from the one with which the trigger's day begins
    (event_day) or ends (next_day). ``bound``: the result is the day before the other midnight (until) or after it
    (from). ``length`` None: the law says promptly and names no day. ``earlier_of``: another deadline of the same thing;
    whichever ends first counts.
    """

    id: str
    what: str
    trigger: str
    start: Start
    length: Length | None
    bound: Bound
    shift: Shift
    earlier_of: str | None
    basis: str
    article: str
    status: str
    note: str


Deadlines = Mapping[str, Deadline]
"""The table by id."""


class LocalLength(NamedTuple):
    """A row of ``set_locally.csv``: what the municipalities of an area set in place of an assumed length."""

    area: str
    deadline: str
    length: Length


_LENGTH = r"(?P<number>[0-9]{1,3})(?P<unit>[dmy])(?P<before> before)?"
_LENGTH_WORDS = "a number of days, months or years (14d, 3m, 1y), if backwards followed by 'before'"

COLUMNS = {
    "id": tables.like("[a-z_]+([.][a-z0-9_]+)+", "words of small letters with points between them"),
    "what": tables.FILLED,
    "trigger": tables.one_of(TRIGGERS),
    "start": tables.one_of(get_args(Start)),
    "length": tables.like(f"{_LENGTH}|{PROMPTLY}", f"{_LENGTH_WORDS}, or {PROMPTLY}"),
    "bound": tables.one_of(get_args(Bound)),
    "shift": tables.one_of(get_args(Shift)),
    "earlier_of": tables.ANYTHING,
    "basis": tables.FILLED,
    "article": tables.ANYTHING,
    "status": tables.STATUS,
    "note": tables.ANYTHING,
}
LOCAL_COLUMNS = {
    "area": tables.AREA,
    "deadline": tables.FILLED,
    "length": tables.like(_LENGTH, _LENGTH_WORDS),
    "basis": tables.FILLED,
    "note": tables.ANYTHING,
}


@cache
def load() -> Deadlines:
    """The table of this release, as the law or practice has it everywhere."""
    return parse(tables.text_of("deadlines.csv"))


def deadlines_of(code: MunicipalityCode) -> Deadlines:
    """The table with what this municipality sets; a ward has its city's. Raises UnknownMunicipalityError."""
    return _of_city(municipalities.city_of(code))


def parse(text: str) -> Deadlines:
    """Reads the table. Raises TableError with all problems."""
    rows = tables.read(text, COLUMNS)
    tables.refuse(problem for row in rows for problem in _row_problems(row))
    tables.refuse(_table_problems(rows))
    return {row.cells["id"]: _deadline(row.cells) for row in rows}


def parse_local(text: str, deadlines: Deadlines) -> tuple[LocalLength, ...]:
    """Reads what municipalities set: never a length that a statute says. Raises TableError with all problems."""
    rows = tables.read(text, LOCAL_COLUMNS)
    tables.refuse(problem for row in rows for problem in _local_problems(row, deadlines))
    return tuple(LocalLength(row.cells["area"], row.cells["deadline"], _counted(row.cells["length"])) for row in rows)


def with_lengths(deadlines: Deadlines, set_by: Sequence[LocalLength], city: str) -> Deadlines:
    """A municipality's own row stands before its prefecture's."""
    fitting = sorted((row for row in set_by if city.startswith(row.area)), key=lambda row: len(row.area))
    return {**deadlines, **{row.deadline: replace(deadlines[row.deadline], length=row.length) for row in fitting}}


@cache
def _of_city(city: str) -> Deadlines:
    return with_lengths(load(), parse_local(tables.text_of("set_locally.csv"), load()), city)


def _deadline(cells: Mapping[str, str]) -> Deadline:
    return Deadline(
        id=cells["id"],
        what=cells["what"],
        trigger=cells["trigger"],
        start=cast("Start", cells["start"]),
        length=None if cells["length"] == PROMPTLY else _counted(cells["length"]),
        bound=cast("Bound", cells["bound"]),
        shift=cast("Shift", cells["shift"]),
        earlier_of=cells["earlier_of"] or None,
        basis=cells["basis"],
        article=cells["article"],
        status=cells["status"],
        note=cells["note"],
    )


def _counted(text: str) -> Length:
    found = re.fullmatch(_LENGTH, text)
    assert found is not None  # the column's rule
    return Length(int(found["number"]), cast("Unit", found["unit"]), found["before"] is not None)


def _row_problems(row: Row) -> Iterator[str]:
    yield from tables.source_problems(row)
    runs_to_a_last_day = row.cells["bound"] == "until" and not row.cells["length"].endswith(("before", PROMPTLY))
    if row.cells["shift"] != "none" and not runs_to_a_last_day:
        yield f"Line {row.line}, shift: must be none, since only the last day of a period that runs on is moved."


def _table_problems(rows: Sequence[Row]) -> Iterator[str]:
    by_id: dict[str, Row] = {}
    for row in rows:
        if row.cells["id"] in by_id:
            yield f"Line {row.line}, id: {row.cells['id']!r} must be used once."
        by_id[row.cells["id"]] = row
    for row in rows:
        if (other := row.cells["earlier_of"]) and not _is_comparable(row, by_id.get(other)):
            yield f"Line {row.line}, earlier_of: {other!r} must be another counted deadline that names none itself."


def _is_comparable(row: Row, other: Row | None) -> bool:
    if other is None or other.cells["earlier_of"]:
        return False
    return PROMPTLY not in (row.cells["length"], other.cells["length"])


def _local_problems(row: Row, deadlines: Deadlines) -> Iterator[str]:
    deadline = deadlines.get(row.cells["deadline"])
    if deadline is None:
        yield f"Line {row.line}, deadline: there is no deadline {row.cells['deadline']!r}."
    elif deadline.status == "verified" or deadline.length is None:
        yield f"Line {row.line}, deadline: {deadline.id!r} must be assumed and counted to be set by a municipality."
    elif deadline.length.before != row.cells["length"].endswith("before"):
        yield f"Line {row.line}, length: {row.cells['length']!r} must run the same way as that of {deadline.id!r}."
