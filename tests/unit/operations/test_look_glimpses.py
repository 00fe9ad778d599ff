"""What may be shown of a record: its envelope, never its body."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import masks, shapes, wire
from kairan.shapes import Shape
from kairan.stream import Incoming
from kairan.testing import bodies
from operations.look.glimpses import LEFT_OUT, TOMBSTONE, UNREADABLE, glimpse
from tests.unit.processors.routing.world import former, full_body, moved_in

NUMBER = "123456789018"
STAGES = [shapes.shape(stage, type_) for type_ in shapes.TYPES[::4] for stage in ("statement", "event", "delivery")]
RECORDS = ("Refusal", "Quarantined", "Measure", "SubjectEntry", "Receipt", "KeyCheck", "Hold")


def record(value: bytes | None, key: bytes | None = None, topic: str = "life-events") -> Incoming:
    return Incoming(topic, 3, 7, 1_767_225_600_123, key, value)


@given(st.sampled_from(STAGES), st.data())
def test_a_record_of_any_stage_shows_its_envelope_only(shape: Shape, data: st.DataObject) -> None:
    envelope = data.draw(bodies.envelopes(shape))

    seen = glimpse(record(wire.encode(shape, envelope, {})))

    assert shape.full_name == seen.shape
    assert set(shape.envelope_fields) == set(seen.content)
    json.dumps(seen._asdict())


@given(st.sampled_from(RECORDS), st.data())
def test_every_record_of_the_bus_can_be_shown(name: str, data: st.DataObject) -> None:
    shape = shapes.record_shape(f"kairan.bus.{name}")

    seen = glimpse(record(wire.encode_record(shape.full_name, data.draw(bodies.records(shape)))))

    assert shape.full_name == seen.shape
    json.dumps(seen._asdict())


def test_which_fields_a_delivery_tells_is_shown_by_their_names() -> None:
    shape = shapes.shape("delivery", "residence.MovedIn")
    envelope = bodies.full_envelope(shape) | {"told": masks.to_bytes({0, 2})}

    assert ["name", "alias"] == glimpse(record(wire.encode(shape, envelope, {}))).content["told"]


def test_nothing_of_a_body_is_shown() -> None:
    body = full_body("residence.MovedIn")
    body["name"] = {"text": "回覧 花子", "kana": None, "kana_confirmed": False}

    assert "回覧" not in json.dumps(glimpse(moved_in(body)), ensure_ascii=False)


def test_of_lineage_only_the_records_it_names_are_shown() -> None:
    told = former(birth_date={"value": "1980-05-05", "certain": True, "text": ""})

    seen = glimpse(moved_in(lineage=[told], change="corrected"))

    assert [{"id": told["id"].hex(), "version": 2}] == seen.content["lineage"]


def test_ids_are_shown_in_hexadecimal_digits() -> None:
    event = moved_in()

    assert "00000000000000000000000000000001" == glimpse(event).content["id"]
    assert event.key is not None
    assert event.key.hex() == glimpse(event).key


def test_an_individual_number_in_an_unchecked_envelope_is_left_out() -> None:
    event = moved_in(correlation=f"手続 {NUMBER}")

    assert LEFT_OUT == glimpse(event).content["correlation"]
    assert NUMBER not in json.dumps(glimpse(event))
    assert LEFT_OUT == glimpse(record(None, NUMBER.encode())).key


@pytest.mark.parametrize("value", [b"", b"no avro", b"\0\0\0\0\x01", bytes(5) + b"123456789018"])
def test_of_unreadable_bytes_only_digest_and_length_are_shown(value: bytes) -> None:
    seen = glimpse(record(value))

    assert UNREADABLE == seen.shape
    assert {"length", "digest"} == set(seen.content)
    assert len(value) == seen.content["length"]


def test_quarantined_bytes_are_never_shown() -> None:
    aside: dict[str, Any] = {
        "topic": "in.131237",
        "partition": 0,
        "offset": 4,
        "code": "frame.missing",
        "length": 6,
        "digest": bytes(32),
        "bytes": b"secret",
        "quarantined": 1,
    }

    seen = glimpse(record(wire.encode_record("kairan.bus.Quarantined", aside), topic="quarantine"))

    assert "bytes" not in seen.content
    assert seen.content["bytes_kept"] is True
    assert "secret" not in json.dumps(seen)
    assert b"secret".hex() not in json.dumps(seen)


def test_a_tombstone_shows_what_it_takes_away() -> None:
    seen = glimpse(record(None, b"member:131237", "holds"))

    assert (TOMBSTONE, "member:131237") == (seen.shape, seen.key)
