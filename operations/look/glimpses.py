"""
What may be shown of a record: its envelope, never its body.

Of lineage only which records it names, because it holds facts; of quarantined records no bytes; of bytes that cannot
be read only digest and length. A statement was not checked yet: texts that hold a 個人番号 are left out.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

from kairan import masks, wire
from kairan.free_text import codes_of
from kairan.shapes import UnknownSchemaIdError
from kairan.stream import Incoming

UNREADABLE, TOMBSTONE = "unreadable", "tombstone"
LEFT_OUT = "(a 個人番号 or 住民票コード is not shown)"
OF_BUS = "kairan.bus."
_ERRORS = (wire.NotFramedError, wire.NotDecodableError, UnknownSchemaIdError)


class Glimpse(NamedTuple):
    """A record as it may be shown; ``appended`` in milliseconds, ids in hexadecimal digits."""

    topic: str
    partition: int
    offset: int
    appended: int
    key: str | None
    shape: str
    content: Mapping[str, Any]


def glimpse(record: Incoming) -> Glimpse:
    shape, content = _seen(record.value)
    return Glimpse(record.topic, record.partition, record.offset, record.timestamp, _key(record.key), shape, content)


def envelope(value: bytes) -> dict[str, Any]:
    """The envelope of a statement, event or delivery as it may be shown."""
    shape, record, _ = wire.decode_envelope(value)
    shown = _shown(record)
    if "lineage" in shown:
        shown["lineage"] = [{"id": each["id"], "version": each["version"]} for each in shown["lineage"]]
    if "told" in shown:
        told = masks.of_bytes(record["told"])
        shown["told"] = [field.name for field in shape.body_fields if field.index in told]
    return dict(shown)


def _seen(value: bytes | None) -> tuple[str, Mapping[str, Any]]:
    if value is None:
        return TOMBSTONE, {}
    try:
        return wire.decode_envelope(value).shape.full_name, envelope(value)
    except _ERRORS:
        return _of_bus(value)


def _of_bus(value: bytes) -> tuple[str, Mapping[str, Any]]:
    try:
        name, record = wire.decode_record(value)
    except _ERRORS:
        return UNREADABLE, {"length": len(value), "digest": hashlib.sha256(value).hexdigest()}
    if "bytes" in record:
        record["bytes_kept"] = record.pop("bytes") is not None
    return name, _shown(record)


def _key(key: bytes | None) -> str | None:
    """Names as they are, ids in hexadecimal digits."""
    if key is None:
        return None
    text = key.decode("ascii", "replace")
    return _shown(text) if text.isprintable() and "\ufffd" not in text else key.hex()


def _shown(value: Any) -> Any:
    match value:
        case bytes():
            return value.hex()
        case str():
            return LEFT_OUT if codes_of(value) else value
        case Mapping():
            return {name: _shown(each) for name, each in value.items()}
        case list():
            return [_shown(each) for each in value]
    return value
