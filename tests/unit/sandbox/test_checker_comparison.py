"""One thing is broken at a time, and counted exactly: what is lost, doubled, swapped, and the figures."""

import json
from dataclasses import replace

from sandbox.checker.comparison import Planted
from sandbox.checker.findings import Latency
from tests.unit.sandbox.checker_world import (
    ORIGIN,
    PERSON,
    RESIDENT,
    Nation,
    closed,
    faults,
    measure,
    relocated,
    sending,
)

MOVED, MOVED_AGAIN = relocated(1), relocated(2)


def test_nothing_is_wrong_when_every_office_holds_what_is_due() -> None:
    found = Nation(MOVED, MOVED_AGAIN, closed(3), measure(1, at=4)).found()

    assert {} == faults(found)
    assert found.is_clean
    assert found.deliveries_due == found.deliveries_applied > 4


def test_a_delivery_that_never_took_effect_is_lost() -> None:
    nation = Nation(MOVED, MOVED_AGAIN)
    nation.take(MOVED_AGAIN, ORIGIN, "024")

    found = nation.found()

    assert {"lost": 1} == faults(found)
    assert not found.is_clean
    assert found.deliveries_due - 1 == found.deliveries_applied


def test_a_fact_without_an_outbox_row_is_lost_at_everybody_entitled() -> None:
    forgotten = relocated(2, sending=None)
    nation = Nation(MOVED, forgotten)

    assert {"lost": len([each for each in nation.due if each.fact is forgotten])} == faults(nation.found())


def test_a_fact_that_was_not_sent_yet_is_lost() -> None:
    waiting = relocated(2, sending=sending(2, event_id=None, sent_at=None))
    nation = Nation(MOVED)
    due = Nation(MOVED, relocated(2)).due
    nation.facts = (MOVED, waiting)

    assert {"lost": len(due) // 2} == faults(nation.found())


def test_a_parked_delivery_is_due_and_not_lost() -> None:
    nation = Nation(MOVED)
    nation.park(MOVED, ORIGIN, "024")

    found = nation.found()

    assert {} == faults(found)
    assert (1, found.deliveries_due - 1) == (found.parked, found.deliveries_applied)


def test_what_somebody_discarded_is_neither_lost_nor_waiting() -> None:
    nation = Nation(MOVED)
    nation.discard(MOVED, ORIGIN, "024")

    found = nation.found()

    assert {} == faults(found)
    assert (0, found.deliveries_due - 1) == (found.parked, found.deliveries_applied)


def test_a_refused_statement_is_due_to_nobody() -> None:
    refused = relocated(2, sending=sending(2, refused=True))

    found = Nation(MOVED, refused).found(refused=1)

    assert {} == faults(found)
    assert (1, len(Nation(MOVED).due)) == (found.events_refused, found.deliveries_due)


def test_what_was_planted_is_not_among_the_events_registered() -> None:
    found = Nation(MOVED, MOVED_AGAIN).found(planted={Planted(ORIGIN, 2)})

    assert (1, 1) == (found.events_registered, found.bad_inputs_sent)


def test_a_refused_statement_that_takes_effect_was_nobody_s_to_know() -> None:
    refused = relocated(2, sending=sending(2, refused=True))
    nation, admitted = Nation(MOVED, refused), relocated(2)
    office = next(each.receiver for each in nation.due if each.business == "024")
    rows, place = Nation(MOVED, admitted).at(admitted, ORIGIN, "024")
    nation.received[office].append(rows[place])

    assert {"unentitled_fields": len(rows[place].body)} == faults(nation.found())


def test_the_same_delivery_applied_twice_is_one_double() -> None:
    nation = Nation(MOVED, MOVED_AGAIN)
    rows, place = nation.at(MOVED, ORIGIN, "024")
    rows.append(replace(rows[place], applied_at=9e6))

    assert {"duplicate_effects": 1} == faults(nation.found())


def test_the_same_fact_under_another_event_id_is_a_double() -> None:
    nation = Nation(MOVED)
    rows, place = nation.at(MOVED, ORIGIN, "024")
    rows.append(replace(rows[place], event_ref=bytes(16), body={}))

    found = faults(nation.found())

    assert {"duplicate_effects": 1, "unentitled_fields": 1} == found


def test_two_effects_in_the_wrong_order_are_one_swap() -> None:
    nation = Nation(MOVED, MOVED_AGAIN)
    nation.change(MOVED, ORIGIN, "024", applied_at=5000.0, topic_offset=99)

    assert {"out_of_order": 1} == faults(nation.found())


def test_of_one_transaction_the_place_in_the_topic_is_the_order() -> None:
    nation = Nation(MOVED, MOVED_AGAIN)
    nation.change(MOVED, ORIGIN, "024", applied_at=5000.0, topic_offset=2)
    nation.change(MOVED_AGAIN, ORIGIN, "024", applied_at=5000.0, topic_offset=1)

    assert {"out_of_order": 1} == faults(nation.found())


def test_a_flag_may_overtake() -> None:
    flag = measure(1, at=3)
    nation = Nation(MOVED, MOVED_AGAIN, flag)
    nation.change(MOVED_AGAIN, ORIGIN, "024", applied_at=9000.0, topic_offset=99)

    assert {} == faults(nation.found())


def test_latency_is_of_the_live_lane_and_by_nearest_rank() -> None:
    nation = Nation(MOVED)
    nation.change(MOVED, ORIGIN, "024", applied_at=1900.0)

    assert Latency(20.0, 900.0) == nation.found().latency_ms
    assert Latency(None, None) == Nation().found().latency_ms


def test_examples_name_rows_and_fields_and_never_a_value() -> None:
    nation = Nation(MOVED, MOVED_AGAIN)
    nation.tell(MOVED, ORIGIN, "010", {"koseki": RESIDENT["koseki"], "name": {"text": "別人"}})
    nation.take(MOVED_AGAIN, ORIGIN, "024")

    told = json.dumps(nation.found().as_record(), ensure_ascii=False)

    assert [] == [value for value in ("辻", "別人", "長野", PERSON, "一丁目") if value in told]
    assert "body.koseki" in told
