"""
The Japanese calendar in words: what a register writes, read into the ten characters of a ``PartialDate``, and back.

The reader knows the patterns in which a register states an unknown, presumed or impossible day. Nothing is rewritten:
whoever keeps the reading keeps the words beside it, also when a real day stands under the wrong era.
"""

import re
from datetime import date
from typing import NamedTuple

# Era, first day. On the day of a change the new era counts for display; before 1873 another calendar was in force.
ERAS = (
    ("令和", date(2019, 5, 1)),
    ("平成", date(1989, 1, 8)),
    ("昭和", date(1926, 12, 25)),
    ("大正", date(1912, 7, 30)),
    ("明治", date(1868, 10, 23)),
)
GREGORIAN_SINCE = date(1873, 1, 1)
OPEN_START, OPEN_END = "0000-01-01", "9999-12-31"
NOTHING_KNOWN = "0000-00-00"
SEASONS = {"春": "A1", "夏": "A2", "秋": "A3", "冬": "A4"}
THIRDS = {"上旬": "A1", "中旬": "A2", "下旬": "A3"}
_FIXED = {
    "年月日不詳": (NOTHING_KNOWN, False),
    "不詳": (NOTHING_KNOWN, False),
    "（始期なし）": (OPEN_START, True),
    "（終期なし）": (OPEN_END, True),
}
_FIRST_YEARS = {era: first.year for era, first in ERAS}
_ERA = "|".join(_FIRST_YEARS)
_MONTH_AND_DAY = r"(?:(?P<month>0?[1-9]|1[0-2])月)?(?:(?P<day>0?[1-9]|[12]\d|3[01])日|(?P<third>[上中下]旬))?"
_POINT = re.compile(
    rf"(?P<presumed>推定)?(?:(?P<era>{_ERA})(?P<year>\d{{1,2}})年|(?P<western>\d{{4}})年|(?P<no_year>年不詳))"
    rf"(?:(?P<season>[春夏秋冬])|{_MONTH_AND_DAY})"
    r"(?P<unknown>月日不詳|日不詳)?(?P<hour>(?:午前|午後)\d{1,2}時(?:\d{1,2}分)?)?(?P<about>頃)?",
    re.ASCII,
)
_SPAN_END = re.compile(
    rf"(?:(?:(?P<era>{_ERA})?(?P<year>\d{{1,2}})年|(?P<western>\d{{4}})年))?{_MONTH_AND_DAY}頃?", re.ASCII
)
_SPAN = re.compile(r"(?P<start>.+)から(?P<end>.+)まで(?:の間)?")
_ONE_SIDED = re.compile(r"(?P<point>.+)(?P<side>以前|以降)")
_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")


class Reading(NamedTuple):
    """
    What a text says, in ten characters.

    ``span``: first and last value where only the words tell them, as in 10日から20日頃までの間.
    """

    value: str
    certain: bool
    span: tuple[str, str] | None = None


class _Point(NamedTuple):
    era: str | None
    year: int
    month: str
    day: str
    certain: bool

    @property
    def value(self) -> str:
        return f"{self.year:04d}-{self.month}-{self.day}"


def read(text: str) -> Reading | None:
    """None when the text is none of the patterns a register uses."""
    if text in _FIXED:
        return Reading(*_FIXED[text])
    words = text.translate(_PLAIN_DIGITS).replace("元年", "1年")
    if span := _SPAN.fullmatch(words):
        return _span(span["start"], span["end"])
    if side := _ONE_SIDED.fullmatch(words):
        return _one_sided(side["point"], is_start=side["side"] == "以降")
    point = _point(words)
    return point and Reading(point.value, point.certain)


def to_wareki(day: date) -> str:
    """令和2年3月10日; days before 明治6年 in the Western calendar, since theirs was another one."""
    if day < GREGORIAN_SINCE:
        return f"{day.year}年{day.month}月{day.day}日"
    era, first = next((era, first) for era, first in ERAS if first <= day)
    year = day.year - first.year + 1
    return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"


def _point(words: str) -> _Point | None:
    match = _POINT.fullmatch(words)
    if match is None or not _fits_together(match):
        return None
    year = _year(match["era"], match["year"], match["western"])
    if year is None:
        return None
    month = SEASONS[match["season"]] if match["season"] else _two_digits(match["month"])
    day = THIRDS[match["third"]] if match["third"] else _two_digits(match["day"])
    doubt = match["presumed"] or match["about"] or match["unknown"] or match["no_year"]
    return _Point(match["era"], year, month, day, not doubt and _is_in_calendar(year, month, day))


def _fits_together(match: re.Match[str]) -> bool:
    """Smaller parts need the larger ones, and what is unknown is not also named."""
    month, day = match["month"], match["day"] or match["third"]
    if (day and not month) or (match["hour"] and not day) or (match["no_year"] and not month):
        return False
    if match["unknown"]:
        named = (match["season"], month, day) if match["unknown"] == "月日不詳" else (match["season"], day, not month)
        return not any(named)
    return True


def _span(start_words: str, end_words: str) -> Reading | None:
    start, end = _point(start_words), _SPAN_END.fullmatch(end_words)
    if start is None or start.year == 0 or end is None:
        return None
    last = _end_of_span(start, end)
    if last is None:
        return None
    return Reading(_common(start, last), certain=False, span=(start.value, last.value))


def _end_of_span(start: _Point, end: re.Match[str]) -> _Point | None:
    """What the end of a span leaves out is the same as at its start."""
    has_year = end["year"] or end["western"]
    year = _year(end["era"] or start.era, end["year"], end["western"]) if has_year else start.year
    day = THIRDS[end["third"]] if end["third"] else _two_digits(end["day"])
    month = _two_digits(end["month"]) if end["month"] or has_year else start.month
    if year is None or (month == "00" and day != "00") or not any(end.groupdict().values()):
        return None
    return _Point(start.era, year, month, day, certain=False)


def _common(start: _Point, end: _Point) -> str:
    if start.year != end.year:
        return NOTHING_KNOWN
    return f"{start.year:04d}-{start.month if start.month == end.month else '00'}-00"


def _one_sided(words: str, *, is_start: bool) -> Reading | None:
    point = _point(words)
    if point is None or point.year == 0:
        return None
    span = (point.value, OPEN_END) if is_start else (OPEN_START, point.value)
    return Reading(NOTHING_KNOWN, certain=False, span=span)


def _year(era: str | None, year: str | None, western: str | None) -> int | None:
    """0 stands for an unknown year; None for one that no calendar here has."""
    if western:
        return int(western) or None
    if year is None:
        return 0
    if era is None or year.strip("0") == "":
        return None
    result = _FIRST_YEARS[era] + int(year) - 1
    return result if result >= GREGORIAN_SINCE.year else None


def _two_digits(number: str | None) -> str:
    return (number or "00").zfill(2)


def _is_in_calendar(year: int, month: str, day: str) -> bool:
    try:
        date(year, int(month), int(day))
    except ValueError:
        return False
    return True
