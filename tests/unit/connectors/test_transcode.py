"""What is read straight from the bytes is what decoding them gives."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.postgres.transcode import _OTHERWISE as OTHERWISE
from connectors.postgres.transcode import BREAKS, KEPT, reader
from kairan import masks, shapes, wire
from kairan.shapes import Shape
from kairan.testing.bodies import bodies, envelopes, full_body, full_envelope

DELIVERIES = [shapes.shape("delivery", type_) for type_ in shapes.TYPES]
ANY = st.sampled_from(DELIVERIES).flatmap(lambda shape: st.tuples(st.just(shape), envelopes(shape), bodies(shape)))


def plain(value: Any) -> Any:
    """As JSON says it: bytes in hexadecimal, no nulls at the top."""
    return json.loads(json.dumps(value, default=bytes.hex))


def told(record: dict[str, Any]) -> Any:
    return plain({name: each for name, each in record.items() if each is not None})


def as_tuples(value: Any) -> Any:
    match value:
        case dict():
            return tuple(map(as_tuples, value.values()))
        case list():
            return [as_tuples(each) for each in value]
    return value


def both(shape: Shape, envelope: dict[str, Any], body: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """What the wire decodes, as the reader tells it; what the reader tells."""
    value = wire.encode(shape, envelope, body)
    read, envelope = reader(shape)(value), wire.decode_envelope(value).record
    related = {} if envelope["related"] is None else {"related": envelope["related"]}
    values = {name: as_tuples(each) for name, each in envelope.items() if name not in OTHERWISE}
    granted = masks.of_bytes(envelope["told"])
    empty = {field.name: None for field in shape.body_fields if field.index in granted and body[field.name] is None}
    kept = told({name: each for name, each in envelope.items() if "kept" in OTHERWISE.get(name, ())})
    texts = [json.loads(read[name]) for name in ("body", "kept", "withheld_text")]
    return (
        [
            values,
            told(body | related) | empty,
            kept,
            plain(envelope["withheld"]),
            list(empty),
            as_tuples(envelope["effective"]),
        ],
        [{name: read[name] for name in values}, *texts, read["empty"], read["effective"]],
    )


@given(ANY)
def test_reading_is_decoding(drawn: tuple[Shape, dict[str, Any], dict[str, Any]]) -> None:
    decoded, read = both(*drawn)

    assert decoded == read


@pytest.mark.parametrize("shape", DELIVERIES, ids=lambda shape: shape.full_name)
def test_reading_is_decoding_where_nothing_is_null(shape: Shape) -> None:
    decoded, read = both(shape, full_envelope(shape), full_body(shape))

    assert decoded == read


def test_a_delivery_cut_short_or_with_a_byte_left_over_is_not_read() -> None:
    shape = DELIVERIES[2]
    value = wire.encode(shape, full_envelope(shape), full_body(shape))
    for broken in [*(value[:end] for end in range(5, len(value), 7)), value + b"\0"]:
        with pytest.raises(BREAKS):
            reader(shape)(broken)


def test_only_fields_that_the_envelope_has_are_named() -> None:
    envelope = DELIVERIES[0].schema["fields"][0]["type"]["fields"]

    assert OTHERWISE.keys() <= {each["name"] for each in envelope}
    assert KEPT == OTHERWISE["reason"]
