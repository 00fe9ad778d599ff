"""
Words of the decider: a notice, how it stands, and what is told to others about it.

A notice's id is a function of who is told, by which rule and because of which fact: one that comes twice is the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

from kairan.identifiers import EventId, Handle, MunicipalityCode, SixteenBytes
from processors.notices.facts import ChannelClass, Doubted, Fact, Named, Protection, Sending, Stood

HINT_ONLY: frozenset[ChannelClass] = frozenset({"push", "mail"})
"""Screens and mailboxes that others see: they tell that there is something on the page, and nothing of it."""


class NoticeId(SixteenBytes):
    """Of one person, one rule and the first record of one fact."""

    __slots__ = ()

    @classmethod
    def of(cls, person: Handle, rule: str, root: EventId) -> "NoticeId":
        return cls(hashlib.sha256(b"notice\x1f" + person + root + rule.encode()).digest()[:16])


class TaskId(SixteenBytes):
    """Of one person, one rule, the first record of one fact, and why staff is asked: for another reason, anew."""

    __slots__ = ()

    @classmethod
    def of(cls, person: Handle, rule: str, root: EventId, why: str) -> "TaskId":
        return cls(hashlib.sha256(b"task\x1f" + person + root + f"{rule}\x1f{why}".encode()).digest()[:16])


class OfficeOf(NamedTuple):
    """Who answers: a business of a municipality; "" where none of the 37 does."""

    municipality: MunicipalityCode
    business: str


@dataclass(frozen=True, slots=True)
class Notice:
    """
    What one person is told by one rule because of one fact: no text, no name.

    ``root``: the fact's first record; ``fact``: the record that this wording rests on. ``due``: None where nothing is
    due on a day, or nobody can count it. ``classes``: by which it may go to somebody who is not protected.
    """

    id: NoticeId
    rule: str
    to: Handle
    about: Handle
    root: EventId
    fact: EventId
    office: OfficeOf
    due: date | None
    classes: frozenset[ChannelClass]

    def says_the_same(self, other: "Notice") -> bool:
        """Whatever record it rests on."""
        return (self.office, self.due, self.classes) == (other.office, other.due, other.classes)


class Status(StrEnum):
    """How a notice stands."""

    QUEUED = "queued"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"
    """Another wording of the same notice has taken its place."""
    SUPERSEDED = "superseded"
    STOPPED = "stopped"


class Why(StrEnum):
    """Why a notice no longer holds, or why staff has to decide; the codes stand in the journal."""

    ANNULLED = "the fact was annulled"
    CHANGED = "the corrected fact does not call for it"
    NO_CONSENT = "the resident does not want to be shown benefits"
    OVERTAKEN = "a later fact shows it done, or has overtaken it"
    DIED = "the person has died"
    PERPETRATOR = "whom it would tell is registered as perpetrator"
    HIDDEN = "it would tell about somebody who is protected"
    NO_SAFE_CHANNEL = "the protected person has named no safe channel"
    ADDRESSEE_DIED = "whom it should tell has died"
    NOBODY_NAMED = "the fact names nobody of the audience"
    UNCERTAIN_FACTS = "whether it applies follows from a date that is uncertain"
    UNCERTAIN_DAY = "the day on which it is due is uncertain"
    FOR_STAFF = "the rule itself is the office's"

    @property
    def status(self) -> Status:
        """Of a notice that no longer holds for this reason."""
        match self:
            case Why.OVERTAKEN:
                return Status.SUPERSEDED
            case Why.DIED | Why.ADDRESSEE_DIED:
                return Status.STOPPED
        return Status.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Queue:
    """A notice holds from now on (again, if it was withdrawn)."""

    notice: Notice


@dataclass(frozen=True, slots=True)
class Send:
    """
    To be handed to a channel; idempotent by ``sending``.

    ``tells`` hint: that there is something to read on the page, in words that do not depend on the notice. ``at``: when
    this was decided (milliseconds since 1970 UTC), here and below.
    """

    notice: Notice
    sending: Sending
    at: int

    @property
    def tells(self) -> Literal["hint", "all"]:
        return "hint" if self.sending.channel in HINT_ONLY else "all"


@dataclass(frozen=True, slots=True)
class Withdraw:
    """A notice holds no longer: whatever channel has it takes it back, or never shows it."""

    notice: Notice
    why: Why
    wording: int
    at: int


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Whom it tells hides from now on: a channel that has not told it yet tells it no more. It holds all the same."""

    notice: Notice
    wording: int
    at: int


@dataclass(frozen=True, slots=True)
class Correct:
    """A notice is worded anew: ``by`` has the same id and takes its place."""

    notice: Notice
    by: Notice
    wording: int
    at: int


@dataclass(frozen=True, slots=True)
class StaffTask:
    """An office has to decide what the rule cannot: whether, when or whom to tell."""

    rule: str
    root: EventId
    about: Handle
    office: OfficeOf
    why: Why


@dataclass(frozen=True, slots=True)
class Vouch:
    """For the instance ``to``: whether the person hides, of whom it is told."""

    to: Handle
    protection: Protection


@dataclass(frozen=True, slots=True)
class PassOn:
    """For the instance ``fact.to``, which has a part in what is said of somebody else."""

    fact: Fact


@dataclass(frozen=True, slots=True)
class Ask:
    """For the instance ``named.person``, whom a fact about somebody else names."""

    named: Named


@dataclass(frozen=True, slots=True)
class Warn:
    """For the instance ``doubted.person``, who is or may be one with this one."""

    doubted: Doubted


@dataclass(frozen=True, slots=True)
class Answer:
    """For the instance ``stood.person``, who is joined with this one."""

    stood: Stood


Output: TypeAlias = Queue | Send | Withdraw | TakeBack | Correct | StaffTask | Vouch | PassOn | Ask | Warn | Answer
