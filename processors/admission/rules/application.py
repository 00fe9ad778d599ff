"""Cross-field rules of what reaches 申請管理 (029) before a departure is booked: applications and planned visits."""

from collections.abc import Iterator

from processors.admission.reasons import Problem, problem
from processors.admission.rules.residence import happened, party
from processors.admission.statement import Statement


def applied(statement: Statement) -> Iterator[Problem]:
    """転出届 online: to the municipality that is left, for a place in this country."""
    yield from _counter(statement)
    if party(statement, "origin") != statement.envelope["source"]["municipality"]:
        yield problem("party.contradicts", "envelope.municipalities")


def visit_planned(statement: Statement) -> Iterator[Problem]:
    """
    来庁予定の連絡: by the counter's own municipality, or by the one that is left on the resident's behalf.

    The counter names who comes as the departure did: a number alone would make a stranger of whoever arrives later.
    """
    yield from _counter(statement)
    source, counter = statement.envelope["source"]["municipality"], party(statement, "destination")
    if source not in (party(statement, "origin"), counter):
        yield problem("party.contradicts", "envelope.municipalities")
    elif source == counter and statement.envelope["subject"]["pairwise_id"] is None and not statement.is_restoring:
        yield problem("field.required", "envelope.subject.pairwise_id")


def _counter(statement: Statement) -> Iterator[Problem]:
    """The destination that routing sees is the one that the resident named; a withdrawal names it no more."""
    yield from happened(statement, "birth_date")
    if party(statement, "origin") == party(statement, "destination"):
        yield problem("party.contradicts", "envelope.municipalities")
    planned = statement.body["planned_destination"]
    if planned is None:
        return
    if planned["municipality"] is None:
        yield problem("field.required", "planned_destination.municipality")
    elif planned["municipality"] != party(statement, "destination"):
        yield problem("party.contradicts", "envelope.municipalities")
