"""What was taken back counts as never told: whatever is still known by it is too much."""

from dataclasses import replace
from typing import Any

from sandbox.checker.due import Due
from sandbox.checker.facts import Fact
from sandbox.checker.offices import Known, Received
from sandbox.checker.recalls import Recalled
from tests.unit.sandbox.checker_world import ORIGIN, Nation, event_ref, faults, pairwise_id, relocated

MOVED = relocated(1)
ANNULMENT = b"recall"


def taken_back(fact: Fact, due: Due) -> Recalled:
    assert fact.sending is not None
    assert fact.sending.event_id is not None
    return Recalled(fact.sending.event_id, due.receiver, due.business, ANNULMENT)


def recalled(nation: Nation, **changed: Any) -> Recalled:
    """The office has been told so; ``changed`` is what is wrong with the annulment."""
    due = nation.due_to(MOVED, ORIGIN, "024")
    rows, place = nation.at(MOVED, ORIGIN, "024")
    found = taken_back(MOVED, due)
    bare: dict[str, Any] = {
        "event_ref": ANNULMENT,
        "change": "annulled",
        "corrects_ref": event_ref(ORIGIN, found.event_id),
        "source_municipality": None,
        "source_business": None,
        "body": {},
        "topic_offset": 99,
    }
    annulment: Received = replace(rows[place], **(bare | changed))
    rows.append(annulment)
    return found


def test_a_recall_that_was_answered_is_clean() -> None:
    nation = Nation(MOVED)
    found = recalled(nation)

    assert {} == faults(nation.found(recalled=[found]))


def test_an_annulment_that_nobody_decided_is_too_much() -> None:
    nation = Nation(MOVED)
    recalled(nation)

    assert "unentitled_fields" in faults(nation.found())


def test_an_annulment_that_tells_something_is_too_much() -> None:
    for changed in ({"body": dict(MOVED.body)}, {"source_municipality": ORIGIN}, {"corrects_ref": b"another"}):
        nation = Nation(MOVED)
        found = recalled(nation, **changed)

        assert {"unentitled_fields"} <= faults(nation.found(recalled=[found])).keys()


def test_what_is_known_by_what_was_taken_back_is_too_much() -> None:
    nation = Nation(MOVED)
    found = recalled(nation)
    known = Known("024", pairwise_id(ORIGIN, MOVED.person.atena), {"birth_date": MOVED.body["birth_date"]})
    nation.known[found.receiver] = [known]

    assert {"unentitled_fields": 1} == faults(nation.found(recalled=[found]))


def test_what_was_taken_back_before_it_came_is_not_lost() -> None:
    nation = Nation(MOVED)
    nation.take(MOVED, ORIGIN, "024")

    assert {} == faults(nation.found(recalled=[taken_back(MOVED, nation.due_to(MOVED, ORIGIN, "024"))]))
