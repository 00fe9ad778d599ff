"""Tables that were built again beside the ones in use: compared with them, then put in their place."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from psycopg import sql

from kairan.postgres import Connection

_SHOWN = 20
_COLUMNS = """
select column_name::text, is_identity = 'YES' from information_schema.columns
where table_schema = %s and table_name = %s order by ordinal_position"""
_DIFFERING = """
select count(*) over (), {told} from (select * from {used} where {whose}) used full join {fresh} fresh using ({key})
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


class Only(NamedTuple):
    """The rows of tables that others write, too: where ``column`` has one of these values."""

    column: str
    values: tuple[str, ...]


class Projection(NamedTuple):
    """
    The tables of a schema that follow from topics; those ``beside`` say how far was read and are not compared.

    ``only``: the rows of them that are its own, where they are not all. ``added`` are outboxes: what is built again
    comes to what is there.
    """

    schema: str
    compared: tuple[Table, ...]
    beside: tuple[str, ...] = ()
    only: Only | None = None
    added: tuple[str, ...] = ()

    @property
    def fresh(self) -> str:
        """The schema in which they are built again."""
        return f"{self.schema}_rebuilt"

    def names(self) -> tuple[str, ...]:
        """Of the tables whose rows are replaced."""
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
    for name in (*projection.names(), *projection.added):
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
    """In one transaction the rows that were built again take the place of those in use; the tables number them anew."""
    with connection.transaction():
        for name in projection.names():
            connection.execute(_emptied(_places(projection, name)[1], projection.only))
        for name in (*projection.names(), *projection.added):
            connection.execute(_moved(connection, projection, name))


def _differing(connection: Connection, projection: Projection, table: Table) -> Differing:
    fresh, used = _places(projection, table.name)
    found = _columns(connection, projection, table.name)
    columns = [name for name, is_number in found if not is_number and name not in table.besides]
    query = sql.SQL(_DIFFERING).format(
        told=sql.SQL(", ").join(_told(name) for name in table.told or table.key),
        used=used,
        fresh=fresh,
        whose=_whose(projection.only),
        key=_listed(list(table.key)),
        used_columns=_listed(columns, "used"),
        fresh_columns=_listed(columns, "fresh"),
        most=_SHOWN,
    )
    rows = connection.execute(query).fetchall()
    return Differing(table.name, rows[0][0] if rows else 0, tuple(tuple(map(_text, told)) for _, *told in rows))


def _emptied(used: sql.Identifier, only: Only | None) -> sql.Composed:
    whole = sql.SQL("truncate {}").format(used)
    return whole if only is None else sql.SQL("delete from {} where {}").format(used, _whose(only))


def _moved(connection: Connection, projection: Projection, name: str) -> sql.Composed:
    fresh, used = _places(projection, name)
    columns = _columns(connection, projection, name)
    plain = _listed([column for column, is_number in columns if not is_number])
    numbers = [sql.Identifier(column) for column, is_number in columns if is_number]
    moved = sql.SQL("insert into {} ({}) select {} from {}").format(used, plain, plain, fresh)
    return moved + sql.SQL(" order by {}").format(sql.SQL(", ").join(numbers)) if numbers else moved


def _columns(connection: Connection, projection: Projection, name: str) -> list[tuple[str, bool]]:
    """Each with whether the table numbers its rows by it."""
    found = connection.execute(_COLUMNS, (projection.schema, name)).fetchall()
    return [(column, is_number) for column, is_number in found]


def _whose(only: Only | None) -> sql.Composable:
    if only is None:
        return sql.SQL("true")
    return sql.SQL("{} = any({})").format(sql.Identifier(only.column), sql.Literal(list(only.values)))


def _places(projection: Projection, name: str) -> tuple[sql.Identifier, sql.Identifier]:
    """Of the table that is built again and of the one in use."""
    return sql.Identifier(projection.fresh, name), sql.Identifier(projection.schema, name)


def _told(name: str) -> sql.Composed:
    return sql.SQL("coalesce({}, {})").format(sql.Identifier("used", name), sql.Identifier("fresh", name))


def _listed(names: list[str], of: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(of, name) if of else sql.Identifier(name) for name in names)


def _text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
