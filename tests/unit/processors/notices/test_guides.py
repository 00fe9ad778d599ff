"""The guides by life event: steps in their order, in every language."""

from typing import get_args

import pytest

from processors.notices.guides import LifeEvent, Place, guide, order
from processors.notices.texts import Language, NoTextError, words

EVENTS = get_args(LifeEvent)


@pytest.mark.parametrize("language", Language)
def test_each_guide_has_its_steps_in_each_language(language: Language) -> None:
    guides = {event: guide(event, language) for event in EVENTS}

    assert set(EVENTS) == words(language).guides.keys() == order().keys()
    assert {event: [row["step"] for row in order()[event]] for event in EVENTS} == {
        event: [step.key for step in its.steps] for event, its in guides.items()
    }
    assert [] == [
        step.key for its in guides.values() for step in its.steps if not (step.title.plain and step.text.plain)
    ]


def test_every_word_of_a_guide_has_a_place_in_it() -> None:
    assert {event: {row["step"] for row in order()[event]} for event in EVENTS} == {
        event: set(its.steps) for event, its in words(Language.JAPANESE).guides.items()
    }


def test_a_step_is_done_somewhere_and_rests_on_rules_that_have_texts() -> None:
    steps = [row for event in EVENTS for row in order()[event]]

    assert [] == [row for row in steps if not row["at"] or not set(get_args(Place)).issuperset(row["at"])]
    assert all(words(Language.JAPANESE).of(rule) for row in steps for rule in row["rules"])


def test_a_move_begins_at_the_origin_and_goes_on_at_the_destination() -> None:
    steps = [(step.key, step.at) for step in guide("moving", Language.JAPANESE).steps]

    assert [("move_out", ("origin",)), ("before_leaving", ("origin",)), ("move_in", ("destination",))] == steps[:3]


def test_a_duty_that_its_event_shows_to_be_done_stands_in_a_guide() -> None:
    told = {rule for event in EVENTS for row in order()[event] for rule in row["rules"]}

    assert {"N1", "N2", "N4", "N6", "N7", "N12", "N19", "N32"} <= told


def test_a_guide_that_nobody_wrote_is_told() -> None:
    with pytest.raises(NoTextError):
        guide("adoption", Language.ENGLISH)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", Language)
def test_a_guide_says_that_nobody_has_reviewed_it(language: Language) -> None:
    assert words(language).draft == guide("birth", language).draft
