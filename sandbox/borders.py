"""Who comes from outside the bus and who leaves it: other municipalities on paper, other countries, 職権."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from kairan.partial_date import PartialDate
from sandbox import departures, families, forms, places
from sandbox.acts import Act, Changed, Step
from sandbox.draw import Draw
from sandbox.families import Family
from sandbox.life import Life
from sandbox.people import HEAD, Record

ABROAD_SHARE = 0.2


def come(life: Life, day: date) -> Iterator[Act]:
    """A household arrives from a municipality that is no member, from abroad, or is entered ex officio."""
    member = life.draw.random.choice(life.nation.members)
    act, arrived = arrival(life.draw, member, families.family(life.draw, member), day, _whence(life.draw))
    yield act
    if len(arrived) == 1:
        life.note([Changed(None, arrived[0])], "name")


def arrival(
    draw: Draw, member: str, family: Family, day: date, whence: tuple[str, str, str | None]
) -> tuple[Act, list[Record]]:
    """転入 of a family; ``whence``: 異動事由, 転入の区分 and the origin."""
    arrived = _settle(draw, member, family, day)
    reason, kind, origin = whence
    left = places.foreign_address(draw.random) if origin is None else places.address(draw.random, places.of(origin))
    particulars = {"arrival_kind": kind, "card_continued": False, "previous_address": forms.address(left)}
    if origin:
        particulars |= {"last_registered_address": forms.address(left)}
    group = forms.group(f"GI{draw.number('come')}", len(arrived))
    steps = []
    for record in arrived:
        parties = forms.parties(draw.nation.people[record.person], origin=origin)
        entered = forms.entered(draw.nation, record, reason, day, parties=parties, particulars=particulars, **group)
        steps.append(Step("book", {**entered, "notified": forms.partial(day)}))
    return _act("arrived from outside", arrived, day, steps), arrived


def leave(life: Life, day: date) -> Iterator[Act]:
    """転出届 to a municipality that is no member or abroad; closed on the planned day, never confirmed by the bus."""
    first = life.pick(lambda record: record.relationship == HEAD and life.household_is_free(record))
    if first is None:
        return
    household = life.nation.household(first)
    life.begin(household)
    planned = life.draw.between(day, day + timedelta(days=18))
    abroad = life.draw.chance(ABROAD_SHARE)
    reason, particulars = ("22", _abroad(life.draw)) if abroad else ("21", _elsewhere(life.draw))
    particulars["planned_date"] = forms.partial(planned)
    group = forms.group(f"GO{life.draw.number('leave')}", len(household))
    declared = [life.nation.next_version(record) for record in household]
    notice = {"mover_scope": "全部", "notification": {"notifier": "世帯主", "route": "窓口"}}
    procedure = {} if abroad else {"procedure": "証明書"}
    form = {"particulars": {**particulars, **notice, **procedure}, "notified": forms.partial(day), **group}
    yield _act("leaving declared", declared, day, _booked(life, declared, reason, planned, form))
    life.later(planned, len(household), lambda life, on: [_close(life, declared, reason, on, planned, particulars)])


def remove(life: Life, day: date) -> Iterator[Act]:
    """職権消除: nobody has lived there for a long time."""
    record = life.pick(lambda record: record.relationship == HEAD and len(life.nation.household(record)) == 1)
    if record is None or record.person in life.nation.protected:
        return
    removed = life.nation.next_version(record, state="removed")
    particulars = {"closing": {"removed_date": forms.partial(day), "stage": "closed"}}
    form = forms.booked(life.nation, removed, "26", day, particulars=particulars, resident_state="removed")
    yield _act("removed ex officio", [removed], day, [Step("book", form)])


def _settle(draw: Draw, member: str, family: Family, day: date) -> list[Record]:
    address, household, nhi = (
        places.address(draw.random, places.of(member)),
        next(draw.households[member]),
        draw.chance(0.4),
    )
    since = PartialDate.of(day)
    for person, _ in family:
        draw.nation.people[person.key] = person
    return [
        draw.nation.put(
            Record(person.key, member, next(draw.atena[member]), household, relation, address, since, since, nhi)
        )
        for person, relation in family
    ]


def _whence(draw: Draw) -> tuple[str, str, str | None]:
    """異動事由, 転入の区分 and the origin."""
    drawn = draw.random.random()
    if drawn < ABROAD_SHARE:
        return "02", "国外", None
    if drawn < ABROAD_SHARE + 0.05:
        return "06", "職権", None
    outside = [code for code in places.OUTSIDE if code not in draw.nation.members]
    return "01", "証明書" if draw.chance(0.95) else "未届", draw.random.choice(outside)


def _abroad(draw: Draw) -> dict[str, Any]:
    country = draw.random.choice(places.COUNTRIES)
    return {"planned_destination": {"municipality": None, "ward": None, "address": None, "country": country}}


def _elsewhere(draw: Draw) -> dict[str, Any]:
    outside = [code for code in places.OUTSIDE if code not in draw.nation.members]
    return {"planned_destination": departures.destination(draw.random.choice(outside), None)}


def _close(
    life: Life, declared: list[Record], reason: str, on: date, planned: date, particulars: dict[str, Any]
) -> Act:
    state = "moved_abroad" if reason == "22" else "moved_out"
    closed = [life.nation.next_version(record, state=state) for record in declared]
    closing = {"closing": {"removed_date": forms.partial(planned), "stage": "closed"}}
    form = {"particulars": {**particulars, **closing}, "resident_state": state}
    life.end(declared)
    return _act("left", closed, on, _booked(life, closed, reason, planned, form))


def _booked(life: Life, records: list[Record], reason: str, effective: date, form: dict[str, Any]) -> list[Step]:
    destination = form["particulars"]["planned_destination"]["municipality"]
    steps = []
    for record in records:
        parties = forms.parties(life.nation.people[record.person], destination=destination)
        steps.append(Step("book", forms.booked(life.nation, record, reason, effective, parties=parties, **form)))
    return steps


def _act(what: str, records: list[Record], day: date, steps: list[Step]) -> Act:
    return Act(what, records[0].member, day, frozenset(record.person for record in records), tuple(steps))
