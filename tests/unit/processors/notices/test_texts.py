"""The texts of notices: all of them in every language, nothing personal in a push, nothing promised."""

import re
from dataclasses import replace
from datetime import date

import pytest

from processors.notices.markup import UnknownValueError
from processors.notices.texts import (
    VALUES,
    WITHDRAWAL,
    Language,
    Name,
    NoTextError,
    TextsError,
    Values,
    Words,
    render,
    withdrawn,
    words,
)
from tests.unit.processors.notices.wording import (
    ASSUMED,
    BENEFITS,
    CASE,
    JAPANESE,
    MAY,
    NOBODY,
    ROUGHLY,
    RULES,
    TABLE,
    TEMPLATES,
    YOKOHAMA,
    bare,
    bodies,
    each_language,
)


@each_language
def test_each_rule_has_a_text_in_each_language(language: Language) -> None:
    assert [] == [rule for rule in RULES if not render(rule, language, CASE).title.plain]


def test_each_text_belongs_to_a_rule() -> None:
    assert set() == JAPANESE.rules.keys() - set(RULES) - {rule.rstrip("abcdefgh") for rule in RULES}


@each_language
def test_each_language_has_the_same_texts(language: Language) -> None:
    its = words(language)

    assert JAPANESE.rules.keys() == its.rules.keys()
    assert JAPANESE.sentences.keys() == its.sentences.keys()
    assert JAPANESE.push.keys() == its.push.keys()
    assert {event: [*guide.steps] for event, guide in JAPANESE.guides.items()} == {
        event: [*guide.steps] for event, guide in its.guides.items()
    }


@each_language
def test_a_text_tells_the_same_values_in_each_language(language: Language) -> None:
    assert {rule: its.body.slots for rule, its in JAPANESE.rules.items()} == {
        rule: its.body.slots for rule, its in words(language).rules.items()
    }
    assert words(language).sentences["ask"].slots | {"deadline", "former_municipality"} == VALUES


@each_language
def test_a_text_reads_well_where_only_the_municipality_is_known(language: Language) -> None:
    texts = bodies(language, Values(YOKOHAMA))

    assert [] == [rule for rule, text in texts.items() if re.search(r"  |[\[\]{}|]| $|\n ", text)]


def test_who_answers_is_never_left_out() -> None:
    assert (
        "くわしくは、横浜市（市民課）にお問い合わせください。"
        in render("N1", Language.JAPANESE, Values(YOKOHAMA, Name("市民課"))).body.plain
    )
    assert {"municipality"} == JAPANESE.sentences["ask"].required


@each_language
def test_a_text_says_as_many_days_months_and_years_in_each_language(language: Language) -> None:
    """By its numbers above one; where a language names its months, those are numbers as well."""
    assert {rule: numbers(text, Language.JAPANESE) for rule, text in bodies(Language.JAPANESE, NOBODY).items()} == {
        rule: numbers(text, language) for rule, text in bodies(language, NOBODY).items()
    }


def numbers(text: str, language: Language) -> set[int]:
    for number, month in enumerate(words(language).dates.months, start=1):
        text = re.sub(rf"\b{bare(month)}\b", str(number), text) if month.plain.isalpha() else text
    return {int(each) for each in re.findall(r"\d+", text)} - {1}


@each_language
def test_a_push_is_general(language: Language) -> None:
    """The same for every rule and every case, so it tells nothing of either."""
    pushes = {render(rule, language, values).push for rule in RULES for values in (CASE, Values(Name("市川市")))}

    assert set(words(language).push.values()) == pushes
    assert 1 == len({render(rule, language, CASE).push for rule in RULES if rule != WITHDRAWAL})


@each_language
def test_a_push_is_short_and_has_no_place_for_a_value_and_no_number_of_anybody(language: Language) -> None:
    pushes = words(language).push.values()

    assert [] == [push for push in pushes if len(push) > 60]
    assert [] == [push for push in pushes if re.search(r"[{}\[\]|]|\d\D*\d", push)]


@each_language
def test_a_benefit_is_something_that_one_may_apply_for(language: Language) -> None:
    texts = {rule: bare(render(rule, language, CASE).body) for rule in BENEFITS}

    assert [] == [rule for rule, text in texts.items() if MAY[language] not in text]


@each_language
def test_a_deadline_that_no_article_was_found_for_is_a_guide_only(language: Language) -> None:
    texts = {rule: bare(render(rule, language, CASE).body) for rule in ASSUMED}
    due = {rule: [each for each in re.split(r"(?<=[.。])", text) if "2026" in each] for rule, text in texts.items()}

    assert sum(1 for sentences in due.values() if sentences) > 12
    assert [] == [rule for rule, sentences in due.items() if not all(ROUGHLY[language] in each for each in sentences)]


def test_a_place_for_a_day_is_where_a_rule_names_one() -> None:
    dated = {rule for row in TABLE if row["deadline"] for rule in (row["id"], row["id"].rstrip("abcdefgh"))}

    assert set() == {rule for rule, its in JAPANESE.rules.items() if "deadline" in its.body.slots} - dated


@each_language
def test_the_end_of_a_measure_is_told_without_naming_the_measure(language: Language) -> None:
    text = bodies(language)["N39"]

    assert not re.search(
        r"支援|保護|暴力|住所|protect|violen|保护|보호|폭력|bảo vệ|bạo lực|prote|violên", text, re.IGNORECASE
    )


@each_language
def test_what_nobody_has_reviewed_says_so(language: Language) -> None:
    its = words(language)

    assert its.is_reviewed == (render("N1", language, CASE).draft is None)
    assert replace(its, is_reviewed=True).draft is None
    assert replace(its, is_reviewed=False).draft is not None


@each_language
def test_a_notice_that_was_taken_back_says_so(language: Language) -> None:
    assert len(withdrawn(language).plain) > 10


@pytest.mark.parametrize(
    ("language", "written"),
    [
        (Language.JAPANESE, "令和8年12月7日（2026年・月曜日）"),
        (Language.EASY_JAPANESE, "2026年（ねん）12月（じゅうにがつ）7日（なのか）（月曜日（げつようび））"),
        (Language.ENGLISH, "Monday, 7 December 2026"),
        (Language.CHINESE, "2026年12月7日（星期一）"),
        (Language.KOREAN, "2026년 12월 7일(월요일)"),
        (Language.VIETNAMESE, "Thứ Hai, ngày 7 tháng 12 năm 2026"),
        (Language.PORTUGUESE, "segunda-feira, 7 de dezembro de 2026"),
    ],
)
def test_a_day_is_written_as_the_language_writes_it(language: Language, written: str) -> None:
    assert written == words(language).dates.write(date(2026, 12, 7)).plain
    assert written in render("N4", language, CASE).body.plain


@each_language
def test_every_day_of_a_year_is_written_differently(language: Language) -> None:
    dates = words(language).dates

    assert 365 == len({dates.write(date.fromordinal(date(2026, 1, 1).toordinal() + day)).plain for day in range(365)})


def test_a_language_has_its_tag() -> None:
    assert ["ja", "ja-simple", "en", "zh-Hans", "ko", "vi", "pt-BR"] == [words(each).tag for each in Language]
    assert {"ltr"} == {words(each).direction for each in Language}


def test_where_somebody_lives_is_in_no_repr() -> None:
    assert "市" not in repr(CASE) + repr(render("N21", Language.JAPANESE, CASE))


def test_a_rule_without_a_text_is_told() -> None:
    with pytest.raises(NoTextError):
        render("N99", Language.ENGLISH, CASE)


def test_the_rules_of_a_row_may_share_a_text() -> None:
    assert JAPANESE.rules["N32"] is JAPANESE.of("N32c")
    assert JAPANESE.rules["N17c"] is JAPANESE.of("N17c")


@pytest.mark.parametrize("rule", ["N17", "N17e", "N1ab", "n1", ""])
def test_no_other_text_stands_in_for_a_missing_one(rule: str) -> None:
    with pytest.raises(NoTextError):
        JAPANESE.of(rule)


def test_a_language_that_nobody_wrote_is_none() -> None:
    with pytest.raises(ValueError, match="fr"):
        Language("fr")


def test_each_language_has_a_file_and_each_file_a_language() -> None:
    named = {entry.name.removesuffix(".toml") for entry in TEMPLATES.iterdir() if entry.name.endswith(".toml")}

    assert {str(each) for each in Language} | {"guides"} == named


def test_a_text_that_tells_of_its_case_needs_the_case() -> None:
    with pytest.raises(UnknownValueError):
        JAPANESE.sentences["ask"].fill({})


SMALL = """
tag = "ja"
name = "日本語"
direction = "ltr"
reviewed = false
[dates]
form = "{year}"
weekdays = ["月", "火", "水", "木", "金", "土", "日"]
[push]
[sentences]
[rules.N1]
title = "転入届"
body = "[期限は{deadline}です。]"
[guides]
"""


def test_a_file_of_a_language_is_read() -> None:
    assert {"deadline"} == Words.read(SMALL).of("N1").body.slots


@pytest.mark.parametrize(
    ("there", "instead", "problem"),
    [
        ("{deadline}", "{name}", "there is no value name"),
        ("転入届", "{deadline}", "there is no value deadline"),
        ("[期限は", "[[期限は", "N1: character"),
        ('"月", ', "", "7 names"),
        ("[push]", "[pushes]", "push"),
        ('tag = "ja"', "tag = ja", "not TOML"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(there: str, instead: str, problem: str) -> None:
    with pytest.raises(TextsError, match=problem):
        Words.read(SMALL.replace(there, instead))
