"""What a journal holds can be read: by auditors, by the same program, and by the next one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Literal, NamedTuple

import pytest

from kairan.identifiers import EventId, MunicipalityCode
from processors.runtime.words import Words


class Kind(StrEnum):
    FIRST = "the first"


class Stay(NamedTuple):
    place: MunicipalityCode
    since: date
    until: date | None


@dataclass(frozen=True)
class Inner:
    flag: bool


@dataclass(frozen=True)
class Said:
    """One of each."""

    event: EventId
    at: int
    kind: Kind = Kind.FIRST
    who: frozenset[str] = frozenset()
    about: Inner | None = None
    pairs: Mapping[str, Inner] = field(default_factory=dict)
    channel: Literal["mail", "push"] = "mail"
    name: str = ""
    stay: Stay | None = None


WORDS = Words(Said)
STAY = Stay(MunicipalityCode("131237"), date(2026, 4, 1), None)


def test_a_word_is_written_with_its_name_in_an_order_of_its_own_and_read_back() -> None:
    said = Said(EventId(bytes(16)), 7, Kind.FIRST, frozenset("cab"), Inner(True), {"x": Inner(False)}, "push", "", STAY)
    written = WORDS.to_json(said)

    assert written == {
        "word": "Said", "event": "00" * 16, "at": 7, "kind": "the first", "who": ["a", "b", "c"],
        "about": {"flag": True}, "pairs": {"x": {"flag": False}}, "channel": "push", "name": "",
        "stay": ["131237", "2026-04-01", None],
    }  # fmt: skip
    assert said == WORDS.from_json(written)
    assert isinstance(WORDS.from_json(written).kind, Kind)
    assert isinstance(WORDS.from_json(written).event, EventId)


def test_a_field_that_a_line_of_former_times_does_not_have_has_its_default() -> None:
    assert Said(EventId(bytes(16)), 7) == WORDS.from_json({"word": "Said", "event": "00" * 16, "at": 7})


@pytest.mark.parametrize("value", ["a\0b", 1.5, ["x"]])
def test_what_the_journal_could_not_keep_is_refused_and_not_named(value: Any) -> None:
    with pytest.raises(TypeError) as refused:
        WORDS.to_json(Said(EventId(bytes(16)), 7, name=value))

    assert type(value).__name__ == str(refused.value)


def test_a_tuple_that_is_too_short_is_not_read() -> None:
    written = WORDS.to_json(Said(EventId(bytes(16)), 7))
    with pytest.raises(ValueError, match="zip"):
        WORDS.from_json(written | {"stay": [None]})
