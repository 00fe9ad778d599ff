"""
The words of notices in the residents' languages (``templates/``): a rule's text, filled in for one resident.

Pure once a language's file is read. Nothing stands in for what is missing: a rule, a language or a value that a text
cannot do without raises. A push says that there is a notice and nothing of it: others see the screen as well.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple, Self

from kairan import wareki
from processors.notices.markup import MarkupError, Passage, Piece, Template

VALUES = frozenset({"municipality", "office", "deadline", "former_municipality"})
"""What a notice may tell beside its own words."""
WITHDRAWAL = "N41"
"""The rule that takes a notice back."""
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(ord("ァ"), ord("ヶ") + 1)}
_ID = re.compile(r"(?P<row>N[1-9][0-9]?)[a-z]?")


class Language(StrEnum):
    """The languages of residents, by the name of their file; ``Words.tag`` is what a page says of itself."""

    JAPANESE = "ja"
    EASY_JAPANESE = "ja-easy"
    ENGLISH = "en"
    CHINESE = "zh"
    KOREAN = "ko"
    VIETNAMESE = "vi"
    PORTUGUESE = "pt"


class TextsError(ValueError):
    """A language's file cannot be used; says where."""


class NoTextError(LookupError):
    """A rule, a guide or a step has no text in a language."""


class Name(NamedTuple):
    """Of a municipality or an office, as it is written; ``kana`` where its reading is known."""

    text: str
    kana: str = ""

    def shown(self, *, with_reading: bool) -> Passage:
        text, reading = (Passage.of_value(each).plain for each in (self.text, self.kana.translate(_HIRAGANA)))
        return Passage((Piece(text, reading if with_reading else ""),))


@dataclass(frozen=True, slots=True, repr=False)
class Values:
    """What a notice tells of its case. ``office`` None: no office of the municipality is named."""

    municipality: Name
    office: Name | None = None
    deadline: date | None = None
    former_municipality: Name | None = None


class Text(NamedTuple):
    """A notice as a resident reads it. ``push`` goes to screens that others see; ``draft``: until it is reviewed."""

    title: Passage
    body: Passage
    push: str
    draft: Passage | None


class Wording(NamedTuple):
    """The words of a rule, or of a step of a guide."""

    title: Template
    body: Template


class GuideWords(NamedTuple):
    """The words of a guide; its steps by their keys."""

    title: Template
    steps: Mapping[str, Wording]


class DateWords(NamedTuple):
    """How a language writes a day; names of months and days where it does not write their numbers."""

    form: Template
    weekdays: tuple[Passage, ...]
    months: tuple[Passage, ...]
    days: tuple[Passage, ...]

    def write(self, day: date) -> Passage:
        return self.form.fill(
            {
                "year": Passage.of(str(day.year)),
                "month": self.months[day.month - 1],
                "day": self.days[day.day - 1],
                "weekday": self.weekdays[day.weekday()],
                "wareki": Passage.of(wareki.to_wareki(day)),
            }
        )


@dataclass(frozen=True, slots=True)
class Words:
    """
    All words of a language.

    ``tag``: its BCP 47 tag, for ``lang``; ``direction``: for ``dir``; ``has_readings``: names get theirs, too.
    """

    tag: str
    name: str
    direction: str
    is_reviewed: bool
    has_readings: bool
    dates: DateWords
    push: Mapping[str, str]
    sentences: Mapping[str, Template]
    rules: Mapping[str, Wording]
    guides: Mapping[str, GuideWords]

    @classmethod
    def read(cls, text: str) -> Self:
        """Of a language's file. Raises TextsError."""
        try:
            return cls._of(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise TextsError(f"not TOML: {error}") from None
        except KeyError as error:
            raise TextsError(f"nothing under {error}") from None

    @classmethod
    def _of(cls, table: Mapping[str, Any]) -> Self:
        return cls(
            *(table["tag"], table["name"], table["direction"], table["reviewed"], table.get("readings", False)),
            dates=_dates(table["dates"]),
            push=table["push"],
            sentences={key: _template(key, words) for key, words in table["sentences"].items()},
            rules={rule: _wording(rule, words, "body") for rule, words in table["rules"].items()},
            guides={event: _guide(event, words) for event, words in table["guides"].items()},
        )

    @property
    def draft(self) -> Passage | None:
        """What to show beside every text that nobody has reviewed."""
        return None if self.is_reviewed else self.sentences["draft"].fill({})

    def of(self, rule: str) -> Wording:
        """A rule's own words, or those of its row (N1 for N1a), where one text serves all rules of it."""
        match = _ID.fullmatch(rule)
        found = match and (self.rules.get(rule) or self.rules.get(match["row"]))
        if not found:
            raise NoTextError(f"no text for {rule} in {self.tag}")
        return found


@cache
def words(language: Language) -> Words:
    """Reads the language's file once. Raises TextsError."""
    return Words.read((files("processors.notices") / f"templates/{language}.toml").read_text(encoding="utf-8"))


def render(rule: str, language: Language, values: Values) -> Text:
    """Raises NoTextError, UnknownValueError."""
    its, of = words(language), words(language).of(rule)
    known = _passages(its, values)
    body = of.body.fill(known) + Passage.of("\n") + its.sentences["ask"].fill(known)
    push = its.push["withdrawal" if rule == WITHDRAWAL else "notice"]
    return Text(of.title.fill(known), body, push, its.draft)


def entrusted(language: Language, due: date | None) -> Passage:
    """What a safe channel is told: by when, and to ask where she lives; whoever else reads it learns of no place."""
    its = words(language)
    return its.sentences["entrusted"].fill({} if due is None else {"deadline": its.dates.write(due)})


def withdrawn(language: Language) -> Passage:
    """What stands over a notice that was taken back."""
    return words(language).sentences["withdrawn"].fill({})


def _passages(its: Words, values: Values) -> dict[str, Passage]:
    known = {name: getattr(values, name) for name in VALUES}
    return {name: _passage(its, value) for name, value in known.items() if value is not None}


def _passage(its: Words, value: Name | date) -> Passage:
    return its.dates.write(value) if isinstance(value, date) else value.shown(with_reading=its.has_readings)


def _template(name: str, text: str, allowed: frozenset[str] = VALUES) -> Template:
    try:
        template = Template.parse(text)
    except MarkupError as error:
        raise TextsError(f"{name}: {error}") from None
    if unknown := template.slots - allowed:
        raise TextsError(f"{name}: there is no value {', '.join(sorted(unknown))}")
    return template


def _wording(name: str, table: Mapping[str, str], body: str, allowed: frozenset[str] = VALUES) -> Wording:
    return Wording(_template(name, table["title"], frozenset()), _template(name, table[body], allowed))


def _guide(event: str, table: Mapping[str, Any]) -> GuideWords:
    """A guide is for everybody: it tells of no case."""
    steps = {key: _wording(f"{event}.{key}", step, "text", frozenset()) for key, step in table["steps"].items()}
    return GuideWords(_template(event, table["title"], frozenset()), steps)


def _dates(table: Mapping[str, Any]) -> DateWords:
    form = _template("dates", table["form"], frozenset({"year", "month", "day", "weekday", "wareki"}))
    return DateWords(form, _names(table, "weekdays", 7), _names(table, "months", 12), _names(table, "days", 31))


def _names(table: Mapping[str, Any], which: str, count: int) -> tuple[Passage, ...]:
    names = table[which] if which == "weekdays" else table.get(which, [str(1 + index) for index in range(count)])
    if len(names) != count:
        raise TextsError(f"{which}: {count} names are needed")
    return tuple(_template(which, name, frozenset()).fill({}) for name in names)
