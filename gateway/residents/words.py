"""The pages' own words, in the markup of notices: with readings where a language has them, filled in and escaped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from gateway import language
from kairan import municipalities
from processors.notices import offices, texts
from processors.notices.markup import Passage, Template
from processors.notices.notices import OfficeOf
from processors.notices.texts import Language, Name


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as a page shows it: with its readings as HTML, else as plain text."""

    passage: Passage

    def __html__(self) -> str:
        return self.passage.html

    def __str__(self) -> str:
        return self.passage.plain


class Phrase:
    """Words with places for values: ``{{ words.duties.by(date=day) }}``; without any it shows itself."""

    def __init__(self, text: str) -> None:
        self._template = Template.parse(text)

    def __call__(self, **values: Any) -> Shown:
        return Shown(self._template.fill({name: _passage(value) for name, value in values.items()}))

    def __html__(self) -> str:
        return self().__html__()

    def __str__(self) -> str:
        return str(self())

    @property
    def slots(self) -> frozenset[str]:
        return self._template.slots


class Words(dict[str, Any]):
    """A table of phrases and tables; a name that is missing raises KeyError."""

    def __getattr__(self, name: str) -> Any:
        return self[name]


@cache
def words(spoken: Language) -> Words:
    return _parsed({name: its for name, its in language.texts("residents", spoken).items() if name != "reviewed"})


def draft(spoken: Language) -> Shown | None:
    """What stands on every page as long as nobody has reviewed its words."""
    if language.texts("residents", spoken)["reviewed"]:
        return None
    return Shown(texts.words(spoken).sentences["draft"].fill({}))


def day(when: date, spoken: Language) -> Shown:
    return Shown(texts.words(spoken).dates.write(when))


def municipality(code: str, spoken: Language) -> Shown:
    return _named(name_of(code), spoken)


def office(business: str, spoken: Language) -> Shown | None:
    its = offices.office(business)
    return _named(its, spoken) if its else None


def name_of(code: str) -> Name:
    row = municipalities.find(code)
    return Name(row.name, row.kana)


def values(office: OfficeOf, due: date | None) -> texts.Values:
    """What a notice's text tells of its case."""
    return texts.Values(name_of(office.municipality), offices.office(office.business), due)


def _named(its: Name, spoken: Language) -> Shown:
    return Shown(its.shown(with_reading=texts.words(spoken).has_readings))


def _parsed(table: Mapping[str, Any]) -> Words:
    return Words({name: _parsed(its) if isinstance(its, Mapping) else Phrase(str(its)) for name, its in table.items()})


def _passage(value: Any) -> Passage:
    return value.passage if isinstance(value, Shown) else Passage.of_value(str(value))
