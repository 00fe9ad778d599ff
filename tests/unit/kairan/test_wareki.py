from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kairan.partial_date import InvalidDateError, PartialDate
from kairan.wareki import GREGORIAN_SINCE, Reading, read, to_wareki

ERAS = [
    (date(1912, 7, 29), "明治45年7月29日"),
    (date(1912, 7, 30), "大正元年7月30日"),
    (date(1926, 12, 24), "大正15年12月24日"),
    (date(1926, 12, 25), "昭和元年12月25日"),
    (date(1989, 1, 7), "昭和64年1月7日"),
    (date(1989, 1, 8), "平成元年1月8日"),
    (date(2019, 4, 30), "平成31年4月30日"),
    (date(2019, 5, 1), "令和元年5月1日"),
    (date(2026, 11, 22), "令和8年11月22日"),
    (date(1873, 1, 1), "明治6年1月1日"),
    (date(1872, 12, 31), "1872年12月31日"),
]


def test_a_day_is_shown_in_the_era_that_begins_on_it() -> None:
    assert ERAS == [(day, to_wareki(day)) for day, _ in ERAS]


@given(st.dates(min_value=GREGORIAN_SINCE, max_value=date(2100, 12, 31)))
def test_what_is_shown_can_be_read_again(day: date) -> None:
    assert Reading(day.isoformat(), certain=True) == read(to_wareki(day))


NEIGHBOURS = [
    ("令和２年３月１０日", "2020-03-10"),
    ("昭和25年3月", "1950-03-00"),
    ("令和2年3月10日午前5時30分頃", "2020-03-10"),
    ("年不詳3月日不詳", "0000-03-00"),
    ("平成16年3月下旬から4月上旬頃までの間", "2004-00-00"),
    ("昭和20年から22年頃までの間", "0000-00-00"),
]


def test_neighbours_of_the_patterns_are_read_too() -> None:
    assert NEIGHBOURS == [(words, PartialDate.from_wareki(words).value) for words, _ in NEIGHBOURS]


UNHEARD_OF = [
    "",
    "3月10日",
    "令和2年10日",
    "令和0年3月10日",
    "0000年3月10日",
    "令和2年13月1日",
    "令和2年3月32日",
    "令和2年3月0日",
    "令和2年春日不詳",
    "令和2年日不詳",
    "令和2年3月月日不詳",
    "令和2年3月10日日不詳",
    "令和2年3月午前5時",
    "年不詳",
    "慶応3年1月1日",
    "明治5年12月2日",
    "令和2年3月10日から2日頃までの間",
    "令和2年3月10日から頃まで",
    "令和2年から10日まで",
    "令和2年3月から令和3年10日まで",
    "年不詳3月10日から20日まで",
    "令和2年3月10日から令和0年1月1日まで",
    "年不詳3月10日以前",
    "昨日以前",
    "昨日から20日まで",
    "令和2年3月10日から明日まで",
]


def told_of(words: str) -> str:
    """With what they are refused, or as what they are read."""
    try:
        return f"read as {PartialDate.from_wareki(words).value}"
    except InvalidDateError as refused:
        return str(refused)


def test_words_that_no_register_uses_are_refused_without_repeating_them() -> None:
    told = {words: told_of(words) for words in UNHEARD_OF}

    assert {} == {words: each for words, each in told.items() if each.startswith("read as")}
    assert {} == {words: each for words, each in told.items() if words and words in each}
