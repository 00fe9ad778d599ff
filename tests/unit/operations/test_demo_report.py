"""A demonstration has failed when anything was lost, doubled, out of order or disclosed."""

import dataclasses
from dataclasses import replace

from operations.demo.conduct import refused
from operations.demo.reckoning import _checked
from operations.demo.report import MUST_BE_ZERO, WORDS, Latency, Report
from sandbox.checker import Findings
from sandbox.checker import Latency as Measured
from sandbox.checker.findings import FAULTS
from sandbox.checker.pages.watch import Watched
from sandbox.checker.pages.whereabouts import Disclosure, Visitor
from sandbox.stage import Fact, Story

WELL = Report(
    seed=7,
    events_registered=10,
    events_admitted=9,
    events_refused=1,
    bad_inputs_sent=1,
    refused_in_stories=0,
    deliveries_due=20,
    deliveries_applied=20,
    parked=0,
    lost=0,
    duplicate_effects=0,
    out_of_order=0,
    unentitled_fields=0,
    protected_disclosed=0,
    altered_values=0,
    missing_fields=0,
    buckets_differing=0,
    bad_inputs_not_refused=0,
    procedures={"completed": 1},
    broken={},
    half_moved=0,
    cells_differing=0,
    notices_sent=3,
    notices_withdrawn=1,
    notices_late=0,
    pages_searched=40,
    search_sees=True,
    settled=True,
    latency_ms=Latency(10.0, 40.0),
    seconds=30.0,
    kafka_version="4.3.1",
    postgres_version="18.4",
)


def test_all_zeros_are_no_failure() -> None:
    assert [] == WELL.failures()


def test_one_above_zero_is_a_failure() -> None:
    failures = {figure: dataclasses.replace(WELL, **{figure: 1}).failures() for figure in MUST_BE_ZERO}

    assert dict.fromkeys(MUST_BE_ZERO, 1) == {figure: len(found) for figure, found in failures.items()}


def test_a_bus_that_does_not_come_to_rest_is_a_failure() -> None:
    assert ["the bus did not come to rest in time"] == dataclasses.replace(WELL, settled=False).failures()


def test_of_what_was_refused_it_is_said_how_much_was_planted_and_how_much_a_story_shows() -> None:
    """Else there is one refusal more than bad inputs, and nobody knows why."""
    fact = Fact("individual number in an address", "131237", 7, None, ("text.individual_number",))
    story = Story("a number", {}, (fact, replace(fact, event_id=b"e", refused=())))

    assert (1, 0) == (refused([story]), refused([]))
    assert [True, True] == [WORDS[name].startswith("of these") for name in ("bad_inputs_sent", "refused_in_stories")]
    assert ["events_refused", "bad_inputs_sent", "refused_in_stories"] == list(WORDS)[2:5]


def test_a_search_that_sees_nothing_where_it_may_be_shown_is_a_failure() -> None:
    assert 1 == len(dataclasses.replace(WELL, search_sees=False).failures())


def test_the_record_has_the_promised_names() -> None:
    promised = {
        "events_registered", "events_admitted", "events_refused", "bad_inputs_sent", "deliveries_due",
        "deliveries_applied", "lost", "duplicate_effects", "out_of_order", "unentitled_fields",
        "protected_disclosed", "latency_ms", "seconds", "kafka_version", "postgres_version",
        "procedures", "notices_sent", "notices_withdrawn", "notices_late", "half_moved", "cells_differing",
    }  # fmt: skip

    assert promised <= set(WELL.as_record())
    assert {"p50", "p99"} == set(WELL.as_record()["latency_ms"])


def test_what_offices_pages_and_logs_disclose_is_one_figure() -> None:
    figures = dict.fromkeys(FAULTS, 0) | {"protected_disclosed": 1}
    counts = dict.fromkeys(("events_registered", "events_refused", "bad_inputs_sent"), 0)
    done = dict.fromkeys(("deliveries_due", "deliveries_applied", "parked"), 0)
    found = Findings(**figures, **counts, **done, latency_ms=Measured(None, None), examples=())
    shown = Disclosure(Visitor("desk", "131237"), "/desks/late", "the day")

    assert 4 == _checked(found, Watched({}, [shown, shown], ["sinks.log"], is_seen=True))["protected_disclosed"]
    assert 1 == _checked(found, Watched({}, [], [], is_seen=True))["protected_disclosed"]
