"""A notice as a resident reads it, and which of them are something to do."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from gateway.residents.ports import Told, Verdict
from gateway.residents.room import Room, Viewer
from gateway.residents.words import Shown, day, values, words
from processors.notices import rules, texts
from processors.notices.rules import Rule

TO_DO = frozenset({"duty", "guide"})


class Card(NamedTuple):
    """``name``: in addresses and on the page. ``is_late``: its day is over. ``basis``: the rule, with its law."""

    name: str
    title: Shown
    body: Shown
    due: Shown | None
    is_late: bool
    holds: bool
    is_corrected: bool
    is_benefit: bool
    draft: Shown | None
    withdrawn: Shown
    why: Shown | None
    basis: Rule
    verdict: Verdict | None


def to_do(told: Iterable[Told], today: date) -> Sequence[Told]:
    """What holds and is to be done, by its day; what has none comes last."""
    mine = [each for each in told if each.holds and kind(each.rule) in TO_DO]
    return sorted(mine, key=lambda each: (each.due is None, each.due or today, each.at, each.id))


def card(seen: Viewer, told: Told, today: date, verdict: Verdict | None = None) -> Card:
    due = told.due if told.holds else None  # nobody is to keep a day that is none any more
    text = texts.render(told.rule, seen.language, values(told.office, due))
    return Card(
        name=seen.opaque(told.id),
        title=Shown(text.title),
        body=Shown(text.body),
        due=day(told.due, seen.language) if told.due else None,
        is_late=told.due is not None and told.due < today,
        holds=told.holds,
        is_corrected=told.wording > 0,
        is_benefit=kind(told.rule) == "benefit",
        draft=Shown(text.draft) if text.draft else None,
        withdrawn=Shown(texts.withdrawn(seen.language)),
        why=words(seen.language).notices.why[told.why]() if told.why else None,
        basis=_rules().by_id[told.rule],
        verdict=verdict,
    )


def cards(room: Room, seen: Viewer, told: Iterable[Told]) -> list[Card]:
    said = room.feedback.of(seen.person)
    return [card(seen, each, room.today(), said.get(each.id)) for each in told]


def kind(rule: str) -> str:
    return _rules().by_id[rule].kind


@cache
def _rules() -> rules.Rules:
    return rules.load()
