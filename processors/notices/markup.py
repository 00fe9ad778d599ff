"""
The markup of texts that residents read, and what it becomes: plain text or HTML.

``{漢字|かんじ}`` is a word with its reading (furigana), ``{deadline}`` a place for a value, ``[ … ]`` a part that is
left out, with the spaces before it, where one of its values is unknown. Values are never read as markup.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Self

_TOKEN = re.compile(
    r"\{(?P<base>[^{}|\[\]]+)\|(?P<reading>[^{}|\[\]]+)\}|\{(?P<slot>[a-z_]+)\}"
    r"|(?P<optional> *\[(?P<inner>[^\[\]]+)\])|(?P<plain>(?:[^{}|\[\] ]| +(?![ \[]))+)"
)


class MarkupError(ValueError):
    """A text is not written in the markup; says where."""


class UnknownValueError(LookupError):
    """A text cannot do without a value that is unknown."""


class Piece(NamedTuple):
    """Some characters, and how they are read if the text says so."""

    text: str
    reading: str = ""

    @property
    def plain(self) -> str:
        return f"{self.text}（{self.reading}）" if self.reading else self.text

    @property
    def html(self) -> str:
        """``rp`` is for whoever knows no ruby: without the tags it is the plain text."""
        text, reading = (html.escape(each).replace("\n", "<br>") for each in self)
        return f"<ruby>{text}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>" if reading else text


@dataclass(frozen=True, slots=True, repr=False)
class Passage:
    """A text that is ready to be shown; to a resident, so not in its ``repr``."""

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        return cls((Piece(text),))

    @classmethod
    def of_value(cls, text: str) -> Self:
        """Of a value from outside: whatever controls or turns the text stands there as <U+202E>, and does nothing."""
        return cls.of("".join(each if _is_harmless(each) else f"<U+{ord(each):04X}>" for each in text))

    @property
    def plain(self) -> str:
        return "".join(piece.plain for piece in self.pieces)

    @property
    def html(self) -> str:
        return "".join(piece.html for piece in self.pieces)

    def __add__(self, other: Self) -> "Passage":
        return Passage(self.pieces + other.pieces)


class Slot(NamedTuple):
    """A place for the value of this name."""

    name: str


class WhenKnown(NamedTuple):
    """Parts that stand only where all their values are known."""

    parts: tuple[Piece | Slot, ...]

    @property
    def slots(self) -> frozenset[str]:
        return _slots(self.parts)


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places for values."""

    parts: tuple[Piece | Slot | WhenKnown, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises MarkupError."""
        return cls(tuple(_part(token) for token in _tokens(text)))

    @property
    def required(self) -> frozenset[str]:
        """Values that it cannot do without."""
        return _slots(self.parts)

    @property
    def slots(self) -> frozenset[str]:
        return self.required.union(*(part.slots for part in self.parts if isinstance(part, WhenKnown)))

    def fill(self, values: Mapping[str, Passage]) -> Passage:
        """Raises UnknownValueError, by the names of what is missing."""
        if missing := self.required - values.keys():
            raise UnknownValueError(", ".join(sorted(missing)))
        return Passage(tuple(piece for part in self._shown(values) for piece in _filled(part, values)))

    def _shown(self, values: Mapping[str, Passage]) -> list[Piece | Slot]:
        shown: list[Piece | Slot] = []
        for part in self.parts:
            if not isinstance(part, WhenKnown):
                shown.append(part)
            elif part.slots <= values.keys():
                shown.extend(part.parts)
        return shown


def _is_harmless(character: str) -> bool:
    return character.isprintable() or character == "\N{IDEOGRAPHIC SPACE}"


def _slots(parts: tuple[Piece | Slot | WhenKnown, ...]) -> frozenset[str]:
    return frozenset(part.name for part in parts if isinstance(part, Slot))


def _filled(part: Piece | Slot, values: Mapping[str, Passage]) -> tuple[Piece, ...]:
    return values[part.name].pieces if isinstance(part, Slot) else (part,)


def _tokens(text: str) -> list[re.Match[str]]:
    tokens: list[re.Match[str]] = []
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise MarkupError(f"character {at + 1} is neither text nor markup")
        tokens.append(token)
        at = token.end()
    return tokens


def _part(token: re.Match[str]) -> Piece | Slot | WhenKnown:
    if token["optional"] is None:
        return _simple(token)
    spaces = token["optional"].partition("[")[0]
    inner = [_simple(each) for each in _tokens(token["inner"])]
    return WhenKnown((Piece(spaces), *inner) if spaces else tuple(inner))


def _simple(token: re.Match[str]) -> Piece | Slot:
    if token["slot"]:
        return Slot(token["slot"])
    if token["base"]:
        return Piece(token["base"], token["reading"])
    return Piece(token["plain"])
