"""What a member's 001 was told of who will come: read for its own desks, never written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg import sql

from connectors.postgres.offices import schema
from kairan.postgres import Connection

_ANNOUNCED = """
select pairwise_id, atena_number, origin, protection, body from {}.arrival where pairwise_id = any(%s)"""
_NUMBERS = """
select pairwise_id, atena_number from public.subject where pairwise_id = any(%s) and atena_number is not null"""

_PEOPLE = "select pairwise_id from public.subject where atena_number = %s and kind = 'person' order by 1"


@dataclass(frozen=True, slots=True, repr=False)
class Announced:
    """The newest departure that names this municipality; ``body``: the fields that it was told, as delivered."""

    atena_number: str | None
    origin: str | None
    protection: str | None
    body: Mapping[str, Any]


def announced(connection: Connection, channel: str, pairwise_ids: Collection[bytes]) -> dict[bytes, Announced]:
    """By pairwise id; who was not announced is not there."""
    statement = sql.SQL(_ANNOUNCED).format(sql.Identifier(schema(channel)))
    found = connection.execute(statement, (list(pairwise_ids),)).fetchall()
    return {pairwise_id: Announced(*rest) for pairwise_id, *rest in found}


def numbers(connection: Connection, pairwise_ids: Collection[bytes]) -> dict[bytes, str]:
    """The member's own 宛名番号 of these; who has none is not there."""
    return dict(connection.execute(_NUMBERS, (list(pairwise_ids),)).fetchall())


def people(connection: Connection, atena_number: str) -> list[bytes]:
    """Persons of this 宛名番号 of the member's own, by pairwise id: one, unless two histories were not joined yet."""
    return [pairwise_id for (pairwise_id,) in connection.execute(_PEOPLE, (atena_number,)).fetchall()]
