"""Records in the words of the core system's columns: what a clerk would type, as JSON values."""

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from kairan.partial_date import PartialDate
from sandbox.acts import Mover
from sandbox.calendar import years_on
from sandbox.nation import Nation
from sandbox.people import CHILD, HEAD, HUSBAND, WIFE, Address, Name, Person, Record

Json = dict[str, Any]
OLDEST_CHILD = 18
"""Of 児童手当, without the days to the end of March."""
_ADDRESS = tuple(field.name for field in fields(Address))


def partial(day: PartialDate | date) -> Json:
    return (PartialDate.of(day) if isinstance(day, date) else day).as_record()


def address(where: Address) -> Json:
    return {name: getattr(where, name) for name in _ADDRESS}


def written(name: Name | None) -> Json | None:
    return {"text": name.text, "kana": name.kana} if name else None


def name(person: Person) -> Json:
    return {"text": person.name.text, "kana": person.name.kana, "kana_confirmed": person.kana_confirmed}


def koseki(person: Person) -> Json | None:
    """本籍 and 筆頭者."""
    return {"domicile": person.domicile.text, "head": person.domicile.head} if person.domicile else None


def mover(person: Person) -> Mover:
    return Mover(person.name.text, person.birth_date.value, person.sex)


def snapshot(nation: Nation, record: Record, day: date) -> Json:
    """The items of a resident's record."""
    person = nation.people[record.person]
    return {
        "name": name(person),
        "former_surname": written(person.former_surname),
        "alias": written(person.alias),
        "birth_date": partial(person.birth_date),
        "sex": person.sex,
        "address": address(record.address),
        "address_since": partial(record.address_since),
        "resident_since": partial(record.resident_since),
        "household": _household(nation, record),
        "koseki": koseki(person),
        "foreign_status": foreign(person),
        "resident_state": record.state,
        "resident_kind": person.kind,
        "entitlements": entitlements(nation, record, day),
    }


def entitlements(nation: Nation, record: Record, day: date) -> Json:
    """What the law and the household's choice of an insurer give on that day."""
    person, since = nation.people[record.person], record.resident_since.earliest
    starts = {
        "nhi": since if record.nhi and person.age(day) < 75 else None,
        "late_elderly": _since_age(person, 75, day),
        "care": _since_age(person, 65, day),
        "pension": _since_age(person, 20, day) if person.age(day) < 60 else None,
        "child_allowance": _first_child(nation, record, day),
    }
    return {what: start and {"start": max(start, since).isoformat(), "end": None} for what, start in starts.items()}


def parties(person: Person, **others: str | None) -> list[Json]:
    """The municipalities concerned: the 本籍地 and whoever is named by role."""
    named = dict(others)
    if person.domicile:
        named["registered_domicile"] = person.domicile.code
    return [{"role": role, "code": code} for role, code in named.items() if code]


def related(
    nation: Nation, record: Record, among: Collection[int] | None = None, day: date | None = None
) -> list[Json]:
    """
    世帯主, 配偶者, 父母 and 子 in the household; ``among``: only those whom the bus may know already.

    ``day``: of a child up to eighteen on it also who receives, or is to receive, its 児童手当.
    """
    found = []
    for other in nation.household(record):
        if other.person != record.person and (among is None or other.person in among):
            roles = [*_roles(nation, record, other), *_receives(nation, record, other, day)]
            found += [{"role": role, "atena_number": other.atena} for role in roles]
    return found


def entered(nation: Nation, record: Record, reason: str, effective: PartialDate | date, **more: Any) -> Json:
    """A first 履歴, or one that begins anew: all items."""
    form = {**snapshot(nation, record, _latest(effective)), **booked(nation, record, reason, effective)}
    return {"related": related(nation, record, day=_latest(effective)), **form, **more}


def booked(nation: Nation, record: Record, reason: str, effective: PartialDate | date, **changed: Any) -> Json:
    """A further 履歴: what is not named stays as it was. ``parties`` belong to this 異動 alone."""
    return {
        "atena_number": record.atena,
        "version": record.version,
        "reason": reason,
        "effective": partial(effective),
        "parties": parties(nation.people[record.person]),
        **changed,
    }


def cancelled(record: Record, reason: str, version: int, effective: date, **more: Any) -> Json:
    """異動の取消し (09 増, 28 減, 59 修正) of a version."""
    return {
        "atena_number": record.atena,
        "version": record.version,
        "reason": reason,
        "cancels_version": version,
        "effective": partial(effective),
        **more,
    }


def group(name: str, size: int) -> Json:
    """異動単位, where more than one moves."""
    return {"group_id": name, "group_size": size} if size > 1 else {}


def _household(nation: Nation, record: Record) -> Json:
    head = nation.head(record)
    return {"number": record.household, "head_name": head.name.text, "relationship": record.relationship}


def foreign(person: Person) -> Json | None:
    """Of a Japanese nothing."""
    status = person.foreign
    return {**asdict(status), "expiry": partial(status.expiry)} if status else None


def _roles(nation: Nation, record: Record, other: Record) -> list[str]:
    one, two = nation.people[record.person], nation.people[other.person]
    roles = ["head"] if other.relationship == HEAD else []
    if {record.relationship, other.relationship} in ({HEAD, HUSBAND}, {HEAD, WIFE}):
        roles.append("spouse")
    if two.key in one.parents:
        roles.append("parent")
    if one.key in two.parents:
        roles.append("child")
    return roles


def _receives(nation: Nation, record: Record, other: Record, day: date | None) -> list[str]:
    """The parent who is the head, as ``_first_child`` has it."""
    child = nation.people[record.person]
    is_parent = other.relationship == HEAD and nation.people[other.person].key in child.parents
    return ["recipient"] if day and is_parent and child.age(day) <= OLDEST_CHILD else []


def _since_age(person: Person, age: int, day: date) -> date | None:
    return years_on(person.born, age) if person.age(day) >= age else None


def _first_child(nation: Nation, record: Record, day: date) -> date | None:
    """児童手当 goes to the head of a household with children up to eighteen."""
    if record.relationship != HEAD:
        return None
    inside = (nation.people[other.person] for other in nation.household(record) if other.relationship == CHILD)
    return min((child.born for child in inside if child.age(day) <= OLDEST_CHILD), default=None)


def _latest(day: PartialDate | date) -> date:
    return day if isinstance(day, date) else min(day.latest, date.max)
