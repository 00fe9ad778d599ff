"""
The wire: ``0x00``, a 4-byte schema id, Avro (Confluent's framing).

Dates, times and ids are plain ints, strings and bytes here: schemas are used without their logical types. Errors name
the shape and where something does not fit, never the value.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from io import BytesIO
from typing import Any, NamedTuple, cast

from fastavro import parse_schema, schemaless_reader, schemaless_writer

from kairan import shapes
from kairan.fitting import misfit
from kairan.shapes import RecordShape, Schema, Shape

FRAME = 5
NULL = b"\0"
Record = Mapping[str, Any]

# What fastavro raises on values that do not fit and on bytes that are no Avro of the shape.
_CODEC_ERRORS = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, EOFError)


class NotFramedError(ValueError):
    """These bytes do not begin with a zero byte and a schema id."""

    def __init__(self) -> None:
        super().__init__("not framed: a zero byte and a 4-byte schema id must come first")


class NotEncodableError(ValueError):
    """A record does not fit its shape; says where and why, never the value."""

    def __init__(self, full_name: str, where: str) -> None:
        super().__init__(f"{full_name}: {where}")


class NotDecodableError(ValueError):
    """These bytes are no Avro of the shape their id names."""

    def __init__(self, full_name: str) -> None:
        super().__init__(f"{full_name}: these bytes cannot be decoded")


class Envelope(NamedTuple):
    """A decoded envelope, and where the body begins behind it."""

    shape: Shape
    record: dict[str, Any]
    body_offset: int


def schema_id(value: bytes) -> int:
    """The schema id in front of a record; raises NotFramedError."""
    if len(value) < FRAME or value[0] != 0:
        raise NotFramedError
    return int.from_bytes(value[1:FRAME])


def encode(shape: Shape, envelope: Record, body: Record) -> bytes:
    """A whole record; body fields that are absent are null."""
    return frame_envelope(shape, envelope) + _write(shape, _codec(shape).body, body, "")


def frame_envelope(shape: Shape, envelope: Record) -> bytes:
    """Frame and envelope; the bytes of a body may be put behind them."""
    return _frame(shape.schema_id) + _write(shape, _codec(shape).envelope, envelope, "envelope")


def encode_envelope_field(shape: Shape, name: str, value: Any) -> bytes:
    """One field of an envelope; behind the frame, all of them in order make what ``frame_envelope`` makes."""
    return _write(shape, _envelope_parts(shape)[name], {name: value}, "")


def decode_envelope_field(shape: Shape, name: str, raw: bytes) -> Any:
    """One field of an envelope, from its own bytes."""
    return _read(shape, _envelope_parts(shape)[name], BytesIO(raw))[name]


def decode_body_field(shape: Shape, name: str, raw: bytes) -> Any:
    """One field of a body, from its own bytes."""
    return _read(shape, _codec(shape).fields[name][1], BytesIO(raw))[name]


def frame(shape: Shape) -> bytes:
    """The first five bytes of every record of this shape."""
    return _frame(shape.schema_id)


def decode_envelope(value: bytes) -> Envelope:
    """Raises NotFramedError, UnknownSchemaIdError or NotDecodableError."""
    shape = shapes.by_id(schema_id(value))
    buffer = BytesIO(value)
    buffer.seek(FRAME)
    record = _read(shape, _codec(shape).envelope, buffer)
    return Envelope(shape, record, buffer.tell())


def decode_body(shape: Shape, value: bytes, body_offset: int) -> dict[str, Any]:
    """All body fields, None where null."""
    buffer = BytesIO(value)
    buffer.seek(body_offset)
    return _read(shape, _codec(shape).body, buffer)


def decode_fields(shape: Shape, value: bytes, boundaries: Sequence[int], names: Iterable[str]) -> dict[str, Any]:
    """Only these body fields, found by the scanner's boundaries."""
    codec = _codec(shape)
    found: dict[str, Any] = {}
    for name in names:
        index, schema = codec.fields[name]
        start = boundaries[index]
        found[name] = (
            _read(shape, schema, BytesIO(value[start : boundaries[index + 1]]))[name] if value[start] else None
        )
    return found


def decode_part(shape: Shape, value: bytes, boundaries: Sequence[int], name: str, part: str) -> Any:
    """One field of a body field that is a record, None where that is null; what stands beside it is never decoded."""
    index, schema = _codec(shape).fields[name]
    start = boundaries[index]
    if not value[start]:
        return None
    raw = BytesIO(value[start : boundaries[index + 1]])
    return _read(shape, schema, raw, _reader_of(shape, name, part))[name][part]


def encode_record(full_name: str, record: Record) -> bytes:
    """One of the bus's own records (``kairan.bus.*``)."""
    shape = shapes.record_shape(full_name)
    return _frame(shape.schema_id) + _write(shape, _record_codec(shape), record, "")


def decode_record(value: bytes) -> tuple[str, dict[str, Any]]:
    """Full name and content of one of the bus's own records; raises as ``decode_envelope`` does."""
    shape = shapes.record_by_id(schema_id(value))
    buffer = BytesIO(value)
    buffer.seek(FRAME)
    return shape.full_name, _read(shape, _record_codec(shape), buffer)


class _Codec(NamedTuple):
    envelope: Schema
    body: Schema
    fields: Mapping[str, tuple[int, Schema]]


@cache
def _codec(shape: Shape) -> _Codec:
    envelope, *body = shape.schema["fields"]
    fields = {field["name"]: (index, _parsed(shape, [field])) for index, field in enumerate(body)}
    return _Codec(_parse(envelope["type"]), _parsed(shape, body), fields)


@cache
def _envelope_parts(shape: Shape) -> Mapping[str, Schema]:
    fields = shape.schema["fields"][0]["type"]["fields"]
    return {field["name"]: _parsed(shape, [field]) for field in fields}


@cache
def _reader_of(shape: Shape, name: str, part: str) -> Schema:
    named = shapes.definitions(shape.schema)
    _, found = next(field["type"] for field in shape.schema["fields"] if field["name"] == name)
    record = found if isinstance(found, dict) else named[found]
    only = {**record, "fields": [field for field in record["fields"] if field["name"] == part]}
    return _parsed(shape, [{"name": name, "type": ["null", only]}])


def _parsed(shape: Shape, fields: Sequence[Mapping[str, Any]]) -> Schema:
    record = {"type": "record", "name": "Part", "fields": fields}
    return _parse(shapes.self_contained(record, shapes.definitions(shape.schema)))


@cache
def _record_codec(shape: RecordShape) -> Schema:
    return _parse(shape.schema)


def _parse(schema: Schema) -> Schema:
    return parse_schema(_without_logical_types(schema))


def _without_logical_types(schema: Schema) -> Schema:
    if isinstance(schema, dict):
        return {key: _without_logical_types(value) for key, value in schema.items() if key != "logicalType"}
    return [_without_logical_types(each) for each in schema] if isinstance(schema, list) else schema


def _frame(identity: int) -> bytes:
    return b"\0" + identity.to_bytes(4)


def _write(shape: Shape | RecordShape, schema: Schema, record: Record, path: str) -> bytes:
    buffer = BytesIO()
    try:
        schemaless_writer(buffer, schema, record, strict_allow_default=True)
    except _CODEC_ERRORS:
        # The error's own text holds the value: it must not travel, not even as the cause.
        where = misfit(schema, record, path) or path
    else:
        return buffer.getvalue()
    raise NotEncodableError(shape.full_name, where)


def _read(shape: Shape | RecordShape, schema: Schema, buffer: BytesIO, reader: Schema | None = None) -> dict[str, Any]:
    """``reader``: a schema of less; what it does not have is passed over."""
    try:
        record = schemaless_reader(buffer, schema, reader)
    except _CODEC_ERRORS:
        pass  # raised below, without the codec's error, whose text may hold a value
    else:
        return cast("dict[str, Any]", record)
    raise NotDecodableError(shape.full_name)
