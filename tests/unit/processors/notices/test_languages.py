"""Each language is written as its readers need it: terms of law beside it, easy Japanese with readings."""

import re

import pytest

from processors.notices.texts import Language, Name, Values, render, words
from tests.unit.processors.notices.wording import (
    CASE,
    FOREIGN,
    KANA_OR_KANJI,
    KANJI,
    NOBODY,
    bodies,
    each_foreign_language,
    everything,
    japanese_terms,
    outside_brackets,
)


@each_foreign_language
def test_a_term_of_the_law_keeps_its_japanese_name_in_every_text(language: Language) -> None:
    """Residents must find it on forms; the end of a measure names nothing."""
    texts = bodies(language, NOBODY)

    assert {"N39"} >= {rule for rule, text in texts.items() if not japanese_terms(text)}


@each_foreign_language
def test_the_japanese_terms_are_the_same_in_each_language(language: Language) -> None:
    english = {rule: japanese_terms(text) for rule, text in bodies(Language.ENGLISH, NOBODY).items()}

    assert english == {rule: japanese_terms(text) for rule, text in bodies(language, NOBODY).items()}


@pytest.mark.parametrize("language", [each for each in FOREIGN if each is not Language.CHINESE])
def test_outside_brackets_nothing_is_japanese(language: Language) -> None:
    assert [] == [text for text in everything(language) if KANA_OR_KANJI.search(outside_brackets(text))]


def test_chinese_is_simplified() -> None:
    """GB 2312 has no traditional character; terms in brackets are Japanese."""
    assert [] == [text for text in everything(Language.CHINESE) if not is_simplified(outside_brackets(text))]


def is_simplified(text: str) -> bool:
    return text == text.encode("gb2312", errors="ignore").decode("gb2312") and not re.search(r"[\u3040-\u30ff]", text)


def test_in_easy_japanese_every_kanji_has_its_reading_in_hiragana() -> None:
    its = words(Language.EASY_JAPANESE)
    steps = [step for guide in its.guides.values() for step in guide.steps.values()]
    templates = [each for wording in [*its.rules.values(), *steps] for each in wording] + [*its.sentences.values()]
    pieces = [
        piece for each in templates for piece in each.fill(dict.fromkeys(each.slots, its.dates.weekdays[0])).pieces
    ]

    assert [] == [piece.text for piece in pieces if KANJI.search(piece.text) and not piece.reading]
    assert [] == [piece for piece in pieces if not re.fullmatch("[\u3041-\u3096]*", piece.reading)]


def test_in_easy_japanese_a_municipality_has_its_reading() -> None:
    assert (
        "<ruby>横浜市<rp>（</rp><rt>よこはまし</rt><rp>）</rp></ruby>"
        in render("N4", Language.EASY_JAPANESE, CASE).body.html
    )
    assert "よこはまし" not in render("N4", Language.JAPANESE, CASE).body.plain


def test_neither_a_name_nor_its_reading_is_read_as_markup() -> None:
    hostile = Values(Name("<b>{office}\u202e", "<i>[x]\n"))

    assert "<rt>&lt;i&gt;[x]&lt;U+000A&gt;</rt>" in render("N4", Language.EASY_JAPANESE, hostile).body.html
    assert "&lt;b&gt;{office}&lt;U+202E&gt;" in render("N4", Language.ENGLISH, hostile).body.html


def easy_sentences() -> list[str]:
    texts = [*bodies(Language.EASY_JAPANESE, NOBODY).values()]
    return [sentence for text in texts for sentence in re.split("[。\n]", text)[1:] if sentence]


def test_in_easy_japanese_sentences_are_short() -> None:
    lengths = [len(sentence) for sentence in easy_sentences()]

    assert 40 >= sum(lengths) / len(lengths)
    assert 50 >= max(lengths)


def test_in_easy_japanese_nothing_is_passive_and_nothing_is_denied_twice() -> None:
    assert [] == [each for each in easy_sentences() if re.search("され|られ|せられ", each)]
    assert [] == [each for each in easy_sentences() if len(re.findall("ない[とで]|ません|なけれ", each)) > 1]
