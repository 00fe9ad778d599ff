"""What the residents' pages ask of the rest of the bus: small ports, each about one person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Protocol

from kairan.identifiers import Handle, MunicipalityCode
from kairan.wareki import OPEN_START
from processors.channels.addresses import Address, Means, Wish
from processors.channels.naming import Outcome
from processors.notices.notices import NoticeId, OfficeOf
from processors.notices.texts import Language

Verdict = Literal["helped", "unclear", "wrong"]
Withdrawn = Literal["annulled", "changed", "consent"]
"""Why a notice was taken back, as far as she is told: its record is gone, says otherwise, or she wanted it no more."""
Lane = Literal["live", "bulk", "replay"]


@dataclass(frozen=True, slots=True)
class Told:
    """
    A notice as it stands on a person's page.

    ``at``: when it was told. ``holds``: it was not withdrawn; else ``why`` and, if it is known, since when (``over``).
    ``wording`` counts how often it was worded anew.
    """

    id: NoticeId
    rule: str
    office: OfficeOf
    due: date | None
    at: int
    holds: bool = True
    wording: int = 0
    why: Withdrawn | None = None
    over: int | None = None


class Entries(Protocol):
    """Residents' notices."""

    def of(self, person: Handle) -> Sequence[Told] | None:
        """The newest first; None: this person's page is closed."""

    def versions(self, people: Collection[Handle]) -> Mapping[Handle, str]:
        """Of each something that is another when anything of hers is; who has nothing may be left out."""


@dataclass(frozen=True, slots=True)
class Moved:
    """
    A person's move as ``processors.moving`` shows it: codes and days; ``step`` is where it stands.

    A day is ISO 8601 where it is certain, else in the register's own words.
    """

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
        days = {name: _said(facts[name]) for name in _DAYS if facts[name]}
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


def _said(day: Mapping[str, Any]) -> str:
    """A day that is certain by its number, for each language writes it in its own way; else as the register has it."""
    is_certain = day["certain"] and day["value"] != OPEN_START
    return str(day["value"] if is_certain or not day["text"] else day["text"])


class Moves(Protocol):
    """A person's own moves, and nobody else's part in them."""

    def of(self, person: Handle) -> Sequence[Moved]:
        """The newest first."""


@dataclass(frozen=True, slots=True)
class Received:
    """
    Who got what about a person: an office, an event's type, why, by which lane; ``items``: what it saw (``items``).

    ``items`` None: it concerns another person too, of whose protection they would tell. ``is_assumed``: nobody has read
    the article.
    ``takes_back``: it was told that what it had got before no longer holds.
    """

    at: int
    office: OfficeOf
    event_type: str
    basis: str
    article: str
    items: Sequence[str] | None
    lane: Lane = "live"
    takes_back: bool = False
    is_assumed: bool = False


@dataclass(frozen=True, slots=True)
class Disclosed:
    """``withheld``: how many deliveries are not shown yet, by the name of the rule; pages have its words."""

    shown: Sequence[Received] = ()
    withheld: Mapping[str, int] = field(default_factory=dict)


class Disclosures(Protocol):
    """Who received what about a person, replays and the bulk lane included."""

    def of(self, person: Handle) -> Disclosed: ...


Chosen = Literal["push", "mail", "line", "portal"]
CHOSEN: tuple[Chosen, ...] = ("push", "mail", "line", "portal")
"""
Channels that a resident switches on and off, each with a consent of its own; the last two are simulators.

The page is always there, a letter the office's, the safe one 001's.
"""


@dataclass(frozen=True, slots=True)
class Named:
    """
    An address that she has named, as her own page shows it: of a mailbox its beginning and its host.

    ``since``: when she named it (milliseconds since 1970 UTC), None: she wants nothing there now.
    """

    id: bytes
    means: Means
    shown: str = field(repr=False)
    since: int | None
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """
    How a channel is set: ``since`` when it may be used, in which language, in which hours it is quiet.

    ``since`` None: it may not be used; ``language`` None: she has named no address there.
    """

    channel: Chosen
    since: int | None = None
    language: Language | None = None
    quiet_from: int = 21
    quiet_to: int = 8
    named: Sequence[Named] = ()

    @property
    def is_wanted(self) -> bool:
        return self.since is not None

    @property
    def has_address(self) -> bool:
        return bool(self.named)


class Addresses(Protocol):
    """By which channels a person wants to be told. Times are the notices' (milliseconds since 1970 UTC)."""

    def of(self, person: Handle) -> Sequence[Choice]:
        """One for each of ``CHOSEN``."""

    def choose(self, person: Handle, channel: Chosen, wish: Wish, now: int) -> None:
        """Of all her addresses there; who has none is told nothing there and has agreed to nothing."""

    def unsubscribe(self, token: str, now: int) -> bool:
        """By what stands in a mail, without a sign-in: nothing of that address stays. False: no such token."""

    def knows(self, token: str) -> bool: ...

    def ask(self, person: Handle, mailbox: str, language: Language, now: int) -> bool:
        """A code goes there; False: she has asked too often today."""

    def waits(self, person: Handle, now: int) -> bool:
        """For a code that she was sent, or would have been if there were such a mailbox."""

    def bring(self, person: Handle, code: str, now: int) -> Outcome:
        """With the right one the mailbox is hers."""

    def name(self, address: Address, now: int) -> bool:
        """What proves itself: a browser that subscribes, a simulator. False: she has too many."""

    def remove(self, person: Handle, name: bytes, now: int) -> bool:
        """By its ``Named.id``: nothing of it stays. False: none of hers."""

    def push_key(self) -> str:
        """By which browsers know who sends them pushes (VAPID); empty: nobody does."""

    def agreed(self, person: Handle) -> int | None:
        """Since when she has agreed to be shown benefits that she may apply for."""

    def agree(self, person: Handle, now: int, *, is_given: bool) -> None: ...


class Feedback(Protocol):
    """What a resident says of a notice; the last word counts."""

    def say(self, person: Handle, notice: NoticeId, verdict: Verdict, now: int) -> None: ...

    def of(self, person: Handle) -> Mapping[NoticeId, Verdict]: ...
