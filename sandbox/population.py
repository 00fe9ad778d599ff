"""The people at the beginning: households in every member, with addresses, numbers and those who are protected."""

from dataclasses import replace

from sandbox import families, measures, places
from sandbox.calendar import years_on
from sandbox.draw import Draw
from sandbox.families import Family
from sandbox.nation import Nation
from sandbox.people import HEAD, Record

PROTECTED_SHARE = 0.003
NHI_SHARE = 0.3
OLDER_SHARE = 0.15


def populate(draw: Draw, size: int) -> None:
    """At least ``size`` residents (the last household is not cut), spread over the members by their weight."""
    members = draw.nation.members
    weights = [places.of(code).weight for code in members]
    while len(draw.nation.home) < size:
        member = draw.random.choices(members, weights)[0]
        settle(draw, member, families.family(draw, member))
    _protect_some(draw)


def settle(draw: Draw, member: str, family: Family) -> list[Record]:
    """The family lives there, since a day that may be long ago."""
    address = places.address(draw.random, places.of(member))
    since = draw.between(max(years_on(family[0][0].born, 18), draw.born_at_age(60)), years_on(draw.today, -1))
    household, nhi = next(draw.households[member]), draw.chance(NHI_SHARE)
    inside = []
    for person, relation in family:
        draw.nation.people[person.key] = person
        day = draw.day(max(since, person.born))
        record = Record(person.key, member, next(draw.atena[member]), household, relation, address, day, day, nhi)
        inside.append(draw.nation.put(_with_history(draw, record)))
    return inside


def _with_history(draw: Draw, record: Record) -> Record:
    """Some records have been changed before the bus began."""
    if not record.resident_since.certain or not draw.chance(OLDER_SHARE):
        return record
    draw.nation.older.add((record.member, record.person))
    return replace(record, version=2)


def _protect_some(draw: Draw) -> None:
    """A mother with her child first, then whole households as long as the share allows."""
    nation = draw.nation
    wanted = round(len(nation.home) * PROTECTED_SHARE)
    heads = [record for record in nation.home.values() if record.relationship == HEAD]
    draw.random.shuffle(heads)
    first = next((head for head in heads if is_mother_with_children(nation, head)), heads[0])
    for head in (first, *heads):
        household = nation.household(head)
        fits = len(nation.protected) + len(household) <= wanted or not nation.protected
        if fits and head.person not in nation.protected:
            for record in household:
                measures.new(draw, record)


def is_mother_with_children(nation: Nation, head: Record) -> bool:
    """Nobody else lives with them."""
    mother, children = nation.people[head.person], nation.household(head)[1:]
    return (
        mother.sex == families.FEMALE
        and bool(children)
        and all(mother.key in nation.people[child.person].parents for child in children)
    )
