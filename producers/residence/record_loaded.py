"""Initial load: a record as it stands, without what brought it about."""

from collections.abc import Mapping
from typing import Any

from kairan.keys import SourceKey
from producers import snapshot
from producers.change import Instant, Protection, Record, parse
from producers.snapshot import Day, Row
from producers.statement import Fact, FactName, Statement, state

TYPE = "residence.RecordLoaded"


class Load(Row):
    """Which version is stated as of which day."""

    version: int
    as_of: Day
    registered: Instant


class RecordLoad(Row):
    """What the core system writes down about it."""

    municipality: str
    load: Load
    record: Record
    protection: Protection


def statement(payload: Mapping[str, Any], key: SourceKey) -> Statement:
    loaded = parse(RecordLoad, payload)
    fact = Fact(
        name=FactName(TYPE, loaded.load.version),
        municipality=loaded.municipality,
        atena_number=loaded.record.atena_number,
        protection=loaded.protection,
        effective=loaded.load.as_of,
        registered=loaded.load.registered,
        related=loaded.record.related,
    )
    return state(fact, snapshot.body(loaded.record) | {"as_of": loaded.load.as_of.model_dump()}, key)
