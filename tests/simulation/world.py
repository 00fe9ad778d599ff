"""A register as small as it can be, and the statements of its clerks: made once, however many runs there are."""

from functools import cache
from typing import Any

from kairan.register import Channel, Member, Performer, Register
from kairan.shapes import shape
from processors.routing.bundle import Bundle
from processors.routing.policy import load
from tests.unit.processors.admission import statements as s
from tests.unit.processors.routing.world import KEYS

__all__ = ["KEYS"]
CITY, WARD, DOMICILE = s.YOKOHAMA, s.EDOGAWA, s.NAGANO
BUSINESSES = {CITY: ("001", "010", "024"), WARD: ("001", "010", "024"), DOMICILE: ("004",)}
FLAG = "protection.ProtectionChanged"
RARE = "山田 \U0010de92"
"""A name with a character that an old office package does not store."""
GARBAGE = b"\x00\x00no record of the bus"


def _channel(business: str) -> str:
    return "resident-record" if business == "001" else "desk"


@cache
def register() -> Register:
    performers = tuple(
        Performer(municipality=code, business=business, member=code, channel=_channel(business))
        for code, businesses in BUSINESSES.items()
        for business in businesses
    )
    channels = sorted({(row.member, row.channel) for row in performers})
    return Register(
        members=tuple(Member(code=code, name=code, kind="municipality", state="active") for code in BUSINESSES),
        channels=tuple(Channel(member=member, channel=name, title=name) for member, name in channels),
        performers=performers,
    )


def fresh_bundle() -> Bundle:
    return Bundle(load(), register())


bundle = cache(fresh_bundle)


def party(role: str, code: str) -> dict[str, Any]:
    return {"role": role, "code": code, "ward": None}


def address(member: str) -> dict[str, Any]:
    """Long enough, and nobody else's: it is searched for."""
    return s.address(s.TSURUMI if member == CITY else member) | {"town": f"隠里町{member}", "lot": "四丁目九番九九号"}


def event_id(member: str, type_: str, number: str, version: int) -> bytes:
    return s.SOURCE_KEY.event_id(member, shape("statement", type_).business, number, version, type_)


@cache
def statement(
    member: str,
    type_: str,
    number: str,
    version: int,
    *,
    corrects: int | None = None,
    is_annulled: bool = False,
    protection: str = "none",
    domicile: bool = False,
    name: str = "山田 花子",
    pairwise_id: bytes | None = None,
    related: str | None = None,
    group: str | None = None,
    is_confirmed: bool = False,
) -> bytes:
    """
    What a clerk states; ``domicile``: that the person's 本籍 lies in the third municipality.

    ``group``: who leaves together; each is stated alone (size 1), nobody's statement waits for another's.
    """
    bent = {} if corrects is None else {"corrects": event_id(member, type_, number, corrects)}
    return s.statement(
        type_,
        _body(member, type_, name, is_annulled=is_annulled, is_corrected=corrects is not None)
        | _confirmed(is_confirmed=is_confirmed),
        municipality=member,
        atena_number=number,
        version=version,
        id=event_id(member, type_, number, version),
        pairwise_id=pairwise_id,
        change="created" if corrects is None else "annulled" if is_annulled else "corrected",
        corrects_version=corrects,
        protection="unknown" if type_.startswith("tax.") else protection,
        municipalities=[*_parties(type_), *([party("registered_domicile", DOMICILE)] if domicile else [])],
        related=[] if related is None else [{"role": "spouse", "atena_number": related}],
        group=None if group is None else {"id": group, "size": 1},
        **bent,
    )


def _confirmed(*, is_confirmed: bool) -> dict[str, Any]:
    """Of a closing: the notice of the arrival was booked."""
    closing = {"removed_date": s.day(s.TODAY), "stage": "confirmed"}
    return {"closing": closing, "confirmed_date": s.day(s.TODAY)} if is_confirmed else {}


def _parties(type_: str) -> list[dict[str, Any]]:
    return {
        "residence.MoveOutDeclared": [party("origin", CITY), party("destination", WARD)],
        "residence.MoveOutConfirmed": [party("origin", CITY), party("destination", WARD)],
        "residence.MovedIn": [party("destination", WARD), party("origin", CITY)],
        "residence.MoveInNotified": [party("origin", CITY)],
    }.get(type_, [])


def _body(member: str, type_: str, name: str, *, is_annulled: bool, is_corrected: bool) -> dict[str, Any]:
    named = {"text": name, "kana": None, "kana_confirmed": False}
    match type_:
        case "residence.MoveInNotified":
            return s.body(type_, confirmed_address=address(member))
        case "residence.MovedIn":
            return s.body(type_, address=address(member), previous_address=s.address(s.TSURUMI))
        case "tax.ResidentTaxAssessed":
            kind = "取消" if is_annulled else "更正" if is_corrected else "当初"
            assessment = s.ASSESSMENT | {"kind": kind, "revision": int(is_corrected)}
            return s.body(type_, assessment=assessment, mailing_address=address(member))
    return s.body(type_, address=address(member), name=named)


@cache
def flag(member: str, number: str, version: int, kind: str, *, is_refused: bool = False) -> bytes:
    """A version of the person's one measure; one that is refused says of itself that it does not protect."""
    body = s.body(
        FLAG,
        measure={"id": f"S-{number}", "version": version, "kind": kind},
        decision={"date": s.day(s.TODAY), "human_end": kind == "3"},
    )
    return s.statement(
        FLAG,
        body,
        municipality=member,
        atena_number=number,
        version=version,
        id=event_id(member, FLAG, number, version),
        change="ended" if kind == "3" else "created",
        protection="none" if kind == "3" or is_refused else "protected",
        municipalities=[party("destination", WARD if member == CITY else CITY)],
    )
