"""What a sink reads of a delivery, and what a flag takes out of it."""

import json

import pytest

from connectors.postgres.deliveries import UnreadableError, decode, rows, without_location
from kairan import shapes, wire
from tests.contract import deliveries as d


def test_only_told_fields_are_in_the_body_with_their_exact_code_points() -> None:
    delivery = decode(d.moved_in(5, body={"name": d.RARE_NAME}).value, 5)

    assert {"name": d.RARE_NAME} == delivery.body
    assert {"name": d.RARE_NAME} == json.loads(delivery.body_json)
    assert "佐藤 \U0010de92" in delivery.body_json


def test_a_field_that_is_told_to_be_empty_is_null_in_the_body() -> None:
    assert {"name": d.NAME, "alias": None} == decode(d.moved_in(5, body={"name": d.NAME, "alias": None}).value, 5).body


def test_related_persons_are_told_like_a_field() -> None:
    delivery = decode(d.moved_in(5, related=(d.TARO,)).value, 5)

    assert [{"role": "head", "pairwise_id": d.TARO.hex()}] == delivery.body["related"]


def test_each_entitled_business_has_a_row() -> None:
    due = rows([decode(d.moved_in(5, businesses=("024", "026")).value, 5)])

    assert [("024", "residence.MovedIn/own/024"), ("026", "residence.MovedIn/own/026")] == [row[1:3] for row in due]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "no-value"),
        (b"", "not-of-the-bus"),
        (b"\0\0\0\0\1rest", "not-of-the-bus"),
        ((d.moved_in(5).value or b"")[:40], "not-decodable"),
    ],
)
def test_bytes_that_are_no_delivery_have_a_reason(value: bytes | None, reason: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        decode(value, 5)

    assert reason == raised.value.reason


def test_a_flag_takes_out_every_field_that_reveals_a_location_and_says_so() -> None:
    body = {"name": d.NAME, "address": d.ADDRESS, "previous_address": d.ADDRESS, "sex": "2"}
    value = d.moved_in(5, body=body, source=("131237", "001"), related=(d.TARO,)).value or b""
    shape, envelope, start = wire.decode_envelope(without_location(value, "141003"))
    told = {
        name: each for name, each in wire.decode_body(shape, without_location(value, "141003"), start).items() if each
    }

    assert {"name", "sex"} == told.keys()
    assert [("address", "protection"), ("previous_address", "protection")] == [
        (each["field"], each["reason"]) for each in envelope["withheld"]
    ]
    assert (None, None, None) == (envelope["source"], envelope["related"], envelope["group"])
    assert ["141003"] == [each["code"] for each in envelope["municipalities"]]


def test_who_is_not_told_of_the_protection_does_not_learn_that_it_is_the_reason() -> None:
    value = d.moved_in(5, body={"name": d.NAME, "address": d.ADDRESS}, protection=None).value or b""
    _, envelope, _ = wire.decode_envelope(without_location(value, "141003"))

    assert [("address", "policy")] == [(each["field"], each["reason"]) for each in envelope["withheld"]]


def test_a_parked_flag_that_hides_stays_as_it_is() -> None:
    value = d.flag(5, source=None, issuer=d.THERE).value or b""

    assert value == without_location(value, "141003")


def test_a_parked_end_of_a_measure_loses_its_foreign_source_and_keeps_its_issuer() -> None:
    value = d.flag(5, kind="3", source=("131237", "001"), issuer=d.THERE).value or b""
    stripped = decode(without_location(value, "141003"), 5)

    assert (None, d.THERE) == (stripped.source, stripped.issuer)


def test_what_a_flag_takes_out_is_no_longer_told_not_even_that_it_is_empty() -> None:
    value = d.moved_in(5, body={"name": d.NAME, "alias": None, "address": d.ADDRESS, "household": None}).value or b""
    stripped = decode(without_location(value, "141003"), 5)

    assert {"name": d.NAME, "alias": None} == stripped.body
    assert {"address", "household"} == {each["field"] for each in json.loads(stripped.withheld_json)}


def test_what_is_taken_out_is_what_the_shapes_say() -> None:
    revealing = {
        field.name for field in shapes.shape("delivery", "residence.MovedIn").body_fields if field.reveals_location
    }

    assert {"address", "address_since", "household", "koseki", "previous_address"} <= revealing
