"""
The guides by life event: what is to be done, where and in which order (``templates/guides.toml``).

Guides are for the time before: a duty that an event itself shows to be done stands in a guide and is never sent.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal, NamedTuple, cast

from processors.notices import rules
from processors.notices.markup import Passage
from processors.notices.rules import Rules
from processors.notices.texts import Language, NoTextError, words

LifeEvent = Literal["moving", "birth", "marriage", "bereavement", "retirement"]
Place = Literal["origin", "destination", "residence", "registered_domicile", "elsewhere"]
"""Both municipalities of a move; where one lives; 本籍地; an office of no municipality, or another municipality."""


class Basis(NamedTuple):
    """A statute; ``article`` where its words were read, else nobody has checked it."""

    statute: str
    article: str
    is_verified: bool


class Step(NamedTuple):
    """
    ``rules``: rules, or rows of rules (N32 for N32a to N32d), that tell of it; ``laws``: of a step of which none does.

    ``is_at_counter``: a notification that is made face to face (転入届, 転居届); nothing offers it online.
    """

    key: str
    title: Passage
    text: Passage
    at: tuple[Place, ...]
    rules: tuple[str, ...]
    laws: tuple[Basis, ...] = ()
    is_at_counter: bool = False

    @property
    def bases(self) -> tuple[Basis, ...]:
        """Of its rules and its own, each once."""
        its = (rule for rule in _rules().by_id.values() if {rule.id, rule.row} & set(self.rules) and rule.basis)
        of_rules = (Basis(each.basis, each.article, each.status == "verified") for each in its)
        return tuple(dict.fromkeys((*self.laws, *of_rules)))


class Guide(NamedTuple):
    """The steps in their order. ``draft``: until it is reviewed."""

    title: Passage
    steps: tuple[Step, ...]
    draft: Passage | None


@cache
def order() -> Mapping[LifeEvent, list[dict[str, Any]]]:
    """The steps of each guide, without words."""
    text = (files("processors.notices") / "templates/guides.toml").read_text(encoding="utf-8")
    return cast("Mapping[LifeEvent, list[dict[str, Any]]]", tomllib.loads(text))


def guide(event: LifeEvent, language: Language) -> Guide:
    """Raises NoTextError."""
    its = words(language)
    if event not in its.guides:
        raise NoTextError(f"no guide {event} in {its.tag}")
    return Guide(
        its.guides[event].title.fill({}),
        tuple(_step(event, row, language) for row in order()[event]),
        its.draft,
    )


def _step(event: LifeEvent, row: Mapping[str, Any], language: Language) -> Step:
    wording = words(language).guides[event].steps.get(row["step"])
    if wording is None:
        raise NoTextError(f"no step {event}.{row['step']} in {words(language).tag}")
    words_of = (wording.title.fill({}), wording.body.fill({}))
    laws = tuple(Basis(law["statute"], law["article"], bool(law["article"])) for law in row.get("laws", ()))
    return Step(row["step"], *words_of, tuple(row["at"]), tuple(row["rules"]), laws, row.get("at_counter", False))


@cache
def _rules() -> Rules:
    return rules.load()
