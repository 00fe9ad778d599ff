"""Valid statements of every type, to be bent one field at a time."""

from typing import Any

from kairan import wire
from kairan.identifiers import AtenaNumber
from kairan.keys import SourceKey
from kairan.shapes import shape

YOKOHAMA, TSURUMI, EDOGAWA, NAGANO, HAYAMA = "141003", "141011", "131237", "202011", "143014"
SOURCE_KEY = SourceKey(bytes(32))
REGISTERED = 1_790_000_000_000
TODAY = "2026-09-21"
"""The day of REGISTERED in Asia/Tokyo."""
PLANTED = "123456789018"
"""The one individual number that may stand in tests (its check digit is right)."""

Record = dict[str, Any]


NUMBERS = [str(each) for i in range(1, 1000) if (each := AtenaNumber.issue(i)) is not None]


def number(n: int) -> str:
    """The n-th 宛名番号 that the scheme issues."""
    return NUMBERS[n - 1]


def day(value: str, *, certain: bool = True) -> Record:
    return {"value": value, "certain": certain, "text": value}


def address(code: str = TSURUMI) -> Record:
    return {
        "municipality_or_ward": code,
        "town_id": "0001001",
        "town": "鶴見中央",
        "lot": "３丁目２０番１号",
        "building": "コーポ鶴見　１０１",
        "postcode": "2300051",
        "country": None,
    }


def snapshot(**items: Any) -> Record:
    """The record of a Japanese resident."""
    return {
        "name": {"text": "山田 花子", "kana": "ヤマダ ハナコ", "kana_confirmed": True},
        "birth_date": day("1990-04-01"),
        "sex": "2",
        "address": address(),
        "address_since": day("2020-05-01"),
        "resident_since": day("2020-05-01"),
        "household": {"number": "000000000001", "head_name": "山田 花子", "relationship": "02"},
        "koseki": {"domicile": "長野県長野市鶴賀", "head": "山田 太郎"},
        "resident_state": "resident",
        "resident_kind": "japanese",
        "entitlements": None,
    } | items


def _municipality(role: str, code: str) -> Record:
    return {"role": role, "code": code, "ward": None}


DESTINATION = {"municipality": EDOGAWA, "ward": None, "address": "東京都江戸川区中央", "country": None}
AMOUNTS = {"income_levy": 100_000, "per_capita_levy": 4_000, "forest_tax": 1_000, "total": 105_000}
ASSESSMENT = {
    "fiscal_year": 2026,
    "base_date": day("2026-01-01"),
    "number": "R08-000001",
    "revision": 0,
    "kind": "当初",
    "decided_date": day("2026-05-10"),
}

BODIES: dict[str, Record] = {
    "residence.RecordLoaded": snapshot(as_of=day(TODAY)),
    "residence.MoveOutDeclared": snapshot(
        planned_date=day("2026-09-25"),
        planned_destination=DESTINATION,
        procedure="特例",
        mover_scope="全部",
        notification={"notifier": "本人", "route": "online"},
    ),
    "residence.MovedIn": snapshot(
        moved_in_date=day(TODAY), arrival_kind="特例", previous_address=address(EDOGAWA), card_continued=True
    ),
    "residence.MoveInNotified": {
        "name": {"text": "山田 花子", "kana": None, "kana_confirmed": False},
        "birth_date": day("1990-04-01"),
        "sex": "2",
        "moved_in_date": day(TODAY),
        "confirmed_address": address(),
        "notice": {"date": day(TODAY), "sequence": 1, "resend_of": None},
    },
    "residence.MoveOutConfirmed": snapshot(
        closing={"removed_date": day(TODAY), "stage": "closed"},
        planned_date=day(TODAY),
        planned_destination=DESTINATION,
        resident_state="moved_out",
    ),
    "residence.Relocated": snapshot(
        relocated_date=day(TODAY),
        previous_address=address(),
        scope={"kind": "転居", "former_ward": None, "new_ward": None},
    ),
    "residence.RecordAmended": snapshot(amended=["name"]),
    "residence.MoveOutApplied": {
        "name": {"text": "山田 花子", "kana": None, "kana_confirmed": False},
        "birth_date": day("1990-04-01"),
        "stage": "applied",
        "planned_date": day("2026-09-25"),
        "planned_destination": DESTINATION,
        "mover_scope": "全部",
    },
    "residence.VisitPlanned": {
        "name": {"text": "山田 花子", "kana": None, "kana_confirmed": False},
        "birth_date": day("1990-04-01"),
        "visit_date": day("2026-09-27"),
        "planned_destination": DESTINATION,
    },
    "vital.Born": snapshot(birth_date=day(TODAY), birth_kind="国内", notice_route="届出"),
    "vital.Died": snapshot(death_date=day("2026-09-00", certain=False), was_head=True, resident_state="dead"),
    "tax.ResidentTaxAssessed": {
        "name": {"text": "山田 花子", "kana": None, "kana_confirmed": False},
        "birth_date": day("1990-04-01"),
        "taxpayer_kind": "住民",
        "assessment": ASSESSMENT,
        "amounts": AMOUNTS,
        "income_nhi": 3_000_000,
        "income_care": 3_000_000,
        "income_total": 3_000_000,
        "exemption": "課税",
        "dependants": 1,
        "collection": "特徴",
        "mailing_address": address(),
    },
    "protection.ProtectionChanged": {
        "measure": {"id": "S-1", "version": 1, "kind": "1"},
        "period": {"start": day(TODAY), "end": day("2027-09-20")},
        "category": "配偶者暴力",
        "subject_role": "申出者",
        "scope": ["閲覧", "写し"],
        "first_received_by": YOKOHAMA,
        "forwarded_to": [{"municipality": EDOGAWA, "date": day(TODAY)}],
        "perpetrators": [{"name": {"text": "乙", "kana": None, "kana_confirmed": False}, "birth_date": None,
                          "sex": "1", "address": None}],
        "safe_contact": "支援センター",
        "decision": {"date": day(TODAY), "human_end": False},
    },
    "identity.SubjectsLinked": {"evidence": "職員判断"},
}  # fmt: skip

REASONS = {
    "residence.MoveOutDeclared": "21",
    "residence.MovedIn": "01",
    "residence.MoveInNotified": "01",
    "residence.MoveOutConfirmed": "21",
    "residence.Relocated": "41",
    "residence.RecordAmended": "43",
    "vital.Born": "03",
    "vital.Died": "23",
}
_LEAVING = [_municipality("origin", YOKOHAMA), _municipality("destination", EDOGAWA)]
PARTIES = {
    "residence.MoveOutDeclared": _LEAVING,
    "residence.MoveOutApplied": _LEAVING,
    "residence.VisitPlanned": _LEAVING,
    "residence.MovedIn": [_municipality("destination", YOKOHAMA), _municipality("origin", EDOGAWA)],
    "residence.MoveInNotified": [_municipality("origin", EDOGAWA)],
    "protection.ProtectionChanged": [_municipality("destination", EDOGAWA)],
}


def body(type_: str, **bent: Any) -> Record:
    return BODIES[type_] | bent


def envelope(type_: str, **bent: Any) -> Record:
    """Of person 1 of 横浜市, unless ``subject`` or ``source`` say otherwise."""
    municipality = bent.pop("municipality", YOKOHAMA)
    atena_number = bent.pop("atena_number", number(1))
    version = bent.get("version", 1)
    business = shape("statement", type_).business
    related = [{"role": "same_person", "atena_number": number(2)}] if type_ == "identity.SubjectsLinked" else []
    code = REASONS.get(type_)
    return {
        "id": SOURCE_KEY.event_id(municipality, business, atena_number, version, type_),
        "type": type_,
        "source": {"municipality": municipality, "business": business},
        "subject": {"kind": "person", "atena_number": atena_number, "pairwise_id": bent.pop("pairwise_id", None)},
        "version": version,
        "reason": None if code is None else {"code": code, "edition": "2024-07"},
        "change": "created",
        "corrects": None,
        "corrects_version": None,
        "protection": _protection(type_, business),
        "municipalities": PARTIES.get(type_, []),
        "related": related,
        "effective": day(TODAY),
        "notified": None,
        "registered": REGISTERED,
        "group": None,
        "correlation": None,
        "causation": None,
        "resend": 0,
    } | bent


def _protection(type_: str, business: str) -> str:
    if type_ == "protection.ProtectionChanged":
        return "protected"
    return "none" if business == "001" else "unknown"


def encoded(type_: str, the_envelope: Record, the_body: Record) -> bytes:
    return wire.encode(shape("statement", type_), the_envelope, the_body)


def statement(type_: str, the_body: Record | None = None, **bent: Any) -> bytes:
    """The bytes of a valid statement with these envelope fields bent, and a body of its own if given."""
    return encoded(type_, envelope(type_, **bent), body(type_) if the_body is None else the_body)


def with_body(type_: str, **bent: Any) -> bytes:
    return statement(type_, body(type_, **bent))


def arrival(municipality: str = EDOGAWA, origin: str = YOKOHAMA, **bent: Any) -> bytes:
    """An arrival at ``municipality`` from ``origin``."""
    parties = [_municipality("destination", municipality), _municipality("origin", origin)]
    moved = body("residence.MovedIn", address=address(municipality), previous_address=address(origin))
    return statement("residence.MovedIn", moved, municipality=municipality, municipalities=parties, **bent)
