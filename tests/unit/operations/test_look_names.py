"""Names on the command line: what they stand for, and a sentence where they stand for nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.holds import Hold
from operations.look import names, references
from operations.look.errors import UnknownNameError
from operations.look.references import IdRange, OutboxReference
from sandbox.register import for_municipalities

REGISTER = for_municipalities(["131237", "143014"])


@pytest.mark.parametrize(
    ("name", "hold"),
    [
        ("131237", Hold("member", "131237")),
        ("131237.insurance", Hold("channel", "131237.insurance")),
        ("140007.welfare", Hold("channel", "140007.welfare")),
        ("residence.MovedIn", Hold("type", "residence.MovedIn")),
    ],
)
def test_what_is_to_be_held_is_recognised_by_its_name(name: str, hold: Hold) -> None:
    assert hold == names.held(REGISTER, name)


def test_a_misspelt_name_is_answered_with_the_near_ones() -> None:
    with pytest.raises(UnknownNameError, match=r"no channel, event or member '131237.insurence'.*131237.insurance"):
        names.held(REGISTER, "131237.insurence")
    with pytest.raises(UnknownNameError, match=r"no topic 'life-event'.*life-events"):
        names.topic(REGISTER, "life-event")


def test_a_name_near_to_nothing_is_answered_with_where_to_look() -> None:
    with pytest.raises(UnknownNameError, match="`kairan members` lists them"):
        names.member(REGISTER, "x")


def test_a_performer_has_channels_but_no_core_system() -> None:
    assert ("140007", "welfare") == names.channel(REGISTER, "140007.welfare")
    with pytest.raises(UnknownNameError):
        names.municipality(REGISTER, "140007")


def test_an_event_is_named_by_its_outbox_row() -> None:
    assert OutboxReference("131237", 42) == references.parse("131237:42")


@given(st.binary(min_size=16, max_size=16), st.integers(min_value=8, max_value=32))
def test_an_id_lies_among_those_that_begin_as_it_does(event_id: bytes, digits: int) -> None:
    ids = references.parse(event_id.hex()[:digits])

    assert isinstance(ids, IdRange)
    assert ids.first <= event_id <= ids.last
    assert (ids.first == ids.last) == (digits == 32)


def test_a_shortened_id_may_be_given_back_as_it_was_shown() -> None:
    assert references.parse("68103ceaf905") == references.parse("68103CEAF905…")


@pytest.mark.parametrize("text", ["", "1234567", "no-event", "131237:", "131237:-1", "0" * 33])
def test_anything_else_names_no_event(text: str) -> None:
    with pytest.raises(UnknownNameError, match="names no event"):
        references.parse(text)
