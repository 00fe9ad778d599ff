"""How the days of notices are counted: by the tables of ``processors.deadlines``."""

from collections.abc import Mapping

from kairan.identifiers import MunicipalityCode
from kairan.partial_date import PartialDate
from processors.deadlines.calendars import calendar_of
from processors.deadlines.counting import Due, earlier_due
from processors.deadlines.deadlines import deadlines_of


def by_law(deadline: str, days: Mapping[str, PartialDate], municipality: MunicipalityCode, /) -> Due | None:
    """``processors.notices.verdicts.DueOf``; the office's municipality is the one whose days are counted."""
    return earlier_due(deadlines_of(municipality), deadline, days, calendar_of(municipality))
