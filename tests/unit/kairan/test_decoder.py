"""The decoder: makes of canonical bytes exactly what the wire makes of them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import decoder, free_text, scanner, shapes, wire
from kairan.shapes import Shape
from kairan.testing.bodies import bodies, envelopes, full_body, full_envelope

STATEMENTS = [shapes.shape("statement", type_) for type_ in shapes.TYPES]
ANY = st.sampled_from(STATEMENTS).flatmap(lambda shape: st.tuples(st.just(shape), envelopes(shape), bodies(shape)))


def by_the_wire(shape: Shape, value: bytes) -> tuple[Any, ...]:
    known = wire.decode_envelope(value)
    body = wire.decode_body(shape, value, known.body_offset)

    return known.record, body, scanner.envelope_boundaries(shape, value)


@given(ANY)
def test_the_decoder_reads_what_the_wire_reads(written: tuple[Shape, dict[str, Any], dict[str, Any]]) -> None:
    shape, envelope, body = written
    value = wire.encode(shape, envelope, body)

    assert by_the_wire(shape, value) == decoder.decode(shape, value)[:3]


@pytest.mark.parametrize("shape", STATEMENTS, ids=lambda shape: shape.full_name)
def test_no_field_of_any_statement_is_read_otherwise(shape: Shape) -> None:
    full = full_envelope(shape)

    for value in (wire.encode(shape, full, full_body(shape)), wire.encode(shape, full, {})):
        assert by_the_wire(shape, value) == decoder.decode(shape, value)[:3]


@pytest.mark.parametrize("shape", STATEMENTS, ids=lambda shape: shape.full_name)
def test_true_is_a_boolean_and_fields_come_in_their_order(shape: Shape) -> None:
    """Equality alone would take 1 for True, and one order of a record for another."""
    value = wire.encode(shape, full_envelope(shape), full_body(shape))
    known = wire.decode_envelope(value)

    decoded = decoder.decode(shape, value)
    assert repr((known.record, wire.decode_body(shape, value, known.body_offset))) == repr(decoded[:2])


def with_texts(value: Any, text: str) -> Any:
    """The same record with this text in place of every text."""
    match value:
        case str():
            return text
        case dict():
            return {name: with_texts(inner, text) for name, inner in value.items()}
        case list():
            return [with_texts(inner, text) for inner in value]
    return value


@pytest.mark.parametrize("text", ["123456789018", "1234-5678-9018", "住民票コード12345678901", "あいう", "12345678901"])
@pytest.mark.parametrize("shape", STATEMENTS, ids=lambda shape: shape.full_name)
def test_among_the_texts_is_found_what_is_found_in_the_record(shape: Shape, text: str) -> None:
    envelope = full_envelope(shape)
    others = {name: with_texts(envelope[name], text) for name in ("effective", "group", "correlation", "source")}
    value = wire.encode(shape, envelope | others, with_texts(full_body(shape), text))
    decoded = decoder.decode(shape, value)
    record = {"envelope": decoded.envelope, **decoded.body}

    assert free_text.found(shape, record) == free_text.found_among(decoded.texts, shape, record)


@given(ANY, st.sampled_from(["123456789018", "１２３４ ５６７８ ９０１８"]))
def test_no_text_that_is_searched_is_left_out(
    written: tuple[Shape, dict[str, Any], dict[str, Any]], planted: str
) -> None:
    shape, envelope, body = written
    decoded = decoder.decode(shape, wire.encode(shape, envelope, with_texts(body, planted)))
    record = {"envelope": decoded.envelope, **decoded.body}

    found = free_text.found(shape, record)
    assert found == free_text.found_among(decoded.texts, shape, record)
    assert len(found) <= len(decoded.texts)
