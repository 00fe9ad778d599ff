"""Cross-field rules of the residents' tax."""

from collections.abc import Iterator

from processors.admission.reasons import Problem, problem
from processors.admission.rules import residence
from processors.admission.statement import Statement

RESIDENT = "住民"
REASSESSED = frozenset({"更正", "取消"})


def assessed(statement: Statement) -> Iterator[Problem]:
    """賦課決定: who lived where on 1 January owes the tax of that year; only a reassessment has a revision."""
    yield from residence.happened(statement, "birth_date")
    if statement.body["taxpayer_kind"] == RESIDENT and statement.body["birth_date"] is None:
        yield problem("field.required", "birth_date")  # 001 has told it; an empty one would take it away
    assessment = statement.body["assessment"]
    if assessment is None:
        return
    if assessment["base_date"]["value"] != f"{assessment['fiscal_year']}-01-01":
        yield problem("tax.base_date", "assessment.base_date")
    if (assessment["kind"] in REASSESSED) != (assessment["revision"] > 0):
        yield problem("tax.revision", "assessment.revision")
