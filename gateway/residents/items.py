"""What residents call the fields of a body: several of one kind by one word (``received.item`` of the texts)."""

from collections.abc import Collection, Mapping

from kairan import shapes

_FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "other_name": ("former_surname", "alias"),
    "birth_date": ("birth_date",),
    "sex": ("sex",),
    "address": ("address", "address_since", "confirmed_address"),
    "former_address": ("previous_address", "last_registered_address"),
    "destination": ("planned_destination", "confirmed_destination"),
    "mailing_address": ("mailing_address",),
    "household": ("household", "previous_household", "was_head"),
    "domicile": ("koseki",),
    "foreign_status": ("foreign_status",),
    "resident_since": ("resident_since", "as_of"),
    "resident_state": ("resident_state", "resident_kind"),
    "entitlements": ("entitlements",),
    "day": ("moved_in_date", "relocated_date", "planned_date", "confirmed_date"),
    "visit_day": ("visit_date",),
    "procedure": (
        *("procedure", "mover_scope", "arrival_kind", "scope", "stage", "card_continued", "closing", "amended"),
        "birth_kind",
    ),
    "notification": ("notification", "notice", "notice_date", "notice_route", "notifier"),
    "death_day": ("death_date",),
    "tax": ("amounts", "assessment", "collection", "taxpayer_kind"),
    "income": ("income_nhi", "income_care", "income_total"),
    "exemption": ("exemption",),
    "dependants": ("dependants",),
    "evidence": ("evidence",),
}
ITEMS: Mapping[str, str] = {field: item for item, fields in _FIELDS.items() for field in fields}
NOT_SHOWN = frozenset({"protection.ProtectionChanged"})
"""Types of which no entry is ever shown (``processors/disclosures/display.csv``)."""


def items_of(event_type: str, places: Collection[int]) -> tuple[str, ...]:
    """Of the fields at these places of the type's body, each word once; a place that it does not have has none."""
    named = {ITEMS[field.name] for field in shapes.shape("event", event_type).body_fields if field.index in places}
    return tuple(item for item in _FIELDS if item in named)
