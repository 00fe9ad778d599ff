"""
A database's schema as numbered SQL files of a package, each applied once, in order.

Plain files instead of a migration library: each is one transaction, functions with ``$$`` bodies stay whole, and
what was applied is recorded with its digest, so a file that was changed afterwards stops the process.
"""

import hashlib
from importlib.resources import files
from importlib.resources.abc import Traversable

import psycopg

TABLE = """
create table if not exists public.schema_version (
    package text, file text, digest bytea not null, applied_at timestamptz not null default now(),
    primary key (package, file)
)"""
LOCK = "select pg_advisory_lock(hashtext('schema_version'), 0)"


class ChangedMigrationError(Exception):
    """A file that was applied before has other content now; what it changed belongs into a further file."""

    def __init__(self, package: str, file: str) -> None:
        super().__init__(f"{package}: {file} was changed after it had been applied")


def apply(dsn: str, package: str) -> list[str]:
    """Applies the package's SQL files that this database has not seen; their names."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(LOCK)
        connection.execute(TABLE)
        return [file.name for file in _scripts(package) if _apply(connection, package, file)]


def _scripts(package: str) -> list[Traversable]:
    return sorted((file for file in files(package).iterdir() if file.name.endswith(".sql")), key=lambda file: file.name)


def _apply(connection: psycopg.Connection, package: str, file: Traversable) -> bool:
    script = file.read_bytes()
    digest = hashlib.sha256(script).digest()
    applied = connection.execute(
        "select digest from public.schema_version where (package, file) = (%s, %s)", (package, file.name)
    ).fetchone()
    if applied is not None:
        if applied[0] != digest:
            raise ChangedMigrationError(package, file.name)
        return False
    with connection.transaction():
        connection.execute(script)
        connection.execute(
            "insert into public.schema_version (package, file, digest) values (%s, %s, %s)",
            (package, file.name, digest),
        )
    return True
