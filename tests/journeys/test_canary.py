"""A marked person goes the whole way, in good statements and in bad ones: no log holds anything of him."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import psycopg
import pytest
from psycopg import sql

from kairan import topics
from kairan.identifiers import AtenaNumber
from kairan.postgres import connect
from kairan.settings import Settings
from sandbox.acts import Act, Step
from sandbox.clerk import Clerk
from tests.journeys.bus import Bus
from tests.journeys.conftest import CITY, WARD
from tests.journeys.logs import texts_of
from tests.journeys.test_sent_again import all_of

pytestmark = pytest.mark.stack
NAME, KANA, TOWN, LOT, BUILDING = "金糸雀鳴之助", "カナリヤナクノスケ", "金糸雀町九丁目", "8812番地77", "カナリヤ荘"
HEAD, DOMICILE, HOUSEHOLD, BORN = "金糸雀鳴右衛門", "金糸雀県金糸雀郡", "77881277008812", "1988-12-07"
NUMBER = "000000778812002"
MEMBERS_OWN = (NUMBER,)
"""What the bus keeps of a person for good: which handle a member's own number is."""
NAMES = (
    "山田\u202e子花",
    "山\u200b田\u2060\ufeff",
    "=cmd|'/C calc'!A0",
    '","protection":"none","x":"',
    "'); drop table core_system.outbox; --",
    "[/red]<script>%s{0}\x1b[2J",
    "a" + "\u0301" * 50,
)
NUMBERS = [str(each) for n in range(77_881_300, 77_881_320) if (each := AtenaNumber.issue(n)) is not None]
HOSTILE = dict(zip(NUMBERS, NAMES, strict=False))
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


def known_to(settings: Settings, channel: str, number: str = NUMBER) -> list[str]:
    """Under which name the office knows the marked person."""
    with connect(settings.dsn(f"offices_{CITY}")) as connection:
        query = sql.SQL("select distinct body #>> '{{name,text}}' from {}.received where atena_number = %s")
        return [name for (name,) in connection.execute(query.format(sql.Identifier(channel)), (number,))]


def beside_the_way(settings: Settings) -> dict[str, str]:
    """All topics and tables that carry no facts: answers, dead letters, receipts, holds, measures, sums."""
    register = settings.register()
    kinds = (topics.REFUSALS, topics.RECEIPTS, topics.ANSWERS)
    names = [topics.name(kind, member.code) for kind in kinds for member in register.municipalities()]
    names += [topics.name(kind) for kind in (topics.QUARANTINE, topics.HOLDS, topics.PROTECTION, topics.KEY_CHECKS)]
    names += [topics.name(topics.PROCESS_INPUTS), topics.name(topics.DISCLOSURES)]
    found = {
        f"{each.topic} {each.offset}": ((each.key or b"") + (each.value or b"")).decode(errors="replace")
        for each in all_of(settings, names)
    }
    with connect(settings.dsn(f"core_{CITY}")) as connection:
        rows = connection.execute("select refusal::text from core_system.outbox where refusal is not null")
        found |= {f"refusal {index}": text for index, (text,) in enumerate(rows)}
    schemas = ("ledger", "processes", "disclosures")
    return found | {place: text for schema in schemas for place, text in tables_of(settings, schema).items()}


def tables_of(settings: Settings, schema: str) -> dict[str, str]:
    """Every table of a schema of the bus's own database, as text."""
    with connect(settings.dsn("kairan")) as connection:
        query = "select table_name from information_schema.tables where table_schema = %s"
        names = [name for (name,) in connection.execute(query, (schema,)).fetchall()]
        everything = sql.SQL("select string_agg(t::text, ' ') from {} t")
        asked = {name: everything.format(sql.Identifier(schema, name)) for name in names}
        return {f"{schema}.{name}": connection.execute(each).fetchone()[0] or "" for name, each in asked.items()}  # type: ignore[index]


@pytest.mark.usefixtures("nation")
def test_no_log_holds_anything_of_a_marked_person(settings: Settings, bus: Bus, clerk: Clerk) -> None:
    book(clerk, arrival())
    book(clerk, {"atena_number": NUMBER, "reason": "41", "effective": day("2999-04-01"), "address": {"lot": LOT}})
    with pytest.raises(psycopg.Error):
        book(clerk, arrival(sex="not a sex, and too long"))
    bus.settle()

    assert known_to(settings, "insurance") == [NAME]
    logs = texts_of(settings)
    assert {"admission.log", "sinks.log", "kafka.log", "log"} <= {path.name for path in logs}
    assert [] == [(path.name, mark) for path, text in logs.items() for mark in MARKS if mark in text]
    beside = beside_the_way(settings)
    kept = {"ledger.range", "ledger.exception", "processes.journal", "disclosures.entry"}
    assert kept | {"refusal 0"} <= beside.keys()
    assert [] == [(place, mark) for place, text in beside.items() for mark in MARKS if mark in text]
    memory = tables_of(settings, "admission").items()
    assert [] == [(place, mark) for place, text in memory for mark in set(MARKS) - set(MEMBERS_OWN) if mark in text]


@pytest.mark.usefixtures("nation")
def test_a_name_is_carried_exactly_whatever_a_screen_a_shell_or_a_sheet_makes_of_it(
    settings: Settings, bus: Bus, clerk: Clerk
) -> None:
    for number, name in HOSTILE.items():
        book(clerk, arrival(atena_number=number, name={"text": name, "kana": None, "kana_confirmed": False}))
    bus.settle()

    assert HOSTILE == {number: "".join(known_to(settings, "insurance", number)) for number in HOSTILE}
