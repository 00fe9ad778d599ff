"""Cross-field rules of protection measures (支援措置)."""

from collections.abc import Iterator

from kairan.partial_date import PartialDate
from processors.admission import days
from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement

ENDED = "3"
ACTIVE = frozenset({"1", "2"})
UNTOLD = "unknown"
"""What a source sends in place of a flag that it could not state: it is refused, and so it hides."""


def changed(statement: Statement) -> Iterator[Problem]:
    """An active measure protects; ending one is a decision of an official, never a lapse."""
    measure, decision = statement.body["measure"], statement.body["decision"]
    if measure is not None:
        if measure["kind"] == UNTOLD:
            yield problem("measure.untold", "measure.kind")
        if measure["kind"] in ACTIVE and statement.envelope["protection"] != "protected":
            yield problem("protection.contradicts_measure", "envelope.protection")
        if measure["kind"] == ENDED and not (decision is not None and decision["human_end"]):
            yield problem("measure.end_not_decided", "decision.human_end")
    yield from _period(statement)


def _period(statement: Statement) -> Iterator[Problem]:
    period = statement.body["period"]
    if period is None or any(days.date_rule(**each) for each in period.values()):
        return
    if PartialDate.from_record(period["end"]).latest < PartialDate.from_record(period["start"]).earliest:
        yield problem("date.order", "period.end")
