"""Who lives in the synthetic nation, and what registers say about them. Nobody exists; nobody has a 個人番号."""

from dataclasses import dataclass
from datetime import date

from kairan.partial_date import PartialDate

HEAD, HUSBAND, WIFE, CHILD, FATHER, MOTHER, LODGER = "02", "11", "12", "20", "51", "52", "99"
"""続柄 as core systems code them."""


@dataclass(frozen=True, slots=True)
class Name:
    """Exact code points and the reading."""

    text: str
    kana: str


@dataclass(frozen=True, slots=True)
class Domicile:
    """本籍 and 筆頭者."""

    code: str
    text: str
    head: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """What the register holds of a foreign resident."""

    nationality: str
    category: str
    status: str
    period: str
    expiry: date


@dataclass(frozen=True, slots=True)
class Address:
    """A place in a municipality or ward; abroad only a country."""

    municipality_or_ward: str | None
    town_id: str | None
    town: str | None
    lot: str | None
    building: str | None
    postcode: str | None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, whatever any register says; ``key`` is the sandbox's own name of him and stands in no table."""

    key: int
    name: Name
    sex: str
    born: date
    birth_date: PartialDate
    domicile: Domicile | None = None
    foreign: Foreign | None = None
    alias: Name | None = None
    former_surname: Name | None = None
    parents: tuple[int, ...] = ()
    kana_confirmed: bool = True

    @property
    def kind(self) -> str:
        return "foreign" if self.foreign else "japanese"

    def age(self, day: date) -> int:
        """Full years; one ages at the end of the day before the birthday, which only matters on that day."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


@dataclass(frozen=True, slots=True)
class Record:
    """A resident's record at one municipality as its last 履歴 states it."""

    person: int
    member: str
    atena: str
    household: str
    relationship: str
    address: Address
    address_since: PartialDate
    resident_since: PartialDate
    nhi: bool
    state: str = "resident"
    version: int = 1
