"""
What an instance was told, and what of it counts: the newest word; of two at once the more cautious.

Nothing here remembers an order: the same inputs are the same knowledge, however often and in whatever order they came.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from kairan.identifiers import EventId, Handle
from kairan.measures import Measure, Standing, standing, stricter
from processors.notices.chains import Chain, chains
from processors.notices.facts import (
    Came,
    ChannelClass,
    Consent,
    Doubted,
    Fact,
    Input,
    Measured,
    Named,
    Perpetrator,
    Protection,
    Receipt,
    SafeChannel,
    Settled,
    Stood,
)
from processors.notices.joined import NOBODY, Joined, joined
from processors.notices.triggers import DIED, SAYS_PROTECTION

_STRICTNESS: Mapping[Standing, int] = {"none": 0, "unknown": 1, "protected": 2}
CONSENTED: frozenset[ChannelClass] = frozenset({"push", "mail"})
"""Classes by which nobody is reached who did not agree. A page is opened by its resident, a letter is the office's."""


@dataclass(frozen=True)
class Known:
    """
    ``person`` is whom the instance may tell, nobody before its first fact; ``now``: the latest time it heard of.

    ``joined``: who is or may be one with this person; ``asking``: who has to know whether this person hides.
    ``settled``: tasks that a desk has done.
    """

    person: Handle = NOBODY
    now: int = 0
    facts: Mapping[EventId, Fact] = field(default_factory=dict)
    protections: Mapping[Handle, Protection] = field(default_factory=dict)
    measures: Mapping[Handle, frozenset[Measure]] = field(default_factory=dict)
    joined: Joined = field(default_factory=Joined)
    asking: frozenset[Handle] = frozenset()
    namings: Mapping[str, Perpetrator] = field(default_factory=dict)
    safe: SafeChannel | None = None
    consents: Mapping[str, Consent] = field(default_factory=dict)
    receipts: Mapping[bytes, Receipt] = field(default_factory=dict)
    settled: frozenset[bytes] = frozenset()

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        return tuple(chains(self.facts))

    @cached_property
    def dead(self) -> frozenset[Handle]:
        """Who has died, of those that facts are about; a death that was annulled is none."""
        died = (chain for chain in self.chains if chain.root.trigger == DIED and not chain.is_annulled)
        return frozenset(chain.root.about for chain in died)

    def hides(self, person: Handle) -> bool:
        """Protected, or nobody knows (design §6: in doubt, hide); so does whoever was never heard of."""
        if person not in self._hiding:
            self._hiding[person] = self._standing(person) != "none"
        return self._hiding[person]

    @cached_property
    def _hiding(self) -> dict[Handle, bool]:
        """Who was asked for already, and whether he hides: every rule asks for the same few."""
        return {}

    @property
    def hides_by_measures(self) -> bool:
        """Does any measure of this person's own hide her?"""
        return standing(self.measures.get(self.person, frozenset())) != "none"

    def is_heard_to_hide(self, person: Handle) -> bool:
        """Somebody has said so; of whom nothing was said, it may come."""
        return self.hides(person) and self._is_heard_of(person)

    def hides_related(self, facts: Iterable[Fact]) -> bool:
        """Does anybody hide whom these facts name? What tells where the one is tells it of the other."""
        return any(self.hides(other) for other in _others(facts) - {self.person})

    def is_heard_to_hide_related(self, facts: Iterable[Fact]) -> bool:
        return any(self.is_heard_to_hide(other) for other in _others(facts) - {self.person})

    @property
    def has_safe_channel(self) -> bool:
        return self.safe is not None and self.safe.is_named

    def consents_to(self, what: str) -> bool:
        consent = self.consents.get(what)
        return consent is not None and consent.is_given

    def bars(self, root: Fact) -> bool:
        """
        Is the person named as perpetrator in a measure that lasts, or lasted when this was stated?

        Then nothing about anybody else is told: which relative a measure protects must not be found out by what is
        missing either. What was stated under it stays with staff after its end.
        """
        if root.about == self.person:
            return False
        return any(naming.lasts or root.at <= naming.at for naming in self.namings.values())

    def _is_heard_of(self, person: Handle) -> bool:
        by_fact = any(fact.about == person and fact.tells_protection for fact in self.facts.values())
        return by_fact or person in self.protections or person in self.measures or self._is_doubted(person)

    def _is_doubted(self, person: Handle) -> bool:
        return person == self.person and self.joined.hides

    def _standing(self, person: Handle) -> Standing:
        """The strictest of what was stated, of all measures, and of what those say who are joined with her."""
        of_measures = standing(self.measures.get(person, frozenset()))
        doubt: Standing = "unknown" if self._is_doubted(person) else "none"
        return stricter(stricter(self._stated(person), of_measures), doubt)

    def _stated(self, person: Handle) -> Standing:
        """By 001's last word; a fact that came later may only be stricter."""
        stated = self.protections.get(person)
        hers = (fact for fact in self.facts.values() if fact.about == person and fact.tells_protection)
        said = max(hers, key=_when, default=None)
        if stated is None:
            return said.protection if said else "unknown"
        if said is None or said.at <= stated.at:
            return stated.standing
        return stricter(stated.standing, said.protection)


def _others(facts: Iterable[Fact]) -> frozenset[Handle]:
    return frozenset(other for fact in facts for other in fact.related)


def note(known: Known, said: Input) -> Known:
    """With what was said now."""
    noted = replace(known, now=max(known.now, said.at))
    match said:
        case Fact():
            noted = _with_fact(noted, said)
        case Protection() | Measured():
            noted = _shielded(noted, said)
        case Doubted() | Stood():
            noted = replace(noted, person=said.person, joined=joined(noted.joined, said))
        case Named():
            noted = replace(noted, person=said.person, asking=known.asking | said.to)
        case Receipt() | Settled():
            noted = _answered(noted, said)
        case Came():
            pass
        case _:
            noted = _agreed(noted, said)
    return noted


def _agreed(known: Known, said: Perpetrator | SafeChannel | Consent) -> Known:
    """With what stands until it is said otherwise."""
    match said:
        case Perpetrator():
            naming = max(known.namings.get(said.measure, said), said, key=lambda each: (each.at, each.lasts))
            return replace(known, namings={**known.namings, said.measure: naming})
        case SafeChannel():
            return replace(known, safe=max(known.safe or said, said, key=lambda each: (each.at, not each.is_named)))
        case Consent():
            consent = max(known.consents.get(said.to, said), said, key=lambda each: (each.at, not each.is_given))
            return replace(known, consents={**known.consents, said.to: consent})


def _with_fact(known: Known, said: Fact) -> Known:
    noted = replace(known, person=said.to, facts={said.event: said, **known.facts})
    if said.trigger in SAYS_PROTECTION and said.about == said.to:
        return _shielded(noted, Protection(said.about, said.protection, said.at))
    return noted


def _answered(known: Known, said: Receipt | Settled) -> Known:
    """By a channel, or by a desk."""
    if isinstance(said, Settled):
        return replace(known, settled=known.settled | {said.task})
    receipt = max(known.receipts.get(said.sending, said), said, key=lambda each: (each.is_delivered, each.at))
    return replace(known, receipts={**known.receipts, said.sending: receipt})


def _shielded(known: Known, said: Protection | Measured) -> Known:
    match said:
        case Protection():
            stated = max(known.protections.get(said.person, said), said, key=_when)
            return replace(known, protections={**known.protections, said.person: stated})
        case Measured():
            measures = known.measures.get(said.person, frozenset()) | {said.measure}
            return replace(known, measures={**known.measures, said.person: measures})


def _when(said: Fact | Protection) -> tuple[int, int]:
    standing = said.protection if isinstance(said, Fact) else said.standing
    return said.at, _STRICTNESS[standing]
