"""A row whose columns nobody can read is registered, refused and due to nobody; it never ends the checker."""

from dataclasses import replace
from typing import Any

import pytest

from producers.change import Party, Relation
from producers.protection.protection_changed import Forwarding
from sandbox.checker import facts, registered
from sandbox.checker.core import Core, Row
from sandbox.checker.facts import Fact
from tests.unit.sandbox.checker_world import DESTINATION, ORIGIN, OTHER, Nation, day, faults, relocated
from tests.unit.sandbox.test_checker_registrations import assessment, booked, entry, measure, notice

NO_LISTS = ['[{"role": "spouse"}]', None, 7, {"role": "spouse"}, ["spouse"], [{"role": "spouse"}], [{"role": 1}]]


def with_(row: Row, **columns: Any) -> Row:
    return row._replace(values={**row.values, **columns})


def departure(**particulars: object) -> Row:
    return entry(1, "21", particulars=particulars)


@pytest.mark.parametrize("column", ["parties", "related"])
def test_an_entry_with_no_list_of_parties_or_persons_has_to_be_refused(column: str) -> None:
    found = [(value, *booked(entry(1, "01", **{column: value}))) for value in NO_LISTS]

    assert [(value, True, (), ()) for value in NO_LISTS] == [
        (value, each.is_refused, each.parties, each.related) for value, each in found
    ]


def test_an_entry_whose_own_items_are_no_object_has_to_be_refused() -> None:
    values: list[object] = ['{"closing": {}}', None, 7, ["closing"], True]
    found = [fact for value in values for fact in booked(entry(1, "21", particulars=value))]

    assert [True] * len(values) == [fact.is_refused for fact in found]


@pytest.mark.parametrize("name", ["planned_destination", "confirmed_destination"])
def test_a_destination_that_is_none_has_to_be_refused(name: str) -> None:
    values: list[object] = [DESTINATION, 7, [DESTINATION], {"municipality": 131237}]
    found = [fact for value in values for fact in booked(departure(**{name: value, "closing": {}}))]

    assert [(True, ())] * len(values) == [(fact.is_refused, fact.parties) for fact in found]


@pytest.mark.parametrize("column", ["parties", "related", "forwarded_to", "perpetrators"])
def test_a_measure_that_nobody_can_read_has_to_be_refused(column: str) -> None:
    [found] = booked(measures=[with_(measure(1, "1"), **{column: "[]"})])

    assert found.is_refused


def test_an_assessment_that_nobody_can_read_has_to_be_refused() -> None:
    [found] = booked(assessments=[with_(assessment(1, 0, "当初"), parties="[]")])

    assert found.is_refused


def test_a_load_and_a_notice_of_a_record_that_nobody_can_read_have_to_be_refused() -> None:
    load = Row({"atena_number": entry(1, "01").values["atena_number"], "version": 1, "as_of": day("2026-05-01")}, True)
    found = booked(entry(1, "01", joined=False, related="[]"), loads=[load], notices=[notice(1)])

    assert {facts.LOADED: True, facts.NOTIFIED: True} == {fact.type: fact.is_refused for fact in found}


def test_the_next_entry_knows_nothing_of_a_record_that_nobody_can_read() -> None:
    unread, moved = booked(entry(1, "01", related="[]"), entry(2, "41"))

    assert (True, False) == (unread.is_refused, moved.is_refused)
    assert "previous_address" not in moved.body


def test_what_has_the_form_is_read_as_it_stands() -> None:
    """The bus's own names: this test says when they change."""
    assert {"role", "code"} <= Party.model_fields.keys()
    assert {"role", "atena_number"} <= Relation.model_fields.keys()
    assert "municipality" in Forwarding.model_fields
    related = [{"role": "spouse", "atena_number": OTHER}]
    [found] = registered(Core(ORIGIN, history=[entry(1, "01", related=related)]))

    assert (False, (("spouse", OTHER),)) == (found.is_refused, found.related)


def unread(fact: Fact) -> Fact:
    return replace(fact, is_malformed=True)


def test_what_has_to_be_refused_is_due_to_nobody() -> None:
    nation = Nation(relocated(1), unread(relocated(2)))

    assert {} == faults(nation.found())
    assert {1} == {due.fact.version for due in nation.due}


def test_what_had_to_be_refused_and_took_effect_is_too_much_everywhere() -> None:
    first, second = relocated(1), relocated(2)
    nation = Nation(first, second)
    nation.facts = (first, unread(second))

    assert faults(nation.found())["unentitled_fields"] >= len([due for due in nation.due if due.fact is second])
