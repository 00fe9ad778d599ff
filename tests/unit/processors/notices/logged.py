"""For each rule that a record of the log can call for: such records, as members state them, and who is told."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kairan.stream import Incoming
from processors.notices import process
from processors.notices.facts import SafeChannel
from processors.runtime import inputs
from tests.unit.processors.notices.play import body, event, related, subject
from tests.unit.processors.routing import world

SHE, OTHER = 1, 2
LASTS = {"start": "2020-01-01", "end": None}
OTHER_PREFECTURE = [world.municipality("origin", world.EDOGAWA), world.municipality("destination", world.HAYAMA)]
SAME_PREFECTURE = [world.municipality("origin", world.EDOGAWA), world.municipality("destination", "131016")]
ABROAD: dict[str, Any] = {"reason": {"code": "22", "edition": "1"}, "municipalities": []}
HEAD = {"household": {"number": "7", "head_name": "x", "relationship": "世帯主"}}


class Case(NamedTuple):
    """``to``: who is told, by a record about ``SHE``."""

    records: Sequence[Incoming]
    to: int = SHE


def said(type_: str, number: int = 1, person: int = SHE, **more: Any) -> Incoming:
    """About a Japanese woman who lives there alone; ``more``: fields of its body, and of its envelope."""
    fields: dict[str, Any] = {
        "birth_date": world.day("1980-05-05"),
        "resident_kind": "japanese",
        "resident_state": "resident",
        **dict.fromkeys(("household", "foreign_status", "entitlements")),
    }
    known = body(type_)
    its = {name: each for name, each in (fields | more).items() if name in known}
    stated = {name: each for name, each in more.items() if name not in known}
    return world.record(type_, known | its, subject=subject(person), id=event(number), **stated)


def loaded(person: int = SHE, **more: Any) -> Incoming:
    """The record as it stood when the municipality joined; nothing of hers lies ahead but 65 and 75."""
    return said("residence.RecordLoaded", 90 + person, person, **more)


def leaving(**more: Any) -> Case:
    return Case([said("residence.MoveOutDeclared", **({"municipalities": OTHER_PREFECTURE} | more))])


def arrived(**more: Any) -> Case:
    return Case([said("residence.MovedIn", **({"notified": world.day("2026-04-03")} | more))])


def of_child(type_: str, born: str, role: str = "parent", **more: Any) -> Case:
    """Told to whom its record names in this role."""
    named = {"related": related(**{role: OTHER}), "birth_date": world.day(born)}
    return Case([loaded(OTHER), said(type_, **(named | more))], OTHER)


def birth(role: str = "parent") -> Case:
    return of_child("vital.Born", "2026-04-01", role)


def death(**more: Any) -> Case:
    """Notified by her husband, nineteen days later."""
    notifier = {"name": body("vital.Died")["name"], "relationship": "夫"}
    stated = {"notified": world.day("2026-04-20"), "related": related(spouse=OTHER), "notifier": notifier}
    return Case([loaded(OTHER), said("vital.Died", **(stated | more))], OTHER)


def entitled(name: str) -> dict[str, Any]:
    return {"entitlements": {**dict.fromkeys(body("vital.Died")["entitlements"]), name: LASTS}}


def foreign(category: str, expiry: str = "2026-09-01") -> dict[str, Any]:
    status = body("vital.Died")["foreign_status"] | {"category": category, "expiry": world.day(expiry)}
    return {"resident_kind": "foreign", "foreign_status": status}


def born(day: str) -> Case:
    return Case([loaded(birth_date=world.day(day))])


def measure(version: int = 1, kind: str = "1", change: str = "created", end: str = "2027-03-31") -> Incoming:
    period = {"start": world.day("2026-04-01"), "end": world.day(end)}
    its = {"measure": {"id": "M1", "version": version, "kind": kind}, "period": period}
    corrects = {"corrects": event(79 + version)} if change != "created" else {}
    flag = "protection.ProtectionChanged"
    return said(flag, 80 + version, protection="protected", change=change, **corrects, **its)


def safe_channel(person: int = SHE) -> Incoming:
    told = json.dumps(process.WORDS.to_json(SafeChannel(is_named=True, at=world.APPENDED)))
    letter = inputs.letter(process.NAME, world.handle(person), told)
    return Incoming(letter.topic, 0, 0, world.APPENDED, letter.key, letter.value)


def application(number: int = 1, **more: Any) -> Incoming:
    """By 029, which never knows whether somebody is protected."""
    plain = {"municipalities": OTHER_PREFECTURE, "protection": "unknown"}
    return said("residence.MoveOutApplied", number, **(plain | more))


def annulled() -> Case:
    away = said("residence.MoveOutDeclared", 1, municipalities=OTHER_PREFECTURE, procedure="特例")
    back = said("residence.MoveOutDeclared", 2, municipalities=OTHER_PREFECTURE, change="annulled", corrects=event(1))
    return Case([away, back])


CHILD = "2016-05-05"
CASES: Mapping[str, Case] = {
    "N1a": Case([loaded(), application()]),
    "N1b": leaving(procedure="証明書"),
    "N2": leaving(procedure="特例"),
    "N3a": leaving(procedure="特例"),
    "N3b": arrived(arrival_kind="特例", card_continued=False),
    "N5": of_child("residence.MovedIn", CHILD, "recipient"),
    "N8": birth("recipient"),
    **dict.fromkeys(("N9b", "N10a", "N10b", "N10c", "N10d", "N10e"), birth()),
    "N14a": death(**entitled("nhi")),
    "N14b": death(**entitled("care")),
    **dict.fromkeys(("N15a", "N15b", "N17a", "N17b", "N17c", "N17d", "N18"), death()),
    "N16a": death(**entitled("nhi")),
    "N16b": death(**entitled("late_elderly")),
    "N19a": Case([loaded(OTHER), *leaving(related=related(head=OTHER), **entitled("nhi")).records], OTHER),
    "N19b": leaving(municipalities=SAME_PREFECTURE, **HEAD, **entitled("nhi")),
    "N22": leaving(**entitled("late_elderly")),
    "N24a": of_child("residence.MovedIn", CHILD),
    "N24b": of_child("residence.Relocated", CHILD),
    "N25a": of_child("residence.RecordLoaded", "2021-05-05"),
    "N25b": of_child("residence.RecordAmended", "2021-05-05"),
    "N26": arrived(),
    "N27": Case([said("residence.MoveOutConfirmed")]),
    "N32a": leaving(**foreign("中長期在留者")),
    "N32b": leaving(**foreign("特別永住者")),
    "N33": Case([loaded(**foreign("中長期在留者"))]),
    "N34a": leaving(**ABROAD),
    "N34b": leaving(**ABROAD),
    "N34c": leaving(**ABROAD),
    "N35a": born("1961-06-10"),
    "N35b": born("1951-06-10"),
    "N35c": born("2006-06-10"),
    "N35d": born("1986-06-10"),
    "N36a": arrived(**HEAD),
    "N36b": Case([said("residence.Relocated", **HEAD)]),
    "N37a": arrived(**HEAD),
    "N37b": arrived(),
    "N41": annulled(),
}
"""N24c goes to staff and N39 to a safe channel: neither is on a page."""
