"""
A mask as a delivery's envelope holds it (``told``): a bitmap over the body's fields.

Bit i % 8 of byte i // 8 stands for the i-th field, the lowest bit first. Zero bytes at the end are left out, so that
a mask has one encoding only and nothing told takes no byte.
"""

from collections.abc import Iterable


def to_bytes(mask: Iterable[int]) -> bytes:
    bits = sum(1 << index for index in set(mask))
    return bits.to_bytes(-(-bits.bit_length() // 8), "little")


def of_bytes(told: bytes) -> frozenset[int]:
    """Indexes of body fields; a field behind the last byte is not told."""
    bits = int.from_bytes(told, "little")
    return frozenset(index for index in range(bits.bit_length()) if bits >> index & 1)
