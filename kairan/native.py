"""
The compiled inner loops (``kairan/_native.c``), where they were built; None where not.

``program`` writes what ``scan`` runs: from the same schemas as ``kairan.scancode``, which stays the law.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from kairan.shapes import Named, Schema

EDITION = 1
"""Of the steps below and of the parcels' fields: what was compiled from an older source is not used."""


def _compiled() -> Any:
    try:
        found: Any = import_module("kairan._native")
    except ImportError:  # no C compiler was at hand when this was installed
        return None
    return found if found.EDITION == EDITION else None


_native = _compiled()

Scan = Callable[[bytes, bytes, int, bool], tuple[int, ...] | None]
"""Of a program, a record, where to begin, and whether nothing may be left over."""

scan: Scan | None = _native.scan if _native else None
deliver: Callable[..., list[Any]] | None = _native.deliver if _native else None

_END, _MARK, _FIXED, _ENUM, _BOOLEAN, _NUMBER, _BYTES, _TEXT, _OPTION, _LIST, _NEXT = range(11)
_LEAVES = {"boolean": (_BOOLEAN, 0), "int": (_NUMBER, 32), "long": (_NUMBER, 64), "bytes": (_BYTES, 0)}


class Program:
    """Steps under construction, each with one operand."""

    def __init__(self, named: Named, *, strict: bool) -> None:
        self._named = named
        self._text = _TEXT if strict else _BYTES
        self._steps = array("i")

    def mark(self) -> None:
        """The position here is one of those told."""
        self._step(_MARK)

    def fields(self, fields: Sequence[Mapping[str, Any]], *, marked: bool) -> None:
        """Steps over all of these."""
        for each in fields:
            if marked:
                self.mark()
            self.value(each["type"])

    def value(self, schema: Schema) -> None:
        """Steps over a value of this schema, or ends without an answer."""
        if isinstance(schema, str):
            schema = self._named.get(schema, {"type": schema})
        match schema:
            case ["null", branch]:
                behind = self._step(_OPTION)
                self.value(branch)
                self._go_here(behind)
            case {"type": "array", "items": items}:
                behind = self._step(_LIST)
                self.value(items)
                self._step(_NEXT)
                self._go_here(behind)
            case {"type": "record", "fields": fields}:
                self.fields(fields, marked=False)
            case _:
                self._leaf(schema)

    def written(self) -> bytes:
        self._step(_END)
        return self._steps.tobytes()

    def _leaf(self, schema: Schema) -> None:
        match schema:
            case {"type": "fixed", "size": size}:
                self._step(_FIXED, size)
            case {"type": "enum", "symbols": symbols}:
                self._step(_ENUM, 2 * len(symbols) - 2)
            case {"type": "string"}:
                self._step(self._text)
            case {"type": kind}:
                self._step(*_LEAVES[kind])

    def _step(self, kind: int, operand: int = 0) -> int:
        """The place of its operand."""
        self._steps.extend((kind, operand))
        return len(self._steps) - 1

    def _go_here(self, operand: int) -> None:
        self._steps[operand] = len(self._steps)
