"""The contenders do the same job, and what they do it with is lawful."""

import pytest

from bench import people
from bench.contenders import spelled_out
from bench.people import Person
from kairan.keys import SourceKey
from kairan.stream import Incoming
from processors.routing.deliveries import route
from processors.routing.protection import ProtectionState
from tests.unit.processors.admission.statements import EDOGAWA, YOKOHAMA
from tests.unit.processors.admission.world import World
from tests.unit.processors.routing.world import (
    BUNDLE,
    HAYAMA,
    KEYS,
    NAGANO,
    full_body,
    handle,
    measure,
    measures,
    moved_in,
    municipality,
    record,
)

MEMBERS = (YOKOHAMA, EDOGAWA)
SOURCE_KEYS = dict.fromkeys(MEMBERS, SourceKey(bytes(32)))
FAMILY = people.people(6, 6)
"""Two households: one in each municipality."""
ARRIVAL = moved_in(
    municipalities=[municipality("destination", HAYAMA), municipality("registered_domicile", NAGANO)],
    related=[{"role": "spouse", "handle": handle(2)}, {"role": "same_person", "handle": handle(3)}],
    group={"id": "G1", "size": 3},
    correlation="2026-1",
    reason={"code": "01", "edition": "2024-07"},
)
TAX = record("tax.ResidentTaxAssessed", full_body("tax.ResidentTaxAssessed"), protection="unknown")


@pytest.mark.parametrize("event", [ARRIVAL, TAX], ids=["snapshot", "tax"])
@pytest.mark.parametrize(
    "state",
    [ProtectionState(), *(measures(measure("1", person=person)) for person in (1, 2, 3))],
    ids=["nobody hides", "the person hides", "a spouse hides", "the same person hides"],
)
def test_the_job_spelled_out_writes_the_bytes_that_routing_writes(event: Incoming, state: ProtectionState) -> None:
    assert route(event, state, BUNDLE, KEYS).deliveries == spelled_out.deliveries(event, state, BUNDLE, KEYS)


def test_all_that_the_bench_states_is_admitted() -> None:
    facts = [
        *people.snapshots(FAMILY, MEMBERS, SOURCE_KEYS),
        *people.taxes(FAMILY, MEMBERS, SOURCE_KEYS),
    ]
    events = World().admit(*(fact.statement.value for fact in facts))

    assert {(YOKOHAMA, 6), (EDOGAWA, 6)} == {
        (code, sum(event["source"]["municipality"] == code for event in events)) for code in MEMBERS
    }


def test_people_are_different_and_the_same_in_every_run() -> None:
    drawn = people.people(0, 3000)

    assert (3000, 3000) == (len(drawn), len({person.atena_number for person in drawn}))
    assert people.arrival(drawn[7], MEMBERS) == people.arrival(Person(7), MEMBERS)


def test_a_household_lives_in_one_municipality_and_is_counted_whole() -> None:
    assert [6, 7, 8, 9, 10, 11] == [person.index for person in people.people(4, 4)]
    assert {YOKOHAMA} == {person.home(MEMBERS) for person in people.people(0, 3)}
