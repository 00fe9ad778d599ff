"""
The decoder of statements: straight-line code that makes of bytes what ``kairan.wire`` makes of them, but faster.

Only for bytes that ``scanner.check`` has found canonical: nothing is checked again, so whatever else comes in here
comes out as anything. The code is compiled from the schema when a shape is first met.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, NamedTuple

from kairan.free_text import CODED, IDENTIFIERS, SHORTEST
from kairan.number_guard import is_plain_identifier
from kairan.scancode import Source
from kairan.shapes import Schema, Shape, definitions
from kairan.wire import FRAME


class Decoded(NamedTuple):
    """
    Envelope and body as plain records; of the body all fields are there, None where null.

    ``boundaries``: where each field of the envelope begins, and where the body does, as the scanner tells them.
    ``texts``: all that ``kairan.free_text`` searches of both, without what is too short to hold anything.
    """

    envelope: dict[str, Any]
    body: dict[str, Any]
    boundaries: tuple[int, ...]
    texts: list[str]


def decode(shape: Shape, value: bytes) -> Decoded:
    """Both parts of a record of this shape."""
    return Decoded(*_compiled(shape)(value, FRAME))


def _varint(v: bytes, p: int) -> tuple[int, int]:
    """An unsigned value, and the position behind it."""
    value, shift = v[p] & 127, 7
    while v[p] > 127:
        p += 1
        value |= (v[p] & 127) << shift
        shift += 7
    return value, p + 1


def _length(v: bytes, p: int) -> tuple[int, int]:
    """Start and end of a text."""
    value, p = _varint(v, p)
    return p, p + (value >> 1)


_Function = Callable[[bytes, int], tuple[dict[str, Any], dict[str, Any], tuple[int, ...], list[str]]]


@cache
def _compiled(shape: Shape) -> _Function:
    source = Source(definitions(shape.schema), strict=False)
    words: dict[str, Any] = {"varint": _varint, "length": _length, "is_plain": is_plain_identifier}
    source.open("def decode(v, p):")
    source.add("texts = []")
    parts = _Parts(source, words)
    envelope, *body = shape.schema["fields"]
    of_envelope = parts.record("Envelope", envelope["type"]["fields"], "e")
    source.add("e = p")
    of_body = parts.record("body", body)
    marks = "".join(f"e{index}, " for index in range(len(envelope["type"]["fields"])))
    source.add(f"return {of_envelope}, {of_body}, ({marks}e), texts")
    exec(compile(source.text(), "<decoder>", "exec"), words)  # noqa: S102 - our own source, made from our own schemas
    made: _Function = words["decode"]
    return made


class _Parts:
    """Adds the code that reads a value, and gives the expression that stands for it from then on."""

    def __init__(self, source: Source, words: dict[str, Any]) -> None:
        self._source = source
        self._words = words
        self._names: Iterator[str] = (f"x{number}" for number in count())

    def value(self, place: str, schema: Schema) -> str:
        if isinstance(schema, str):
            schema = self._source.named.get(schema, {"type": schema})
        match schema:
            case ["null", branch]:
                return self._union(place, branch)
            case {"type": "record", "name": str(name), "fields": fields}:
                return self.record(name.rpartition(".")[2], fields)
            case {"type": "array", "items": items}:
                return self._array(place, items)
        return self._leaf(place, schema)

    def record(self, name: str, fields: Sequence[Mapping[str, Any]], mark: str = "") -> str:
        """A display of the fields' variables; with a mark the place of each is kept too."""
        found = []
        for index, field in enumerate(fields):
            if mark:
                self._source.add(f"{mark}{index} = p")
            its = field["name"]
            found.append(f"{its!r}: {self.value(f'{name}.{its}', field['type'])}")
        return "{" + ", ".join(found) + "}"

    def _union(self, place: str, branch: Schema) -> str:
        name = next(self._names)
        with self._source.block("if v[p]:"):
            self._source.add("p += 1")
            self._source.add(f"{name} = {self.value(place, branch)}")
        self._source.add(f"else: {name} = None; p += 1")
        return name

    def _array(self, place: str, items: Schema) -> str:
        name, left = next(self._names), next(self._names)
        self._source.add(f"{name} = []")
        with self._source.block("if v[p]:"):
            self._number(left)
            with self._source.block(f"for _ in range({left}):"):
                self._source.add(f"{name}.append({self.value(place, items)})")
        self._source.add("p += 1")
        return name

    def _leaf(self, place: str, schema: Schema) -> str:
        name, add = next(self._names), self._source.add
        match schema:
            case {"type": "fixed", "size": size}:
                add(f"{name} = v[p:p + {size}]", f"p += {size}")
            case {"type": "enum", "symbols": symbols}:
                self._words[f"symbols_{name}"] = tuple(symbols)
                add(f"{name} = symbols_{name}[v[p] >> 1]", "p += 1")
            case {"type": "boolean"}:
                add(f"{name} = v[p] == 1", "p += 1")
            case {"type": "int" | "long"}:
                self._number(name)
            case {"type": "string" | "bytes" as kind}:
                self._text(name, ".decode()" if kind == "string" else "")
                self._keep(name, place)
            case _:
                raise NotImplementedError(schema)
        return name

    def _number(self, name: str) -> None:
        """One to three bytes in line."""
        self._source.add(
            "n = v[p]",
            "if n < 128: p += 1",
            "elif v[p + 1] < 128: n = n & 127 | v[p + 1] << 7; p += 2",
            "elif v[p + 2] < 128: n = n & 127 | (v[p + 1] & 127) << 7 | v[p + 2] << 14; p += 3",
            "else: n, p = varint(v, p)",
            f"{name} = (n >> 1) ^ -(n & 1)",
        )

    def _text(self, name: str, decode: str) -> None:
        """A length of one byte in line, as in the scanner."""
        self._source.add("n = v[p]", "if n & 129: q, p = length(v, p)", "else: q = p + 1; p = q + (n >> 1)")
        self._source.add(f"{name} = v[q:p]{decode}")

    def _keep(self, name: str, place: str) -> None:
        """A text that is searched; so many characters have at least as many bytes."""
        if place not in CODED:
            unless_plain = f" and not is_plain({name})" if place in IDENTIFIERS else ""
            self._source.add(f"if p - q >= {SHORTEST}{unless_plain}: texts.append({name})")
