"""A mask in an envelope says which fields are told, in one way only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import masks

MASKS = st.frozensets(st.integers(0, 40))


@given(MASKS)
def test_what_is_written_is_read(mask: frozenset[int]) -> None:
    assert mask == masks.of_bytes(masks.to_bytes(mask))
    assert mask == masks.of_bytes(masks.to_bytes(mask) + bytes(2))


@pytest.mark.parametrize(
    ("mask", "told"),
    [((), b""), ((0,), b"\x01"), ((7, 1), b"\x82"), ((8,), b"\x00\x01"), ((0, 2, 15), b"\x05\x80")],
)
def test_the_lowest_bit_of_the_first_byte_is_the_first_field(mask: tuple[int, ...], told: bytes) -> None:
    assert told == masks.to_bytes(mask)
