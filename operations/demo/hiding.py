"""Where a protected family's new address stands among the origin's offices: searched as text, not by rule."""

from psycopg import sql

from connectors.postgres.offices import schema
from kairan.postgres import connect
from kairan.settings import Settings
from sandbox.stage import Story

_ADDRESS = """
select (address).town, (address).lot from core_system.resident_history
where atena_number = %s and (address).town is not null order by version desc limit 1"""
_HOLDING = """
select count(*) from {}.received where strpos(body::text, %s) > 0 and strpos(body::text, %s) > 0"""


def in_words(settings: Settings, story: Story) -> str:
    """Names channels and counts, never the address."""
    destination, number = story.people["mother at the destination"]
    origin, _ = story.people["mother at the origin"]
    counts = _counts(settings, origin, _address(settings, destination, number))
    told = ", ".join(f"{channel} ({count} rows)" for channel, count in counts.items() if count) or "none"
    silent = sum(count == 0 for count in counts.values())
    return f"Their new address, searched as text in {origin}'s offices: found in {told}; not in the {silent} others."


def _address(settings: Settings, member: str, number: str) -> tuple[str, str]:
    with connect(settings.dsn(f"core_{member}")) as connection:
        row = connection.execute(_ADDRESS, (number,)).fetchone()
    if row is None:
        raise LookupError("the story's mother has no address at the destination")
    return row[0], row[1]


def _counts(settings: Settings, member: str, address: tuple[str, str]) -> dict[str, int]:
    found = {}
    with connect(settings.dsn(f"offices_{member}")) as connection:
        for channel in (each.channel for each in settings.register().channels if each.member == member):
            query = sql.SQL(_HOLDING).format(sql.Identifier(schema(channel)))
            row = connection.execute(query, address).fetchone()
            found[channel] = row[0] if row else 0
    return found
