"""The protection state: a measure ends only by its own newer version, and in doubt a person is hidden."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kairan.measures import UnknownKindError
from processors.routing.protection import ProtectionState
from tests.unit.processors.routing.world import EDOGAWA, ICHIKAWA, claim, handle, link, measure, measures

ANY_MEASURE = st.builds(
    measure,
    st.sampled_from(["1", "2", "3", "unknown"]),
    st.integers(0, 4),
    st.sampled_from(["", "M1", "M2"]),
    municipality=st.sampled_from([EDOGAWA, ICHIKAWA]),
    registered=st.integers(0, 3),
)


PEOPLE = range(1, 5)
ANY_LINK = st.builds(link, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
ANY_CLAIM = st.builds(claim, st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
ANY_ONES_MEASURE = st.builds(
    measure, st.sampled_from(["1", "2", "3", "unknown"]), st.integers(0, 3), person=st.sampled_from(PEOPLE)
)


ANYTHING = st.lists(st.one_of(ANY_ONES_MEASURE, ANY_LINK, ANY_CLAIM), max_size=12)
STRICTNESS = ["none", "unknown", "protected"]


def standings(*records: Mapping[str, Any]) -> list[str]:
    """Of everybody."""
    state = ProtectionState()
    for each in records:
        state.take(shape_of(each), each)
    return [state.standing(handle(person)) for person in PEOPLE]


def shape_of(record: Mapping[str, Any]) -> str:
    names = (name for field, name in {"same_as": "Link", "claimed": "Claim"}.items() if field in record)
    return f"kairan.bus.{next(names, 'Measure')}"


def reached(records: list[dict[str, Any]], person: bytes, joining: str) -> set[bytes]:
    """Whom this field joins with a person: by looking at every record until nobody is added."""
    found = {person}
    for _ in records:
        for each in records:
            pair = {each["handle"], each.get(joining, each["handle"])}
            found |= pair if pair & found else set()
    return found


def claimed(records: list[dict[str, Any]], person: bytes) -> set[bytes]:
    """Who is joined by one claim with somebody that is linked with a person, and who is linked with these."""
    linked = reached(records, person, "same_as")
    pairs = [{each["handle"], each["claimed"]} for each in records if "claimed" in each]
    others = {other for pair in pairs if pair & linked for other in pair}
    return linked.union(*(reached(records, other, "same_as") for other in others))


def strictest(records: list[dict[str, Any]], handles: set[bytes]) -> int:
    """Of what was stated under each of these handles alone."""
    stated = [each for each in records if "kind" in each]
    return max(STRICTNESS.index(measures(*stated).standing(each)) for each in handles)


def standing(*records: Mapping[str, Any]) -> str:
    return measures(*records).standing(handle(1))


def test_nobody_is_protected_of_whom_nothing_was_stated() -> None:
    assert "none" == ProtectionState().standing(handle(1))


@pytest.mark.parametrize("kind", ["1", "2"])
def test_a_measure_protects_also_while_it_is_provisional(kind: str) -> None:
    assert "protected" == standing(measure(kind))


def test_a_measure_ends_by_a_newer_version_of_itself() -> None:
    assert "none" == standing(measure("1", 1), measure("3", 2))


def test_an_older_version_that_comes_late_changes_nothing() -> None:
    assert "protected" == standing(measure("3", 2), measure("1", 3), measure("3", 2))
    assert "none" == standing(measure("1", 1), measure("3", 2), measure("1", 1))


def test_a_list_of_ended_measures_does_not_take_away_a_newer_one() -> None:
    """目黒区 2025: the list was made in April, the new measure stated on 8 May, the list applied on 14 May."""
    april, may = measure("1", 1, "R6-0412"), measure("1", 1, "R7-0508")
    released = measure("3", 2, "R6-0412")

    assert "protected" == standing(april, may, released)


def test_the_same_measure_id_of_another_municipality_is_another_measure() -> None:
    assert "protected" == standing(measure("1", 1), measure("3", 2, municipality=ICHIKAWA))


def test_should_two_records_claim_a_version_the_one_that_protects_counts() -> None:
    assert "protected" == standing(measure("1", 2), measure("3", 2)) == standing(measure("3", 2), measure("1", 2))


def test_a_refused_flag_leaves_a_person_unknown_until_that_measure_is_stated_validly() -> None:
    refused = measure("unknown", 2)

    assert "unknown" == standing(refused)
    assert "unknown" == standing(measure("3", 1), refused)
    assert "none" == standing(refused, measure("3", 2))
    assert "unknown" == standing(refused, measure("3", 9, "M2"))
    assert "unknown" == standing(refused, measure("3", 9, municipality=ICHIKAWA))


def test_a_flag_that_did_not_tell_its_measure_is_settled_only_by_one_that_protects() -> None:
    refused = measure("unknown", 0, "", registered=100)

    assert "unknown" == standing(refused, measure("3", 5, registered=200))
    assert "unknown" == standing(refused, measure("1", 4, registered=99), measure("3", 5, registered=200))
    assert "none" == standing(refused, measure("1", 4, registered=150), measure("3", 5, registered=200))


def test_a_flag_that_did_not_tell_its_version_is_settled_by_a_later_record_of_the_measure() -> None:
    refused = measure("unknown", 0, registered=100)

    assert "unknown" == standing(refused, measure("3", 5, registered=99))
    assert "none" == standing(refused, measure("3", 5, registered=100))


def test_a_measure_of_unknown_kind_stops_the_reader() -> None:
    with pytest.raises(UnknownKindError):
        measures(measure("4"))


@given(st.lists(ANY_MEASURE, max_size=6), st.randoms(use_true_random=False), st.data())
def test_neither_order_nor_doubles_matter(records: list[dict[str, Any]], shuffle: Any, data: st.DataObject) -> None:
    doubled = records + ([data.draw(st.sampled_from(records))] if records else [])
    shuffle.shuffle(doubled)

    assert standing(*records) == standing(*doubled)


@given(st.lists(ANY_MEASURE, max_size=6))
def test_nobody_is_unprotected_while_the_newest_version_of_any_measure_is_active(records: list[dict[str, Any]]) -> None:
    newest: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in records:
        if each["kind"] != "unknown":
            known = newest.setdefault((each["municipality"], each["measure"]), [])
            known[:] = [one for one in [*known, each] if one["version"] == max(o["version"] for o in [*known, each])]
    active = any(each["kind"] in {"1", "2"} for known in newest.values() for each in known)

    assert active == (standing(*records) == "protected")


@given(st.lists(ANY_MEASURE, max_size=5), st.integers(1, 9))
def test_the_end_of_another_measure_never_uncovers_a_person(records: list[dict[str, Any]], version: int) -> None:
    before = standing(*records)

    assert before == standing(*records, measure("3", version, "M9", registered=9))


def test_whoever_is_one_person_with_a_protected_one_is_protected() -> None:
    protected = ["protected", "protected", "none", "none"]

    assert protected == standings(measure("1", person=1), link(1, 2)) == standings(link(2, 1), measure("1", person=1))


def test_also_over_a_third_subject() -> None:
    assert ["protected"] * 4 == standings(link(1, 2), link(3, 4), measure("2", person=4), link(2, 3))


def test_of_several_standings_the_strictest_counts() -> None:
    assert ["protected", "protected"] == standings(measure("unknown", person=1), measure("1", person=2), link(1, 2))[:2]


def test_what_ends_under_one_name_does_not_end_under_the_other() -> None:
    """Only the record of the measure that protects ends it: the same number may be another person's measure."""
    records = (measure("1", 1, person=1), measure("3", 2, person=2), link(1, 2))

    assert ["protected", "protected"] == standings(*records)[:2]
    assert ["none", "none"] == standings(*records, measure("3", 2, person=1))[:2]


@given(ANYTHING, st.one_of(ANY_LINK, ANY_CLAIM))
def test_no_link_and_no_claim_uncovers_anybody(records: list[dict[str, Any]], linked: dict[str, Any]) -> None:
    strictness = STRICTNESS.index
    pairs = zip(standings(*records), standings(*records, linked), strict=True)

    assert all(strictness(before) <= strictness(after) for before, after in pairs)


@given(ANYTHING, st.randoms(use_true_random=False))
def test_links_claims_and_measures_may_come_in_any_order(records: list[dict[str, Any]], shuffle: Any) -> None:
    shuffled = [*records, *records]
    shuffle.shuffle(shuffled)

    assert standings(*records) == standings(*shuffled)


def test_a_claim_hides_and_tells_of_a_flag_no_more_than_a_doubt() -> None:
    assert ["protected", "unknown", "none", "none"] == standings(measure("1", person=1), claim(2, 1))
    assert ["unknown", "unknown", "none", "none"] == standings(measure("unknown", person=2), claim(2, 1))
    assert ["none"] * 4 == standings(claim(2, 1))


def test_claims_do_not_add_up_and_links_do() -> None:
    assert ["protected", "unknown", "none", "none"] == standings(
        measure("1", person=1), claim(1, 2), claim(2, 3), claim(3, 4)
    )
    assert ["protected", "unknown", "unknown", "protected"] == standings(
        measure("1", person=1), link(1, 4), claim(4, 2), link(2, 3)
    )


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ([measure("1", person=1)], ["protected", "unknown", "unknown", "unknown"]),
        ([measure("1", person=3)], ["unknown", "protected", "protected", "protected"]),
        ([measure("1", 1, person=1), measure("3", 2, person=1)], ["none"] * 4),
        ([measure("1", 1, person=3), measure("3", 2, person=3)], ["none"] * 4),
    ],
)
def test_whichever_comes_first_what_one_of_the_linked_has_hides_whom_a_claim_names(stated: Any, expected: Any) -> None:
    orders = itertools.permutations([*stated, claim(1, 2), claim(2, 1), link(2, 3), link(3, 4)])

    assert all(expected == standings(*order) for order in orders)


def test_what_a_claim_hides_ends_with_the_measure() -> None:
    assert ["none"] * 4 == standings(measure("1", 1, person=1), claim(2, 1), measure("3", 2, person=1))


@given(ANYTHING)
@settings(max_examples=8 * settings().max_examples)
def test_a_person_has_the_strictest_standing_of_all_links_and_over_one_claim_at_most_a_doubt(
    records: list[dict[str, Any]],
) -> None:
    def expected(person: bytes) -> int:
        certain = strictest(records, reached(records, person, "same_as"))
        perhaps = strictest(records, claimed(records, person))
        return max(certain, min(perhaps, STRICTNESS.index("unknown")))

    assert standings(*records) == [STRICTNESS[expected(handle(person))] for person in PEOPLE]


@given(ANYTHING, ANYTHING)
def test_whose_standing_a_record_changes_is_reached_from_its_handle_whatever_comes_later(
    before: list[dict[str, Any]], later: list[dict[str, Any]]
) -> None:
    state, changed = ProtectionState(), set[bytes]()
    for each in before:
        state.take(shape_of(each), each)
    for each in later:
        former = [state.standing(handle(person)) for person in PEOPLE]
        state.take(shape_of(each), each)
        now = [state.standing(handle(person)) for person in PEOPLE]
        changed |= {handle(person) for person, was, is_ in zip(PEOPLE, former, now, strict=True) if was != is_}

    assert changed <= set[bytes]().union(*(state.around(each["handle"]) for each in later))


@given(ANYTHING)
def test_nobody_is_reached_who_has_nothing_in_common(records: list[dict[str, Any]]) -> None:
    """Who is one with a person, and who may be, with whom these are one."""
    state = ProtectionState()
    for each in records:
        state.take(shape_of(each), each)

    assert all(claimed(records, handle(each)) == state.around(handle(each)) for each in PEOPLE)
