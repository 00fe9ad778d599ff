"""Offices speak of events and persons under their own names; the procedure hears of them under the bus's."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import wire
from kairan.identifiers import EventId
from kairan.stream import Incoming, Outgoing, TopicPartition
from processors.moving import answering, process
from processors.moving.answering import Hearing, NotAnAnswerError
from processors.moving.facts import Answer, Outcome, Receiver
from processors.runtime import inputs
from processors.runtime.process import Stand
from tests.unit.processors.routing import world
from tests.unit.processors.routing.world import EDOGAWA, ICHIKAWA, KEYS

EVENT, ANN, AT = EventId(bytes(15) + b"\x07"), world.handle(1), 1000


def said(member: str = EDOGAWA, *, topic: str = f"answers.{EDOGAWA}", **changed: Any) -> Incoming:
    told = {
        "event_ref": KEYS.event_ref(member, EVENT),
        "pairwise_id": KEYS.pairwise_id(member, ANN),
        "channel": "insurance",
        "business": "024",
        "outcome": "applied",
        "reason": "",
    }
    return Incoming(topic, 0, 3, AT, b"", wire.encode_record(answering.SHAPE, told | changed))


def heard(*records: Incoming) -> list[tuple[bytes, Answer]]:
    (wave,) = Hearing(KEYS, lambda instant: instant + 1).handle(records)
    return [(letter.key or b"", answer_in(letter)) for letter in wave]


def answer_in(letter: Outgoing) -> Answer:
    (told,) = inputs.read(process.NAME, process.WORDS, Incoming(letter.topic, 0, 0, 0, letter.key, letter.value))
    assert letter.key == told.instance
    return told.told


def test_an_answer_reaches_the_person_and_names_the_event() -> None:
    assert [(ANN, Answer(EVENT, Receiver(EDOGAWA, "024"), Outcome.APPLIED, AT + 1))] == heard(said())


def test_who_cannot_undo_says_why() -> None:
    [(_, answer)] = heard(said(outcome="cannot_undo", reason="benefit_paid"))

    assert (Outcome.CANNOT_UNDO, "benefit_paid") == (answer.outcome, answer.reason)


@pytest.mark.parametrize(
    "broken",
    [
        said(topic=f"answers.{ICHIKAWA}"),  # the name was made for another member
        said(outcome="lost"),
        said(business="24"),
        said(business="二四〇"),
        said(reason="she lives at 1-2-3"),
        said(reason="x" * 65),
        said()._replace(value=None),
        said()._replace(value=b"no record"),
        said()._replace(value=wire.encode_record(inputs.SHAPE, {"process": "", "instance": "", "told": ""})),
    ],
)
def test_what_is_no_answer_is_passed_over_and_the_next_is_heard(broken: Incoming) -> None:
    assert 1 == len(heard(broken, said()))


def test_what_is_wrong_is_named_without_a_value() -> None:
    with pytest.raises(NotAnAnswerError, match=r"^reason$"):
        answering.answer(said(reason="Mrs. Yamamoto"), KEYS, lambda instant: instant)


@given(st.binary(max_size=80))
def test_no_bytes_stop_the_others(value: bytes) -> None:
    assert 1 <= len(heard(said()._replace(value=value), said()))


def test_an_answer_that_comes_twice_is_the_same_input() -> None:
    first, second = (answering.answer(said(), KEYS, lambda instant: instant) for _ in range(2))

    assert first == second
    assert {"word": "Answer"}.items() <= json.loads(wire.decode_record(first.value or b"")[1]["told"]).items()


def test_what_was_said_counts_as_heard_only_when_it_is_stored() -> None:
    hearing, at = Hearing(KEYS, lambda instant: instant), TopicPartition(f"answers.{EDOGAWA}", 0)
    hearing.begin({at: 3})
    waves = hearing.handle([said()])
    next(waves)
    before = hearing.stands
    next(waves, None)

    assert ({at: Stand(3, 0)}, {at: Stand(4, AT)}) == (before, hearing.stands)
