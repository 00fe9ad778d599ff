"""
People and what core systems register about them: plausible, all different, the same in every run.

A fact is written down as the core system does (an outbox row's payload) and mapped by ``producers``, so that
what is measured has the product's real shapes and sizes.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import count, islice
from typing import Any, NamedTuple

from connectors.source import Change, Mapped
from kairan.identifiers import AtenaNumber
from kairan.keys import SourceKey
from kairan.partial_date import PartialDate
from producers.mapping import mapper
from sandbox import names

Json = dict[str, Any]
HOUSEHOLD = 3
"""People of one household, all of them related to each other, in one municipality."""
REGISTERED = "2025-06-10T09:00:00+09:00"
WARDS = {"141003": "141011"}
ROLES = ("head", "spouse", "child")
RELATIONSHIPS = ("02", "03", "20")


class Fact(NamedTuple):
    """A statement ready to be sent, and about whom it is."""

    member: str
    atena_number: str
    statement: Mapped


@dataclass(frozen=True, slots=True)
class Person:
    """The ``index``-th person of the bench; everything else follows from that."""

    index: int

    @property
    def family(self) -> int:
        return self.index // HOUSEHOLD

    @property
    def place(self) -> int:
        """Within the household: head, spouse, child."""
        return self.index % HOUSEHOLD

    @property
    def atena_number(self) -> str:
        return _atena_numbers(self.index // 1000)[self.index % 1000]

    @property
    def sex(self) -> str:
        return "12"[(self.index // 2) % 2]

    @property
    def born(self) -> date:
        """Any day of a century, as in a real population."""
        return date(1926, 1, 1) + timedelta(days=self.index * 7919 % 36_000)

    @property
    def name(self) -> Json:
        known = names.load()
        family = known.families[self.family * 31 % len(known.families)]
        given = known.given[self.sex][self.index * 17 % len(known.given[self.sex])]
        whole = names.whole(family, given)
        return {"text": whole.text, "kana": whole.kana, "kana_confirmed": True}

    def home(self, members: Sequence[str]) -> str:
        return members[self.family % len(members)]

    def related(self) -> list[Json]:
        others = (Person(self.family * HOUSEHOLD + place) for place in range(HOUSEHOLD) if place != self.place)
        return [{"role": ROLES[other.place], "atena_number": other.atena_number} for other in others]


def arrival(person: Person, members: Sequence[str]) -> Json:
    """転入 as a clerk enters it (``core_system.book``): the whole record, from another member, 本籍 at a third."""
    home = person.home(members)
    origin, domicile = (members[(person.family + step) % len(members)] for step in (1, 2))
    moved, head = (
        day(date(2025, 5, 26) + timedelta(days=person.family % 14)),
        Person(person.family * HOUSEHOLD).name["text"],
    )
    return {
        "atena_number": person.atena_number,
        "reason": "01",
        "effective": moved,
        "notified": day(date(2025, 6, 9)),
        "name": person.name,
        "birth_date": day(person.born),
        "sex": person.sex,
        "address": address(person, WARDS.get(home, home)),
        "address_since": moved,
        "resident_since": moved,
        "household": {
            "number": f"{person.family:012d}",
            "head_name": head,
            "relationship": RELATIONSHIPS[person.place],
        },
        "koseki": {"domicile": f"{_town(person)}{person.family % 90 + 1}番地", "head": head},
        "resident_state": "resident",
        "resident_kind": "japanese",
        "entitlements": {"nhi": {"start": "2025-06-01", "end": None}},
        "parties": [{"role": "origin", "code": origin}, {"role": "registered_domicile", "code": domicile}],
        "related": person.related(),
        "particulars": {
            "arrival_kind": "特例",
            "card_continued": True,
            "previous_address": address(person, WARDS.get(origin, origin)),
        },
        "group_id": f"G{person.family}",
        "group_size": HOUSEHOLD,
        "procedure_id": f"2025-{person.family:06d}",
    }


def assessment(person: Person, members: Sequence[str]) -> Json:
    """当初賦課 of the resident tax as the tax office's table holds it."""
    income = person.index * 7907 % 9_000_000
    levy, decided = income * 6 // 100, day(date(2025, 6, 5))
    home = person.home(members)
    return {
        "atena_number": person.atena_number,
        "version": 1,
        "number": f"R07-{person.index:08d}",
        "revision": 0,
        "kind": "当初",
        "fiscal_year": 2025,
        "base_date": day(date(2025, 1, 1)),
        "decided_date": decided,
        "effective": decided,
        "registered": REGISTERED,
        "taxpayer_kind": "住民",
        "name": person.name,
        "birth_date": day(person.born),
        "income_levy": levy,
        "per_capita_levy": 4000,
        "forest_tax": 1000,
        "total": levy + 5000,
        "income_nhi": income,
        "income_care": income,
        "income_total": income,
        "exemption": "課税" if levy else "非課税",
        "dependants": person.index % 4,
        "collection": "特徴",
        "mailing_address": address(person, WARDS.get(home, home)),
    }


def snapshots(people: Sequence[Person], members: Sequence[str], keys: Mapping[str, SourceKey]) -> Iterator[Fact]:
    """``residence.MovedIn`` of these people: the whole resident record."""
    booked = {"version": 1, "stage": "final", "registered": REGISTERED, "protection": "none"}
    for person in people:
        home = person.home(members)
        record = arrival(person, members) | booked
        payload = {"municipality": home, "record": record, "previous": None, "named": None}
        yield _fact(person, home, Change("resident_history", payload), keys[home])


def taxes(people: Sequence[Person], members: Sequence[str], keys: Mapping[str, SourceKey]) -> Iterator[Fact]:
    """``tax.ResidentTaxAssessed`` of these people: the small record of a tax night."""
    for person in people:
        home = person.home(members)
        assessed = assessment(person, members)
        payload = {"municipality": home, "assessment": assessed, "protected": False, "named": None}
        yield _fact(person, home, Change("tax_assessment", payload), keys[home])


def people(first: int, count_: int) -> list[Person]:
    """Whole households from a number on."""
    begin = -(-first // HOUSEHOLD) * HOUSEHOLD
    return [Person(index) for index in range(begin, begin + -(-count_ // HOUSEHOLD) * HOUSEHOLD)]


def address(person: Person, code: str) -> Json:
    block, lot = divmod(person.family, 40)
    return {
        "municipality_or_ward": code,
        "town_id": f"{person.family % 9000 + 1:07d}",
        "town": _town(person),
        "lot": f"{block % 9 + 1}丁目{lot + 1}番{person.family % 30 + 1}号",
        "building": f"コーポ{person.name['text'][:2]}　{person.family % 800 + 101}",
        "postcode": f"{person.family * 37 % 10_000_000:07d}",
        "country": None,
    }


def day(value: date) -> Json:
    return PartialDate.of(value).as_record()


def _town(person: Person) -> str:
    known = names.load().families
    return f"{known[person.family * 13 % len(known)].text}町"


def _fact(person: Person, member: str, change: Change, key: SourceKey) -> Fact:
    mapped = mapper(member, key)(change)
    assert isinstance(mapped, Mapped), mapped
    return Fact(member, person.atena_number, mapped)


@cache
def _atena_numbers(thousand: int) -> Sequence[str]:
    """A thousand 宛名番号; the scheme skips some numbers, so they are drawn from two thousand."""
    drawn = (AtenaNumber.issue(number) for number in count(thousand * 2000 + 1))
    return list(islice((number for number in drawn if number is not None), 1000))
