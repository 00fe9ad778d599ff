"""
Who was entitled to an event and to which of its fields, who was not and why, and what the offices hold beside it.

Pure: routing's explanation and the offices come in. Names of fields only, never a value.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from operations.look.offices import Discarded, Held, Office, Offices, Waiting
from processors.routing.corrections import Annulment
from processors.routing.decisions import RELATED, Decision, Reason, Share
from processors.routing.deliveries import Explanation
from processors.routing.editions import Receiver
from processors.routing.events import Event
from processors.routing.grants import is_told_source
from processors.routing.policy import Rule
from processors.routing.spans import Truth

NOTHING_YET = Office(0, (), ())
Row = TypeVar("Row", Held, Waiting, Discarded)
UNDECLARED = " (no channel has declared its caseload)"
_NULL = 0
_WHY: Mapping[Reason, str] = {
    "own_event": "stated it itself",
    "nobody_performs": "nobody on the bus performs it there",
    "not_on_the_bus": "its member is not active on the bus",
    "leaves_municipality": "would leave the municipality",
    "protected": "protected: this rule gives nothing then",
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A rule by which a business is entitled; ``is_certain`` False: a duty of law that only may apply."""

    rule: Rule
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Entitled:
    """
    What one business of a receiver gets, and what its office holds.

    ``told`` are granted fields that the event has, ``silent`` those it has not; ``is_told_source``: the envelope names
    who stated it; ``beyond`` and ``lacking``: what the office holds against it. An ``annulment`` only takes back what a
    former record had told.
    """

    municipalities: tuple[str, ...]
    business: str
    receiver: Receiver
    what: Literal["facts", "annulment"]
    rules: tuple[str, ...]
    grounds: tuple[Ground, ...]
    told: tuple[str, ...]
    silent: tuple[str, ...]
    hidden: tuple[str, ...]
    is_told_source: bool
    held: Held | None
    waiting: Waiting | None
    discarded: Discarded | None

    @property
    def beyond(self) -> tuple[str, ...]:
        granted = {*self.told, *self.silent}
        return () if self.held is None else tuple(sorted(self.held.fields - granted))

    @property
    def lacking(self) -> tuple[str, ...]:
        if self.held is None:
            return ()
        return tuple(field for field in self.told if field not in self.held.fields and field != RELATED)


@dataclass(frozen=True, slots=True)
class Denied:
    """A rule that gave nothing to this municipality; None: nobody has its role in the event."""

    municipality: str | None
    rule: Rule
    why: str


@dataclass(frozen=True, slots=True)
class Entitlements:
    """The whole answer, in the order of the policy."""

    entitled: tuple[Entitled, ...]
    denied: tuple[Denied, ...]

    def municipalities(self) -> list[str]:
        """Everybody concerned, whoever got something first."""
        named = [code for each in self.entitled for code in each.municipalities]
        named += [each.municipality for each in self.denied if each.municipality is not None]
        return list(dict.fromkeys(named))

    def denied_there(self, municipality: str | None) -> list[Denied]:
        """Without rules whose business got something there by another one."""
        served = {each.business for each in self.entitled if municipality in each.municipalities}
        return [each for each in self.denied if each.municipality == municipality and each.rule.business not in served]

    def wants_attention(self) -> bool:
        """Does an office not hold what is due now: nothing yet, something parked, other fields?"""
        expected = (each for each in self.entitled if each.discarded is None)
        return any(each.held is None or each.beyond or each.lacking for each in expected)


def of(explained: Explanation, offices: Offices) -> Entitlements:
    there = _non_null(explained.event)
    entitled = [_of_share(share, explained, there, offices) for share in explained.shares]
    entitled += [each for annulment in explained.annulments for each in _of_annulment(annulment, offices)]
    refused = [each for each in explained.decisions if not each.is_given]
    denied = [Denied(each.candidate.municipality, each.candidate.rule, why(each)) for each in refused]
    return Entitlements(tuple(entitled), tuple(denied))


def why(decision: Decision) -> str:
    """Why a rule gave nothing, in words."""
    rule = decision.candidate.rule
    if decision.reason == "no_party":
        return f"no {rule.role} in this event"
    if decision.reason != "condition":
        return _WHY[decision.reason]
    doubt = "is not certain" if decision.truth is Truth.UNCERTAIN else "does not hold"
    return f"{rule.condition.text} {doubt}{UNDECLARED if 'caseload' in rule.condition.text else ''}"


def _of_share(share: Share, explained: Explanation, there: Sequence[str], offices: Offices) -> Entitled:
    office, outcome = offices.get(share.receiver, NOTHING_YET), explained.outcome
    granted = tuple(field for field in there if field in share.fields)
    return Entitled(
        municipalities=tuple(sorted(share.municipalities)),
        business=share.business,
        receiver=share.receiver,
        what="facts",
        rules=share.rules,
        grounds=tuple(_grounds(share, explained.decisions)),
        told=(*granted, RELATED) if share.relations else granted,
        silent=tuple(sorted(share.fields.difference(there))),
        hidden=tuple(sorted(share.hidden)),
        is_told_source=is_told_source(outcome.plan, share, hides=outcome.hides),
        held=_of_business(office.held, share.business),
        waiting=_of_business(office.waiting, share.business),
        discarded=_of_business(office.discarded, share.business),
    )


def _of_annulment(annulment: Annulment, offices: Offices) -> Iterator[Entitled]:
    office = offices.get(annulment.receiver, NOTHING_YET)
    for business, rule in annulment.businesses:
        yield Entitled(
            municipalities=(annulment.receiver.member,),
            business=business,
            receiver=annulment.receiver,
            what="annulment",
            rules=tuple(rule.split("+")),
            grounds=(),
            told=(),
            silent=(),
            hidden=(),
            is_told_source=annulment.source is not None,
            held=_of_business(office.held, business),
            waiting=_of_business(office.waiting, business),
            discarded=_of_business(office.discarded, business),
        )


def _grounds(share: Share, decisions: Iterable[Decision]) -> Iterator[Ground]:
    """Each rule once, although it may be given on behalf of several municipalities."""
    found: dict[str, Ground] = {}
    for each in decisions:
        candidate = each.candidate
        if each.is_given and (candidate.receiver, candidate.rule.business) == (share.receiver, share.business):
            found.setdefault(candidate.rule.name, Ground(candidate.rule, is_certain=each.truth is Truth.YES))
    yield from found.values()


def _of_business(rows: Iterable[Row], business: str) -> Row | None:
    return next((row for row in rows if row.business == business), None)


def _non_null(event: Event) -> list[str]:
    """The body fields that the event has, by their first byte only: nothing is decoded."""
    value, boundaries = event.value, event.boundaries
    return [field.name for field in event.shape.body_fields if value[boundaries[field.index]] != _NULL]
