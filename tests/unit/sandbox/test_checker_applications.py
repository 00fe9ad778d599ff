"""What a row of 申請管理 means to the auditor: what was applied for, announced, mended or withdrawn, and by whom."""

from typing import Any

import pytest

from sandbox.checker import facts, registered
from sandbox.checker.core import Core, Row
from sandbox.checker.facts import Fact, Source
from tests.unit.sandbox.checker_world import DESTINATION, ORIGIN, PERSON, RESIDENT, day
from tests.unit.sandbox.test_checker_registrations import outbox

TO = {"municipality": DESTINATION, "ward": None, "address": "横浜市", "country": None}
NOTHING = dict.fromkeys(("corrects_version", "cancels_version", "pairwise_id", "origin", "stage", "planned_date"))
MOVE_OUT = {"kind": "move_out", "stage": "applied", "planned_date": day("2026-05-01"), "mover_scope": "全部"}
VISIT = {"kind": "visit", "mover_scope": None, "visit_date": day("2026-05-03")}


def row(version: int, *, joined: bool = True, **items: Any) -> Row:
    plain = {
        "atena_number": PERSON,
        "version": version,
        "received": day("2026-04-20"),
        "name": RESIDENT["name"],
        "birth_date": RESIDENT["birth_date"],
        "planned_destination": TO,
        "visit_date": None,
    }
    return Row({**NOTHING, **plain, **items}, joined)


def told(*rows: Row, member: str = ORIGIN, protection: str | None = None) -> list[Fact]:
    sent = [
        outbox(place, "application", PERSON, each.values["version"], protection=protection)
        for place, each in enumerate(rows, 1)
    ]
    return registered(Core(member, applications=rows, outbox=sent))


def test_029_states_it_and_tells_where_to_and_when() -> None:
    [applied, visit] = told(row(1, **MOVE_OUT), row(2, **VISIT))

    assert [(facts.APPLIED, "created"), (facts.VISIT, "created")] == [
        (each.type, each.change) for each in (applied, visit)
    ]
    assert Source(ORIGIN, "029") == applied.source == visit.source
    assert (("origin", ORIGIN), ("destination", DESTINATION)) == applied.parties == visit.parties
    assert {"name", "birth_date", "stage", "planned_date", "mover_scope", "planned_destination"} == applied.body.keys()
    assert {"name", "birth_date", "visit_date", "planned_destination"} == visit.body.keys()


def test_a_counter_states_where_the_visitor_comes_from_and_who_he_is() -> None:
    [visit] = told(row(1, **VISIT, origin=ORIGIN, pairwise_id="\\x" + "ab" * 16), member=DESTINATION)

    assert (("origin", ORIGIN), ("destination", DESTINATION)) == visit.parties
    assert b"\xab" * 16 == visit.announced_as


def test_the_counter_of_a_ward_is_its_citys() -> None:
    [visit] = told(row(1, **VISIT, planned_destination=TO | {"municipality": "141011"}))

    assert TO | {"municipality": "141003", "ward": "141011"} == visit.body["planned_destination"]
    assert ("destination", "141003") in visit.parties


@pytest.mark.parametrize(("names", "change"), [("corrects_version", "corrected"), ("cancels_version", "annulled")])
def test_a_further_row_corrects_or_annuls_the_one_that_it_names(names: str, change: str) -> None:
    first, second = told(row(1, **MOVE_OUT), row(2, **MOVE_OUT, **{names: 1}))

    assert (change, first.record) == (second.change, second.corrects)
    assert ({} if change == "annulled" else first.body) == second.body


def test_what_is_older_than_the_bus_is_neither_sent_nor_named() -> None:
    [second] = told(row(1, joined=False, **MOVE_OUT), row(2, **MOVE_OUT, corrects_version=1))

    assert ("corrected", None) == (second.change, second.corrects)


def test_whoever_is_not_said_to_be_protected_may_be() -> None:
    assert ["unknown", "protected"] == [
        told(row(1, **MOVE_OUT), protection=protection)[0].protection for protection in (None, "protected")
    ]
