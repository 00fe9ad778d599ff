"""What routing reads of an event's bytes is what the wire decodes."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import shapes, wire
from kairan.shapes import Shape
from kairan.stream import Incoming
from kairan.testing.bodies import bodies, envelopes
from kairan.wire import NotDecodableError
from processors.routing import avro, events, facts
from tests.unit.processors.routing.world import day, full_body, handle, record

EVENTS = [shapes.shape("event", type_) for type_ in shapes.TYPES]
ANY = st.sampled_from(EVENTS).flatmap(lambda shape: st.tuples(st.just(shape), envelopes(shape), bodies(shape)))
LONGS = st.integers(-(1 << 63), (1 << 63) - 1)


@given(ANY)
def test_an_envelopes_fields_are_read_where_they_lie(written: tuple[Shape, dict[str, Any], dict[str, Any]]) -> None:
    shape, envelope, body = written
    event = events.read(Incoming("life-events", 0, 0, 0, b"", wire.encode(shape, envelope, body)))
    group = envelope["group"]

    assert envelope["related"] == [{"role": each.role, "handle": each.handle} for each in event.related]
    assert (group and (group["id"], group["size"])) == event.group
    assert envelope["correlation"] == event.correlation
    assert envelope["key_version"] == event.key_version
    assert envelope["protection"] == event.protection
    assert envelope["lineage"] == list(event.lineage)


@pytest.mark.parametrize("field", ["group", "correlation", "related"])
def test_a_text_that_is_none_is_told_as_the_wire_tells_it(field: str) -> None:
    """So that routing holds the person (docs/adr/0019), instead of ending for everybody."""
    told = {
        "group": {"id": "MARK", "size": 1},
        "correlation": "MARK",
        "related": [{"role": "MARK", "handle": handle(2)}],
    }
    value = record("vital.Died", **{field: told[field]}).value.replace(b"MARK", b"\xffARK")
    event = events.read(Incoming("life-events", 0, 0, 0, b"", value))

    with pytest.raises(NotDecodableError) as caught:
        getattr(event, field)
    assert (None, True) == (caught.value.__cause__, caught.value.__context__ is None)


def test_a_date_that_no_register_has_is_told_like_it() -> None:
    event = events.read(record("residence.MovedIn", full_body("residence.MovedIn"), effective=day("2026-04-01")))
    value = event.value.replace(b"2026-04-01", b"2026-99-99")
    spoilt = events.read(event.record._replace(value=value))

    with pytest.raises(NotDecodableError):
        events.facts_of(spoilt.shape, (), spoilt.asked(()))


@given(LONGS, st.text())
def test_numbers_and_words_are_read_as_avro_writes_them(number: int, words: str) -> None:
    value = avro.long(number) + avro.text(words) + b"rest"
    read, place = avro.long_at(value, 0)

    assert (number, words, b"rest") == (read, avro.text_at(value, place)[0], value[avro.text_at(value, place)[1] :])


@pytest.mark.parametrize("type_", shapes.TYPES)
def test_conditions_are_asked_of_what_was_decoded(type_: str) -> None:
    names = ("amended", "arrival_kind", "birth_date", "entitlements", "procedure", "resident_kind")
    body = full_body(type_) | {"birth_date": day("1990-02-28"), "entitlements": None}
    known = {field.name for field in shapes.shape("event", type_).body_fields}
    body = {name: value for name, value in body.items() if name in known}
    event = events.read(record(type_, body, effective=day("2026-04-01")))
    asked = events.facts_of(event.shape, names, event.asked(names))

    assert facts.of_event(event.envelope, event.fields(names)) == asked
