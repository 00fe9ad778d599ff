"""The bytes of an event are those that the wire would write."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kairan import decoder, shapes, wire
from kairan.codes import RELATIONS, SUBJECT_KINDS
from kairan.shapes import TYPES
from kairan.testing.bodies import bodies, envelopes
from processors.admission import splicing

OWN = ("subject", "protection", "related", "admitted", "lineage", "key_version", "statement_digest")
RELATED = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(list(RELATIONS)), "handle": st.binary(min_size=16, max_size=16)})
)
KINDS = st.sampled_from(list(SUBJECT_KINDS))


@st.composite
def admitted(draw: st.DrawFn) -> tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A type; envelope and body of any statement; the envelope of its event."""
    type_ = draw(st.sampled_from(TYPES))
    statement = shapes.shape("statement", type_)
    envelope = draw(envelopes(statement))
    of_event = draw(envelopes(shapes.shape("event", type_)))
    of_event["subject"] = {"kind": draw(KINDS), "handle": of_event["subject"]["handle"]}
    own = {name: of_event[name] for name in OWN} | {"related": draw(RELATED)}
    return type_, envelope, draw(bodies(statement)), envelope | own


@given(admitted())
def test_an_event_is_spliced_as_the_wire_would_write_it(
    made: tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]],
) -> None:
    type_, stated, body, envelope = made
    statement, event = shapes.shape("statement", type_), shapes.shape("event", type_)
    value = wire.encode(statement, stated, body)
    boundaries = decoder.decode(statement, value).boundaries

    expected = wire.frame_envelope(event, envelope) + value[boundaries[-1] :]
    assert expected == splicing.event(event, envelope, value, boundaries)


def test_all_types_have_the_fields_of_an_envelope_in_one_order() -> None:
    first = shapes.shape("statement", TYPES[0]).envelope_fields

    for type_ in TYPES:
        assert first == shapes.shape("statement", type_).envelope_fields
        assert first == shapes.shape("event", type_).envelope_fields[: len(first)]
        assert OWN[3:] == shapes.shape("event", type_).envelope_fields[len(first) :]
