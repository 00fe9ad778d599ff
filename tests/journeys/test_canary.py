"""A marked person goes the whole way, in good statements and in bad ones: no log holds anything of him."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from kairan.postgres import connect
from kairan.settings import Settings
from operations.stack.home import Home
from sandbox.acts import Act, Step
from sandbox.clerk import Clerk
from tests.journeys.bus import Bus
from tests.journeys.conftest import CITY, WARD

pytestmark = pytest.mark.stack
NAME, KANA, TOWN, LOT, BUILDING = "金糸雀鳴之助", "カナリヤナクノスケ", "金糸雀町九丁目", "8812番地77", "カナリヤ荘"
HEAD, DOMICILE, HOUSEHOLD, BORN = "金糸雀鳴右衛門", "金糸雀県金糸雀郡", "77881277008812", "1988-12-07"
NUMBER = "000000778812002"
MARKS = (NAME, KANA, TOWN, LOT, BUILDING, HEAD, DOMICILE, HOUSEHOLD, BORN, NUMBER)


@pytest.fixture
def clerk(settings: Settings) -> Iterator[Clerk]:
    with closing(Clerk(settings, CITY)) as clerk:
        yield clerk


def day(value: str) -> dict[str, Any]:
    return {"value": value, "certain": True, "text": value}


def arrival(**bent: Any) -> dict[str, Any]:
    """The marked person comes from 江戸川区, registered domicile elsewhere."""
    return {
        "atena_number": NUMBER,
        "reason": "01",
        "effective": day("2026-04-01"),
        "name": {"text": NAME, "kana": KANA, "kana_confirmed": True},
        "birth_date": day(BORN),
        "sex": "1",
        "address": {"municipality_or_ward": CITY, "town": TOWN, "lot": LOT, "building": BUILDING},
        "address_since": day("2026-04-01"),
        "resident_since": day("2026-04-01"),
        "household": {"number": HOUSEHOLD, "head_name": HEAD, "relationship": "02"},
        "koseki": {"domicile": DOMICILE, "head": HEAD},
        "resident_state": "resident",
        "resident_kind": "japanese",
        "parties": [{"role": "origin", "code": WARD}],
        "particulars": {"arrival_kind": "証明書", "previous_address": {"municipality_or_ward": WARD, "town": TOWN}},
    } | bent


def book(clerk: Clerk, form: dict[str, Any]) -> None:
    clerk.perform(Act("canary", CITY, date(2026, 4, 1), frozenset(), (Step("book", form),)))


def known_to(settings: Settings, channel: str) -> list[str]:
    """Under which name the office knows the marked person."""
    with connect(settings.dsn(f"offices_{CITY}")) as connection:
        query = sql.SQL("select distinct body #>> '{{name,text}}' from {}.received where atena_number = %s")
        return [name for (name,) in connection.execute(query.format(sql.Identifier(channel)), (NUMBER,))]


def texts_of_logs(settings: Settings) -> dict[Path, str]:
    place = Path(Home(settings.home).remembered().postgres_place or settings.home / "postgres")
    found = [*settings.home.glob("logs/**/*"), place / "data" / "log"]
    return {path: path.read_text(encoding="utf-8", errors="replace") for path in found if path.is_file()}


@pytest.mark.usefixtures("nation")
def test_no_log_holds_anything_of_a_marked_person(settings: Settings, bus: Bus, clerk: Clerk) -> None:
    book(clerk, arrival())
    book(clerk, {"atena_number": NUMBER, "reason": "41", "effective": day("2999-04-01"), "address": {"lot": LOT}})
    with pytest.raises(psycopg.Error):
        book(clerk, arrival(sex="not a sex, and too long"))
    bus.settle()

    assert known_to(settings, "insurance") == [NAME]
    logs = texts_of_logs(settings)
    assert {"admission.log", "sinks.log", "kafka.log", "log"} <= {path.name for path in logs}
    assert [] == [(path.name, mark) for path, text in logs.items() for mark in MARKS if mark in text]
