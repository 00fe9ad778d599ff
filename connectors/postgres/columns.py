"""
Columns of a batch as PostgreSQL's binary arrays.

The client's own dumper for lists finds out the type of each element of each list; here the statement knows it.
For one delivery, which has some thirty columns, that is most of what sending costs.
"""

import struct
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar

from psycopg import postgres
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format

from kairan.postgres import Connection

_HEAD = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
_NULL = _LENGTH.pack(-1)
_EIGHT, _FOUR = struct.Struct(">iq"), struct.Struct(">ii")


class Bytes(list[bytes | None]):
    """A column of type bytea."""


class Texts(list[str | None]):
    """A column of type text."""


class Longs(list[int]):
    """A column of type bigint."""


class Ints(list[int]):
    """A column of type integer."""


class _ArrayDumper(Dumper, ABC):
    format = Format.BINARY
    element: ClassVar[str]

    def __init__(self, cls: type, context: Any = None) -> None:
        super().__init__(cls, context)
        info = postgres.types[self.element]
        self.oid, self._element_oid = info.array_oid, info.oid

    def dump(self, obj: list[Any]) -> Buffer | None:
        return _HEAD.pack(1, 1, self._element_oid, len(obj), 1) + b"".join(self.elements(obj))

    @abstractmethod
    def elements(self, column: list[Any]) -> Iterable[bytes]:
        """Each with its length before it."""


class _BytesDumper(_ArrayDumper):
    element = "bytea"

    def elements(self, column: list[Any]) -> Iterable[bytes]:
        return [_NULL if each is None else _LENGTH.pack(len(each)) + each for each in column]


class _TextsDumper(_ArrayDumper):
    element = "text"

    def elements(self, column: list[Any]) -> Iterable[bytes]:
        encoded = [None if each is None else each.encode() for each in column]
        return [_NULL if each is None else _LENGTH.pack(len(each)) + each for each in encoded]


class _LongsDumper(_ArrayDumper):
    element = "int8"

    def elements(self, column: list[Any]) -> Iterable[bytes]:
        return [_EIGHT.pack(8, each) for each in column]


class _IntsDumper(_ArrayDumper):
    element = "int4"

    def elements(self, column: list[Any]) -> Iterable[bytes]:
        return [_FOUR.pack(4, each) for each in column]


_DUMPERS = ((Bytes, _BytesDumper), (Texts, _TextsDumper), (Longs, _LongsDumper), (Ints, _IntsDumper))


def register(connection: Connection) -> None:
    """Columns can be parameters of this connection's statements from now on."""
    for column, dumper in _DUMPERS:
        connection.adapters.register_dumper(column, dumper)


def columns(kinds: Iterable[type[list[Any]]], rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows as columns of these kinds; empty ones where there is no row."""
    listed = list(zip(*rows, strict=True))
    return [kind(listed[place]) if listed else kind() for place, kind in enumerate(kinds)]
