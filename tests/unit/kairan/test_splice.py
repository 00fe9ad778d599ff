"""Splicing: the same bytes as decoding, hiding what is not granted, and encoding again."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import scanner, shapes, splice, wire
from kairan.shapes import Shape
from kairan.testing.bodies import bodies, full_body, full_envelope

SHAPES = [shapes.shape(stage, type_) for stage in ("event", "delivery") for type_ in shapes.TYPES]
ANY = st.sampled_from(SHAPES).flatmap(
    lambda shape: st.tuples(
        st.just(shape), bodies(shape), st.frozensets(st.integers(0, len(shape.body_fields) - 1)).map(frozenset)
    )
)


def wrong(shape: Shape, body: dict[str, Any], masks: Iterable[frozenset[int]]) -> list[frozenset[int]]:
    """The masks by which splicing writes anything else than what is granted, encoded."""
    envelope = full_envelope(shape)
    value = wire.encode(shape, envelope, body)
    offset, marks = scanner.check(shape, value)

    def _granted(mask: frozenset[int]) -> dict[str, Any]:
        return {field.name: body[field.name] for field in shape.body_fields if field.index in mask}

    return [
        m for m in masks if wire.encode(shape, envelope, _granted(m)) != value[:offset] + splice.body(value, marks, m)
    ]


@given(ANY)
def test_splicing_is_decoding_hiding_and_encoding(drawn: tuple[Shape, dict[str, Any], frozenset[int]]) -> None:
    shape, body, mask = drawn

    assert [] == wrong(shape, body, [mask])


@pytest.mark.parametrize("shape", SHAPES[:12], ids=lambda shape: shape.full_name)
def test_every_field_can_be_granted_alone_and_withheld_alone(shape: Shape) -> None:
    everything = frozenset(range(len(shape.body_fields)))
    alone = [frozenset({index}) for index in everything]

    assert [] == wrong(
        shape, full_body(shape), [frozenset(), everything, *alone, *(everything - each for each in alone)]
    )


def test_what_is_not_granted_becomes_one_zero_byte() -> None:
    assert b"bb\0\0ee" == splice.body(b"xaabbccddee", (1, 3, 5, 7, 9, 11), frozenset({1, 4}))[1:]
