"""
Records made from the schemas: any that fits a shape (hypothesis), and one that leaves nothing null.

For tests only, the one module of the kernel that imports hypothesis.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import strategies as st

from kairan.shapes import RecordShape, Schema, Shape, definitions

_Strategy = st.SearchStrategy[Any]
_WORDS = ("", "1", "2025-04-01", "横浜市鶴見区", "ﾔﾏﾀﾞ", "葛\U000e0100城", "𠮷野家", "長" * 100)
_CHARACTERS = st.characters(codec="utf-8", exclude_characters="\x00")
_LEAVES: dict[str, _Strategy] = {
    "boolean": st.booleans(),
    "int": st.integers(-1 << 31, (1 << 31) - 1),
    "long": st.integers(-1 << 63, (1 << 63) - 1),
    "string": st.sampled_from(_WORDS) | st.text(_CHARACTERS, max_size=5),
    "bytes": st.binary(max_size=5),
}
_KNOWN: dict[str, _Strategy] = {}
_SAMPLES: dict[str, Any] = {"boolean": True, "int": 1, "long": 1_760_000_000_000, "string": "見本", "bytes": b"sample"}


@cache
def bodies(shape: Shape) -> st.SearchStrategy[dict[str, Any]]:
    """Any body of this shape, every field present, many of them None."""
    return _record(shape.schema["fields"][1:], _named(shape))


@cache
def envelopes(shape: Shape) -> st.SearchStrategy[dict[str, Any]]:
    """Any envelope of this shape: it fits the schema, not the law."""
    return _record(shape.schema["fields"][0]["type"]["fields"], _named(shape))


@cache
def records(shape: RecordShape) -> st.SearchStrategy[dict[str, Any]]:
    """Any of the bus's own records of this shape."""
    return _record(shape.schema["fields"], _named(shape))


def full_body(shape: Shape) -> dict[str, Any]:
    """A body in which nothing is null at any depth."""
    return _full_record(shape.schema["fields"][1:], _named(shape))


def full_envelope(shape: Shape) -> dict[str, Any]:
    """An envelope in which nothing is null at any depth."""
    return _full_record(shape.schema["fields"][0]["type"]["fields"], _named(shape))


def full_record(shape: RecordShape) -> dict[str, Any]:
    """One of the bus's own records in which nothing is null at any depth."""
    return _full_record(shape.schema["fields"], _named(shape))


@cache
def _named(shape: Shape | RecordShape) -> Mapping[str, Any]:
    return definitions(shape.schema)


def _record(fields: list[Mapping[str, Any]], named: Mapping[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({field["name"]: _any(field["type"], named) for field in fields})


def _any(schema: Schema, named: Mapping[str, Any]) -> _Strategy:
    """One for all places and shapes with the same schema: hypothesis looks at each strategy for a while, once."""
    whole = repr(_inlined(schema, named))
    if whole not in _KNOWN:
        _KNOWN[whole] = _built(schema, named)
    return _KNOWN[whole]


def _inlined(schema: Schema, named: Mapping[str, Any]) -> Any:
    match _resolved(schema, named):
        case {"type": "record", "fields": fields}:
            return {field["name"]: _inlined(field["type"], named) for field in fields}
        case {"type": "array", "items": items}:
            return {"items": _inlined(items, named)}
        case ["null", branch]:
            return [_inlined(branch, named)]
        case leaf:
            return leaf


def _built(schema: Schema, named: Mapping[str, Any]) -> _Strategy:
    match _resolved(schema, named):
        case ["null", branch]:
            return st.none() | _any(branch, named)
        case {"type": "record", "fields": fields}:
            return _record(fields, named)
        case {"type": "array", "items": items}:
            return st.lists(_any(items, named), max_size=2)
        case {"type": "fixed", "size": size}:
            return st.binary(min_size=size, max_size=size)
        case {"type": "enum", "symbols": symbols}:
            return st.sampled_from(symbols)
        case {"type": leaf}:
            return _LEAVES[leaf]
    raise NotImplementedError(schema)


def _full_record(fields: list[Mapping[str, Any]], named: Mapping[str, Any]) -> dict[str, Any]:
    return {field["name"]: _full(field["type"], named) for field in fields}


def _full(schema: Schema, named: Mapping[str, Any]) -> Any:
    match _resolved(schema, named):
        case ["null", branch]:
            return _full(branch, named)
        case {"type": "record", "fields": fields}:
            return _full_record(fields, named)
        case {"type": "array", "items": items}:
            return [_full(items, named), _full(items, named)]
        case {"type": "fixed", "size": size}:
            return bytes(range(size))
        case {"type": "enum", "symbols": symbols}:
            return symbols[-1]
        case {"type": leaf}:
            return _SAMPLES[leaf]
    raise NotImplementedError(schema)


def _resolved(schema: Schema, named: Mapping[str, Any]) -> Schema:
    return named.get(schema, {"type": schema}) if isinstance(schema, str) else schema
