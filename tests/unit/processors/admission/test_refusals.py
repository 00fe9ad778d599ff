"""What a refusal tells, and how much of it."""

from kairan import wire
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World, refused

LOADED = "residence.RecordLoaded"
FLAG = "protection.ProtectionChanged"
IN = f"in.{s.YOKOHAMA}"


def test_a_refusal_names_all_problems_with_their_paths() -> None:
    world = World()
    entitlements = dict.fromkeys(("nhi", "late_elderly", "care", "pension", "child_allowance")) | {
        "nhi": {"start": "x", "end": None}
    }
    body = s.body(LOADED, sex="x", entitlements=entitlements, address=s.address() | {"postcode": ""}, koseki=None)

    world.admit(s.statement(LOADED, body, version=0, related=[{"role": "x", "atena_number": s.number(2)}]))

    assert [
        ("number.out_of_range", "envelope.version"),
        ("list.unknown_code", "envelope.related[0].role"),
        ("field.required", "koseki"),
        ("list.unknown_code", "sex"),
        ("digits.invalid", "address.postcode"),
        ("date.invalid", "entitlements.nhi.start"),
    ] == [(each["code"], each["path"]) for each in world.refusals()[0]["problems"]]


def test_but_not_more_than_fit_into_a_record() -> None:
    nobody = {"text": "", "kana": None, "kana_confirmed": False}
    wrong = {"postcode": "", "town_id": "", "municipality_or_ward": ""}
    somewhere = s.address() | wrong
    one = {"name": nobody, "birth_date": s.day(""), "sex": "", "address": somewhere}

    assert 256 == len(refused(s.with_body(FLAG, perpetrators=[one] * 64)))


def test_a_refusal_tells_where_the_statement_lies_and_which_event_it_was_to_be() -> None:
    world = World()
    value = s.statement(LOADED, version=0)

    world.admit(value)

    (refusal,) = world.refusals()
    assert (wire.decode_envelope(value).record["id"], LOADED, f"{IN}.bulk", 0, 0) == tuple(
        refusal[name] for name in ("id", "type", "topic", "partition", "offset")
    )
