"""
What must not be told of whoever hides, and where it is told all the same; pure.

Two things count as disclosed. **A word of her new life** (the lot and the building, which stand nowhere else, and the
names by which the destination's offices know her) anywhere in an answer: a page or its headers. And beside her, that
is in the row, the item or the paragraph that names her, or anywhere on a page that was opened from there or that
belongs to whoever stayed: **the destination** by any of its names, or by its code. In what names her also **the day**
on which she moved; a page of somebody else's has days of its own.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from sandbox.checker.pages.blocks import Block, blocks

Told = Literal["a word of her new address or her new name", "the destination", "the day"]


class Visitor(NamedTuple):
    """Who asks: a role at a member's desk, or "resident", or "nobody"."""

    role: str
    member: str = ""


class Answer(NamedTuple):
    """
    What the front door said.

    ``is_hers``: it was opened from where she is named. ``headers`` are their values, one behind the other.
    """

    visitor: Visitor
    address: str
    status: int
    text: str
    headers: str = ""
    is_hers: bool = False


@dataclass(frozen=True)
class Hidden:
    """
    Those who went together, by their names anywhere and by their numbers at the origin, which elsewhere are others'.

    ``words``: what only a page that discloses can hold. ``places``: the destination's names and code. ``stayed``:
    visitors whose pages are searched whole.
    """

    origin: str
    names: frozenset[str]
    numbers: frozenset[str]
    words: frozenset[str]
    places: frozenset[str]
    moved_in: date
    may_know: Visitor
    stayed: frozenset[Visitor] = frozenset()

    def marks(self, visitor: Visitor) -> frozenset[str]:
        """What names them to that visitor."""
        return self.names | self.numbers if visitor.member in ("", self.origin) else self.names


class Disclosure(NamedTuple):
    """Which page of whom tells what; no value."""

    visitor: Visitor
    address: str
    told: Told


def disclosures(answers: Iterable[Answer], hidden: Hidden) -> list[Disclosure]:
    """Of everybody but the one who may know; each once."""
    found = (
        Disclosure(each.visitor, _plain(each.address), told)
        for each in answers
        if each.visitor != hidden.may_know
        for told in _told(each, hidden)
    )
    return list(dict.fromkeys(found))


def is_seen(answers: Iterable[Answer], hidden: Hidden) -> bool:
    """Whether whoever may know was told: else the search has looked at nothing."""
    return any(
        told in ("the destination", "the day") for each in answers if each.visitor == hidden.may_know
        for told in _told(each, hidden)
    )  # fmt: skip


def leads(answer: Answer, marks: Collection[str]) -> Iterator[tuple[str, bool]]:
    """The addresses to which a page leads, and whether from where she is named or from a page that is hers."""
    for block in blocks(answer.text):
        is_hers = not block.is_frame and (answer.is_hers or _names(block, marks))
        yield from ((link, is_hers) for link in block.links)


def _told(answer: Answer, hidden: Hidden) -> Iterator[Told]:
    if any(word in _not_asked(answer) for word in hidden.words):
        yield "a word of her new address or her new name"
    its = [block for block in blocks(answer.text) if not block.is_frame]
    about = [block.text for block in its if answer.is_hers or _names(block, hidden.marks(answer.visitor))]
    beside = [block.text for block in its] if answer.visitor in hidden.stayed else about
    if any(place in text for place in hidden.places for text in beside):
        yield "the destination"
    if any(_written(hidden.moved_in).search(text) for text in about):
        yield "the day"


def _not_asked(answer: Answer) -> str:
    """All that was answered but the address that was asked for, which many pages repeat."""
    return f"{answer.text}\n{answer.headers}".replace(answer.address.partition("?")[0], "")


def _names(block: Block, marks: Collection[str]) -> bool:
    return any(mark in block.text for mark in marks)


@cache
def _written(day: date) -> re.Pattern[str]:
    """As a form, a sentence and a calendar file have it; among digits it is part of something else."""
    return re.compile(rf"(?<!\d)({day.isoformat()}|0?{day.month}月0?{day.day}日|{day:%Y%m%d})(?!\d)")


def _plain(address: str) -> str:
    """Without what names a person or a procedure: a finding is shown on a screen."""
    return "/".join("…" if len(part) > len("conflicts") + 6 else part for part in address.partition("?")[0].split("/"))
