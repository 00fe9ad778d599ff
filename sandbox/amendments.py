"""修正 of a single record: readings confirmed, 本籍 moved, 旧氏 and 通称 entered, residence status renewed."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from sandbox import forms, names, places
from sandbox.acts import Act, Changed, Step
from sandbox.calendar import years_on
from sandbox.life import Life
from sandbox.people import Person, Record

Amendment = tuple[str, Person, forms.Json]
"""異動事由, the person afterwards, the items that changed."""


def amend(life: Life, day: date) -> Iterator[Act]:
    """One record, one fact."""
    record = life.pick(lambda _: True)
    if record is None:
        return
    person = life.nation.people[record.person]
    reason, amended, items = life.draw.random.choice(AMENDMENTS)(life, record, person)
    life.nation.people[person.key] = amended
    after = life.nation.next_version(record)
    form = forms.booked(life.nation, after, reason, day, **items)
    yield Act("amended", record.member, day, frozenset({person.key}), (Step("book", form),))
    life.note([Changed(record, after)], "name")


def naturalise(life: Life, day: date) -> Iterator[Act]:
    """帰化: the foreign row goes (24), the Japanese row comes (04), together; to the bus they are one fact."""
    record = life.pick(lambda record: life.nation.people[record.person].foreign is not None)
    if record is None:
        return
    person = life.nation.people[record.person]
    removed = replace(record, version=record.version + 1)
    steps = [Step("book", forms.booked(life.nation, removed, "24", day, resident_state="removed"), facts=0)]
    japanese = replace(person, foreign=None, alias=None, domicile=life.draw.domicile(record.member, person.name))
    life.nation.people[person.key] = japanese
    after = life.nation.put(replace(record, version=record.version + 2))
    snapshot = forms.snapshot(life.nation, after, day)
    items = {name: snapshot[name] for name in ("resident_state", "resident_kind", "foreign_status", "koseki", "alias")}
    steps.append(Step("book", forms.booked(life.nation, after, "04", day, **items)))
    yield Act("naturalised", record.member, day, frozenset({person.key}), tuple(steps))


def _kana_confirmed(_life: Life, _record: Record, person: Person) -> Amendment:
    named = replace(person, kana_confirmed=not person.kana_confirmed)
    return "42", named, {"name": forms.name(named)}


def _domicile_moved(life: Life, record: Record, person: Person) -> Amendment:
    """転籍: told by the 本籍地, booked as 職権修正; the former 本籍地 is concerned too."""
    if person.domicile is None:
        return _status_renewed(life, record, person)
    moved = replace(person, domicile=life.draw.domicile(record.member, person.name))
    parties = forms.parties(moved, former_domicile=_lawful(person.domicile.code))
    return "43", moved, {"koseki": forms.koseki(moved), "parties": parties}


def _former_surname(life: Life, record: Record, person: Person) -> Amendment:
    """旧氏の記載, or its 変更."""
    if person.foreign:
        return _alias(life, record, person)
    renamed = replace(person, former_surname=names.load().family(life.draw.random))
    return "55" if person.former_surname else "54", renamed, {"former_surname": forms.written(renamed.former_surname)}


def _alias(_life: Life, _record: Record, person: Person) -> Amendment:
    """通称の削除, or its 記載."""
    renamed = replace(person, alias=None if person.alias else person.name)
    return "58" if person.alias else "57", renamed, {"alias": forms.written(renamed.alias)}


def _status_renewed(life: Life, record: Record, person: Person) -> Amendment:
    if person.foreign is None:
        return _kana_confirmed(life, record, person)
    renewed = replace(person, foreign=replace(person.foreign, expiry=years_on(person.foreign.expiry, 1)))
    return "43", renewed, {"foreign_status": forms.foreign(renewed)}


def _lawful(code: str) -> str | None:
    """A former 本籍 in the Northern Territories cannot be named as a party."""
    return None if code in places.NORTHERN_VILLAGES else code


AMENDMENTS: tuple[Callable[[Life, Record, Person], Amendment], ...] = (
    _kana_confirmed,
    _domicile_moved,
    _former_surname,
    _status_renewed,
)
