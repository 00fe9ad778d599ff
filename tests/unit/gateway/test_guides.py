"""Guides by life event: for everybody, in order, with what they rest on; nothing is offered online that is not."""

import re
from typing import get_args

import pytest

from gateway.residents import words
from processors.notices import guides
from processors.notices.guides import Basis, LifeEvent
from processors.notices.texts import Language
from tests.unit.gateway.reading import Page, faults
from tests.unit.gateway.residing import Place, signed_in

EVENTS = get_args(LifeEvent)


def shown(event: str, language: Language = Language.JAPANESE) -> str:
    answer = Place().browser().get(f"/guides/{event}?lang={language}")

    assert 200 == answer.status_code
    return answer.text


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("event", EVENTS)
def test_each_guide_has_its_steps_in_order_in_every_language(event: LifeEvent, language: Language) -> None:
    page = shown(event, language)
    headings = re.findall("<h2>(.*?)</h2>", page)
    its = guides.guide(event, language)

    assert [] == faults(page)
    assert [f"{number}. {step.title.html}" for number, step in enumerate(its.steps, 1)] == headings
    assert ("<ruby>" in page) == (language is Language.EASY_JAPANESE)
    assert its.draft
    assert its.draft.html in page


@pytest.mark.parametrize("language", list(Language))
def test_the_list_leads_to_each_guide_and_each_guide_back(language: Language) -> None:
    page = Page(Place().browser().get(f"/guides?lang={language}").text)
    links = [tag.attributes["href"] for tag in page.of("a")]

    assert {f"/guides/{event}" for event in EVENTS} <= set(links)
    assert "/my" in links
    assert all('href="/guides"' in shown(event, language) for event in EVENTS)


def test_an_event_that_is_none_is_not_there() -> None:
    assert [404, 404] == [Place().browser().get(f"/guides/{each}").status_code for each in ("divorce", "guides.toml")]


def test_duties_and_guides_lead_to_each_other() -> None:
    assert 'href="/guides"' in signed_in(Place()).get("/my").text
    assert 'href="/my"' in shown("moving")


@pytest.mark.parametrize("event", EVENTS)
def test_no_guide_has_a_form_for_what_is_made_at_the_counter(event: str) -> None:
    assert [] == Page(shown(event)).of("form", "input", "button")


def test_what_is_made_face_to_face_says_so_at_each_of_its_steps() -> None:
    said = str(words.words(Language.JAPANESE).guides.counter)
    steps = [step for event in EVENTS for step in guides.guide(event, Language.JAPANESE).steps]
    speaks = re.compile("転[入居]届をします")
    named = [step.is_at_counter for step in steps if speaks.search(step.title.plain + step.text.plain)]

    assert {"move_in", "move_within", "address"} == {step.key for step in steps if step.is_at_counter}
    assert (True, True) == (all(named), bool(named))
    assert (2, 1, 0) == tuple(shown(event).count(said) for event in ("moving", "marriage", "retirement"))


def test_a_step_stands_with_what_it_rests_on_and_what_nobody_checked_is_marked() -> None:
    steps = {step.key: step for step in guides.guide("moving", Language.JAPANESE).steps}
    its = words.words(Language.JAPANESE).guides
    page = shown("moving")

    assert Basis("住民基本台帳法", "22条1項", is_verified=True) in steps["move_in"].bases
    assert Basis("番号法施行令", "", is_verified=False) in steps["card"].bases
    assert (Basis("住民基本台帳法", "24条", is_verified=True),) == steps["move_out"].bases
    assert "住民基本台帳法 24条</span></dd>" in page
    assert f"番号法施行令 </span> {its.assumed}" in page
    assert "住民基本台帳法 22条1項</span></dd>" in page


@pytest.mark.parametrize("event", EVENTS)
def test_no_step_stands_without_what_it_rests_on(event: LifeEvent) -> None:
    """A statute is named even where nobody has read an article of it: then it is marked."""
    steps = guides.guide(event, Language.JAPANESE).steps
    bases = [basis for step in steps for basis in step.bases]

    assert all(step.bases for step in steps)
    assert all(bool(basis.article) for basis in bases if basis.is_verified)
    assert sum(not basis.is_verified for basis in bases) == shown(event).count("（推定：条文は未確認）")


def test_a_basis_is_named_once_a_step() -> None:
    steps = [step for event in EVENTS for step in guides.guide(event, Language.JAPANESE).steps]

    assert all(len(step.bases) == len(set(step.bases)) for step in steps)


def test_both_municipalities_of_a_move_are_named_at_their_steps() -> None:
    at = words.words(Language.JAPANESE).guides.at
    page = Page(shown("moving")).text

    assert page.index(str(at.origin)) < page.index(str(at.destination))
    assert "お住まいの自治体にお尋ねください" in page
