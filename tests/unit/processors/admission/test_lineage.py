"""What a correction inherits."""

from typing import Any

from kairan import wire
from kairan.shapes import shape
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World

MOVED_IN = "residence.MovedIn"
CORRECTED: dict[str, Any] = {"change": "corrected", "reason": {"code": "44", "edition": "2024-07"}}
CARE = dict.fromkeys(("nhi", "late_elderly", "care", "pension", "child_allowance")) | {
    "care": {"start": "2020-04-01", "end": None}
}


def loaded(version: int, **bent: Any) -> bytes:
    body = s.body(MOVED_IN, entitlements=CARE)
    related = [{"role": "spouse", "atena_number": s.number(2)}]
    return s.statement(MOVED_IN, body, version=version, related=related, **bent)


def test_a_correction_inherits_the_routing_facts_of_what_it_corrects() -> None:
    world = World()
    (former,) = world.admit(loaded(1))

    (event,) = world.admit(loaded(2, corrects=former["id"], **CORRECTED))

    own = {"birth_date": s.day("1990-04-01"), "resident_kind": "japanese", "arrival_kind": "特例", "entitlements": CARE}
    same = ("id", "version", "reason", "effective", "registered", "admitted", "municipalities", "related")
    expected = own | {"procedure": None, "amended": None} | {name: former[name] for name in same}
    assert [expected] == event["lineage"]


def test_and_what_that_had_inherited() -> None:
    world = World()
    (first,) = world.admit(loaded(1))
    (second,) = world.admit(loaded(2, corrects=first["id"], **CORRECTED))

    (third,) = world.admit(loaded(3, corrects=second["id"], change="annulled"))

    assert [second["id"], first["id"]] == [former["id"] for former in third["lineage"]]


def test_of_a_long_chain_it_inherits_the_newest() -> None:
    world = World()
    (event,) = world.admit(loaded(1))
    for version in range(2, 21):
        (event,) = world.admit(loaded(version, corrects=event["id"], **CORRECTED))

    assert list(range(19, 3, -1)) == [each["version"] for each in event["lineage"]]


def test_a_correction_may_stand_in_the_same_batch() -> None:
    world = World()
    first, second, third = loaded(1), loaded(2), loaded(3)
    ids = [wire.decode_envelope(each).record["id"] for each in (first, second, third)]

    events = world.admit(first, loaded(2, corrects=ids[0], **CORRECTED), loaded(3, corrects=ids[1], **CORRECTED))

    assert [[], [ids[0]], [ids[1], ids[0]]] == [[former["id"] for former in each["lineage"]] for each in events]


def test_many_corrections_far_apart_are_found_in_the_log() -> None:
    world = World()
    people = [s.number(n) for n in range(1, 40)]
    ids = {each: s.envelope("residence.RecordLoaded", atena_number=each)["id"] for each in people}
    world.admit(*(s.statement("residence.RecordLoaded", atena_number=each) for each in people))
    world.admit(*(s.statement("tax.ResidentTaxAssessed", atena_number=each) for each in people))

    corrections = world.admit(
        *(
            s.statement("residence.RecordLoaded", atena_number=each, version=2, corrects=id_, **CORRECTED)
            for each, id_ in ids.items()
        )
    )

    assert list(ids.values()) == [each["lineage"][0]["id"] for each in corrections]


def test_a_new_record_has_no_lineage() -> None:
    (event,) = World().admit(s.statement(MOVED_IN))

    assert [] == event["lineage"]


def test_the_bodys_bytes_are_the_statements_own() -> None:
    world = World()
    value = s.statement(MOVED_IN)
    world.admit(value)

    statement, (event,) = wire.decode_envelope(value), world.values()
    admitted = wire.decode_envelope(event)
    assert (shape("event", MOVED_IN), value[statement.body_offset :]) == (
        admitted.shape,
        event[admitted.body_offset :],
    )
