"""Cross-field rules of births and deaths, which carry the resident's record too."""

from collections.abc import Iterator

from processors.admission.reasons import Problem
from processors.admission.rules import residence
from processors.admission.statement import Statement


def born(_statement: Statement) -> Iterator[Problem]:
    """出生: the record's own rules are all; a foundling has no parents in ``related``."""
    yield from ()


def died(statement: Statement) -> Iterator[Problem]:
    """死亡: the day may be unknown in part, but is no future day."""
    yield from residence.happened(statement, "death_date")
