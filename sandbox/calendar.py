"""Days: years on, seasons, and the days that a register does not know."""

from datetime import date, timedelta
from random import Random

from kairan import wareki
from kairan.partial_date import PartialDate

MONTH_SHARES = (6.2, 7.5, 16.8, 12.7, 7.6, 7.0, 7.0, 7.7, 6.7, 7.1, 6.9, 6.8)
"""Per cent of a year's moves, January to December (2016)."""

SEASONS = {"A1": "春", "A2": "夏", "A3": "秋", "A4": "冬"}


def years_on(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def moving_weight(day: date) -> float:
    """How much more people move on such a day than on an average one; the turn of March most of all."""
    weight = MONTH_SHARES[day.month - 1] * 12 / 100
    return weight * 2 if (day.month, day.day // 10) in {(3, 2), (3, 3)} else weight


def unknown(random: Random, day: date) -> PartialDate:
    """That day as somebody wrote it who did not know it exactly."""
    year, _, rest = wareki.to_wareki(day).partition("年")
    month = rest.partition("月")[0]
    words = (
        f"{year}年月日不詳",
        f"{year}年{month}月日不詳",
        f"{year}年{SEASONS[_season(day)]}",
        f"{year}年{month}月{'上中下'[min((day.day - 1) // 10, 2)]}旬",
        f"推定{wareki.to_wareki(day)}",
        "年月日不詳",
    )
    return PartialDate.from_wareki(random.choice(words))


def _season(day: date) -> str:
    return ("A4", "A1", "A2", "A3")[day.month % 12 // 3]


def nth_working_day_after(day: date, count: int) -> date:
    """Offices are closed on Saturdays and Sundays (public holidays are not modelled)."""
    while count or day.weekday() > 4:
        day += timedelta(days=1)
        count -= day.weekday() <= 4
    return day
