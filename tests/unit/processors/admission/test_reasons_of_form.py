"""One rule a test: bytes, shapes, sizes, and who states what."""

import pytest

from kairan.shapes import shape
from kairan.stream import Incoming
from processors.admission.members import Members
from processors.admission.reading import read
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import LEFT, PREPARED, World, refused, register

MOVED_IN = "residence.MovedIn"
LOADED = "residence.RecordLoaded"
FLAG = "protection.ProtectionChanged"
IN = f"in.{s.YOKOHAMA}"
SENDER = Members(register()).sender(s.YOKOHAMA, s.REGISTERED)


def test_a_record_has_at_most_64_kib() -> None:
    long = s.address() | {"building": "あ" * 25_000}

    assert ["size.too_large"] == refused(s.with_body(MOVED_IN, address=long), IN)


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
    world.admit(s.with_body(MOVED_IN, address=s.address() | {"building": "荘\x00"}))

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


@pytest.mark.parametrize("scope", [["閲覧"] * 65, [""] * 6_000])
def test_a_list_has_at_most_64_items(scope: list[str]) -> None:
    assert (["list.too_long"], []) == (
        refused(s.with_body(FLAG, scope=scope)),
        refused(s.with_body(FLAG, scope=["閲覧"] * 64)),
    )


def test_of_what_is_refused_no_list_is_kept_while_the_batch_is_decided() -> None:
    """Hundreds of such statements lie in one batch."""
    parties = [{"role": "", "code": "", "ward": None}] * 1_000
    reading = read(
        Incoming(IN, 0, 0, s.REGISTERED, b"", s.statement(MOVED_IN, municipalities=parties)),
        SENDER,
        "live",
        s.REGISTERED,
    )

    assert "party.too_many" in {each.code for each in reading.problems}
    assert reading.statement is not None
    assert ([], {}) == (reading.statement.envelope["municipalities"], reading.statement.body)
