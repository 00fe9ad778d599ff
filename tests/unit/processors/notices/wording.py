"""What the tests of notices' texts share: all texts of a case, and what they are looked through for."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib.resources import files

import pytest

from processors.notices.markup import Passage
from processors.notices.texts import (
    Language,
    Name,
    Values,
    render,
    words,
)

TEMPLATES = files("processors.notices") / "templates"
RULES_FILE = files("processors.notices") / "rules.csv"
TABLE = [*csv.DictReader(RULES_FILE.read_text(encoding="utf-8").splitlines())]
RULES = [row["id"] for row in TABLE]
JAPANESE = words(Language.JAPANESE)
FOREIGN = [each for each in Language if not each.startswith("ja")]
YOKOHAMA = Name("横浜市", "ヨコハマシ")
CASE = Values(YOKOHAMA, Name("国民健康保険"), date(2026, 12, 7), Name("市川市", "イチカワシ"))
NOBODY = Values(Name(""))
MAY = {
    Language.JAPANESE: "場合があります",
    Language.EASY_JAPANESE: "ことがあります",
    Language.ENGLISH: " may ",
    Language.CHINESE: "可能",
    Language.KOREAN: "경우가 있습니다",
    Language.VIETNAMESE: "có thể",
    Language.PORTUGUESE: "pode",
}
BENEFITS = {"N9b", "N16", "N30a", "N38"} | {row["id"] for row in TABLE if row["kind"] == "benefit"}
ROUGHLY = {
    Language.JAPANESE: "めやす",
    Language.EASY_JAPANESE: "めやす",
    Language.ENGLISH: "As a guide",
    Language.CHINESE: "大致",
    Language.KOREAN: "대략",
    Language.VIETNAMESE: "dự kiến",
    Language.PORTUGUESE: "aproximad",
}
ASSUMED = {"N3", "N8", "N10a", "N10b", "N10c", "N15", "N17b", "N17d", "N18", "N22", "N34a", "N34b", "N39"}
ASSUMED |= {row["id"] for row in TABLE if row["status"] == "assumed" and row["deadline"]} - {"N33"}
"""Deadlines that no article was found for; the end of a stay is a fact of its record, not a deadline."""
OPENING, CLOSING = "(（", ")）"
KANA_OR_KANJI = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
KANJI = re.compile(r"[\u3400-\u9fff]")

each_language = pytest.mark.parametrize("language", Language)
each_foreign_language = pytest.mark.parametrize("language", FOREIGN)


@cache
def bodies(language: Language, values: Values = CASE) -> dict[str, str]:
    """Of every text, title and body without readings and without the line that says whom to ask."""
    return {
        rule: f"{bare(text.title)}\n{bare(text.body).rpartition(chr(10))[0]}"
        for rule in words(language).rules
        for text in [render(rule, language, values)]
    }


def bare(passage: Passage) -> str:
    """Without readings."""
    return "".join(piece.text for piece in passage.pieces)


def everything(language: Language) -> Iterator[str]:
    """Every text of a language with its readings, guides too."""
    its = words(language)
    steps = [step for guide in its.guides.values() for step in guide.steps.values()]
    for wording in [*its.rules.values(), *steps]:
        for template in wording:
            yield template.fill(dict.fromkeys(template.slots, its.dates.weekdays[0])).plain
    for sentence in its.sentences.values():
        yield sentence.fill(dict.fromkeys(sentence.slots, its.dates.weekdays[0])).plain


def outside_brackets(text: str) -> str:
    """A Japanese term stands in brackets in every other language."""
    return re.sub(rf"[{OPENING}][^{CLOSING}]*[{CLOSING}]", "", text)


def japanese_terms(text: str) -> set[str]:
    inside = re.findall(rf"[{OPENING}]([^{CLOSING}]*)[{CLOSING}]", text)
    return {term for each in inside if KANA_OR_KANJI.search(each) for term in each.split("・")}
