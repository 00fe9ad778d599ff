"""The wire: what is written is read, and no error ever holds a value."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import scanner, shapes, wire
from kairan.shapes import RecordShape, Shape, UnknownSchemaIdError
from kairan.testing.bodies import bodies, envelopes, full_body, full_envelope, full_record, records
from kairan.wire import NotDecodableError, NotEncodableError, NotFramedError

ALL = [shapes.shape(stage, type_) for stage in ("statement", "event", "delivery") for type_ in shapes.TYPES]
BUS = [shapes.record_by_id(id_) for id_ in shapes.RELEASES if id_ > 40000]
LINKED = shapes.shape("event", "identity.SubjectsLinked")
ANY = st.sampled_from(ALL).flatmap(lambda shape: st.tuples(st.just(shape), envelopes(shape), bodies(shape)))
ANY_OF_THE_BUS = st.sampled_from(BUS).flatmap(lambda shape: st.tuples(st.just(shape), records(shape)))


@given(ANY)
def test_what_was_written_is_read(written: tuple[Shape, dict[str, Any], dict[str, Any]]) -> None:
    shape, envelope, body = written
    value = wire.encode(shape, envelope, body)
    read, record, offset = wire.decode_envelope(value)

    assert (shape, envelope, body) == (read, record, wire.decode_body(shape, value, offset))


def test_a_record_in_which_nothing_is_null_is_read() -> None:
    for shape in ALL:
        envelope, body = full_envelope(shape), full_body(shape)
        value = wire.encode(shape, envelope, body)
        read, record, offset = wire.decode_envelope(value)

        assert (shape, envelope, body) == (read, record, wire.decode_body(shape, value, offset))


@given(ANY_OF_THE_BUS)
def test_a_record_of_the_bus_is_read(written: tuple[RecordShape, dict[str, Any]]) -> None:
    shape, record = written

    assert (shape.full_name, record) == wire.decode_record(wire.encode_record(shape.full_name, record))


def test_a_record_of_the_bus_in_which_nothing_is_null_is_read() -> None:
    records = [(shape.full_name, full_record(shape)) for shape in BUS]

    assert records == [wire.decode_record(wire.encode_record(*record)) for record in records]


def test_a_record_begins_with_zero_and_its_schema_id() -> None:
    value = wire.encode(LINKED, full_envelope(LINKED), {})

    assert (b"\0\0\0\x52\xd1", 21201, wire.frame(LINKED)) == (value[:5], wire.schema_id(value), value[:5])


def test_absent_body_fields_are_null() -> None:
    value = wire.encode(LINKED, full_envelope(LINKED), {})

    assert {"evidence": None} == wire.decode_body(LINKED, value, wire.decode_envelope(value).body_offset)


def test_some_fields_are_decoded_without_the_others() -> None:
    shape = shapes.shape("event", "tax.ResidentTaxAssessed")
    body = full_body(shape) | {"exemption": None}
    value = wire.encode(shape, full_envelope(shape), body)
    marks = scanner.boundaries(shape, value, wire.decode_envelope(value).body_offset)
    wanted = ("mailing_address", "exemption", "name")

    assert {name: body[name] for name in wanted} == wire.decode_fields(shape, value, marks, wanted)


def test_a_part_of_a_field_is_decoded_and_what_stands_beside_it_is_not() -> None:
    """Beside it stands a name whose bytes are no text: nobody looked."""
    shape = shapes.shape("event", "residence.MovedIn")
    household = {"number": "7", "head_name": "secret", "relationship": "妻"}
    value = wire.encode(
        shape, full_envelope(shape), full_body(shape) | {"household": household, "foreign_status": None}
    )
    marks = scanner.boundaries(shape, value, wire.decode_envelope(value).body_offset)
    spoilt = value.replace(b"secret", b"\xff" * 6)

    assert "妻" == wire.decode_part(shape, spoilt, marks, "household", "relationship")
    assert wire.decode_part(shape, spoilt, marks, "foreign_status", "category") is None


@pytest.mark.parametrize("shape", ALL[::12], ids=lambda shape: shape.stage)
def test_an_envelope_can_be_put_together_of_its_fields(shape: Shape) -> None:
    envelope = full_envelope(shape)
    parts = [wire.encode_envelope_field(shape, name, envelope[name]) for name in shape.envelope_fields]

    assert wire.frame_envelope(shape, envelope) == wire.frame(shape) + b"".join(parts)


@pytest.mark.parametrize("value", [b"", b"\0\0\0\x52", b"\1\0\0\x52\xd1abc"])
def test_bytes_without_a_frame_have_no_schema_id(value: bytes) -> None:
    with pytest.raises(NotFramedError):
        wire.schema_id(value)


def test_an_unknown_schema_id_is_not_decoded() -> None:
    with pytest.raises(UnknownSchemaIdError):
        wire.decode_envelope(b"\0\0\0\0\1")


SECRET = "山田太郎"


@pytest.mark.parametrize(
    ("envelope", "body", "problem"),
    [
        ({"version": SECRET}, {}, "envelope.version: must be a 64-bit integer"),
        ({"type": 3}, {}, "envelope.type: must be text without lone surrogates"),
        ({"type": f"{SECRET}\ud800"}, {}, "envelope.type: must be text without lone surrogates"),
        ({"change": SECRET}, {}, "envelope.change: must be one of created corrected annulled ended"),
        ({"protection": None}, {}, "envelope.protection: must be one of none protected unknown"),
        ({"subject": {"kind": "person", "handle": SECRET.encode()}}, {}, "envelope.subject.handle: must be 16 bytes"),
        ({"subject": {"kind": "person"}}, {}, "envelope.subject.handle: is missing"),
        ({"subject": SECRET}, {}, "envelope.subject: must be a record"),
        ({"municipalities": [{"role": "origin", "code": None, "ward": SECRET}]}, {}, "envelope.municipalities[0].code"),
        ({"municipalities": SECRET}, {}, "envelope.municipalities: must be a list"),
        ({}, {"evidence": [SECRET]}, "evidence: must be text without lone surrogates"),
        ({}, {SECRET: 1}, "it: has a field that the shape does not know; known are evidence"),
    ],
)
def test_an_error_names_path_and_rule_and_never_the_value(
    envelope: dict[str, Any], body: dict[str, Any], problem: str
) -> None:
    with pytest.raises(NotEncodableError) as raised:
        wire.encode(LINKED, full_envelope(LINKED) | envelope, body)

    assert problem in str(raised.value)
    assert SECRET not in str(raised.value)
    assert raised.value.__context__ is None


def test_a_missing_protection_is_never_filled_in() -> None:
    envelope = full_envelope(LINKED)
    del envelope["protection"]

    with pytest.raises(NotEncodableError, match=r"envelope.protection: is missing"):
        wire.encode(LINKED, envelope, {})


def test_a_deliverys_protection_must_be_said_even_when_it_is_null() -> None:
    shape = shapes.shape("delivery", "identity.SubjectsLinked")
    envelope = full_envelope(shape)
    del envelope["protection"]

    with pytest.raises(NotEncodableError, match=r"envelope.protection: is missing"):
        wire.encode(shape, envelope, {})


def test_bytes_cut_short_are_not_decoded_and_not_shown() -> None:
    value = wire.encode(LINKED, full_envelope(LINKED), full_body(LINKED))
    offset = wire.decode_envelope(value).body_offset

    with pytest.raises(NotDecodableError) as raised:
        wire.decode_envelope(value[:40])
    with pytest.raises(NotDecodableError):
        wire.decode_body(LINKED, value[:-1], offset)

    assert raised.value.__context__ is None
