"""
The few Avro encodings of which a delivery's envelope is made.

Most of an envelope is the same for many deliveries, so it is put together from parts that are encoded once; a
property test holds the result equal to what ``kairan.wire`` writes.
"""

from collections.abc import Sequence
from functools import lru_cache

NULL = b"\0"
EMPTY = b"\0"
_PRESENT = b"\x02"


def long(number: int) -> bytes:
    """Zigzag, then seven bits a byte."""
    rest = (number << 1) ^ (number >> 63)
    if rest < 0x80:
        return _SMALL[rest]
    out = bytearray()
    while rest >= 0x80:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)


@lru_cache(maxsize=4096)
def text(value: str) -> bytes:
    encoded = value.encode()
    return long(len(encoded)) + encoded


def binary(value: bytes) -> bytes:
    return long(len(value)) + value


def nullable(encoded: bytes | None) -> bytes:
    return NULL if encoded is None else _PRESENT + encoded


def listed(items: Sequence[bytes]) -> bytes:
    return long(len(items)) + b"".join(items) + EMPTY if items else EMPTY


_SMALL = [bytes([byte]) for byte in range(0x80)]
