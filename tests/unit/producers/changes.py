"""Payloads as the core system's triggers write them, and what is stated of them."""

from typing import Any

from connectors.source import Change, Mapped, Unmappable
from kairan import wire
from kairan.keys import SourceKey
from producers.mapping import mapper, statement
from producers.statement import Statement

KEY = SourceKey(bytes(range(32)))
TSURUMI, YOKOHAMA, HAYAMA, NAGANO, ICHIKAWA = "141011", "141003", "143014", "202011", "122033"
Json = dict[str, Any]


def a_day(value: str, *, certain: bool = True) -> Json:
    return {"value": value, "certain": certain, "text": value}


def a_record(**items: Any) -> Json:
    """A version of the record of a Japanese resident of 鶴見区; what is not named is as after an arrival."""
    return {
        "atena_number": "100000000012",
        "version": 1,
        "stage": "final",
        "reason": "01",
        "effective": a_day("2026-04-01"),
        "notified": a_day("2026-04-03"),
        "registered": "2026-04-03T10:11:12.345678+09:00",
        "corrects_version": None,
        "cancels_version": None,
        "particulars": {},
        "group_id": None,
        "group_size": None,
        "parties": [],
        "related": [],
        "protection": "none",
        "procedure_id": None,
        "pairwise_id": None,
        "name": {"text": "辻󠄀 花子", "kana": "ツジ ハナコ", "kana_confirmed": True},
        "former_surname": None,
        "alias": None,
        "birth_date": a_day("1950-00-00", certain=False),
        "sex": "2",
        "address": an_address("1-2"),
        "address_since": a_day("2026-04-01"),
        "resident_since": a_day("2026-04-01"),
        "household": {"number": "500001", "head_name": "辻󠄀 花子", "relationship": "02"},
        "koseki": {"domicile": "長野県長野市", "head": "辻󠄀 一郎"},
        "foreign_status": None,
        "resident_state": "resident",
        "resident_kind": "japanese",
        "entitlements": None,
    } | items


def an_address(lot: str, **items: Any) -> Json:
    return {
        "municipality_or_ward": TSURUMI,
        "town_id": None,
        "town": "鶴見中央一丁目",
        "lot": lot,
        "building": None,
        "postcode": None,
        "country": None,
    } | items


def a_change(previous: Json | None = None, named: Json | None = None, **items: Any) -> Change:
    payload = {"municipality": YOKOHAMA, "record": a_record(**items), "previous": previous, "named": named}
    return Change("resident_history", payload)


def names(version: int, reason: str | None, *, published: bool = True, closing: bool = False) -> Json:
    return {"version": version, "published": published, "reason": reason, "closing": closing, "first_version": version}


def stated(change: Change) -> Statement:
    return statement(change, KEY)


def problems(change: Change) -> list[tuple[str, str]]:
    """Code and path of all that is wrong."""
    found = mapper(YOKOHAMA, KEY)(change)
    assert isinstance(found, Unmappable)
    return [(problem.code, problem.path) for problem in found.problems]


def sent(change: Change) -> Mapped:
    found = mapper(YOKOHAMA, KEY)(change)
    assert isinstance(found, Mapped)
    return found


def decoded(change: Change) -> tuple[Json, Json]:
    """Envelope and body as they arrive."""
    value = sent(change).value
    envelope = wire.decode_envelope(value)
    return envelope.record, wire.decode_body(envelope.shape, value, envelope.body_offset)
