"""Which body fields each type must have. An annulment carries what was before, so it must tell only the state."""

from collections.abc import Iterator

from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement

# Never empty in a resident record (住民記録システム標準仕様書 1.1.6), beside 宛名番号, which the envelope has.
_RECORD = (
    "name", "birth_date", "sex", "address", "resident_since", "household", "resident_state", "resident_kind",
)  # fmt: skip

REQUIRED: dict[str, tuple[str, ...]] = {
    "residence.RecordLoaded": (*_RECORD, "as_of"),
    "residence.MoveOutDeclared": (*_RECORD, "planned_date", "mover_scope"),
    "residence.MovedIn": (*_RECORD, "moved_in_date", "arrival_kind"),
    "residence.MoveInNotified": ("name", "birth_date", "sex", "moved_in_date", "confirmed_address", "notice"),
    "residence.MoveOutConfirmed": (*_RECORD, "closing"),
    "residence.Relocated": (*_RECORD, "relocated_date", "scope"),
    "residence.RecordAmended": (*_RECORD, "amended"),
    "residence.MoveOutApplied": ("name", "birth_date", "stage", "planned_date", "planned_destination"),
    "residence.VisitPlanned": ("name", "birth_date", "visit_date", "planned_destination"),
    "vital.Born": (*_RECORD, "notice_route"),
    "vital.Died": (*_RECORD, "death_date", "was_head"),
    "tax.ResidentTaxAssessed": ("name", "taxpayer_kind", "assessment", "amounts"),
    "protection.ProtectionChanged": ("measure", "subject_role"),
    "identity.SubjectsLinked": ("evidence",),
}

WHEN_ANNULLED: dict[str, tuple[str, ...]] = {
    "residence.MoveInNotified": ("notice",),
    "residence.MoveOutApplied": (),
    "residence.VisitPlanned": (),
    "tax.ResidentTaxAssessed": ("assessment",),
    "protection.ProtectionChanged": ("measure",),
    "identity.SubjectsLinked": (),
}
"""Of the other types only ``resident_state``."""


def fields(statement: Statement) -> Iterator[Problem]:
    """Body fields that must not be null."""
    kind = statement.shape.type
    names = WHEN_ANNULLED.get(kind, ("resident_state",)) if statement.is_restoring else REQUIRED[kind]
    body = statement.body
    for name in names:
        if body[name] is None:
            yield problem("field.required", name)
    if body.get("name") is not None and not body["name"]["text"]:
        yield problem("field.required", "name.text")
