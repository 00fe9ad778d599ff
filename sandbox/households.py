"""What happens inside one municipality: 転居, 区間異動, births, deaths, households that split, join or change heads."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from kairan.partial_date import PartialDate
from sandbox import families, forms, measures, places
from sandbox.acts import Act, Changed, Step
from sandbox.life import Life
from sandbox.people import CHILD, FATHER, HEAD, HUSBAND, MOTHER, WIFE, Record

RELATIVE = "96"
ADULT = 18
_OTHER_HALF = {HUSBAND: WIFE, WIFE: HUSBAND}


def relocate(life: Life, day: date) -> Iterator[Act]:
    """転居 of a household; in a designated city often into another ward, with a new 世帯番号."""
    first = life.pick(lambda record: record.relationship == HEAD and life.household_is_free(record))
    if first is None:
        return
    draw, place = life.draw, places.of(first.member)
    household = life.nation.household(first)
    address = places.address(draw.random, place)
    wards = (first.address.municipality_or_ward, address.municipality_or_ward)
    number = first.household if wards[0] == wards[1] else next(draw.households[place.code])
    since = PartialDate.of(day)
    moved = [
        life.nation.next_version(record, address=address, address_since=since, household=number) for record in household
    ]
    group = forms.group(f"GR{draw.number('relocate')}", len(moved))
    steps = [Step("book", {**_relocation(life, record, day, wards), **group}) for record in moved]
    yield _act("relocated", moved, day, steps)
    life.note([Changed(*each) for each in zip(household, moved, strict=True)], "address", "59")


def bear(life: Life, day: date) -> Iterator[Act]:
    """出生: the mother is between twenty and forty-one; the father is whom the household names."""
    mother = life.pick(lambda record: _can_bear(life, record, day))
    if mother is None:
        return
    draw, household = life.draw, life.nation.household(mother)
    husbands = [
        record for record in household if _is_couple(record, mother) and life.nation.people[record.person].age(day) < 50
    ]
    parents = [life.nation.people[record.person] for record in (*husbands, mother)]
    child = families.child_of(draw, day, *parents)
    life.nation.people[child.key] = child
    since = PartialDate.of(day)
    relationship = CHILD if mother.relationship in {HEAD, WIFE} else f"{mother.relationship}{CHILD}"
    born = life.nation.put(
        replace(
            mother,
            person=child.key,
            atena=next(draw.atena[mother.member]),
            relationship=relationship,
            address_since=since,
            resident_since=since,
            version=1,
        )
    )
    route = "9条2項" if draw.chance(0.15) else "届出"
    particulars = {"birth_kind": "国内", "notice_route": route}
    form = forms.entered(life.nation, born, "03", day, particulars=particulars, notified=forms.partial(day))
    yield _act("born", [born], day, [Step("book", form)])
    _decide_protection(life, born, household, day)
    life.note([Changed(None, born)], "name", "28")


def die(life: Life, day: date) -> Iterator[Act]:
    """死亡; the day may be known in part only. Where the head dies, the others get a new one."""
    record = life.pick(lambda record: life.household_is_free(record) and _may_die(life, record, day))
    if record is None:
        return
    draw, was_head = life.draw, record.relationship == HEAD
    others = [other for other in life.nation.household(record) if other.person != record.person]
    effective = draw.day(day - timedelta(days=draw.random.randint(0, 5)))
    dead = life.nation.next_version(record, state="dead")
    life.nation.protected.pop(record.person, None)
    particulars = {
        "death_date": forms.partial(effective),
        "was_head": was_head,
        "notifier": _notifier(life, record, {"name": forms.written(draw.name("1")), "relationship": CHILD}),
    }
    form = forms.booked(life.nation, dead, "23", effective, particulars=particulars, resident_state="dead")
    yield _act("died", [dead], day, [Step("book", {**form, "notified": forms.partial(day)})])
    if was_head and others:
        yield from _new_head(life, others, day)


def _notifier(life: Life, record: Record, somebody: forms.Json) -> forms.Json:
    """Wife or husband where there is one, else a child that lives elsewhere."""
    for other in life.nation.household(record):
        if {other.relationship, record.relationship} in ({HEAD, HUSBAND}, {HEAD, WIFE}):
            person = life.nation.people[other.person]
            kinship = other.relationship if other.relationship != HEAD else _OTHER_HALF[record.relationship]
            return {"name": forms.written(person.name), "relationship": kinship}
    return somebody


def change_head(life: Life, day: date) -> Iterator[Act]:
    """世帯主変更 between husband and wife."""
    first = life.pick(lambda record: record.relationship == HEAD and life.household_is_free(record))
    household = life.nation.household(first) if first else []
    couple = [record for record in household if record.relationship in {HUSBAND, WIFE}]
    if couple:
        yield from _new_head(life, [*couple, *(record for record in household if record not in couple)], day)


def split(life: Life, day: date) -> Iterator[Act]:
    """世帯分離: a grown child at the same address heads his own household; later they may join again (51)."""
    record = life.pick(
        lambda record: (
            record.relationship == CHILD
            and life.household_is_free(record)
            and life.nation.people[record.person].age(day) >= ADULT
            and record.person not in life.nation.protected
        )
    )
    if record is None:
        return
    head = life.nation.household(record)[0]
    apart = life.nation.next_version(record, household=next(life.draw.households[record.member]), relationship=HEAD)
    yield _amended(life, "household split", "50", [apart], day)
    if life.draw.chance(0.4):
        life.begin([apart, head])
        life.later(day + timedelta(days=30), 1, lambda life, on: _join(life, apart, record, head, on))


def _join(life: Life, apart: Record, before: Record, head: Record, day: date) -> Iterator[Act]:
    joined = life.nation.next_version(apart, household=before.household, relationship=CHILD)
    yield _amended(life, "households joined", "51", [joined], day)
    life.end([apart, head])


def _new_head(life: Life, household: list[Record], day: date) -> Iterator[Act]:
    """The eldest adult who is there becomes 世帯主; the 続柄 of all follow him."""
    people = life.nation.people
    chosen = min(
        household, key=lambda record: (record.relationship not in {HEAD, HUSBAND, WIFE}, people[record.person].born)
    )
    if chosen.relationship == HEAD:
        chosen = next(record for record in household if record.relationship in {HUSBAND, WIFE})
    changed = [
        life.nation.next_version(record, relationship=_relationship(life, record, chosen)) for record in household
    ]
    yield _amended(life, "head changed", "53", changed, day)


def _relationship(life: Life, record: Record, head: Record) -> str:
    """続柄 to the new head, as far as the sandbox models kinship."""
    one, two = life.nation.people[record.person], life.nation.people[head.person]
    if record.person == head.person:
        return HEAD
    if two.key in one.parents:
        return CHILD
    if one.key in two.parents:
        return FATHER if one.sex == families.MALE else MOTHER
    if _is_couple(record, head):
        return HUSBAND if one.sex == families.MALE else WIFE
    return RELATIVE


def _amended(life: Life, what: str, reason: str, changed: list[Record], day: date) -> Act:
    group = forms.group(f"GH{life.draw.number('household')}", len(changed))
    steps = []
    for record in changed:
        household = forms.snapshot(life.nation, record, day)["household"]
        more = {"household": household, "related": forms.related(life.nation, record), **group}
        steps.append(Step("book", forms.booked(life.nation, record, reason, day, **more)))
    return _act(what, changed, day, steps)


def _relocation(life: Life, record: Record, day: date, wards: tuple[str | None, str | None]) -> forms.Json:
    between = wards[0] != wards[1]
    scope = {
        "kind": "区間異動" if between else "転居",
        "former_ward": wards[0] if between else None,
        "new_ward": wards[1] if between else None,
    }
    moved = forms.snapshot(life.nation, record, day)
    changed = {name: moved[name] for name in ("address", "address_since", "household")}
    notified = forms.partial(day)
    return forms.booked(life.nation, record, "41", day, particulars={"scope": scope}, notified=notified, **changed)


def _decide_protection(life: Life, born: Record, household: list[Record], day: date) -> None:
    """A child born into a protected household is ``unknown`` until 001 has decided."""
    if not any(record.person in life.nation.protected for record in household):
        return

    def decide(life: Life, on: date) -> Iterator[Act]:
        yield _act(
            "protection of the newborn", [born], on, [measures.row(life.draw, born, measures.new(life.draw, born), on)]
        )
        life.end([born])

    life.begin([born])
    life.later(day + timedelta(days=10), 1, decide)


def _can_bear(life: Life, record: Record, day: date) -> bool:
    mother = life.nation.people[record.person]
    return (
        mother.sex == families.FEMALE
        and record.relationship in {HEAD, WIFE, CHILD}
        and families.ADULT <= mother.age(day) <= families.LAST_BIRTH
        and life.household_is_free(record)
        and not _has_infant(life, record, day)
    )


def _has_infant(life: Life, record: Record, day: date) -> bool:
    children = (life.nation.people[other.person] for other in life.nation.household(record))
    return any(record.person in child.parents and (day - child.born).days < 400 for child in children)


def _is_couple(one: Record, other: Record) -> bool:
    return {one.relationship, other.relationship} in ({HEAD, HUSBAND}, {HEAD, WIFE})


def _may_die(life: Life, record: Record, day: date) -> bool:
    """Seldom before seventy; ever more often after."""
    age = life.nation.people[record.person].age(day)
    return life.draw.chance(0.01 if age < 60 else min((age - 55) / 45, 1.0))


def _act(what: str, records: list[Record], day: date, steps: list[Step]) -> Act:
    return Act(what, records[0].member, day, frozenset(record.person for record in records), tuple(steps))
