"""
The back offices of a member: one database, one schema for each of its channels.

``migrate`` creates them and may run any number of times; README.md says what a person finds there.
"""

import hashlib
from collections.abc import Iterable
from importlib.resources import files

from psycopg import sql

from kairan.postgres import Connection, connect

_LOCK = 20_240_001


def schema(channel: str) -> str:
    """The schema of a channel: ``resident-record`` lives in ``resident_record``."""
    return channel.replace("-", "_")


def migrate(dsn: str, channels: Iterable[str]) -> None:
    """Creates what is missing for these channels; changes no data."""
    with connect(dsn) as connection:
        connection.execute("select pg_advisory_xact_lock(%s)", (_LOCK,))
        _once(connection, "public", ("member.sql",))
        for channel in channels:
            _once(connection, schema(channel), ("channel.sql", "views.sql"))


def configure(connection: Connection, channel: str, character_set: str) -> None:
    """Sets which characters this office's package can store: ``all`` or ``bmp+plane2``."""
    statement = sql.SQL("update {}.setting set value = %s where name = 'character_set'")
    connection.execute(statement.format(sql.Identifier(schema(channel))), (character_set,))


def _once(connection: Connection, name: str, scripts: Iterable[str]) -> None:
    """Runs a schema's scripts unless its comment says that these very scripts have run."""
    text = "\n".join((files(__package__) / script).read_text(encoding="utf-8") for script in scripts)
    edition = hashlib.sha256(text.encode()).hexdigest()[:16]
    connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(name)))
    found = connection.execute("select obj_description(%s::regnamespace, 'pg_namespace')", (f'"{name}"',)).fetchone()
    if found is None or found[0] != f"kairan {edition}":
        connection.execute(sql.SQL("set local search_path to {}").format(sql.Identifier(name)))
        connection.execute(text.encode())
        comment = sql.SQL("comment on schema {} is {}")
        connection.execute(comment.format(sql.Identifier(name), sql.Literal(f"kairan {edition}")))
