from collections import Counter
from random import Random  # noqa: TID251 - the sandbox draws from one seed

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.identifiers import NORTHERN_TERRITORIES, AtenaNumber, MunicipalityCode
from sandbox import names, numbers, places, register
from sandbox.draw import Draw
from sandbox.people import HEAD
from sandbox.population import is_mother_with_children
from tests.unit.sandbox.nations import TODAY, born, lived

MANY = born(7, 1000)

nations = st.integers(0, 10_000).map(lambda seed: born(seed, 40))


@given(nations)
def test_every_child_has_a_parent_who_is_fifteen_to_fifty_one_years_older(draw: Draw) -> None:
    people = draw.nation.people
    for child in people.values():
        for parent in child.parents:
            assert 15 <= (child.born - people[parent].born).days / 365.25 <= 51


@given(nations)
def test_every_household_has_exactly_one_head(draw: Draw) -> None:
    for record in draw.nation.home.values():
        heads = [other for other in draw.nation.household(record) if other.relationship == HEAD]
        assert len(heads) == 1


@given(nations)
def test_nobody_shares_name_and_birth_date_with_anybody(draw: Draw) -> None:
    known = Counter((person.name.text, person.born) for person in draw.nation.people.values())

    assert {1} == set(known.values())


@given(nations)
def test_nobody_is_registered_before_birth_or_in_the_future(draw: Draw) -> None:
    for record in draw.nation.home.values():
        person = draw.nation.people[record.person]
        assert record.resident_since.latest >= person.born
        assert record.resident_since.earliest <= TODAY
        assert person.birth_date.earliest <= person.born <= person.birth_date.latest


def test_numbers_and_codes_are_valid() -> None:
    for record in MANY.nation.home.values():
        assert record.atena == AtenaNumber.parse(record.atena)
        assert record.household == AtenaNumber.parse(record.household)
        assert MunicipalityCode.parse(record.address.municipality_or_ward or "")


def test_the_same_number_names_different_persons_in_different_municipalities() -> None:
    first = {member: next(MANY.nation.at(member)).atena for member in register.DEFAULT}

    assert len(set(first.values())) < len(first)


@given(st.integers(1, 10**13))
def test_an_issued_number_passes_the_check_of_the_bus(body: int) -> None:
    number = numbers.with_check_digit(body)

    assert number is None or number == AtenaNumber.parse(number)


def test_the_city_has_two_wards_and_people_live_in_both() -> None:
    wards = {record.address.municipality_or_ward for record in MANY.nation.at("141003")}

    assert {"141011", "141020"} == wards


def test_protected_persons_are_few_and_a_mother_with_her_child_is_among_them() -> None:
    nation = MANY.nation

    assert 0.002 <= len(nation.protected) / len(nation.home) <= 0.006
    heads = [nation.home[person] for person in nation.protected if nation.home[person].relationship == HEAD]
    assert any(is_mother_with_children(nation, head) for head in heads)


def test_whoever_lives_with_a_protected_person_is_protected_too() -> None:
    for person in MANY.nation.protected:
        household = MANY.nation.household(MANY.nation.home[person])
        assert {True} == {other.person in MANY.nation.protected for other in household}


def test_about_one_birth_date_in_two_hundred_is_not_known_exactly() -> None:
    unknown = [person for person in MANY.nation.people.values() if not person.birth_date.certain]

    assert 0.001 <= len(unknown) / len(MANY.nation.people) <= 0.012


def test_the_registered_domicile_is_often_a_third_member_and_sometimes_outside_the_register() -> None:
    domiciles = Counter(person.domicile.code for person in MANY.nation.people.values() if person.domicile)

    assert domiciles["202011"] > len(MANY.nation.people) / 10
    assert domiciles["472018"] > len(MANY.nation.people) / 30


def test_some_registered_domiciles_lie_in_the_northern_territories() -> None:
    random = Random(1)  # noqa: S311 - a nation, not a secret
    drawn = [places.domicile(random, places.of("143014"), register.DEFAULT, "").code for _ in range(600)]

    assert 0 < sum(code in NORTHERN_TERRITORIES for code in drawn) < 12


@pytest.mark.parametrize("plane", [0xE, 0x2, 0x10])
def test_some_names_have_variation_selectors_and_characters_of_planes_2_and_16(plane: int) -> None:
    rare = "".join(name.text for name in names.load().rare)

    assert any(ord(character) >> 16 == plane for character in rare)


def test_a_rare_name_is_drawn_now_and_then() -> None:
    rare = {name.text for name in names.load().rare}
    families = {person.name.text.split("　")[0] for person in MANY.nation.people.values()}

    assert families & rare


def test_foreign_residents_have_a_status_and_no_registered_domicile() -> None:
    foreign = [person for person in MANY.nation.people.values() if person.foreign]

    assert foreign
    assert {None} == {person.domicile for person in foreign}
    assert any(person.alias for person in foreign)


def test_after_life_every_household_still_has_exactly_one_head() -> None:
    nation = lived(7).draw.nation
    for record in nation.home.values():
        heads = [other for other in nation.household(record) if other.relationship == HEAD]
        assert len(heads) == 1
