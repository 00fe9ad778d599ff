"""Recalls: by today's rows a business should not have an event; there, and nowhere else, it is annulled."""

from dataclasses import replace
from typing import Any

import pytest

from kairan import masks, wire
from kairan.register import Performer, Register
from kairan.stream import Incoming
from processors.routing import recalls
from processors.routing.bundle import Bundle
from processors.routing.deliveries import OtherKeyVersionError, due
from processors.routing.policy import Policy
from processors.routing.recalls import NotRecallableError, Recall
from tests.unit.processors.routing.world import (
    APPENDED,
    DOMICILE,
    EDOGAWA,
    ICHIKAWA,
    KEYS,
    NAGANO,
    POLICY,
    full_body,
    moved_in,
    record,
    register,
)

LATER = APPENDED + 1000
NOW = LATER + 1000
MOVED_IN = moved_in(municipalities=DOMICILE)


def bundle(*changes: Performer, states: dict[str, Any] | None = None) -> Bundle:
    plain = register(states)
    return Bundle(POLICY, Register(**plain.model_dump() | {"performers": plain.performers + changes}))


def performed_by(member: str, *, of: str = EDOGAWA, business: str = "024", since: int = LATER) -> Performer:
    return Performer(municipality=of, business=business, member=member, channel="desk", valid_from=since)


def recalled(changed: Bundle, of: Incoming = MOVED_IN) -> Recall:
    return recalls.recall(of, changed, NOW)


ELSEWHERE = bundle(performed_by(ICHIKAWA))


def test_whoever_is_entitled_by_the_rows_of_then_and_of_now_keeps_it() -> None:
    assert ((), ()) == (recalled(bundle()).wrong, recalled(bundle()).beyond)


def test_a_business_that_is_performed_elsewhere_by_now_should_not_have_it() -> None:
    (wrong,) = recalled(ELSEWHERE).wrong

    assert (EDOGAWA, "desk", True) == (*wrong.receiver, wrong.is_reached)
    assert ["024"] == [business for business, _ in wrong.businesses]


def test_whoever_should_have_had_it_and_had_not_is_no_matter_of_a_recall() -> None:
    assert ICHIKAWA not in {each.receiver.member for each in recalled(ELSEWHERE).wrong}


def test_only_what_was_due_then_is_recalled() -> None:
    then = {(each.member, each.channel, each.business) for each in due(MOVED_IN, ELSEWHERE, KEYS)}

    (wrong,) = recalled(ELSEWHERE).wrong
    assert {(*wrong.receiver, business) for business, _ in wrong.businesses} <= then


def test_its_annulment_names_the_event_and_tells_nothing() -> None:
    recall = recalled(ELSEWHERE)
    sent = recalls.write(recall, recall.wrong[0], KEYS)
    shape, envelope, start = wire.decode_envelope(sent.value or b"")

    assert {None} == set(wire.decode_body(shape, sent.value or b"", start).values())
    assert ("annulled", KEYS.event_ref(EDOGAWA, recall.event.id)) == (envelope["change"], envelope["corrects_ref"])
    assert (frozenset(), None, [], None) == (
        masks.of_bytes(envelope["told"]),
        envelope["source"],
        envelope["municipalities"],
        envelope["protection"],
    )
    assert f"deliveries.{EDOGAWA}.desk" == sent.topic


def test_it_is_newer_than_the_event_and_lies_where_the_event_lies() -> None:
    recall = recalled(ELSEWHERE)
    _, envelope, _ = wire.decode_envelope(recalls.write(recall, recall.wrong[0], KEYS).value or b"")

    assert NOW == envelope["admitted"] > recall.event.envelope["admitted"]
    assert {"lane": "live", "partition": MOVED_IN.partition, "offset": MOVED_IN.offset} == envelope["position"]


def test_its_reference_follows_from_the_event_so_that_it_takes_effect_once() -> None:
    first, again = recalled(ELSEWHERE), recalls.recall(MOVED_IN, ELSEWHERE, NOW + 1)
    refs = {
        wire.decode_envelope(recalls.write(each, each.wrong[0], KEYS).value or b"").record["event_ref"]
        for each in (first, again)
    }

    assert {KEYS.event_ref(EDOGAWA, KEYS.recall_id(first.event.id))} == refs


def test_a_member_that_left_is_told_by_no_annulment() -> None:
    gone = bundle()
    left = tuple(
        each.model_copy(update={"state": "left", "valid_from": LATER})
        for each in gone.register.members
        if each.code == NAGANO
    )
    plain = gone.register.model_copy(update={"members": gone.register.members + left})

    assert {(NAGANO, False)} == {
        (each.receiver.member, each.is_reached) for each in recalled(Bundle(POLICY, plain)).wrong
    }


def test_an_annulment_is_not_recalled_because_what_it_annuls_would_be_back() -> None:
    stated = moved_in(municipalities=DOMICILE, change="annulled", corrects=bytes(15) + b"\x09", corrects_version=1)
    recall = recalled(ELSEWHERE, stated)

    with pytest.raises(NotRecallableError, match="in effect again"):
        recalls.write(recall, recall.wrong[0], KEYS)


def test_a_measure_is_not_recalled_because_only_a_human_decision_ends_it() -> None:
    type_ = "protection.ProtectionChanged"
    stated = record(type_, full_body(type_), protection="protected", municipalities=DOMICILE)
    recall = recalled(bundle(performed_by(ICHIKAWA, business="010")), stated)

    with pytest.raises(NotRecallableError, match="001"):
        recalls.write(recall, recall.wrong[0], KEYS)


def test_another_key_than_the_events_recalls_nothing() -> None:
    recall = recalled(ELSEWHERE, moved_in(municipalities=DOMICILE, key_version=2))

    with pytest.raises(OtherKeyVersionError):
        recalls.write(recall, recall.wrong[0], KEYS)


def changed(**of_rule: Any) -> Bundle:
    """024's own rule for an arrival is another one later."""
    rule = next(each for each in POLICY.rules if each.key == ("residence.MovedIn", "own", "024"))
    return Bundle(Policy((*POLICY.rules, replace(rule, valid_from=LATER, **of_rule))), register())


def test_a_rule_that_was_withdrawn_entitles_nobody_any_more() -> None:
    (wrong,) = recalled(changed(fields=())).wrong

    assert (EDOGAWA, [("024", "own")]) == (wrong.receiver.member, list(wrong.businesses))


def test_whoever_is_entitled_to_fewer_fields_is_named_and_keeps_them() -> None:
    recall = recalled(changed(fields=("name",)))

    assert () == recall.wrong
    ((receiver, business, fields),) = recall.beyond
    assert (EDOGAWA, "024", True, False) == (receiver.member, business, "address" in fields, "name" in fields)
