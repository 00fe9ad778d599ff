"""The shapes of households: who lives together, how old they are, who is whose parent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sandbox import names
from sandbox.calendar import years_on
from sandbox.draw import Draw
from sandbox.people import CHILD, FATHER, HEAD, HUSBAND, MOTHER, WIFE, Domicile, Name, Person

Family = list[tuple[Person, str]]
"""Persons with their 続柄, the head first."""

FEMALE, MALE = "2", "1"
ADULT, LAST_BIRTH = 20, 41
AT_HOME_UNTIL = 24


def family(draw: Draw, member: str) -> Family:
    """A household of some shape, foreign now and then."""
    shape = draw.random.choices([shape for shape, _ in SHAPES], [weight for _, weight in SHAPES])[0]
    return shape(draw, member)


def young_alone(draw: Draw, member: str) -> Family:
    return [(_settler(draw, member, draw.random.randint(18, 39)), HEAD)]


def old_alone(draw: Draw, member: str) -> Family:
    return [(_settler(draw, member, draw.random.randint(62, 99)), HEAD)]


def foreign(draw: Draw, member: str) -> Family:
    del member
    first = draw.foreigner(draw.random.choice((MALE, FEMALE)), draw.born_at_age(draw.random.randint(19, 55)))
    if draw.chance(0.5):
        return [(first, HEAD)]
    other = draw.foreigner(MALE if first.sex == FEMALE else FEMALE, draw.born_at_age(draw.random.randint(19, 55)))
    return [(first, HEAD), (other, HUSBAND if other.sex == MALE else WIFE)]


def couple(draw: Draw, member: str) -> Family:
    return _couple(draw, member, draw.random.randint(24, 60))


def old_couple(draw: Draw, member: str) -> Family:
    return _couple(draw, member, draw.random.randint(60, 92))


def parents_and_children(draw: Draw, member: str) -> Family:
    both = _couple(draw, member, draw.random.randint(24, 50))
    return both + _children(draw, both[0][0], both[1][0])


def mother_and_children(draw: Draw, member: str) -> Family:
    mother = _settler(draw, member, draw.random.randint(24, 46), FEMALE)
    return [(mother, HEAD), *_children(draw, mother)]


def father_and_children(draw: Draw, member: str) -> Family:
    father = _settler(draw, member, draw.random.randint(26, 50), MALE)
    return [(father, HEAD), *_children(draw, father)]


def three_generations(draw: Draw, member: str) -> Family:
    inside = parents_and_children(draw, member)
    head = inside[0][0]
    old, kinship = draw.random.choice(((MALE, FATHER), (FEMALE, MOTHER)))
    born = draw.years_after(head.born, -36, -22)
    parent = _japanese(draw, _family_name(head), old, born, head.domicile)
    inside[0] = (replace(head, parents=(parent.key,)), HEAD)
    return [*inside, (parent, kinship)]


SHAPES: tuple[tuple[Callable[[Draw, str], Family], int], ...] = (
    (young_alone, 18),
    (old_alone, 13),
    (foreign, 3),
    (couple, 11),
    (old_couple, 14),
    (parents_and_children, 26),
    (mother_and_children, 6),
    (father_and_children, 2),
    (three_generations, 7),
)


def child_of(draw: Draw, born: date, *parents: Person) -> Person:
    """A child of these parents, with the family name and the 本籍 of the first."""
    first = parents[0]
    sex = draw.random.choice((MALE, FEMALE))
    if first.foreign:
        child = draw.foreigner(sex, born)
    else:
        child = _japanese(draw, _family_name(first), sex, born, first.domicile)
    return replace(child, parents=tuple(parent.key for parent in parents))


def _couple(draw: Draw, member: str, age: int) -> Family:
    """Husband and wife; he is between eight years older and two younger."""
    husband = _settler(draw, member, age, MALE)
    born = draw.years_after(husband.born, -2, 7)
    adult = min(born, draw.born_at_age(19))
    wife = _japanese(draw, _family_name(husband), FEMALE, adult, husband.domicile)
    if draw.chance(0.06):
        former = names.load().family(draw.random)
        wife = replace(wife, former_surname=former)
    return [(husband, HEAD), (wife, WIFE)]


def _children(draw: Draw, *parents: Person) -> Family:
    """One to three; each parent is twenty at least when they are born, the last named not much over forty."""
    youngest, mother = max(parent.born for parent in parents), parents[-1]
    first = max(years_on(youngest, ADULT), draw.born_at_age(AT_HOME_UNTIL))
    last = min(years_on(mother.born, LAST_BIRTH), draw.today)
    if first > last:
        return []
    count = draw.random.choices((1, 2, 3), (45, 42, 13))[0]
    return [(child_of(draw, draw.between(first, last), *parents), CHILD) for _ in range(count)]


def _settler(draw: Draw, member: str, age: int, sex: str | None = None) -> Person:
    """A head of a household with a family name of his own; his 本籍 names himself or a parent."""
    name = names.load().family(draw.random)
    sex = sex or draw.random.choice((MALE, FEMALE))
    person = draw.person(name, sex, draw.born_at_age(age))
    return replace(person, domicile=draw.domicile(member, person.name))


def _japanese(draw: Draw, name: Name, sex: str, born: date, domicile: Domicile | None) -> Person:
    return replace(draw.person(name, sex, born), domicile=domicile)


def _family_name(person: Person) -> Name:
    text, kana = person.name.text.split("　")[0], person.name.kana.split("　")[0]
    return Name(text, kana)
