"""
What left, as anybody may read it: releases, their cells, their files.

What they were made of is never read here. A release is on the shelf when its topic has it too, so that nobody knows it
before others do.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, Protocol

from kairan.postgres import Opened, Row, Values
from processors.statistics.publishing.hierarchies import Place

TIMEOUT = "set local statement_timeout = '5s'"
"""Nobody's question holds the database longer."""
_ITS = 'number, dataset, "window", vintage, dimensions, finest, released'
_NEWEST = f"""
select {_ITS} from statistics.release where is_told and (%(dataset)s = '' or dataset = %(dataset)s)
and number < %(before)s order by number desc limit %(most)s"""  # noqa: S608 - columns of ours
_ONE = f"""
select {_ITS} from statistics.release where is_told and dataset = %s and "window" = %s
and vintage = coalesce(%s::integer, vintage)
order by vintage desc limit 1"""  # noqa: S608 - the same
_AT = """
with wanted as (
    select array(select jsonb_array_elements_text(each)) as place from jsonb_array_elements(%s::jsonb) as each)
select place, count from statistics.cell join wanted using (place) where release = %s"""
_CELLS = """
select place, count from statistics.cell
where release = %s and place > %s::text[] and not exists (
    select 1 from jsonb_each(%s::jsonb) as told(at, which) where not which ? place[at::int])
order by place limit %s"""
_FILE = "name, media_type, octet_length(bytes), digest, released"
_FILES = f"""
select {_FILE}, release from statistics.file join statistics.release on release = number
where is_told and release = any(%s) order by release, name"""  # noqa: S608 - the same
_NAMED = f"""
select {_FILE}, release from statistics.file join statistics.release on release = number
where is_told and name = %s"""  # noqa: S608 - the same
_BYTES = "select substring(bytes from %s for %s) from statistics.file where name = %s"
_LAST = 2**62


class Released(NamedTuple):
    """A whole table that left; ``released``: when, milliseconds since 1970 UTC."""

    number: int
    dataset: str
    window: str
    vintage: int
    dimensions: tuple[str, ...]
    finest: tuple[int, ...]
    released: int


class Stored(NamedTuple):
    """A file of a release without its bytes; ``digest``: their SHA-256."""

    name: str
    media_type: str
    size: int
    digest: bytes
    released: int
    release: int


class OpenShelf(Protocol):
    """What is read of releases. A count that is None is hidden; a cell that is not there is nobody."""

    def releases(self, dataset: str = "", before: int = _LAST, most: int = 1000) -> Sequence[Released]:
        """The newest first; ``before``: older than the release of this number."""

    def release(self, dataset: str, window: str, vintage: int | None = None) -> Released | None:
        """Without a vintage the newest."""

    def at(self, release: int, places: Collection[Place]) -> Mapping[Place, int | None]:
        """Of these the cells that are there."""

    def cells(
        self, release: int, wanted: Mapping[int, Collection[str]], after: Place, most: int
    ) -> Sequence[tuple[Place, int | None]]:
        """In one order, behind ``after``; ``wanted``: by the position of a dimension which of its values."""

    def files(self, releases: Collection[int]) -> Sequence[Stored]: ...
    def file(self, name: str) -> Stored | None: ...
    def bytes(self, name: str, start: int, size: int) -> bytes: ...


class PostgresShelf:
    """``OpenShelf`` on the bus's database."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def releases(self, dataset: str = "", before: int = _LAST, most: int = 1000) -> Sequence[Released]:
        return [_released(row) for row in self._rows(_NEWEST, {"dataset": dataset, "before": before, "most": most})]

    def release(self, dataset: str, window: str, vintage: int | None = None) -> Released | None:
        found = self._rows(_ONE, (dataset, window, vintage))
        return _released(found[0]) if found else None

    def at(self, release: int, places: Collection[Place]) -> Mapping[Place, int | None]:
        found = self._rows(_AT, (json.dumps([list(each) for each in places]), release))
        return {tuple(place): count for place, count in found}

    def cells(
        self, release: int, wanted: Mapping[int, Collection[str]], after: Place, most: int
    ) -> Sequence[tuple[Place, int | None]]:
        told = json.dumps({str(at + 1): sorted(values) for at, values in wanted.items()})
        found = self._rows(_CELLS, (release, list(after), told, most))
        return [(tuple(place), count) for place, count in found]

    def files(self, releases: Collection[int]) -> Sequence[Stored]:
        return [Stored(*row) for row in self._rows(_FILES, (list(releases),))]

    def file(self, name: str) -> Stored | None:
        found = self._rows(_NAMED, (name,))
        return Stored(*found[0]) if found else None

    def bytes(self, name: str, start: int, size: int) -> bytes:
        [[found]] = self._rows(_BYTES, (start + 1, size, name))
        return bytes(found)

    def _rows(self, statement: str, values: Values) -> list[Row]:
        with self._opened() as connection, connection.transaction():
            connection.execute(TIMEOUT)
            return connection.execute(statement, values).fetchall()


def _released(row: Row) -> Released:
    number, dataset, window, vintage, dimensions, finest, released = row
    return Released(number, dataset, window, vintage, tuple(dimensions), tuple(finest), released)
