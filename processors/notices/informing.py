"""
What a person's instance tells those of others who have a part in what is said of her: her parents, her head.

They hear of her from here alone, and first that she does not hide; while she does they hear nothing more, and staff is
asked by her own instance. Nor do they hear of a fact while anybody else hides whom it names: where a child has gone,
its mother has. So nothing of her reaches an instance that does not know whether it may tell it.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from kairan.identifiers import Handle
from processors.notices.facts import Doubted, Fact, Named, Protection, Stood
from processors.notices.joined import NOBODY
from processors.notices.known import Known
from processors.notices.notices import Answer, Ask, PassOn, Vouch, Warn
from processors.notices.triggers import BY_ITSELF, HERS_ALONE


class _Heard(NamedTuple):
    """What somebody else has to have heard; ``hides`` None: nobody has said yet whether she does."""

    hides: bool | None = True
    facts: tuple[Fact, ...] = ()


def told(former: Known, known: Known, for_others: Collection[str]) -> Iterator[Vouch | PassOn | Ask | Warn | Answer]:
    """The difference between what was known and what is; ``for_others``: rules that tell others than the subject."""
    yield from _joined(former, known)
    for fact in known.facts.values():
        if fact.about == known.person and fact.event not in former.facts:
            yield from _asked(fact)
    yield from (_without_hers(each, for_others) for each in _told_others(former, known))


def _joined(former: Known, known: Known) -> Iterator[Warn | Answer]:
    """Whom a record joins with her is told so, and each of them how she stands, and those who are one with her."""
    linked, claimed = known.joined.links - former.joined.links, known.joined.claims - former.joined.claims
    for others, is_claim in ((linked, False), (claimed, True)):
        to = sorted(others - {NOBODY})
        yield from (Warn(Doubted(other, known.now, known.person, is_claim=is_claim)) for other in to)
    before = {_worded(word) for word in _words(former)}
    yield from (Answer(word) for word in _words(known) if _worded(word) not in before)


def _words(known: Known) -> Iterator[Stood]:
    own = len(known.measures.get(known.person, ()))
    return known.joined.told(known.person, own, known.now, hides=known.hides_by_measures)


def _worded(word: Stood) -> Stood:
    """Whenever it was said."""
    return replace(word, at=0)


def _asked(fact: Fact) -> Iterator[Ask]:
    """Whom it names beside her is to tell her instance, and whoever is told of her, how he stands."""
    to = frozenset({fact.about}).union(*fact.parties.values())
    yield from (Ask(Named(other, to - {other}, fact.at)) for other in sorted(fact.related - {fact.about}))


def _without_hers(letter: Vouch | PassOn, for_others: Collection[str]) -> Vouch | PassOn:
    """Which day an age or a stay of hers leads to is for nobody else to know."""
    if isinstance(letter, Vouch):
        return letter
    calls = {rule: call for rule, call in letter.fact.calls.items() if rule in for_others}
    return PassOn(replace(letter.fact, calls=calls))


def _told_others(former: Known, known: Known) -> Iterator[Vouch | PassOn]:
    """Why she hides is nobody's business: it is told as a doubt."""
    before = _heard(former)
    for other, now in _heard(known).items():
        was = before.get(other, _Heard(None if other in known.asking else True))
        new = [fact for fact in now.facts if fact not in was.facts]
        if now.hides is not None and (new or was.hides != now.hides):
            yield Vouch(other, Protection(known.person, "unknown" if now.hides else "none", known.now))
        yield from (PassOn(replace(fact, to=other)) for fact in new)


def _is_told_on(fact: Fact) -> bool:
    return fact.trigger not in HERS_ALONE and (fact.trigger not in BY_ITSELF or bool(fact.parties))


def _heard(known: Known) -> Mapping[Handle, _Heard]:
    """Whoever was ever told hears of a later death or move, too: it may end what he was told to do."""
    hers = tuple(fact for fact in known.facts.values() if fact.about == known.person)
    parties = {other for fact in hers for party in fact.parties.values() for other in party} - {known.person}
    hides = known.hides(known.person)
    told_on = () if hides else tuple(fact for fact in hers if _is_told_on(fact) and not known.hides_related([fact]))
    is_said = not hides or known.is_heard_to_hide(known.person)
    asking = dict.fromkeys(sorted(known.asking - {known.person}), _Heard(hides if is_said else None))
    return asking | dict.fromkeys(sorted(parties), _Heard(hides if is_said else None, told_on))
