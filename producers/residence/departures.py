"""転出届 (declared) and 消除 (closed, later confirmed by the notice): planned and confirmed stand side by side."""

from typing import Annotated, Any

from producers.change import Party, ResidentChange, parse
from producers.snapshot import Absent, Day, Group, MaybeDay
from producers.statement import city_of


class Destination(Group):
    """転出先; ``municipality`` may be given as a ward. Nothing known (未定) is no destination."""

    municipality: str | None = None
    ward: str | None = None
    address: str | None = None
    country: str | None = None


MaybeDestination = Annotated[Destination | None, Absent]


class Notification(Group):
    """Who notified, and how."""

    notifier: str | None = None
    route: str


class Declared(Group):
    """Fields of 転出届 beside SNAP."""

    planned_date: MaybeDay = None
    planned_destination: MaybeDestination = None
    procedure: str | None = None
    mover_scope: str | None = None
    notification: Annotated[Notification | None, Absent] = None


class Closing(Group):
    """消除日, and whether the notice has confirmed it."""

    removed_date: Day
    stage: str


class Confirmed(Group):
    """Fields of 消除 beside SNAP."""

    closing: Closing
    planned_date: MaybeDay = None
    planned_destination: MaybeDestination = None
    confirmed_destination: MaybeDestination = None
    notice_date: MaybeDay = None
    confirmed_date: MaybeDay = None


def declared_fields(change: ResidentChange) -> dict[str, Any]:
    told = parse(Declared, change.record.particulars, "record.particulars")
    planned = {
        "planned_date": told.planned_date or change.record.effective,
        "planned_destination": in_its_city(told.planned_destination),
    }
    return told.model_copy(update=planned).model_dump()


def confirmed_fields(change: ResidentChange) -> dict[str, Any]:
    told = parse(Confirmed, change.record.particulars, "record.particulars")
    destinations = {
        "planned_destination": in_its_city(told.planned_destination),
        "confirmed_destination": in_its_city(told.confirmed_destination),
    }
    return told.model_copy(update=destinations).model_dump()


def destination_party(own_fields: dict[str, Any]) -> tuple[Party, ...]:
    """The municipality moved to: the confirmed one, else the planned one; none abroad or undecided."""
    for name in ("confirmed_destination", "planned_destination"):
        found = own_fields.get(name)
        if found is not None and found["municipality"] is not None:
            return (Party(role="destination", code=found["municipality"], ward=found["ward"]),)
    return ()


def in_its_city(destination: Destination | None) -> Destination | None:
    if destination is None or destination.municipality is None:
        return destination
    city = city_of(destination.municipality)
    if city == destination.municipality:
        return destination
    return destination.model_copy(update={"municipality": city, "ward": destination.municipality})
