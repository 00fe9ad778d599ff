"""
What a statement must keep, family by family: pure rules over the decoded record.

``envelope`` holds for every type (``alike`` asks it); the other modules hold for their families. A rule yields
problems; the order in which it does is the order in which a refusal lists them.
"""

from collections.abc import Callable, Iterator

from processors.admission.reasons import Problem
from processors.admission.rules import application, identity, protection, required, residence, tax, vital
from processors.admission.statement import Statement

Rule = Callable[[Statement], Iterator[Problem]]

FAMILIES: dict[str, tuple[Rule, ...]] = {
    "residence.RecordLoaded": (residence.parties, residence.snapshot),
    "residence.MoveOutDeclared": (residence.parties, residence.snapshot, residence.move_out_declared),
    "residence.MovedIn": (residence.parties, residence.snapshot, residence.moved_in),
    "residence.MoveInNotified": (residence.parties, residence.move_in_notified),
    "residence.MoveOutConfirmed": (residence.parties, residence.snapshot, residence.move_out_confirmed),
    "residence.Relocated": (residence.parties, residence.snapshot, residence.relocated),
    "residence.RecordAmended": (residence.parties, residence.snapshot, residence.amended),
    "vital.Born": (residence.parties, residence.snapshot, vital.born),
    "vital.Died": (residence.parties, residence.snapshot, vital.died),
    "residence.MoveOutApplied": (residence.parties, application.applied),
    "residence.VisitPlanned": (residence.parties, application.visit_planned),
    "tax.ResidentTaxAssessed": (tax.assessed,),
    "protection.ProtectionChanged": (protection.changed,),
    "identity.SubjectsLinked": (identity.linked,),
}


def problems_of(statement: Statement) -> list[Problem]:
    """What the body is wrong about, alone and beside its envelope, without asking what the bus remembers."""
    rules = (required.fields, *FAMILIES[statement.shape.type])
    return [found for rule in rules for found in rule(statement)]
