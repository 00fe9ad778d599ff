"""
Rule by rule, fact by fact: is this person told, not told, or does staff decide?

Safety comes before everything that a rule says, and no rule, setting or consent lifts it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from kairan.identifiers import Handle
from processors.notices.chains import Chain
from processors.notices.facts import Call, Fact
from processors.notices.known import Known
from processors.notices.notices import Notice, NoticeId, OfficeOf, TaskId, Why
from processors.notices.rules import PARTIES, Rule, Rules
from processors.notices.triggers import DIED, FOR_SOMEBODY, LIES_AHEAD, triggers_of

_Question: TypeAlias = Callable[[], Why | None]
_ASKS = frozenset(
    {
        Why.PERPETRATOR,
        Why.HIDDEN,
        Why.NO_SAFE_CHANNEL,
        Why.ADDRESSEE_DIED,
        Why.NOBODY_NAMED,
        Why.UNCERTAIN_FACTS,
        Why.UNCERTAIN_DAY,
        Why.FOR_STAFF,
    }
)


class Verdict(NamedTuple):
    """Of one rule for one fact; ``why`` None: the notice holds. ``is_ahead``: of what may be years away."""

    notice: Notice
    why: Why | None
    is_ahead: bool = False

    @property
    def holds(self) -> bool:
        return holds(self.why)

    @property
    def asks(self) -> bool:
        """Does staff have to decide?"""
        return self.why in _ASKS and not self.is_ahead

    @property
    def task(self) -> TaskId:
        """Of what staff is asked."""
        its = self.notice
        return TaskId.of(its.to, its.rule, its.root, self.why or Why.FOR_STAFF)


def holds(why: Why | None) -> bool:
    """A notice without a safe channel is kept until there is one."""
    return why is None or why is Why.NO_SAFE_CHANNEL


def audience(rule: Rule, fact: Fact) -> frozenset[Handle]:
    """Whom the rule tells of this fact; nobody where it names none, or where staff is meant."""
    if rule.audience in ("self", "safe_channel"):
        return frozenset({fact.about})
    party = PARTIES.get(rule.audience)
    return fact.parties.get(party, frozenset()) if party else frozenset()


@dataclass(frozen=True)
class Judge:
    """Judges what is known."""

    known: Known

    def verdicts(self, rules: Rules) -> list[Verdict]:
        """Of all facts by all rules that could concern this person."""
        return [
            verdict
            for chain in self.known.chains
            for rule in rules.by_trigger.get(chain.root.trigger, ())
            if self._is_asked(rule, chain.newest) and (verdict := self._verdict(rule, chain))
        ]

    def barred(self, root: Fact) -> Why | None:
        """Why this person may not be told of what the fact says, whoever asks."""
        if self.known.person in self.known.dead:
            return Why.ADDRESSEE_DIED
        if self.known.bars(root):
            return Why.PERPETRATOR
        if root.about == self.known.person or self._is_safe:
            return None
        said = (chain.stated for chain in self.known.chains if chain.root == root)
        facts = (root, *(fact for stated in said for fact in stated))
        return Why.HIDDEN if self.known.hides(root.about) or self.known.hides_related(facts) else None

    @property
    def unreachable(self) -> Why | None:
        """Protected, and no safe channel named."""
        hides = self.known.hides(self.known.person)
        return Why.NO_SAFE_CHANNEL if hides and not self.known.has_safe_channel else None

    @property
    def _is_safe(self) -> bool:
        """Protected too, and reached where only she is."""
        return self.known.hides(self.known.person) and self.known.has_safe_channel

    def _is_asked(self, rule: Rule, fact: Fact) -> bool:
        """Whoever is of the audience; where there is none, or it hears nothing, the subject's instance asks staff."""
        named = audience(rule, fact)
        is_hers = self.known.person == fact.about
        return self.known.person in named or (is_hers and (not named or self._is_kept_back(fact)))

    def _is_kept_back(self, fact: Fact) -> bool:
        return self.known.hides(fact.about) or self.known.is_heard_to_hide_related([fact])

    def _verdict(self, rule: Rule, chain: Chain) -> Verdict | None:
        call = chain.newest.calls.get(rule.id)
        if call is None:
            return None
        return Verdict(self._notice(rule, chain, call), self._why(rule, chain, call), rule.trigger in LIES_AHEAD)

    def _notice(self, rule: Rule, chain: Chain, call: Call) -> Notice:
        person, root = self.known.person, chain.root
        return Notice(
            id=NoticeId.of(person, rule.id, root.event),
            rule=rule.id,
            to=person,
            about=root.about,
            root=root.event,
            fact=chain.newest.event,
            office=OfficeOf(call.office, rule.business),
            due=call.due,
            classes=frozenset(rule.channels),
        )

    def _why(self, rule: Rule, chain: Chain, call: Call) -> Why | None:
        """The first that applies, in this order: it is over, nobody to tell, not safe, not wanted, not sure."""
        questions: tuple[_Question, ...] = (
            lambda: self._over(rule, chain),
            lambda: _nobody(rule, chain.newest),
            lambda: None if self.known.person in audience(rule, chain.newest) else Why.HIDDEN,
            lambda: self.barred(chain.root),
            lambda: self._unwanted(rule),
            lambda: None if call.is_sure else Why.UNCERTAIN_FACTS,
            lambda: None if call.is_due_sure else Why.UNCERTAIN_DAY,
            lambda: self.unreachable,
        )
        return next((why for question in questions if (why := question())), None)

    def _over(self, rule: Rule, chain: Chain) -> Why | None:
        if chain.is_annulled:
            return Why.ANNULLED
        if chain.root.about in self.known.dead and chain.root.trigger != DIED:
            return Why.DIED
        if self._is_said_already(rule, chain):
            return Why.OVERTAKEN
        return Why.OVERTAKEN if any(_ends(other, chain, rule) for other in self.known.chains) else None

    def _is_said_already(self, rule: Rule, chain: Chain) -> bool:
        """What lies ahead stands in each record of a person: only the first of those that say the same tells it."""
        former = [other for other in self.known.chains if _follows(chain, other, rule) and not other.is_annulled]
        return bool(former) and _says_the_same(former[-1].newest, chain.newest, rule)

    def _unwanted(self, rule: Rule) -> Why | None:
        is_wanted = rule.kind != "benefit" or self.known.consents_to("benefits")
        return None if is_wanted else Why.NO_CONSENT


def _nobody(rule: Rule, fact: Fact) -> Why | None:
    if rule.audience == "staff":
        return Why.FOR_STAFF
    return None if audience(rule, fact) else Why.NOBODY_NAMED


def _ends(other: Chain, chain: Chain, rule: Rule) -> bool:
    """A fact that stands and was stated later; the log's order is the order."""
    if other.is_annulled or not _follows(other, chain, rule):
        return False
    is_of_it = not rule.ended_by.isdisjoint(triggers_of(other.root.trigger))
    return is_of_it and not _says_the_same(chain.newest, other.newest, rule)


def _follows(other: Chain, chain: Chain, rule: Rule) -> bool:
    """Both are of the kinds that call for it or end it, about the same person."""
    former, later = chain.root, other.root
    if later.trigger not in rule.concerned or former.trigger not in rule.concerned:
        return False
    return (later.at, later.event) > (former.at, former.event) and _is_of_the_same(other.newest, former)


def _says_the_same(one: Fact, two: Fact, rule: Rule) -> bool:
    """By their records, which carry it; what is a plan or a state by itself is said anew."""
    if rule.trigger in (one.trigger, two.trigger) or rule.id not in one.calls:
        return False
    return one.calls[rule.id] == two.calls.get(rule.id) and audience(rule, one) == audience(rule, two)


def _is_of_the_same(other: Fact, fact: Fact) -> bool:
    """About the same person; a birth or death that was planned for is another one's, in whose fact she has a part."""
    if fact.trigger in FOR_SOMEBODY:
        return any(fact.about in party for party in other.parties.values())
    return other.about == fact.about
