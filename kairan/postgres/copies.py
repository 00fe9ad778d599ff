"""Tables that were built again beside the ones in use: compared with them, then put in their place."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from psycopg import sql

from kairan.postgres import Connection

_SHOWN = 20
_COLUMNS = """
select array_agg(column_name::text order by ordinal_position) from information_schema.columns
where table_schema = %s and table_name = %s"""
_DIFFERING = """
select count(*) over (), {told} from {used} used full join {fresh} fresh using ({key})
where ({used_columns}) is distinct from ({fresh_columns}) order by {key} limit {most}"""


class Table(NamedTuple):
    """
    A table of a projection.

    ``key`` finds a row; ``told`` is what may be told of it where that is less; ``besides`` are columns that no
    record tells and that are not compared.
    """

    name: str
    key: tuple[str, ...]
    told: tuple[str, ...] = ()
    besides: frozenset[str] = frozenset()


class Projection(NamedTuple):
    """The tables of a schema that follow from topics; those ``beside`` say how far was read and are not compared."""

    schema: str
    compared: tuple[Table, ...]
    beside: tuple[str, ...]

    @property
    def fresh(self) -> str:
        """The schema in which they are built again."""
        return f"{self.schema}_rebuilt"

    def names(self) -> tuple[str, ...]:
        return (*(table.name for table in self.compared), *self.beside)


class Differing(NamedTuple):
    """How many rows of a table differ, and by what the first of them are known."""

    table: str
    rows: int
    first: tuple[tuple[str, ...], ...]


@contextmanager
def empty(connection: Connection, projection: Projection) -> Iterator[None]:
    """Empty tables like those in use, in the schema ``fresh``; gone afterwards, also those of a run that was killed."""
    schema = sql.Identifier(projection.fresh)
    drop = sql.SQL("drop schema if exists {} cascade").format(schema)
    connection.execute(drop)
    connection.execute(sql.SQL("create schema {}").format(schema))
    for name in projection.names():
        like = sql.SQL("create unlogged table {} (like {} including all)")
        connection.execute(like.format(*_places(projection, name)))
    try:
        yield
    finally:
        connection.execute(drop)


def differing(connection: Connection, projection: Projection) -> list[Differing]:
    """The tables in use whose rows are not those that were built again; a row that only one of them has counts."""
    found = [_differing(connection, projection, table) for table in projection.compared]
    return [each for each in found if each.rows]


def take_over(connection: Connection, projection: Projection) -> None:
    """In one transaction the rows that were built again take the place of those in use."""
    with connection.transaction():
        for name in projection.names():
            fresh, used = _places(projection, name)
            connection.execute(sql.SQL("truncate {}").format(used))
            connection.execute(sql.SQL("insert into {} select * from {}").format(used, fresh))


def _differing(connection: Connection, projection: Projection, table: Table) -> Differing:
    fresh, used = _places(projection, table.name)
    row = connection.execute(_COLUMNS, (projection.schema, table.name)).fetchone()
    columns = [name for name in (row[0] if row else ()) if name not in table.besides]
    query = sql.SQL(_DIFFERING).format(
        told=sql.SQL(", ").join(_told(name) for name in table.told or table.key),
        used=used,
        fresh=fresh,
        key=_listed(list(table.key)),
        used_columns=_listed(columns, "used"),
        fresh_columns=_listed(columns, "fresh"),
        most=_SHOWN,
    )
    found = connection.execute(query).fetchall()
    return Differing(table.name, found[0][0] if found else 0, tuple(tuple(map(_text, told)) for _, *told in found))


def _places(projection: Projection, name: str) -> tuple[sql.Identifier, sql.Identifier]:
    """Of the table that is built again and of the one in use."""
    return sql.Identifier(projection.fresh, name), sql.Identifier(projection.schema, name)


def _told(name: str) -> sql.Composed:
    return sql.SQL("coalesce({}, {})").format(sql.Identifier("used", name), sql.Identifier("fresh", name))


def _listed(names: list[str], of: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(of, name) if of else sql.Identifier(name) for name in names)


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
