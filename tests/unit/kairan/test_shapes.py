"""Shapes: what is released can be found by stage and type, and by id, for ever."""

import pytest

from kairan import shapes
from kairan.shapes import UnknownSchemaIdError

FOURTEEN = (
    "residence.RecordLoaded",
    "residence.MoveOutDeclared",
    "residence.MovedIn",
    "residence.MoveInNotified",
    "residence.MoveOutConfirmed",
    "residence.Relocated",
    "residence.RecordAmended",
    "vital.Born",
    "vital.Died",
    "tax.ResidentTaxAssessed",
    "protection.ProtectionChanged",
    "identity.SubjectsLinked",
    "residence.MoveOutApplied",
    "residence.VisitPlanned",
)


def test_the_types_stand_in_the_catalogues_order() -> None:
    assert shapes.TYPES == FOURTEEN


@pytest.mark.parametrize(("stage", "schema_id"), [("statement", 10301), ("event", 20301), ("delivery", 30301)], ids=str)
def test_an_arrival_is_the_third_event_at_every_stage(stage: shapes.Stage, schema_id: int) -> None:
    shape = shapes.shape(stage, "residence.MovedIn")

    assert (f"kairan.{stage}.residence.MovedIn", schema_id, stage, "residence.MovedIn", "live", "001") == (
        shape.full_name,
        shape.schema_id,
        shape.stage,
        shape.type,
        shape.lane,
        shape.business,
    )


def test_there_is_one_object_for_each_id() -> None:
    assert shapes.by_id(20301) is shapes.shape("event", "residence.MovedIn")


def test_the_tax_event_travels_on_the_bulk_lane_and_is_stated_by_010() -> None:
    shape = shapes.shape("event", "tax.ResidentTaxAssessed")

    assert ("bulk", "010") == (shape.lane, shape.business)


def test_body_fields_are_numbered_behind_the_envelope() -> None:
    fields = shapes.shape("event", "residence.MoveInNotified").body_fields

    assert [
        (0, "name", False),
        (1, "birth_date", False),
        (2, "sex", False),
        (3, "moved_in_date", False),
        (4, "confirmed_address", True),
        (5, "notice", False),
    ] == [(field.index, field.name, field.reveals_location) for field in fields]


HIDDEN = {
    "residence.RecordLoaded": "address address_since household koseki",
    "residence.MoveOutDeclared": "address address_since household koseki planned_destination",
    "residence.MovedIn": "address address_since household koseki previous_address last_registered_address",
    "residence.MoveInNotified": "confirmed_address",
    "residence.MoveOutConfirmed": "address address_since household koseki planned_destination confirmed_destination",
    "residence.Relocated": "address address_since household koseki previous_address previous_household scope",
    "residence.RecordAmended": "address address_since household koseki previous_household",
    "vital.Born": "address address_since household koseki",
    "vital.Died": "address address_since household koseki notifier",
    "tax.ResidentTaxAssessed": "mailing_address",
    "protection.ProtectionChanged": "first_received_by forwarded_to perpetrators safe_contact",
    "identity.SubjectsLinked": "",
    "residence.MoveOutApplied": "planned_destination",
    "residence.VisitPlanned": "visit_date planned_destination",
}


def test_what_reveals_a_location_is_stated_for_every_type() -> None:
    fields = {type_: shapes.shape("event", type_).body_fields for type_ in shapes.TYPES}

    assert HIDDEN == {
        type_: " ".join(field.name for field in of_it if field.reveals_location) for type_, of_it in fields.items()
    }


@pytest.mark.parametrize("schema_id", [0, 10300, 10399, 99999])
def test_an_id_that_was_never_released_is_unknown(schema_id: int) -> None:
    with pytest.raises(UnknownSchemaIdError):
        shapes.by_id(schema_id)


def test_a_record_of_the_bus_is_no_event_and_an_event_no_record_of_the_bus() -> None:
    with pytest.raises(UnknownSchemaIdError):
        shapes.by_id(40101)
    with pytest.raises(UnknownSchemaIdError):
        shapes.record_by_id(20301)


RECORDS = {
    "Refusal": 40101,
    "Quarantined": 40201,
    "Measure": 40301,
    "SubjectEntry": 40401,
    "Receipt": 40501,
    "KeyCheck": 40601,
    "Hold": 40701,
    "Link": 40801,
    "Unrouted": 40901,
    "Claim": 41001,
}


def test_the_buss_own_records_have_ids_of_their_own() -> None:
    assert RECORDS == {name: shapes.record_shape(f"kairan.bus.{name}").schema_id for name in RECORDS}
