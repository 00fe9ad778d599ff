"""
An Avro writer of the tests' own, straight from the schema, that lies where it is told to.

Wherever a value is ``Raw`` its bytes are written as they are: so one place of a valid statement becomes what no honest
encoder would write, and everything around it stays as it was.
"""

import struct
from collections.abc import Mapping
from typing import Any, NamedTuple

from kairan.shapes import Schema, Shape, definitions, shape
from tests.unit.processors.admission import statements as s


class Raw(NamedTuple):
    """Bytes that stand for a value of whatever type."""

    bytes: bytes


def raw(hexes: str) -> Raw:
    return Raw(bytes.fromhex(hexes))


def varint(number: int, padding: int = 0) -> bytes:
    """Zigzag; ``padding`` more bytes than are needed."""
    left, found = (number << 1) ^ (number >> 127), bytearray()
    while left > 127:
        found.append(left & 127 | 128)
        left >>= 7
    return bytes([*found, left | 128, *[128] * (padding - 1), 0]) if padding else bytes([*found, left])


def text(value: bytes) -> Raw:
    """A text of these bytes, be they UTF-8 or not."""
    return Raw(varint(len(value)) + value)


def some(value: Raw) -> Raw:
    """The same where null would be lawful too."""
    return Raw(b"\2" + value.bytes)


def statement(type_: str, the_body: Mapping[str, Any] | None = None, **bent: Any) -> bytes:
    """As ``statements.statement``; any value may be ``Raw``."""
    body = s.body(type_) if the_body is None else the_body
    return written(shape("statement", type_), {"envelope": s.envelope(type_, **bent), **body})


def bent(type_: str, **items: Any) -> bytes:
    """A valid statement with these body fields."""
    return statement(type_, s.body(type_) | items)


def written(of: Shape, record: Mapping[str, Any]) -> bytes:
    return b"\0" + of.schema_id.to_bytes(4) + _written(of.schema, record, definitions(of.schema))


def _written(schema: Schema, value: Any, named: Mapping[str, Schema]) -> bytes:
    if isinstance(value, Raw):
        return value.bytes
    match named.get(schema, schema) if isinstance(schema, str) else schema:
        case ["null", branch]:
            return b"\0" if value is None else b"\2" + _written(branch, value, named)
        case {"type": "record", "fields": fields}:
            return b"".join(_written(each["type"], value.get(each["name"]), named) for each in fields)
        case {"type": "array", "items": items}:
            inside = b"".join(_written(items, each, named) for each in value)
            return varint(len(value)) + inside + b"\0" if value else b"\0"
        case {"type": "enum", "symbols": symbols}:
            return varint(symbols.index(value))
        case leaf:
            return _leaf(leaf if isinstance(leaf, str) else leaf["type"], value)


def _leaf(kind: str, value: Any) -> bytes:
    match kind:
        case "fixed":
            return bytes(value)
        case "boolean":
            return struct.pack("?", value)
        case "int" | "long":
            return varint(value)
    return text(value if isinstance(value, bytes) else value.encode()).bytes
