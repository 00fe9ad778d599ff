"""One rule a test: bytes, source, codes, numbers and dates."""

from datetime import date
from typing import Any

import pytest

from kairan import wire
from kairan.shapes import shape
from kairan.stream import Incoming
from processors.admission import days
from processors.admission.days import Days
from processors.admission.members import Members
from processors.admission.reading import read
from processors.admission.rules import envelope
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import LEFT, PREPARED, World, refused, register

MOVED_IN = "residence.MovedIn"
LOADED = "residence.RecordLoaded"
TAX = "tax.ResidentTaxAssessed"
FLAG = "protection.ProtectionChanged"
IN = f"in.{s.YOKOHAMA}"
SENDER = Members(register()).sender(s.YOKOHAMA, s.REGISTERED)
ANY_DAY = Days(date(2026, 9, 21), s.TODAY)


def with_body(type_: str, **bent: Any) -> bytes:
    return s.statement(type_, s.body(type_, **bent))


def with_parties(*parties: tuple[str, str, str | None]) -> bytes:
    municipalities = [{"role": role, "code": code, "ward": ward} for role, code, ward in parties]
    return s.statement(LOADED, municipalities=municipalities)


def test_a_record_has_at_most_64_kib() -> None:
    long = s.address() | {"building": "あ" * 25_000}

    assert ["size.too_large"] == refused(with_body(MOVED_IN, address=long), IN)


@pytest.mark.parametrize("value", [None, b"", b"\x00\x00\x00", b"\x01\x00\x00\x27\x75", b"{}"])
def test_a_record_begins_with_a_zero_byte_and_a_schema_id(value: bytes | None) -> None:
    assert ["frame.missing"] == refused(value, IN)


def test_the_schema_id_is_that_of_a_released_shape() -> None:
    assert ["schema.unknown"] == refused(b"\x00\x7f\xff\xff\xff", IN)


@pytest.mark.parametrize("schema_id", [shape("event", MOVED_IN).schema_id, 40_101])
def test_only_the_shape_of_a_statement_is_stated(schema_id: int) -> None:
    assert ["schema.not_a_statement"] == refused(b"\x00" + schema_id.to_bytes(4) + s.statement(MOVED_IN)[5:], IN)


def test_a_type_stays_in_its_lane() -> None:
    assert ["schema.wrong_lane"] == refused(s.statement(MOVED_IN), f"{IN}.bulk")


def test_no_byte_is_left_over() -> None:
    assert ["avro.not_canonical"] == refused(s.statement(MOVED_IN) + b"\x00")


def test_a_text_that_no_office_could_keep_is_refused_with_its_path() -> None:
    """PostgreSQL keeps no U+0000."""
    world = World()
    world.admit(with_body(MOVED_IN, address=s.address() | {"building": "荘\x00"}))

    assert (["avro.not_canonical"], ["address.building"]) == (world.codes(), world.paths())


def test_the_type_in_the_envelope_is_that_of_the_shape() -> None:
    assert ["type.not_the_shapes"] == refused(s.statement(MOVED_IN, type="vital.Born"))


def test_a_statement_lies_in_the_topic_of_its_source() -> None:
    assert ["source.not_the_topic"] == refused(s.statement(MOVED_IN), f"in.{s.EDOGAWA}")


@pytest.mark.parametrize("code", ["14100", "１４１００３", "141003 ", "0141003"])
def test_no_other_way_of_writing_a_code_is_the_source(code: str) -> None:
    """T01: case, width, blanks, five digits."""
    value = s.statement(LOADED, source={"municipality": code, "business": "001"})

    assert {"source.not_the_topic", "municipality.invalid"} == set(refused(value, f"{IN}.bulk"))


def test_an_abolished_municipality_states_nothing() -> None:
    abolished = {"municipality": "044237", "business": "001"}

    assert ["source.not_the_topic", "municipality.not_in_force"] == refused(
        s.statement(LOADED, source=abolished), f"{IN}.bulk"
    )


def test_a_business_states_only_its_own_types() -> None:
    value = s.statement(MOVED_IN, source={"municipality": s.YOKOHAMA, "business": "010"}, protection="unknown")

    assert ["type.not_of_business"] == refused(value)


@pytest.mark.parametrize("member", [PREPARED, LEFT])
def test_only_an_active_member_states(member: str) -> None:
    assert ["member.not_active"] == refused(s.statement(LOADED, municipality=member))


def test_a_member_that_prepares_loads_its_protected_persons() -> None:
    world = World()

    assert 1 == len(world.admit(s.statement("protection.ProtectionChanged", municipality=PREPARED)))


@pytest.mark.parametrize("code", ["131230", "13123", "１３１２３７"])
def test_a_municipality_code_is_six_half_width_digits_with_its_check_digit(code: str) -> None:
    assert ["municipality.invalid"] == refused(with_parties(("tax_base", code, None)))


def test_a_current_municipality_is_in_force() -> None:
    assert ["municipality.not_in_force"] == refused(with_parties(("tax_base", "044237", None)))


def test_a_former_municipality_may_be_abolished() -> None:
    assert [] == refused(with_parties(("former", "044237", None)))


def test_a_code_may_have_been_in_force_on_the_day_of_effect() -> None:
    municipalities = [{"role": "origin", "code": "044237", "ward": None}]

    assert [] == refused(s.statement(MOVED_IN, effective=s.day("2016-10-01"), municipalities=municipalities))


def test_the_registered_domicile_may_lie_in_the_northern_territories() -> None:
    assert [] == refused(with_parties(("registered_domicile", "016951", None)))


@pytest.mark.parametrize("code", [s.TSURUMI, "140007"])
def test_a_party_is_a_city_not_its_ward_or_its_prefecture(code: str) -> None:
    assert ["municipality.not_a_municipality"] == refused(with_parties(("tax_base", code, None)))


@pytest.mark.parametrize("ward", ["271021", s.YOKOHAMA, "１４１０１１"])
def test_a_ward_stands_beside_its_own_city(ward: str) -> None:
    assert ["ward.not_of_city"] == refused(with_parties(("tax_base", s.YOKOHAMA, ward)))


def test_full_width_digits_are_lawful_in_an_address_and_refused_in_its_code() -> None:
    address = s.address() | {"municipality_or_ward": "１４１０１１"}

    assert ["municipality.invalid"] == refused(with_body(MOVED_IN, address=address))


@pytest.mark.parametrize("field", ["subject", "related"])
def test_an_atena_number_has_the_right_check_digit(field: str) -> None:
    wrong = s.number(1)[:-1] + str((int(s.number(1)[-1]) + 1) % 10)
    subject = {"kind": "person", "atena_number": wrong, "pairwise_id": None}
    bent = {"subject": subject} if field == "subject" else {"related": [{"role": "head", "atena_number": wrong}]}

    assert ["atena_number.invalid"] == refused(s.statement(LOADED, **bent))


@pytest.mark.parametrize(
    ("field", "value"),
    [("sex", "3"), ("resident_state", "住民"), ("resident_kind", "Japanese"), ("arrival_kind", "01")],
)
def test_a_code_is_one_of_its_closed_list(field: str, value: str) -> None:
    assert ["list.unknown_code"] == refused(with_body(MOVED_IN, **{field: value}))


@pytest.mark.parametrize(
    "bent",
    [
        {"reason": {"code": "99", "edition": "2024-07"}},
        {"reason": {"code": "01", "edition": "1999-01"}},
        {"municipalities": [{"role": "neighbour", "code": s.NAGANO, "ward": None}]},
        {"related": [{"role": "friend", "atena_number": s.number(2)}]},
    ],
)
def test_the_envelopes_codes_are_of_closed_lists_too(bent: dict[str, Any]) -> None:
    assert ["list.unknown_code"] == refused(s.statement(LOADED, **bent))


def test_the_source_is_one_of_the_37_businesses() -> None:
    source = {"municipality": s.YOKOHAMA, "business": "038"}

    assert ["list.unknown_code"] == refused(s.statement(LOADED, source=source, protection="unknown"))


@pytest.mark.parametrize(("field", "value"), [("postcode", "230-0051"), ("town_id", "０００１００１")])
def test_a_code_of_fixed_length_is_half_width_digits(field: str, value: str) -> None:
    assert ["digits.invalid"] == refused(with_body(MOVED_IN, address=s.address() | {field: value}))


@pytest.mark.parametrize(
    "bent",
    [
        {"effective": s.day("2026-02-30")},
        {"notified": s.day("2026-9-1")},
    ],
)
def test_a_date_is_one_that_a_register_can_hold(bent: dict[str, Any]) -> None:
    assert ["date.invalid"] == refused(s.statement(LOADED, **bent))


def test_an_impossible_day_is_lawful_when_it_says_so() -> None:
    assert [] == refused(with_body(LOADED, birth_date=s.day("1945-02-29", certain=False)))


@pytest.mark.parametrize("start", ["2026-02-30", "2026/01/01", "0000-01-01", "20260101", "2024-W01-1"])
def test_a_period_of_entitlement_has_days_of_the_calendar(start: str) -> None:
    entitlements = dict.fromkeys(("nhi", "late_elderly", "care", "pension", "child_allowance")) | {
        "nhi": {"start": start, "end": None}
    }

    assert ["date.invalid"] == refused(with_body(LOADED, entitlements=entitlements))


def test_the_words_of_a_date_are_not_longer_than_any_register_s() -> None:
    long = s.day("2020-05-01") | {"text": "から" * 37}
    period = {"start": long, "end": s.day("2027-09-20")}

    assert ["date.invalid"] == refused(s.statement(LOADED, effective=long))
    assert ["date.invalid"] == refused(with_body(LOADED, resident_since=long))
    assert ["date.invalid"] == refused(with_body("protection.ProtectionChanged", period=period))


def test_what_is_too_long_for_a_code_is_never_remembered() -> None:
    """A cache of 65,536 hostile strings of 60 KB would be 4 GB."""
    hostile = "1" * 60_000
    caches = (days._cached_problems, days._cached_date_rule, days._is_behind, days._is_ward_of)
    before = [cache.cache_info().currsize for cache in (*caches, envelope._cached_atena_rule)]

    found = {
        days.ever(hostile, ANY_DAY)[0].code,
        days.municipality(hostile, ANY_DAY)[0].code,
        days.is_ward_of(hostile, hostile),
        days.is_future(hostile, False, ANY_DAY.today),
        envelope.atena_rule(hostile, "legacy"),
        envelope.atena_rule(hostile, "m11w2-7"),
    }

    assert 4 == len(found)
    assert before == [cache.cache_info().currsize for cache in (*caches, envelope._cached_atena_rule)]


def test_a_past_fact_lies_not_in_the_future() -> None:
    assert ["date.future"] == refused(s.statement(MOVED_IN, effective=s.day("2026-09-22")))


@pytest.mark.parametrize("field", ["moved_in_date", "birth_date"])
def test_neither_do_the_dates_of_its_body(field: str) -> None:
    assert ["date.future"] == refused(with_body(MOVED_IN, **{field: s.day("2026-09-22")}))


def test_a_planned_departure_lies_in_the_future() -> None:
    assert [] == refused(s.statement("residence.MoveOutDeclared", effective=s.day("2026-09-25")))


def test_today_is_the_day_in_japan() -> None:
    """23:30 UTC is tomorrow in Tokyo."""
    world = World()
    world.clock = s.REGISTERED - s.REGISTERED % 86_400_000 + (23 * 60 + 30) * 60_000

    world.admit(s.statement(MOVED_IN, effective=s.day("2026-09-22")))

    assert [] == world.codes()


def test_a_period_ends_behind_its_start() -> None:
    entitlements = dict.fromkeys(("nhi", "late_elderly", "care", "pension", "child_allowance")) | {
        "care": {"start": "2026-04-02", "end": "2026-04-01"}
    }

    assert ["date.order"] == refused(with_body(LOADED, entitlements=entitlements))


def test_a_measure_ends_behind_its_start() -> None:
    period = {"start": s.day(s.TODAY), "end": s.day("2026-01-01")}

    assert ["date.order"] == refused(with_body("protection.ProtectionChanged", period=period))


@pytest.mark.parametrize(
    "bent",
    [
        {"version": 0},
        {"version": 2**31 + 1},
        {"registered": -2_208_988_800_001},
        {"resend": -1},
        {"group": {"id": "1", "size": 0}},
    ],
)
def test_a_number_lies_in_its_range(bent: dict[str, Any]) -> None:
    assert ["number.out_of_range"] == refused(s.statement(LOADED, **bent))


def test_nothing_is_registered_after_it_was_sent() -> None:
    """But for the minutes that clocks differ."""
    minutes = 60_000

    assert ([], ["date.future"]) == (
        refused(s.statement(LOADED, registered=s.REGISTERED + 9 * minutes)),
        refused(s.statement(LOADED, registered=s.REGISTERED + 11 * minutes)),
    )


def test_a_tax_is_not_negative() -> None:
    assert ["number.out_of_range"] == refused(with_body(TAX, amounts=s.AMOUNTS | {"total": -1}))


@pytest.mark.parametrize("text", [s.PLANTED, "１２３４５６７８９０１８", "様方 1234-5678-9018 号室"])
def test_no_individual_number_stands_in_free_text(text: str) -> None:
    assert ["individual_number.found"] == refused(with_body(MOVED_IN, address=s.address() | {"building": text}))


def test_the_words_of_a_date_in_the_envelope_are_free_text_too() -> None:
    effective = s.day(s.TODAY) | {"text": s.PLANTED}

    assert ["individual_number.found"] == refused(s.statement(LOADED, effective=effective))


@pytest.mark.parametrize("text", ["1234-5678-9018", "１２３４５６７８９０１８", "1234 5678 9018", "番号123456789018"])
def test_none_is_written_into_an_identifier(text: str) -> None:
    household = {"number": text, "head_name": None, "relationship": None}
    group = {"id": text, "size": 1}
    assessment = s.ASSESSMENT | {"number": text}
    measure = {"id": text, "version": 1, "kind": "1"}

    assert ["individual_number.found"] == refused(with_body(LOADED, household=household))
    assert ["individual_number.found"] == refused(s.statement(LOADED, group=group))
    assert ["individual_number.found"] == refused(s.statement(LOADED, correlation=text))
    assert ["individual_number.found"] == refused(with_body(TAX, assessment=assessment))
    assert "individual_number.found" in refused(with_body(FLAG, measure=measure))


@pytest.mark.parametrize("text", ["住民票コード 12345678901", "住民票コード：１２３４－５６７－８９０１"])
def test_no_resident_record_code_stands_where_a_text_names_one(text: str) -> None:
    assert ["resident_record_code.found"] == refused(with_body(MOVED_IN, address=s.address() | {"building": text}))


def test_identifiers_may_look_like_an_individual_number() -> None:
    household = {"number": s.PLANTED, "head_name": None, "relationship": None}

    assert [] == refused(with_body(LOADED, household=household))


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

    assert 256 == len(refused(with_body(FLAG, perpetrators=[one] * 64)))


@pytest.mark.parametrize("scope", [["閲覧"] * 65, [""] * 60_000])
def test_a_list_has_at_most_64_items(scope: list[str]) -> None:
    assert (["list.too_long"], []) == (
        refused(with_body(FLAG, scope=scope)),
        refused(with_body(FLAG, scope=["閲覧"] * 64)),
    )


def test_of_what_is_refused_no_list_is_kept_while_the_batch_is_decided() -> None:
    """Hundreds of such statements lie in one batch."""
    parties = [{"role": "", "code": "", "ward": None}] * 20_000
    reading = read(Incoming(IN, 0, 0, s.REGISTERED, b"", s.statement(MOVED_IN, municipalities=parties)), SENDER, "live")

    assert "party.too_many" in {each.code for each in reading.problems}
    assert reading.statement is not None
    assert ([], {}) == (reading.statement.envelope["municipalities"], reading.statement.body)


def test_a_refusal_tells_where_the_statement_lies_and_which_event_it_was_to_be() -> None:
    world = World()
    value = s.statement(LOADED, version=0)

    world.admit(value)

    (refusal,) = world.refusals()
    assert (wire.decode_envelope(value).record["id"], LOADED, f"{IN}.bulk", 0, 0) == tuple(
        refusal[name] for name in ("id", "type", "topic", "partition", "offset")
    )
