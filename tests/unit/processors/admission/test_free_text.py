"""Which fields are searched for an individual number follows from the shape."""

from kairan.free_text import CODED, IDENTIFIERS, free_places
from kairan.shapes import TYPES, shape
from processors.admission.fields import CHECKS

STRINGS = {
    "Address.building", "Address.country", "Address.lot", "Address.town",
    "DeathNotifier.relationship",
    "Destination.address", "Destination.country",
    "ForeignStatus.category", "ForeignStatus.nationality", "ForeignStatus.period", "ForeignStatus.status",
    "Household.head_name", "Household.relationship",
    "Koseki.domicile", "Koseki.head",
    "Name.kana", "Name.text",
    "Notification.notifier",
    "PartialDate.text",
    "WrittenName.kana", "WrittenName.text",
    "body.birth_kind", "body.category", "body.exemption", "body.safe_contact",
}  # fmt: skip
"""A new string of the contract must be added here, to CODED or to IDENTIFIERS: searched, or known to be no text."""


def test_every_string_that_is_no_code_is_free_text() -> None:
    assert STRINGS == set().union(*(free_places(shape("statement", type_)) for type_ in TYPES))


def test_a_code_that_admission_does_not_check_is_one_of_the_envelope() -> None:
    envelope = ("Envelope.", "Group.", "Municipality.", "Reason.", "Related.", "Source.", "Subject.")

    assert set() == {place for place in CODED - set(CHECKS) if not place.startswith(envelope)}


def test_every_exemption_is_a_field_of_some_shape() -> None:
    """A renamed field would otherwise leave its check behind."""
    places = set()
    for type_ in TYPES:
        schema = shape("statement", type_).schema
        places |= {f"body.{field['name']}" for field in schema["fields"]}
        places |= _places(schema)

    assert set() == (CODED | IDENTIFIERS | set(CHECKS)) - places


def test_a_place_is_a_code_or_an_identifier_or_a_text() -> None:
    assert set() == CODED & IDENTIFIERS


def _places(schema: object) -> set[str]:
    match schema:
        case list():
            return set().union(*map(_places, schema))
        case {"type": "array", "items": items}:
            return _places(items)
        case {"type": "record", "name": str(name), "fields": fields}:
            own = {f"{name.rpartition('.')[2]}.{field['name']}" for field in fields}
            return own.union(*(_places(field["type"]) for field in fields))
    return set()
