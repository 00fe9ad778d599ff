"""
From a delivery's bytes straight to what an office keeps: the envelope's parts as values, the body as JSON text.

Decoding to dicts and encoding those again was most of a sink's work, so the code is compiled from the schema, as the
scanner's is; a property test holds it equal to decoding. Routing wrote the bytes: that they are canonical is not
checked again.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from json.encoder import encode_basestring
from typing import Any, Literal

from kairan.scancode import Source
from kairan.shapes import Schema, Shape, definitions
from kairan.wire import FRAME

Action = Literal["value", "kept", "text"]
VALUE: tuple[Action, ...] = ("value",)
KEPT: tuple[Action, ...] = ("kept",)
_OTHERWISE: Mapping[str, tuple[Action, ...]] = {
    "issuer": ("kept", "value"),
    "reason": KEPT,
    "corrects_version": KEPT,
    "municipalities": KEPT,
    "related": ("text", "value"),
    "effective": ("kept", "value"),
    "notified": KEPT,
    "group": KEPT,
    "correlation": KEPT,
    "resend": KEPT,
    "withheld": ("text",),
}
"""What becomes of an envelope field, if not a value: part of the JSON object ``kept``, or a JSON text of its own."""

BREAKS = (IndexError, ValueError)
"""What reading raises on bytes that are no delivery of this shape."""


class LeftOverError(ValueError):
    """The record does not end where its bytes do."""


@cache
def reader(shape: Shape) -> Callable[[bytes], dict[str, Any]]:
    """
    What reads a delivery of this shape, by name of field.

    Records are tuples; ``kept`` is a JSON object of what is not null, ``body`` one of what is told: null where that is
    empty, which the list ``empty`` names. ``related`` is also among the body.
    """
    source = Source(definitions(shape.schema), strict=False)
    source.open("def read(v):")
    source.add(f"p = {FRAME}", "kept, members, empty = [], [], []")
    envelope, *body = shape.schema["fields"]
    known = {each["name"]: _OTHERWISE.get(each["name"], VALUE) for each in envelope["type"]["fields"]}
    for each in envelope["type"]["fields"]:
        _perform(source, each, known[each["name"]])
    source.add("bits = int.from_bytes(told, 'little')")
    for index, each in enumerate(body):
        _member(source, each, "members")
        with source.block(f"elif bits & {1 << index}:"):
            source.add(f"a({_name(',', each['name'], 'null')})", f"empty.append({each['name']!r})")
    source.add("""if related is not None: members.append(',"related":' + related_text)""")
    source.add("if p != len(v): raise LeftOver")
    source.add(f"return {{{_returned(known)}'kept': closed(kept), 'body': closed(members), 'empty': empty}}")
    words: dict[str, Any] = dict(_WORDS)
    exec(compile(source.text(), "<transcoder>", "exec"), words)  # noqa: S102 - our own source, made from our own schemas
    read: Callable[[bytes], dict[str, Any]] = words["read"]
    return read


def _returned(known: Mapping[str, tuple[Action, ...]]) -> str:
    values = [f"'{name}': {name}, " for name, actions in known.items() if "value" in actions]
    return "".join(values + [f"'{name}_text': {name}_text, " for name, actions in known.items() if "text" in actions])


def _perform(source: Source, field: Mapping[str, Any], actions: tuple[Action, ...]) -> None:
    """One reading of the field for each action, from the same place."""
    source.add("start = p")
    for action in actions:
        source.add("p = start")
        match action:
            case "value":
                _value(source, field["name"], field["type"])
            case "kept":
                _member(source, field, "kept")
            case "text":
                source.add("parts = []", "a = parts.append")
                _json(source, field["type"])
                source.add(f"{field['name']}_text = ''.join(parts)")


def _member(source: Source, field: Mapping[str, Any], into: str) -> None:
    """A member of a JSON object, left out where it is null."""
    schema = field["type"]
    source.add(f"a = {into}.append")
    if not isinstance(schema, list):
        source.add(f"a({_name(',', field['name'])})")
        _json(source, schema)
        return
    source.add("p += 1")
    with source.block("if v[p - 1]:"):
        source.add(f"a({_name(',', field['name'])})")
        _json(source, schema[1])


def _name(before: str, name: str, value: str = "") -> str:
    return repr(f"{before}{json.dumps(name)}:{value}")


def _json(source: Source, schema: Schema) -> None:
    """Code that hands the JSON of a value to ``a``, piece by piece."""
    if isinstance(schema, str):
        schema = source.named.get(schema, {"type": schema})
    match schema:
        case ["null", branch]:
            source.add("p += 1")
            with source.block("if v[p - 1]:"):
                _json(source, branch)
            source.add("else: a('null')")
        case {"type": "record", "fields": fields}:
            for index, each in enumerate(fields):
                source.add(f"a({_name(',' if index else '{', each['name'])})")
                _json(source, each["type"])
            source.add("a('}')")
        case {"type": "array", "items": items}:
            _json_list(source, items)
        case _:
            _leaf(source, schema)
            source.add(f"a({_AS_JSON[schema['type']]})")


def _json_list(source: Source, items: Schema) -> None:
    source.add("a('[')")
    with source.block("if v[p]:"):
        source.add("n, p = varint(v, p)", "if n > len(v): raise LeftOver")
        with source.block("for i in range(n):"):
            source.add("if i: a(',')")
            _json(source, items)
    source.add("p += 1", "a(']')")


def _value(source: Source, name: str, schema: Schema) -> None:
    """Code that puts a value into the variable ``name``."""
    if isinstance(schema, str):
        schema = source.named.get(schema, {"type": schema})
    match schema:
        case ["null", branch]:
            source.add("p += 1", f"{name} = None")
            with source.block("if v[p - 1]:"):
                _value(source, name, branch)
        case {"type": "record", "fields": fields}:
            parts = [f"{name}_{each['name']}" for each in fields]
            for part, each in zip(parts, fields, strict=True):
                _value(source, part, each["type"])
            source.add(f"{name} = ({', '.join(parts)},)")
        case {"type": "array", "items": items}:
            source.add(f"{name} = []")
            with source.block("if v[p]:"):
                source.add("n, p = varint(v, p)", "if n > len(v): raise LeftOver")
                with source.block("for _ in range(n):"):
                    _value(source, f"{name}_item", items)
                    source.add(f"{name}.append({name}_item)")
            source.add("p += 1")
        case _:
            _leaf(source, schema)
            source.add(f"{name} = x")


def _leaf(source: Source, schema: Schema) -> None:
    """Code that puts a simple value into ``x``."""
    match schema["type"]:
        case "string":
            source.add("n = v[p]", "if n & 129: n, p = varint(v, p)", "else: n, p = n >> 1, p + 1")
            source.add("x = v[p : p + n].decode()", "p += n")
        case "int" | "long":
            source.add("n = v[p]", "if n < 128: x, p = n >> 1 ^ -(n & 1), p + 1", "else: x, p = varint(v, p)")
        case "bytes":
            source.add("n, p = varint(v, p)", "x = v[p : p + n]", "p += n")
        case "boolean":
            source.add("x = v[p] == 1", "p += 1")
        case "fixed":
            source.add(f"x = v[p : p + {schema['size']}]", f"p += {schema['size']}")
        case "enum":
            source.add(f"x = {tuple(schema['symbols'])}[v[p] >> 1]", "p += 1")
        case _:
            raise NotImplementedError(schema)


_AS_JSON = {
    "string": "quoted(x)",
    "int": "str(x)",
    "long": "str(x)",
    "boolean": "'true' if x else 'false'",
    "bytes": """'"' + x.hex() + '"'""",
    "fixed": """'"' + x.hex() + '"'""",
    "enum": """'"' + x + '"'""",
}


def _varint(v: bytes, p: int) -> tuple[int, int]:
    """A zigzag value, and the position behind it."""
    value = v[p] & 127
    shift = 7
    while v[p] > 127:
        p += 1
        value |= (v[p] & 127) << shift
        shift += 7
        if shift > 70:
            raise ValueError
    return value >> 1 ^ -(value & 1), p + 1


def _closed(members: list[str]) -> str:
    """A JSON object of members that each begin with a comma."""
    return "{" + "".join(members)[1:] + "}"


_WORDS: Mapping[str, Any] = {
    "varint": _varint,
    "quoted": encode_basestring,
    "closed": _closed,
    "LeftOver": LeftOverError,
}
