"""The bytes of a delivery: put together from parts, equal to what the wire would write, decoded as granted."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import shapes, wire
from kairan.shapes import Shape
from processors.routing import avro
from processors.routing.envelopes import NoDeliveryShapeError, delivery_shape
from tests.unit.processors.routing.world import (
    APPENDED,
    BUNDLE,
    EDOGAWA,
    KEYS,
    NAGANO,
    day,
    deliveries,
    envelope,
    example,
    full_body,
    handle,
    measure,
    measures,
    moved_in,
    municipality,
    record,
    to,
)

RELEASED_EVENTS = [
    shapes.by_id(release.schema_id)
    for release in shapes.RELEASES.values()
    if release.full_name.startswith("kairan.event.")
]
LONGS = st.integers(-(1 << 63), (1 << 63) - 1)
NAMES = st.text(st.characters(codec="utf-8"), max_size=4)
EXTRAS: dict[str, Any] = {
    "municipalities": [
        municipality("origin", EDOGAWA, EDOGAWA),
        municipality("destination", NAGANO),
        municipality("registered_domicile", NAGANO),
    ],
    "related": [{"role": "parent", "handle": handle(2)}, {"role": "head", "handle": handle(3)}],
}


@given(
    type_=st.sampled_from(shapes.TYPES),
    numbers=st.tuples(LONGS, LONGS, st.integers(-(1 << 31), (1 << 31) - 1)),
    words=st.tuples(NAMES, NAMES),
    corrects=st.none() | st.binary(min_size=16, max_size=16),
    stated=st.fixed_dictionaries(
        {
            "change": st.sampled_from(["created", "corrected", "annulled", "ended"]),
            "protection": st.sampled_from(["none", "protected", "unknown"]),
            "notified": st.none() | st.just(day("2026-04-02")),
            "corrects_version": st.none() | LONGS,
            "reason": st.none() | st.fixed_dictionaries({"code": NAMES, "edition": NAMES}),
        }
    ),
)
def test_an_envelope_put_together_is_what_the_wire_writes(
    type_: str, numbers: tuple[int, int, int], words: tuple[str, str], corrects: bytes | None, stated: dict[str, Any]
) -> None:
    version, registered, size = numbers
    event = record(
        type_,
        full_body(type_) | ({"procedure": "特例"} if type_ == "residence.MoveOutDeclared" else {}),
        version=version,
        registered=registered,
        corrects=corrects,
        subject={"kind": words[0], "handle": handle(1)},
        correlation=words[1],
        group={"id": words[1], "size": size},
        **EXTRAS,
        **stated,
    )
    for delivered in deliveries(event):
        assert wire.frame_envelope(delivered.shape, delivered.envelope) == delivered.envelope_bytes
        assert (version, registered, stated["change"]) == tuple(
            delivered.envelope[name] for name in ("version", "registered", "change")
        )


@pytest.mark.parametrize("shape", RELEASED_EVENTS, ids=lambda shape: str(shape.schema_id))
def test_every_released_event_has_a_delivery_with_its_body(shape: Shape) -> None:
    named = shapes.definitions(shape.schema)
    body = {each["name"]: example(each["type"][1], named) for each in shape.schema["fields"][1:]}
    whole = wire.encode(shape, envelope(shape.type), body)
    _, offset = wire.decode_envelope(whole)[1:]

    delivery = delivery_shape(shape)

    assert wire.decode_body(shape, whole, offset) == wire.decode_body(delivery, whole, offset)


def test_an_event_without_a_delivery_is_refused() -> None:
    with pytest.raises(NoDeliveryShapeError):
        delivery_shape(replace(RELEASED_EVENTS[0], type="residence.Flew"))


def test_a_delivery_says_where_it_comes_from_and_by_which_rules() -> None:
    found = to(deliveries(moved_in(causation=bytes(16), resend=2)), NAGANO, "004").envelope
    edition = BUNDLE.at(APPENDED)

    assert KEYS.event_ref(NAGANO, bytes(15) + b"\x01") == found["event_ref"]
    assert KEYS.pairwise_id(NAGANO, handle(1)) == found["subject"]["pairwise_id"]
    assert {"lane": "live", "partition": 5, "offset": 1234} == found["position"]
    assert [{"business": "004", "rule": "registered_domicile"}] == found["businesses"]
    assert (edition.policy.digest, edition.register.digest()) == (found["policy"], found["register"])
    assert {"municipality": EDOGAWA, "business": "001"} == found["source"]
    assert (None, 2) == (found["causation"], found["resend"])


def test_the_record_key_is_the_pairwise_id_and_the_handle_never_leaves() -> None:
    for delivered in deliveries(moved_in(**EXTRAS), measures(measure("1"))):
        member = delivered.topic.split(".")[1]
        assert KEYS.pairwise_id(member, handle(1)) == delivered.key
        assert all(handle(number) not in delivered.value for number in (1, 2, 3))
        assert bytes(15) + b"\x01" not in delivered.value


def test_the_bulk_lane_stands_in_the_position() -> None:
    event = record("tax.ResidentTaxAssessed", full_body("tax.ResidentTaxAssessed"), protection="unknown")

    assert {"bulk"} == {each.envelope["position"]["lane"] for each in deliveries(event)}


@given(LONGS, NAMES)
def test_numbers_and_words_are_what_avro_writes(number: int, words: str) -> None:
    shape = shapes.shape("event", "vital.Died")
    written = wire.frame_envelope(shape, envelope("vital.Died", version=number, correlation=words))

    assert handle(1) + avro.long(number) in written
    assert avro.nullable(avro.text(words)) + avro.nullable(None) + avro.long(0) in written
