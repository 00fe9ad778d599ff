"""Cross-field rules of links between subjects."""

from collections.abc import Iterator

from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement


def linked(statement: Statement) -> Iterator[Problem]:
    """A link has two ends: the subject and exactly one other."""
    others = [each for each in statement.envelope["related"] if each["role"] == "same_person"]
    if len(others) != 1 or others[0]["atena_number"] == statement.envelope["subject"]["atena_number"]:
        yield problem("related.required", "envelope.related")
