"""
Policy and register together; what they decide of an event is worked out once and kept.

A log record is routed by the edition of its append time, whenever it is routed.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter

from kairan.register import Register, Row
from kairan.shapes import Shape
from processors.routing import decisions, disclosing, envelopes, events, grants, plans
from processors.routing.decisions import Decision, Shares
from processors.routing.disclosing import Prepared
from processors.routing.editions import Edition
from processors.routing.envelopes import Packed
from processors.routing.events import Event
from processors.routing.plans import Parties, Plan, Source
from processors.routing.policy import Policy
from processors.routing.spans import Truth

MOST_KEPT = 50_000
"""Plans and outcomes are few where the same municipalities meet again; beyond this they are made anew."""


class BundleError(ValueError):
    """Policy and register cannot be used together; each problem is a sentence."""


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """The decisions of a plan for one set of answers, and what each business gets by them."""

    plan: Plan
    decisions: tuple[Decision, ...]
    shares: Shares
    hides: bool
    _packed: dict[Shape, tuple[Packed, ...]] = field(default_factory=dict, repr=False)
    _prepared: dict[Shape, Prepared] = field(default_factory=dict, repr=False)

    def packed(self, shape: Shape) -> tuple[Packed, ...]:
        """The parcels for events of this shape."""
        found = self._packed.get(shape)
        if found is None:
            parcels = grants.parcels(self.plan, self.shares, hides=self.hides)
            found = self._packed[shape] = tuple(envelopes.pack(parcel, shape) for parcel in parcels)
        return found

    def prepared(self, shape: Shape) -> Prepared:
        """Who is told of events of this shape, for the entries."""
        found = self._prepared.get(shape)
        if found is None:
            found = self._prepared[shape] = disclosing.prepare(self.plan, self.shares.values(), shape)
        return found


class Bundle:
    """
    All rows of policy and register that were ever declared.

    Raises:
        BundleError: they do not fit together.

    """

    def __init__(self, policy: Policy, register: Register) -> None:
        if problems := list(_problems(register)):
            raise BundleError("\n".join(problems))
        self.policy = policy
        self.register = register
        self.instants = sorted(policy.instants().union((row.valid_from for row in _rows(register)), (0,)))
        self._digests: dict[int, bytes] = {}
        self._editions: dict[int, Edition] = {}
        self._plans: dict[tuple[Edition, str, Source, Parties], Plan] = {}
        self._found: dict[tuple[Edition, Shape, bytes], Plan] = {}
        self._answers: dict[tuple[Plan, Shape, tuple[bytes, ...]], tuple[Truth, ...]] = {}
        self._outcomes: dict[tuple[Plan, tuple[Truth, ...], bool], Outcome] = {}

    def at(self, instant: int) -> Edition:
        """The edition in force at an append time (milliseconds since 1970 UTC)."""
        place = bisect_right(self.instants, max(instant, 0)) - 1
        edition = self._editions.get(place)
        if edition is None:
            since = self.instants[place]
            edition = self._editions[place] = Edition(self.policy.at(since), self.register.at(since))
        return edition

    def digest_until(self, instant: int) -> bytes:
        """Changes with any row that was valid at this instant or before."""
        place = bisect_right(self.instants, instant)
        if place not in self._digests:
            texts = (text for valid_from, text in self._texts if valid_from <= instant)
            self._digests[place] = hashlib.sha256("\n".join(texts).encode()).digest()
        return self._digests[place]

    @cached_property
    def _texts(self) -> list[tuple[int, str]]:
        """Of all rows, by their time; of those of one time the order they are declared in counts, too."""
        texts = [(rule.valid_from, rule.text) for rule in self.policy.rules]
        texts += [(row.valid_from, f"{type(row).__name__} {row.model_dump_json()}") for row in _rows(self.register)]
        return sorted(texts, key=itemgetter(0))

    def plan(self, edition: Edition, event: str, source: Source, parties: Parties) -> Plan:
        """The candidates for an event of this kind from this source, with these parties."""
        key = (edition, event, source, parties)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_KEPT:
                self._plans.clear()
            plan = self._plans[key] = plans.make(*key)
        return plan

    def plan_of(self, event: Event) -> Plan:
        """The plan of an event, found again by bytes that were not decoded."""
        key = (self.at(event.record.timestamp), event.shape, events.fingerprint(event))
        plan = self._found.get(key)
        if plan is None:
            if len(self._found) >= MOST_KEPT:
                self._found.clear()
            plan = self._found[key] = self.plan(key[0], event.shape.type, event.source, events.parties(event))
        return plan

    def answers(self, plan: Plan, event: Event) -> tuple[Truth, ...]:
        """Of an event to the plan's questions; kept by the bytes on which they depend, because birthdays repeat."""
        if not plan.questions:
            return ()
        asked = event.asked(plan.reads)
        key = (plan, event.shape, asked)
        found = self._answers.get(key)
        if found is None:
            if len(self._answers) >= MOST_KEPT:
                self._answers.clear()
            told = events.facts_of(event.shape, plan.reads, asked)
            found = self._answers[key] = tuple(question.of(told) for question in plan.questions)
        return found

    def outcome(self, plan: Plan, answers: tuple[Truth, ...], *, hides: bool) -> Outcome:
        """What follows when the plan's questions have these answers."""
        key = (plan, answers, hides)
        outcome = self._outcomes.get(key)
        if outcome is None:
            if len(self._outcomes) >= MOST_KEPT:
                self._outcomes.clear()
            decided = decisions.decide(plan, dict(zip(plan.questions, answers, strict=True)), hides=hides)
            outcome = self._outcomes[key] = Outcome(plan, decided, decisions.unite(decided), hides)
        return outcome


def _rows(register: Register) -> tuple[Row, ...]:
    return (*register.members, *register.channels, *register.performers, *register.requests)


def _problems(register: Register) -> Iterator[str]:
    channels = {(row.member, row.channel) for row in register.channels}
    for row in register.performers:
        if (row.member, row.channel) not in channels:
            yield (
                f"Business {row.business} of {row.municipality} goes to channel {row.channel} of {row.member}, "
                "which the register does not have."
            )
    for channel in register.channels:
        if channel.caseload == "declared":
            yield f"Channel {channel.channel} of {channel.member} declares a caseload, which this release cannot read."
