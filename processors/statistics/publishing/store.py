"""Where releases are kept, and what they were made of: schema ``statistics`` of the bus's database."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from kairan.postgres import Connection, within
from processors.statistics.datasets import DATASETS, Dataset
from processors.statistics.publishing.control import Controlled
from processors.statistics.publishing.hierarchies import Place
from processors.statistics.publishing.publisher import Leaving
from processors.statistics.publishing.releases import Kept, kept
from processors.statistics.publishing.tables import Table

SCHEMA = "statistics"
RIGHT = "statistics-releases"
"""The lock that the one publisher holds."""

_RELEASE = """
insert into release (dataset, "window", vintage, dimensions, finest, released) values (%s, %s, %s, %s, %s, %s)
returning number"""
_CELLS = "copy cell (release, place, count) from stdin"
_FILE = "insert into file (name, release, media_type, bytes, digest) values (%s, %s, %s, %s, %s)"
_INSIDE = "insert into inside (release, read, counts, room) values (%s, %s, %s, %s)"
_BEFORE = """
select dataset, vintage, dimensions, finest, counts, room from release join inside on release = number
where "window" = %s and dataset = any(%s) order by number"""
_LEFT = 'select dataset, "window", max(released) from release group by dataset, "window"'
_WITHHELD = "insert into withheld values (%s, %s, %s) on conflict do nothing"
_LEFT_AFTER_ALL = 'delete from withheld where (dataset, "window") = (%s, %s)'


class Store:
    """Keeps a release whole or not at all."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        within(connection, SCHEMA)

    def save(self, leaving: Sequence[Leaving], now: int) -> None:
        """All in one transaction: they were judged together."""
        with self._connection.transaction():
            for each in leaving:
                self._save(each, now)

    def withhold(self, datasets: Iterable[Dataset], window: str, now: int) -> None:
        with self._connection.transaction():
            for each in datasets:
                self._connection.execute(_WITHHELD, (each.name, window, now))

    def before(self, datasets: Iterable[Dataset], window: str) -> list[Kept]:
        """All releases of these in a month, the oldest first, with what they were made of."""
        names = [each.name for each in datasets]
        return [_kept(window, *row) for row in self._connection.execute(_BEFORE, (window, names))]

    def left(self) -> Mapping[tuple[str, str], int]:
        """Of which datasets which months have left, and when last."""
        return {(dataset, window): last for dataset, window, last in self._connection.execute(_LEFT)}

    def _save(self, leaving: Leaving, now: int) -> None:
        release, inside = leaving.kept.release, leaving.kept.inside
        own = (release.dataset, release.window)
        values = (*own, release.vintage, list(release.dimensions), list(release.finest), now)
        number = _one(self._connection, _RELEASE, values)
        with self._connection.cursor() as cursor, cursor.copy(_CELLS) as cells:
            for place in leaving.places:
                cells.write_row((number, list(place), release.count(place)))
        for file in leaving.files:
            digest = hashlib.sha256(file.bytes).digest()
            self._connection.execute(_FILE, (file.name, number, file.media_type, file.bytes, digest))
        told = (leaving.read, sorted(inside.table.counts.items()), sorted(inside.room.items()))
        self._connection.execute(_INSIDE, (number, *map(json.dumps, told)))
        self._connection.execute(_LEFT_AFTER_ALL, own)


def _one(connection: Connection, statement: str, values: Sequence[object]) -> int:
    found = connection.execute(statement, values).fetchone()
    if found is None:
        raise LookupError(statement)
    return int(found[0])


def _kept(  # noqa: PLR0913, PLR0917 - a row's columns
    window: str,
    dataset: str,
    vintage: int,
    dimensions: Sequence[str],
    finest: Sequence[int],
    counts: Iterable[tuple[Sequence[str], int]],
    room: Iterable[tuple[Sequence[str], int]],
) -> Kept:
    told = Table(DATASETS[dataset], window, tuple(dimensions), tuple(finest), _places(counts))
    return kept(Controlled(told, _places(room)), vintage)


def _places(said: Iterable[tuple[Sequence[str], int]]) -> dict[Place, int]:
    return {tuple(place): number for place, number in said}
