"""The markup of residents' texts: readings, places for values, parts that go where a value is unknown."""

import html
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from processors.notices.markup import MarkupError, Passage, Piece, Slot, Template, UnknownValueError, WhenKnown

WORDS = st.text(st.characters(exclude_characters="{}|[]"), min_size=1)


def filled(text: str, **values: str) -> str:
    return Template.parse(text).fill({name: Passage.of_value(value) for name, value in values.items()}).plain


def without_tags(page: str) -> str:
    return html.unescape(re.sub("<[^>]*>", "", page.replace("<br>", "\n")))


def test_a_word_with_a_reading_is_ruby_on_a_page_and_has_it_in_brackets_in_plain_text() -> None:
    passage = Template.parse("{転入届|てんにゅうとどけ}を").fill({})

    assert "転入届（てんにゅうとどけ）を" == passage.plain
    assert "<ruby>転入届<rp>（</rp><rt>てんにゅうとどけ</rt><rp>）</rp></ruby>を" == passage.html


def test_a_value_stands_in_its_place() -> None:
    assert "横浜市です" == filled("{municipality}です", municipality="横浜市")


def test_a_part_goes_with_the_spaces_before_it_where_its_value_is_unknown() -> None:
    text = "Please come. [By {deadline}.] Please ask."

    assert "Please come. By Monday. Please ask." == filled(text, deadline="Monday")
    assert "Please come. Please ask." == filled(text)


def test_a_part_needs_all_its_values() -> None:
    assert "ask" == filled("ask[ {municipality}, {office}]", office="市民課")


def test_a_text_that_cannot_do_without_a_value_is_not_shown_without_it() -> None:
    template = Template.parse("{municipality}[（{office}）]")

    assert {"municipality"} == template.required
    assert {"municipality", "office"} == template.slots
    with pytest.raises(UnknownValueError, match="municipality"):
        template.fill({})


@pytest.mark.parametrize(
    "text", ["{漢字|}", "{|かんじ}", "{Deadline}", "{a|b|c}", "{", "]", "[", "[[a]]", "a|b", "{a{b}}"]
)
def test_whatever_is_not_markup_is_refused(text: str) -> None:
    with pytest.raises(MarkupError):
        Template.parse(text)


def test_a_value_is_never_read_as_markup() -> None:
    assert "{deadline}{漢|かん}[x]" == filled("{office}", office="{deadline}{漢|かん}[x]")


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("<script>", "&lt;script&gt;"),
        ('" onload="', "&quot; onload=&quot;"),
        ("市\u202e区", "市&lt;U+202E&gt;区"),
        ("市\n区\r", "市&lt;U+000A&gt;区&lt;U+000D&gt;"),
        ("\u2066市\u200b", "&lt;U+2066&gt;市&lt;U+200B&gt;"),
        ("\ud800", "&lt;U+D800&gt;"),
        ("辻\U000e0100\u3000市", "辻\U000e0100\u3000市"),
    ],
)
def test_a_hostile_value_is_shown_and_does_nothing(hostile: str, shown: str) -> None:
    assert shown == Passage.of_value(hostile).html


@given(st.text())
def test_no_value_brings_a_tag_a_control_character_or_a_turn_of_direction(value: str) -> None:
    passage = Passage.of_value(value)

    assert "<" not in passage.html
    assert set() == {"Cc", "Cf", "Cs", "Zl", "Zp"} & {unicodedata.category(each) for each in passage.plain}


@given(st.lists(st.tuples(WORDS, st.just("") | WORDS).map(lambda pair: Piece(*pair))))
def test_a_page_without_its_tags_is_the_plain_text(pieces: list[Piece]) -> None:
    passage = Passage(tuple(pieces))

    assert passage.plain == without_tags(passage.html)


@given(WORDS, WORDS)
def test_a_reading_comes_back_from_what_was_written(base: str, reading: str) -> None:
    assert (Piece(base, reading),) == Template.parse(f"{{{base}|{reading}}}").parts


@given(WORDS)
def test_a_text_without_markup_stays_as_it_is(text: str) -> None:
    assert text == Template.parse(text).fill({}).plain


@given(st.text("{}|[] a漢", max_size=12))
@example("a {a} [漢 {a|漢}]")
def test_a_text_is_refused_or_nothing_of_it_is_lost(text: str) -> None:
    try:
        parts = Template.parse(text).parts
    except MarkupError:
        return

    assert re.sub(r"[{}|\[\]]", "", text) == "".join(map(letters, parts))


def letters(part: Piece | Slot | WhenKnown) -> str:
    return "".join(map(letters, part.parts)) if isinstance(part, WhenKnown) else "".join(part)
