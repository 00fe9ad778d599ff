"""One thing is broken at a time, and counted exactly."""

import json
from dataclasses import replace
from typing import Any

from sandbox.checker.comparison import Planted
from sandbox.checker.facts import Fact
from sandbox.checker.findings import Latency
from sandbox.checker.offices import Known
from tests.unit.sandbox.checker_world import (
    DESTINATION,
    NEW_ADDRESS,
    ORIGIN,
    OTHER,
    PERSON,
    RESIDENT,
    Nation,
    arrived,
    closed,
    day,
    declared,
    fact,
    faults,
    measure,
    pairwise_id,
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


def test_a_field_beyond_the_mask_is_counted_by_itself() -> None:
    nation = Nation(MOVED)
    nation.tell(MOVED, ORIGIN, "010", {"koseki": RESIDENT["koseki"], "sex": "2", "alias": None})

    assert {"unentitled_fields": 2} == faults(nation.found())


def test_parts_of_the_envelope_need_a_grant_too() -> None:
    nation = Nation(MOVED)
    own, other = ({"role": "origin", "code": code, "ward": None} for code in (ORIGIN, DESTINATION))
    group = {"id": "x", "size": 2}
    nation.change(MOVED, ORIGIN, "019", envelope={"group": group, "correlation": "x", "municipalities": [other]})
    nation.change(MOVED, ORIGIN, "024", envelope={"group": group, "municipalities": [own]})

    assert {"unentitled_fields": 3} == faults(nation.found())


def test_a_delivery_to_a_business_that_nobody_entitles_counts_each_field() -> None:
    nation = Nation(MOVED)
    rows, place = nation.at(MOVED, ORIGIN, "010")
    rows.append(replace(rows[place], business="014"))

    assert {"unentitled_fields": len(rows[place].body)} == faults(nation.found())


def test_what_a_business_knows_of_a_person_came_with_some_delivery() -> None:
    nation = Nation(MOVED)
    receiver = nation.due_to(MOVED, ORIGIN, "010").receiver
    fields = {"name": RESIDENT["name"], "koseki": RESIDENT["koseki"]}
    nation.known[receiver] = [Known("010", pairwise_id(ORIGIN, PERSON), fields)]

    assert {"unentitled_fields": 1} == faults(nation.found())


def test_what_a_business_knows_of_a_lost_delivery_is_only_lost() -> None:
    nation = Nation(MOVED)
    receiver, gone = nation.due_to(MOVED, ORIGIN, "010").receiver, nation.take(MOVED, ORIGIN, "010")
    nation.known[receiver] = [Known("010", gone.pairwise_id, gone.body)]

    assert {"lost": 1} == faults(nation.found())


def test_what_a_business_knows_of_a_person_is_what_was_told() -> None:
    nation = Nation(MOVED)
    receiver = nation.due_to(MOVED, ORIGIN, "010").receiver
    fields = {"name": RESIDENT["name"], "address": NEW_ADDRESS}
    nation.known[receiver] = [Known("010", pairwise_id(ORIGIN, PERSON), fields)]

    assert {"altered_values": 1} == faults(nation.found())


def known_by_tax(nation: Nation, about: Fact, **fields: Any) -> None:
    receiver = nation.due_to(about, ORIGIN, "010").receiver
    nation.known[receiver] = [Known("010", pairwise_id(ORIGIN, PERSON), fields)]


def test_what_a_later_fact_empties_is_known_no_more() -> None:
    alias = {"text": "花", "kana": None}
    named, nameless = relocated(1, own={"alias": alias}), relocated(2)
    nation = Nation(named, nameless)
    nation.tell(nameless, ORIGIN, "010", {"alias": None})
    known_by_tax(nation, nameless, name=RESIDENT["name"])
    assert {} == faults(nation.found())

    known_by_tax(nation, nameless, name=RESIDENT["name"], alias=alias)
    assert {"altered_values": 1} == faults(nation.found())


def test_what_an_older_fact_had_not_may_be_known() -> None:
    alias = {"text": "花", "kana": None}
    nation = Nation(relocated(1), named := relocated(2, own={"alias": alias}))
    known_by_tax(nation, named, name=RESIDENT["name"], alias=alias)

    assert {} == faults(nation.found())


def test_what_an_annulment_may_have_brought_back_is_not_judged() -> None:
    alias = {"text": "花", "kana": None}
    named, nameless = relocated(1, own={"alias": alias}), relocated(2)
    nation = Nation(named, nameless, relocated(3, change="annulled", corrects=nameless.record, own={"alias": alias}))
    known_by_tax(nation, named, name=RESIDENT["name"], alias=alias)

    assert {} == faults(nation.found())


def test_a_field_that_is_told_to_be_empty_tells_nothing() -> None:
    nation = Nation(MOVED)
    nation.tell(MOVED, ORIGIN, "010", dict.fromkeys(("koseki", "alias", "previous_address", "notice", "measure")))

    assert {} == faults(nation.found())


def test_a_value_other_than_the_registered_one_is_altered() -> None:
    nation = Nation(MOVED)
    nation.tell(MOVED, ORIGIN, "010", {"name": {"text": "辻 花子", "kana": "ツジ ハナコ", "kana_confirmed": True}})

    assert {"altered_values": 1} == faults(nation.found())


def test_an_item_that_is_not_set_may_be_null_or_false_or_absent() -> None:
    nation = Nation(MOVED)
    nation.tell(MOVED, ORIGIN, "010", {"address": {**RESIDENT["address"], "postcode": None, "building": ""}})

    assert {} == faults(nation.found())


def test_a_fact_told_of_somebody_else_is_altered() -> None:
    others = [relocated(version, atena=OTHER, sending=sending(version + 5)) for version in (1, 2)]
    nation = Nation(MOVED, MOVED_AGAIN, *others)
    nation.change(MOVED, ORIGIN, "024", pairwise_id=pairwise_id(ORIGIN, OTHER))

    assert {"altered_values": 1} == faults(nation.found())


def test_a_granted_field_that_is_not_told_is_missing() -> None:
    nation = Nation(MOVED)
    rows, place = nation.at(MOVED, ORIGIN, "010")
    del rows[place].body["name"]  # type: ignore[attr-defined]  # made as a dict above

    assert {"missing_fields": 1} == faults(nation.found())


def test_an_arrival_under_its_announcement_is_the_same_person_and_on_paper_another() -> None:
    announced = pairwise_id(DESTINATION, PERSON)
    there = arrived(atena=OTHER, sending=sending(2), announced_as=announced)
    joined, apart = (
        Nation(declared(1), there),
        Nation(declared(1), on_paper := arrived(atena=OTHER, sending=sending(2))),
    )
    joined.change(there, DESTINATION, "024", pairwise_id=announced)
    apart.change(on_paper, DESTINATION, "024", pairwise_id=announced)

    assert {} == faults(joined.found())
    assert {"altered_values": 1} == faults(apart.found())


def test_who_goes_on_from_there_is_still_the_person_that_was_announced() -> None:
    announced = pairwise_id(DESTINATION, PERSON)
    there = arrived(atena=OTHER, sending=sending(2), announced_as=announced)
    onwards = fact("residence.MoveOutDeclared", 2, member=DESTINATION, atena=OTHER, sending=sending(3))
    nation = Nation(declared(1), there, onwards)
    for receiver, rows in nation.received.items():
        if receiver.member == DESTINATION:
            rows[:] = [replace(row, pairwise_id=announced) for row in rows]

    assert {} == faults(nation.found())


def test_only_the_parents_are_named_to_whom_parents_are_granted() -> None:
    born = fact("vital.Born", 1, related=(("head", OTHER), ("parent", OTHER)))
    parent, head = ({"role": role, "pairwise_id": "00"} for role in ("parent", "head"))
    nation = Nation(born)
    for each in nation.due:
        if "related" in each.grant.told:
            told = [parent, head] if "head" in each.grant.relations else [parent]
            nation.tell(born, each.receiver.member, each.business, {"related": told})

    assert {} == faults(nation.found())

    nation.tell(born, ORIGIN, "019", {"related": [parent, head]})
    nation.tell(born, ORIGIN, "024", {"related": [parent, parent]})

    assert {"unentitled_fields": 1, "altered_values": 1} == faults(nation.found())


def test_a_bare_annulment_names_what_it_takes_back_and_keeps_its_date() -> None:
    wrong = relocated(1, parties=(("registered_domicile", DESTINATION),), effective=day("2026-01-01"))
    undone = relocated(2, change="annulled", corrects=wrong.record)
    nation = Nation(wrong, undone)

    assert {} == faults(nation.found())

    nation.change(undone, DESTINATION, "004", effective="2026-04-01", corrects_ref=None)

    assert {"altered_values": 2} == faults(nation.found())


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
