"""What a program asks, read strictly: a parameter that is misspelt would be answered with other numbers. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from processors.statistics.datasets import DATASETS
from processors.statistics.publishing.hierarchies import PLACES, Place

LIMIT, MOST = 1000, 10_000
MONTH = "[0-9]{4}-(0[1-9]|1[0-2])"
NUMBER = r"[1-9][0-9]{0,8}"
OF_PLACES = r"(all|unknown|[0-9]{2}|[0-9]{6})"
OF_OTHERS = r"[0-9a-z+-]{1,20}"
LAST = 2**62
Asked = Sequence[tuple[str, str]]


class Fault(Exception):  # noqa: N818 - what is wrong with a question
    """``rule`` says what the parameter has to be, nothing of what it was."""

    def __init__(self, parameter: str, rule: str) -> None:
        super().__init__(f"{parameter}: {rule}")
        self.parameter = parameter
        self.rule = rule


class Releases(NamedTuple):
    """``before``: older than the release of this number."""

    dataset: str
    before: int
    limit: int


class Cells(NamedTuple):
    """``values``: by the position of a dimension those that are wanted of it."""

    vintage: int | None
    values: Mapping[int, Collection[str]]
    after: Place
    limit: int


def releases_wanted(asked: Asked) -> Releases:
    """Raises Fault."""
    told = _once(asked, {"dataset", "before", "limit"})
    if "dataset" in told and told["dataset"] not in DATASETS:
        raise Fault("dataset", f"one of {', '.join(DATASETS)}")
    return Releases(told.get("dataset", ""), _number(told, "before") or LAST, _limit(told))


def cells_wanted(asked: Asked, dimensions: Sequence[str]) -> Cells:
    """Raises Fault. A dimension may be named several times."""
    wanted: dict[int, set[str]] = {}
    for name, value in asked:
        if name in dimensions:
            wanted.setdefault(dimensions.index(name), set()).add(_value(name, value))
    told = _once([each for each in asked if each[0] not in dimensions], {"vintage", "after", "limit"})
    if "after" in told and not re.fullmatch(after(dimensions), told["after"]):
        raise Fault("after", "as the address in next has it")
    behind = tuple(told["after"].split("|")) if "after" in told else ()
    return Cells(_number(told, "vintage"), wanted, behind, _limit(told))


def after(dimensions: Collection[str]) -> str:
    """The pattern of a place behind which one goes on."""
    return r"\|".join([OF_OTHERS] * len(dimensions))


def pattern(dimension: str) -> str:
    """Of its values."""
    return OF_PLACES if dimension in PLACES else OF_OTHERS


def _value(dimension: str, value: str) -> str:
    if not re.fullmatch(pattern(dimension), value):
        raise Fault(dimension, f"matches {pattern(dimension)}")
    return value


def _once(asked: Asked, allowed: Collection[str]) -> Mapping[str, str]:
    for name, _ in asked:
        if name not in allowed:
            raise Fault(name[:40], "there is no parameter of this name")
    told = dict(asked)
    if len(told) != len(asked):
        raise Fault(next(name for name, _ in asked if sum(name == each for each, _ in asked) > 1), "once at most")
    return told


def _limit(told: Mapping[str, str]) -> int:
    limit = _number(told, "limit") or LIMIT
    if limit > MOST:
        raise Fault("limit", f"a whole number from 1 to {MOST}")
    return limit


def _number(told: Mapping[str, str], name: str) -> int | None:
    if name in told and not re.fullmatch(NUMBER, told[name]):
        raise Fault(name, f"matches {NUMBER}")
    return int(told[name]) if name in told else None
