"""
The few Avro encodings of which a delivery's envelope is made, and those that routing reads of most events.

Most of an envelope is the same for many deliveries, so it is put together from parts that are encoded once; property
tests hold the result equal to what ``kairan.wire`` writes, and what is read to what it reads. What is read here was
scanned before: it is canonical.
"""

from collections.abc import Sequence
from functools import lru_cache

from kairan.wire import NotDecodableError

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


def long_at(value: bytes, place: int) -> tuple[int, int]:
    """The number at a place, and the place behind it."""
    byte = value[place]
    if byte < 0x80:
        return (byte >> 1) ^ -(byte & 1), place + 1
    rest, shift = byte & 0x7F, 7
    while byte >= 0x80:
        place += 1
        byte = value[place]
        rest |= (byte & 0x7F) << shift
        shift += 7
    return (rest >> 1) ^ -(rest & 1), place + 1


def text_at(value: bytes, place: int) -> tuple[str, int]:
    """The text at a place, and the place behind it; raises NotDecodableError, as the wire does."""
    length, start = long_at(value, place)
    end = start + length
    try:
        return value[start:end].decode(), end
    except UnicodeDecodeError:
        pass  # raised below, without the codec's error, whose object holds the bytes
    raise NotDecodableError("a text of an envelope")


_SMALL = [bytes([byte]) for byte in range(0x80)]
