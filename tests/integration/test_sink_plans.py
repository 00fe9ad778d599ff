"""The statements of an office are planned once, perhaps while its tables are empty: no plan may read a whole table."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from connectors.postgres import statements
from connectors.postgres.database import Database
from kairan.settings import Settings

pytestmark = pytest.mark.stack
CHANNEL = "insurance"
LARGE = {"received", "person", "subject", "answer"}
_NARROW = ("event_ref =", "pairwise_id =", "corrects_ref =")
"""A business alone is most of an index."""


@pytest.fixture(scope="module")
def database(stack: Settings) -> Iterator[Database]:
    with closing(Database(stack.dsn("offices_131237"))) as database:
        yield database


@pytest.mark.parametrize("statement", statements.of(CHANNEL))
def test_what_grows_with_the_people_is_looked_up_by_whom_or_by_reference(database: Database, statement: str) -> None:
    found = [node for node in _nodes(_plan(database, statement)) if node.get("Relation Name") in LARGE]
    looked_up = [node for node in found if node["Node Type"] != "ModifyTable"]

    assert [] == [node for node in looked_up if not any(column in node.get("Index Cond", "") for column in _NARROW)]


def _plan(database: Database, statement: str) -> dict[str, Any]:
    """The one that is kept, for whatever values."""
    numbers = iter(range(1, 100))
    text = re.sub("%b", lambda _: f"${next(numbers)}", statements.of(CHANNEL)[statement].decode())
    values = ", ".join(["null"] * (next(numbers) - 1))
    with database.turn:
        database.connection.execute(f"prepare planned as {text}".encode())
        asked = f"explain (format json) execute planned{f'({values})' if values else ''}"
        ((plan,),) = database.connection.execute(asked.encode()).fetchall()
        database.connection.execute("deallocate planned")
    found: dict[str, Any] = plan[0]["Plan"]
    return found


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)
