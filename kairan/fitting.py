"""Says where a record does not fit its schema: the path and the rule, never the value."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kairan.shapes import Schema, definitions


def misfit(schema: Schema, value: Any, path: str = "") -> str | None:
    """Path and rule of the first misfit, or None if the value fits."""
    return next(_misfits(schema, value, path, definitions(schema)), None)


def _misfits(schema: Schema, value: Any, path: str, named: Mapping[str, Any]) -> Iterator[str]:
    match named.get(schema, schema) if isinstance(schema, str) else schema:
        case [_, branch]:
            if value is not None:
                yield from _misfits(branch, value, path, named)
        case {"type": "record", "fields": fields}:
            yield from _record_misfits(fields, value, path, named)
        case {"type": "array", "items": items}:
            yield from _array_misfits(items, value, path, named)
        case leaf:
            yield from _leaf_misfits(leaf, value, path)


def _leaf_misfits(leaf: Any, value: Any, path: str) -> Iterator[str]:
    match leaf:
        case {"type": "fixed", "size": size}:
            rule, fits = f"must be {size} bytes", isinstance(value, bytes) and len(value) == size
        case {"type": "enum", "symbols": symbols}:
            rule, fits = f"must be one of {' '.join(symbols)}", value in symbols
        case _:
            rule, fitting = _KINDS[leaf if isinstance(leaf, str) else leaf["type"]]
            fits = fitting(value)
    if not fits:
        yield f"{path}: {rule}"


def _record_misfits(
    fields: Sequence[Mapping[str, Any]], value: Any, path: str, named: Mapping[str, Any]
) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"{path or 'it'}: must be a record"
        return
    known = {field["name"]: field for field in fields}
    if value.keys() - known.keys():
        yield f"{path or 'it'}: has a field that the shape does not know; known are {' '.join(known)}"
    for name, field in known.items():
        inner = f"{path}.{name}".lstrip(".")
        if name in value:
            yield from _misfits(field["type"], value[name], inner, named)
        elif "default" not in field:
            yield f"{inner}: is missing"


def _array_misfits(items: Schema, value: Any, path: str, named: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(value, list | tuple):
        yield f"{path}: must be a list"
        return
    for index, item in enumerate(value):
        yield from _misfits(items, item, f"{path}[{index}]", named)


def _integer(value: Any, bits: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(1 << bits - 1) <= value < 1 << bits - 1


def _text(value: Any) -> bool:
    return isinstance(value, str) and not any(0xD800 <= ord(character) < 0xE000 for character in value)


_KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "boolean": ("must be a boolean", lambda value: isinstance(value, bool)),
    "int": ("must be a 32-bit integer", lambda value: _integer(value, 32)),
    "long": ("must be a 64-bit integer", lambda value: _integer(value, 64)),
    "string": ("must be text without lone surrogates", _text),
    "bytes": ("must be bytes", lambda value: isinstance(value, bytes)),
}
