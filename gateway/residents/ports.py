"""What the residents' pages ask of the rest of the bus: small ports, each about one person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from kairan.identifiers import Handle, MunicipalityCode
from processors.notices.facts import ChannelClass
from processors.notices.notices import NoticeId, OfficeOf

Verdict = Literal["helped", "unclear", "wrong"]
Lane = Literal["live", "bulk", "replay"]


@dataclass(frozen=True, slots=True)
class Told:
    """
    A notice as it stands on a person's page.

    ``at``: when it was told. ``holds``: it was not withdrawn. ``wording`` counts how often it was worded anew.
    """

    id: NoticeId
    rule: str
    office: OfficeOf
    due: date | None
    at: int
    holds: bool = True
    wording: int = 0


class Entries(Protocol):
    """Residents' notices."""

    def of(self, person: Handle) -> Sequence[Told] | None:
        """The newest first; None: this person's page is closed."""

    def versions(self, people: Collection[Handle]) -> Mapping[Handle, str]:
        """Of each something that is another when anything of hers is; who has nothing may be left out."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A person's move as ``processors.moving`` shows it: codes and days; ``step`` is where it stands."""

    step: str
    origin: MunicipalityCode | None
    destination: MunicipalityCode | None
    planned: str | None = None
    visit: str | None = None
    moved_in: str | None = None
    begun: int = 0
    has_departed: bool = False
    is_notified: bool = False
    awaited: int = 0
    answered: int = 0

    @classmethod
    def of(cls, step: str, facts: Mapping[str, Any]) -> "Moved":
        """Of a row of ``processes.standing``."""
        days = {name: facts[name]["text"] or facts[name]["value"] for name in _DAYS if facts[name]}
        return cls(
            step,
            facts["origin"],
            facts["destination"],
            **days,
            begun=facts["begun"],
            has_departed=facts["departure"] is not None,
            is_notified=facts["notice"] is not None,
            awaited=facts["awaited"],
            answered=facts["answered"],
        )


_DAYS = ("planned", "visit", "moved_in")


class Moves(Protocol):
    """A person's own moves, and nobody else's part in them."""

    def of(self, person: Handle) -> Sequence[Moved]:
        """The newest first."""


@dataclass(frozen=True, slots=True)
class Received:
    """
    Who got what about a person: an office, an event's type, why, by which lane; ``fields`` counts what it saw.

    ``takes_back``: it was told that what it had got before no longer holds.
    """

    at: int
    office: OfficeOf
    event_type: str
    basis: str
    article: str
    fields: int
    lane: Lane = "live"
    takes_back: bool = False


@dataclass(frozen=True, slots=True)
class Disclosed:
    """``withheld``: how many deliveries are not shown yet, or never, by the name of the rule; pages have its words."""

    shown: Sequence[Received] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)


class Disclosures(Protocol):
    """Who received what about a person, replays and the bulk lane included."""

    def of(self, person: Handle) -> Disclosed: ...


@dataclass(frozen=True, slots=True)
class Choice:
    """How a class of channel is set: whether there is an address, whether it may be used, the quiet hours."""

    channel: ChannelClass
    has_address: bool
    is_wanted: bool
    quiet_from: int = 21
    quiet_to: int = 8


CHOSEN: tuple[ChannelClass, ...] = ("push", "mail", "post")
"""Classes that a resident switches on and off; the page is always there, the safe one is 001's to name."""


class Addresses(Protocol):
    """By which channels a person wants to be told."""

    def of(self, person: Handle) -> Sequence[Choice]:
        """One for each of ``CHOSEN``."""

    def choose(self, person: Handle, choice: Choice, now: int) -> None:
        """``has_address`` is not asked: whoever has no address there is told nothing there."""

    def unsubscribe(self, token: str, now: int) -> bool:
        """By what stands in a mail, without a sign-in; False: there is no such token."""

    def knows(self, token: str) -> bool: ...


class Feedback(Protocol):
    """What a resident says of a notice; the last word counts."""

    def say(self, person: Handle, notice: NoticeId, verdict: Verdict, now: int) -> None: ...

    def of(self, person: Handle) -> Mapping[NoticeId, Verdict]: ...
