"""The scanner: finds what fastavro wrote, and refuses every other encoding of it by path and rule."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import scanner, shapes, wire
from kairan.scanner import NotCanonicalError
from kairan.shapes import RecordShape, Shape
from kairan.testing.bodies import bodies, envelopes, full_body, full_envelope, full_record

ALL = [shapes.shape(stage, type_) for stage in ("statement", "event", "delivery") for type_ in shapes.TYPES]
BUS = [shapes.record_by_id(id_) for id_ in shapes.RELEASES if id_ > 40000]
MOVED_IN = shapes.shape("event", "residence.MovedIn")
ANY = st.sampled_from(ALL).flatmap(lambda shape: st.tuples(st.just(shape), envelopes(shape), bodies(shape)))


def full(shape: Shape) -> bytes:
    return wire.encode(shape, full_envelope(shape), full_body(shape))


def verdict(shape: Shape, value: bytes) -> str:
    try:
        scanner.check(shape, value)
    except NotCanonicalError as error:
        return str(error)
    return "canonical"


@pytest.mark.parametrize("shape", ALL[12:24], ids=lambda shape: shape.full_name)
def test_each_field_lies_where_its_own_encoding_says(shape: Shape) -> None:
    envelope, body = full_envelope(shape), full_body(shape)
    value = full(shape)
    offset, marks = scanner.check(shape, value)
    nothing = len(wire.encode(shape, envelope, {}))
    lengths = [len(wire.encode(shape, envelope, {name: body[name]})) - nothing + 1 for name in body]

    assert lengths == [end - start for start, end in pairwise(marks)]
    assert (wire.decode_envelope(value).body_offset, len(value)) == (offset, marks[-1])


@given(ANY)
def test_what_was_written_is_canonical_and_routing_finds_the_same_fields(
    written: tuple[Shape, dict[str, Any], dict[str, Any]],
) -> None:
    shape, envelope, body = written
    value = wire.encode(shape, envelope, body)
    offset, marks = scanner.check(shape, value)

    assert marks == scanner.boundaries(shape, value, offset)
    assert body == wire.decode_fields(shape, value, marks, body)


@pytest.mark.parametrize("shape", ALL[::12], ids=lambda shape: shape.stage)
def test_an_envelopes_fields_are_found(shape: Shape) -> None:
    value = full(shape)
    marks = scanner.envelope_boundaries(shape, value)
    found = [value[start:end] for start, end in pairwise(marks)]

    assert scanner.check(shape, value)[0] == marks[-1]
    assert found == [
        wire.encode_envelope_field(shape, name, full_envelope(shape)[name]) for name in shape.envelope_fields
    ]


def is_canonical(shape: RecordShape, value: bytes) -> bool:
    try:
        scanner.check_record(shape, value)
    except NotCanonicalError:
        return False
    return True


def test_a_record_of_the_bus_is_checked_too() -> None:
    for shape in BUS:
        value = wire.encode_record(shape.full_name, full_record(shape))
        tried = (value, value[:-1], value + b"\0", b"\1" + value[1:])

        assert (shape.full_name, [value]) == (shape.full_name, [each for each in tried if is_canonical(shape, each)])


LEAF = {"type": "record", "name": "Leaf", "fields": [{"name": "text", "type": "string"}]}
TINY = Shape(
    full_name="kairan.statement.Tiny",
    schema_id=1,
    stage="statement",
    type="Tiny",
    lane="live",
    business="001",
    envelope_fields=("change", "flag", "number", "big", "id", "data"),
    body_fields=(),
    schema={
        "type": "record",
        "name": "Tiny",
        "fields": [
            {
                "name": "envelope",
                "type": {
                    "type": "record",
                    "name": "Envelope",
                    "fields": [
                        {"name": "change", "type": {"type": "enum", "name": "Change", "symbols": ["a", "b", "c"]}},
                        {"name": "flag", "type": "boolean"},
                        {"name": "number", "type": "int"},
                        {"name": "big", "type": "long"},
                        {"name": "id", "type": {"type": "fixed", "name": "Id", "size": 2}},
                        {"name": "data", "type": "bytes"},
                    ],
                },
            },
            {"name": "texts", "type": ["null", {"type": "array", "items": "string"}]},
            {"name": "leaves", "type": ["null", {"type": "array", "items": LEAF}]},
            {"name": "ids", "type": ["null", {"type": "array", "items": "Id"}]},
        ],
    },
)
FRAME = "00 00000001"
HEAD = "00 00 00 00 6161 00"
NULLS = "00 00 00"
TEXT = "02 61"
LONGEST = "ff ff ff ff ff ff ff ff ff"


ENCODINGS = [
    (f"{FRAME} {HEAD} {NULLS}", "canonical"),
    (f"{FRAME} 04 01 7f ffff7f 6161 0400ff {NULLS}", "canonical"),
    (f"{FRAME} 00 00 ffffffff0f {LONGEST}01 6161 00 {NULLS}", "canonical"),
    (f"{FRAME} {HEAD} 02 04 {TEXT} {TEXT} 00 00 00", "canonical"),
    (f"{FRAME} {HEAD} 02 00 02 00 02 00", "canonical"),
    (f"{FRAME} {HEAD} 00 02 02 02 61 00 02 04 6161 6262 00", "canonical"),
    (f"{FRAME} {HEAD} 02 02 8001 {'61' * 64} 00 00 00", "canonical"),
    # the frame
    (f"01 00000001 {HEAD} {NULLS}", "the schema id is another"),
    (f"00 00000002 {HEAD} {NULLS}", "the schema id is another"),
    ("00 000000", "the schema id is another"),
    ("", "the schema id is another"),
    # numbers: minimal and in range
    (f"{FRAME} 00 00 8000 00 6161 00 {NULLS}", "envelope.number: the varint is not minimal"),
    (f"{FRAME} 00 00 808000 00 6161 00 {NULLS}", "envelope.number: the varint is not minimal"),
    (f"{FRAME} 00 00 80808000 00 6161 00 {NULLS}", "envelope.number: the varint is not minimal"),
    (f"{FRAME} 00 00 ffffffff1f 00 6161 00 {NULLS}", "envelope.number: the integer is out of range"),
    (f"{FRAME} 00 00 00 {LONGEST}02 6161 00 {NULLS}", "envelope.big: the integer is out of range"),
    (f"{FRAME} 00 00 00 {LONGEST}ff01 6161 00 {NULLS}", "envelope.big: the integer is out of range"),
    (f"{FRAME} 00 00 00 {'80' * 70}00 6161 00 {NULLS}", "envelope.big: the integer is out of range"),
    (f"{FRAME} 00 00 00 8000 6161 00 {NULLS}", "envelope.big: the varint is not minimal"),
    # booleans, enums, unions
    (f"{FRAME} 00 02 00 00 6161 00 {NULLS}", "envelope.flag: a boolean is 0 or 1"),
    (f"{FRAME} 01 00 00 00 6161 00 {NULLS}", "envelope.change: the enum index is out of range"),
    (f"{FRAME} 06 00 00 00 6161 00 {NULLS}", "envelope.change: the enum index is out of range"),
    (f"{FRAME} 8000 00 00 00 6161 00 {NULLS}", "envelope.change: the enum index is out of range"),
    (f"{FRAME} {HEAD} 01 00 00", "texts: the union index is out of range"),
    (f"{FRAME} {HEAD} 00 04 00", "leaves: the union index is out of range"),
    (f"{FRAME} {HEAD} 00 8000 00", "leaves: the union index is out of range"),
    # texts and bytes
    (f"{FRAME} {HEAD} 02 02 01 00 00 00", "texts[]: the length is negative"),
    (f"{FRAME} {HEAD} 02 02 8200 61 00 00 00", "texts[]: the varint is not minimal"),
    (f"{FRAME} {HEAD} 02 02 0a 61 00 00 00", "texts[]: the bytes end too early"),
    (f"{FRAME} {HEAD} 02 02 {LONGEST}01 00 00", "texts[]: the length is negative"),
    (f"{FRAME} {HEAD} 02 02 fe{LONGEST[3:]}01 00 00", "texts[]: the bytes end too early"),
    (f"{FRAME} {HEAD} 02 02 02 ff 00 00 00", "texts[]: the text is not UTF-8"),
    (f"{FRAME} {HEAD} 02 02 04 c080 00 00 00", "texts[]: the text is not UTF-8"),
    (f"{FRAME} {HEAD} 02 02 06 eda080 00 00 00", "texts[]: the text is not UTF-8"),
    (f"{FRAME} {HEAD} 00 02 02 02 e8 00 00", "leaves[].text: the text is not UTF-8"),
    (f"{FRAME} {HEAD} 02 02 02 00 00 00 00", "texts[]: the text has U+0000"),
    (f"{FRAME} {HEAD} 00 02 02 06 610061 00 00", "leaves[].text: the text has U+0000"),
    (f"{FRAME} 00 00 00 00 0000 02 00 {NULLS}", "canonical"),
    (f"{FRAME} 00 00 00 00 6161 01 {NULLS}", "envelope.data: the length is negative"),
    (f"{FRAME} 00 00 00 00 6161 10 {NULLS}", "envelope.data: the bytes end too early"),
    # lists: one positive block
    (f"{FRAME} {HEAD} 02 01 02 {TEXT} 00 00 00", "texts: a list is one positive block"),
    (f"{FRAME} {HEAD} 02 02 {TEXT} 02 {TEXT} 00 00 00", "texts: a list is one positive block"),
    (f"{FRAME} {HEAD} 02 8000 00 00", "texts: the varint is not minimal"),
    (f"{FRAME} {HEAD} 02 8200 {TEXT} 00 00 00", "texts: the varint is not minimal"),
    (f"{FRAME} {HEAD} 00 00 02 fe{LONGEST[3:]}01 6161", "ids[]: the bytes end too early"),
    # nothing left over, nothing missing
    (f"{FRAME} {HEAD} {NULLS} 00", "bytes are left over"),
    (f"{FRAME} {HEAD} 00 00", "ids: the bytes end too early"),
    (f"{FRAME} 00 00 00 00 61", "envelope.data: the bytes end too early"),
]


def test_one_record_has_one_encoding() -> None:
    assert ENCODINGS == [(hexes, verdict(TINY, bytes.fromhex(hexes))) for hexes, _ in ENCODINGS]


@pytest.mark.parametrize("shape", [MOVED_IN, shapes.shape("statement", "protection.ProtectionChanged")])
def test_a_record_cut_short_at_any_byte_is_refused(shape: Shape) -> None:
    value = full(shape)

    assert [] == [cut for cut in range(len(value)) if verdict(shape, value[:cut]) == "canonical"]


def test_routing_refuses_a_record_cut_short_at_any_byte_of_the_body() -> None:
    value = full(MOVED_IN)
    offset = scanner.check(MOVED_IN, value)[0]

    for cut in range(offset, len(value)):
        with pytest.raises(NotCanonicalError):
            scanner.boundaries(MOVED_IN, value[:cut], offset)
    for cut in range(5, offset):
        with pytest.raises(NotCanonicalError):
            scanner.envelope_boundaries(MOVED_IN, value[:cut])


def test_bytes_that_are_no_utf8_hurt_admission_and_not_routing() -> None:
    value = full(MOVED_IN).replace("見本".encode(), b"\xff" * 6)
    offset = scanner.envelope_boundaries(MOVED_IN, value)[-1]

    assert len(value) == scanner.boundaries(MOVED_IN, value, offset)[-1]
    assert "the text is not UTF-8" in verdict(MOVED_IN, value)


@given(st.integers(5, len(full(MOVED_IN)) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_whatever_is_accepted_is_written_again_as_the_same_bytes(at: int, put: bytes, removed: int) -> None:
    value = full(MOVED_IN)
    value = value[:at] + put + value[at + removed :]
    if verdict(MOVED_IN, value) == "canonical":
        _, envelope, offset = wire.decode_envelope(value)

        assert value == wire.encode(MOVED_IN, envelope, wire.decode_body(MOVED_IN, value, offset))


@given(st.sampled_from(ALL), st.binary(max_size=200))
def test_strangers_bytes_break_nothing_but_the_rules(shape: Shape, noise: bytes) -> None:
    assert verdict(shape, noise)
    assert verdict(shape, wire.frame(shape) + noise)


def test_a_refusal_carries_no_bytes_of_the_record() -> None:
    with pytest.raises(NotCanonicalError) as raised:
        scanner.check(MOVED_IN, full(MOVED_IN).replace("見本".encode(), b"\xff" * 6))

    assert ("envelope.type", "the text is not UTF-8", None) == (
        raised.value.path,
        raised.value.rule,
        raised.value.__context__,
    )
