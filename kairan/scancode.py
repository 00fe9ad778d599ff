"""
Writes the scanner's Python source from a schema: straight-line code that walks the bytes ``v`` from position ``p``.

Every line is remembered with the field path it belongs to, so that whatever breaks on a line names its field.
``strict`` code also checks what only a stranger's bytes can get wrong: text in bounds, in UTF-8, without U+0000.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kairan.shapes import Named, Schema


@dataclass
class Source:
    """Lines of a function under construction, with the path of each."""

    named: Named
    strict: bool
    lines: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    _indent: int = 0
    _path: str = ""

    def add(self, *lines: str) -> None:
        self.lines += ["    " * self._indent + line for line in lines]
        self.paths += [self._path] * len(lines)

    def open(self, head: str) -> None:
        """All further lines stand under ``head``."""
        self.add(head)
        self._indent += 1

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Lines added inside stand under ``head``."""
        self.open(head)
        yield
        self._indent -= 1

    @contextmanager
    def at(self, step: str) -> Iterator[None]:
        """Lines added inside belong to this field."""
        outer, self._path = self._path, f"{self._path}.{step}" if self._path and step != "[]" else self._path + step
        yield
        self._path = outer

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def scan_fields(source: Source, fields: Sequence[Mapping[str, Any]], mark: str) -> str:
    """Scans fields and marks where each begins; the expression of all marks and the end."""
    for index, each in enumerate(fields):
        source.add(f"{mark}{index} = p")
        with source.at(each["name"]):
            scan(source, each["type"])
    return "(" + "".join(f"{mark}{index}, " for index in range(len(fields))) + "p)"


def scan(source: Source, schema: Schema) -> None:
    """Code that steps over a value of this schema, or breaks."""
    if isinstance(schema, str):
        schema = source.named.get(schema, {"type": schema})
    match schema:
        case ["null", branch]:
            _union(source, branch)
        case {"type": "record", "fields": fields}:
            for each in fields:
                with source.at(each["name"]):
                    scan(source, each["type"])
        case {"type": "array", "items": items}:
            _array(source, items)
        case _:
            _leaf(source, schema)


def _leaf(source: Source, schema: Schema) -> None:
    match schema:
        case {"type": "fixed", "size": size}:
            source.add(f"p += {size}")
        case {"type": "enum", "symbols": symbols}:
            source.add("n = v[p]", f"if n > {2 * len(symbols) - 2} or n & 1: raise Broken(ENUM)", "p += 1")
        case {"type": "boolean"}:
            source.add("if v[p] > 1: raise Broken(BOOLEAN)", "p += 1")
        case {"type": "int" | "long" as kind}:
            _number(source, kind)
        case {"type": "string" | "bytes" as kind}:
            _text(source, kind)
        case _:
            raise NotImplementedError(schema)


def _union(source: Source, branch: Schema) -> None:
    source.add("n = v[p]", "p += 1")
    with source.block("if n == 2:"):
        scan(source, branch)
    source.add("elif n: raise Broken(UNION)")


def _array(source: Source, items: Schema) -> None:
    with source.block("if v[p]:"):
        source.add("n, p = count(v, p)")
        with source.block("for _ in range(n):"), source.at("[]"):
            scan(source, items)
            source.add("if p > end: raise Broken(TRUNCATED)")  # else a huge count of fixed items would turn for years
        source.add("if v[p]: raise Broken(BLOCKS)")
    source.add("p += 1")


def _number(source: Source, kind: str) -> None:
    """One to three bytes in line, everything else, and all that breaks, in the function."""
    source.add(
        "if v[p] < 128: p += 1",
        "elif 0 < v[p + 1] < 128: p += 2",
        "elif v[p + 1] > 127 and 0 < v[p + 2] < 128: p += 3",
        f"else: p = skip_{kind}(v, p)",
    )


def _text(source: Source, kind: str) -> None:
    """A length of one byte in line: neither the continuation bit nor the sign of zigzag is set."""
    if not source.strict:
        source.add("n = v[p]", "if n & 129: p = length(v, p)[1]", "else: p += 1 + (n >> 1)")
        return
    source.add("n = v[p]", "if n & 129: n, p = length(v, p)", "else: n, p = p + 1, p + 1 + (n >> 1)")
    source.add("if p > end: raise Broken(TRUNCATED)")
    if kind == "string":
        source.add("s = v[n:p]", "s.decode()", "if 0 in s: raise Broken(NUL)")
