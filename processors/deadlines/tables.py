"""Reading the room's tables: every cell follows its column's rule, or the whole table is refused."""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib.resources import files
from typing import NamedTuple

from kairan import municipalities

STATUSES = ("verified", "assumed")
"""``verified``: the words of the article were read. It does not mean that a lawyer has confirmed the row."""


class TableError(ValueError):
    """A table cannot be used; each problem is a sentence that names line, column and rule."""

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class Rule(NamedTuple):
    """What a cell must be, as a test and as words that follow "must be"."""

    holds: Callable[[str], object]
    words: str


class Row(NamedTuple):
    """A line of a table, counted from 1 with the line of the columns, and its cells by column."""

    line: int
    cells: Mapping[str, str]


ANYTHING = Rule(lambda _: True, "anything")
FILLED = Rule(lambda cell: cell == cell.strip() != "", "filled, without blanks around it")


def one_of(allowed: Collection[str]) -> Rule:
    return Rule(lambda cell: cell in allowed, f"one of {', '.join(sorted(allowed))}")


def like(pattern: str, words: str) -> Rule:
    return Rule(re.compile(pattern, re.ASCII).fullmatch, words)


def _is_area(cell: str) -> bool:
    return municipalities.existed(cell) or (len(cell) == 2 and cell in _prefectures())


AREA = Rule(_is_area, "a municipality code of 6 digits or the 2 digits of a prefecture")
STATUS = one_of(STATUSES)


def text_of(name: str) -> str:
    """A table of this release."""
    return (files("processors.deadlines") / name).read_text(encoding="utf-8")


def read(text: str, columns: Mapping[str, Rule]) -> list[Row]:
    """Raises TableError with all problems of all cells."""
    lines = list(csv.reader(io.StringIO(text)))
    if not lines or lines[0] != list(columns):
        raise TableError([f"Line 1: the columns must be {', '.join(columns)}."])
    refuse(problem for line, cells in enumerate(lines[1:], 2) for problem in _problems(line, cells, columns))
    return [Row(line, dict(zip(columns, cells, strict=True))) for line, cells in enumerate(lines[1:], 2)]


def refuse(problems: Iterator[str]) -> None:
    """Raises TableError if there are any."""
    if found := list(problems):
        raise TableError(found)


def source_problems(row: Row) -> Iterator[str]:
    """An article is named where its words were read, and nowhere else."""
    if (row.cells["status"] == "verified") != bool(row.cells["article"]):
        yield f"Line {row.line}, article: must be filled if the status is verified, and empty if it is assumed."


def _problems(line: int, cells: list[str], columns: Mapping[str, Rule]) -> Iterator[str]:
    if len(cells) != len(columns):
        yield f"Line {line}: a row has {len(columns)} cells, this one {len(cells)}."
        return
    for (column, rule), cell in zip(columns.items(), cells, strict=True):
        if not rule.holds(cell):
            yield f"Line {line}, {column}: {cell!r} must be {rule.words}."


def _prefectures() -> Collection[str]:
    return {row.code[:2] for row in municipalities.all_in_force() if row.kind == "prefecture"}
