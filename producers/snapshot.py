"""
SNAP: the resident's record as every resident event carries it, and the groups of items it is made of.

Only the form is checked here: whether codes, dates and parties are right is for admission to say, which names all
problems at once. Names are the contract's, so that a dumped model is what a body needs.
"""

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict


def _absent_when_empty(value: Any) -> Any:
    """A group of a row without a single item is no group."""
    return None if isinstance(value, dict) and not any(item is not None for item in value.values()) else value


def _not_when_unsaid(value: Any) -> Any:
    return False if value is None else value


Absent = BeforeValidator(_absent_when_empty)


class Row(BaseModel):
    """A row of the core system; items that the bus does not know stay there."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class Group(BaseModel):
    """A group of items with the contract's names; an unknown name is a mistake."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Day(Group):
    """年月日, certain or not."""

    value: str
    certain: bool
    text: str


MaybeDay: TypeAlias = Annotated[Day | None, Absent]


class Name(Group):
    """氏名; nobody confirmed a reading of which nothing is said."""

    text: str
    kana: str | None = None
    kana_confirmed: Annotated[bool, BeforeValidator(_not_when_unsaid)] = False


class WrittenName(Group):
    """旧氏 or 通称."""

    text: str
    kana: str | None = None


class Address(Group):
    """住所; any item may be missing."""

    municipality_or_ward: str | None = None
    town_id: str | None = None
    town: str | None = None
    lot: str | None = None
    building: str | None = None
    postcode: str | None = None
    country: str | None = None


MaybeAddress: TypeAlias = Annotated[Address | None, Absent]


class Household(Group):
    """世帯."""

    number: str
    head_name: str | None = None
    relationship: str | None = None


MaybeHousehold: TypeAlias = Annotated[Household | None, Absent]


class Koseki(Group):
    """本籍 and 筆頭者."""

    domicile: str | None = None
    head: str | None = None


class ForeignStatus(Group):
    """国籍・地域 and 在留資格."""

    nationality: str | None = None
    category: str | None = None
    status: str | None = None
    period: str | None = None
    expiry: MaybeDay = None


class Period(Group):
    """Of an entitlement, in ISO days; without an end it goes on."""

    start: str
    end: str | None = None


MaybePeriod: TypeAlias = Annotated[Period | None, Absent]


class Entitlements(Group):
    """資格."""

    nhi: MaybePeriod = None
    late_elderly: MaybePeriod = None
    care: MaybePeriod = None
    pension: MaybePeriod = None
    child_allowance: MaybePeriod = None


class Snapshot(Row):
    """The record's items, in the contract's order."""

    name: Name
    former_surname: Annotated[WrittenName | None, Absent] = None
    alias: Annotated[WrittenName | None, Absent] = None
    birth_date: Day
    sex: str
    address: MaybeAddress = None
    address_since: MaybeDay = None
    resident_since: MaybeDay = None
    household: MaybeHousehold = None
    koseki: Annotated[Koseki | None, Absent] = None
    foreign_status: Annotated[ForeignStatus | None, Absent] = None
    resident_state: str
    resident_kind: str
    entitlements: Annotated[Entitlements | None, Absent] = None


FIELDS: tuple[str, ...] = tuple(Snapshot.model_fields)


def body(record: Snapshot) -> dict[str, Any]:
    """SNAP as body fields."""
    return record.model_dump(include=set(FIELDS))


def changed(before: Snapshot | None, after: Snapshot) -> list[str]:
    """The fields that differ; all that are there when nobody knows what was before."""
    return [name for name in FIELDS if getattr(after, name) != (None if before is None else getattr(before, name))]
