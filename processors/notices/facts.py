"""
What the decider is told: codes, flags, ids and the days by which something is due; no name, no address, no birth date.

An instance is a person whom notices may go to. It is told of each fact in which that person has a part, as the subject
or as a party, and of what stands between the two: protection, consent, safe channels. Who is told what is the edge's to
find; ``at`` is when the bus appended it (milliseconds since 1970 UTC).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.measures import Measure, Standing
from kairan.partial_date import PartialDate
from processors.notices.triggers import APPLIED

Change = Literal["created", "corrected", "annulled"]
"""An end is stated by a trigger of its own."""
ChannelClass = Literal["page", "push", "mail", "post", "safe"]
"""The resident's own page, a push to a device, e-mail, a letter; ``safe``: what a protected person has named."""
Party = Literal["recipient", "notifier", "head", "guardian"]
"""受給者, 届出人, 世帯主, 保護者 (a parent or the legal representative)."""
Entitlement = Literal["nhi", "late_elderly", "care", "pension", "child_allowance"]


class Period(NamedTuple):
    """From and to, both included; no end: it lasts."""

    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Resident:
    """What rules may ask of the subject; ``born`` None: not told, so any day."""

    born: PartialDate | None = field(default=None, repr=False)
    kind: Literal["japanese", "foreign"] | None = None
    entitlements: Mapping[Entitlement, Period] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """
    A life event, a plan or a state ``about`` one person, with all that rules may ask of it; kept nowhere.

    ``trigger``: the event's type or one of ``triggers.TRIGGERS``. ``days``: what deadlines are counted from, by their
    words (moved_in, arrival_notified, died …). ``protection``: of the subject, as its source stated it. ``related``:
    everybody whom the record names beside her, whether they are told of it or not.
    """

    event: EventId
    at: int
    trigger: str
    about: Handle
    protection: Standing
    effective: PartialDate = field(repr=False)
    source: MunicipalityCode
    origin: MunicipalityCode | None = None
    destination: MunicipalityCode | None = None
    notified: PartialDate | None = None
    days: Mapping[str, PartialDate] = field(default_factory=dict, repr=False)
    parties: Mapping[Party, frozenset[Handle]] = field(default_factory=dict)
    related: frozenset[Handle] = frozenset()
    resident: Resident = field(default_factory=Resident, repr=False)
    change: Change = "created"
    corrects: EventId | None = None


class Call(NamedTuple):
    """
    A rule's condition holds, or may hold (``is_sure``) for what was stated.

    ``office``: the municipality that answers. ``due``: by which day; None where nothing is due on one, where the day
    it counts from is known to nobody, and where it is uncertain (``is_due_sure``).
    """

    is_sure: bool
    office: MunicipalityCode
    due: date | None = None
    is_due_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """
    What was stated, as letters and journals keep it (docs/adr/0033); ``to``: whose instance is told of it.

    ``calls``: by rule, what follows from dates, flags and entitlements, which are not kept themselves.
    """

    event: EventId
    at: int
    trigger: str
    to: Handle
    about: Handle
    protection: Standing
    source: MunicipalityCode
    parties: Mapping[Party, frozenset[Handle]] = field(default_factory=dict)
    related: frozenset[Handle] = frozenset()
    change: Change = "created"
    corrects: EventId | None = None
    calls: Mapping[str, Call] = field(default_factory=dict)

    @property
    def tells_protection(self) -> bool:
        """That somebody needs none only a resident record can say: 029's ``unknown`` says nothing."""
        return self.trigger != APPLIED or self.protection == "protected"


@dataclass(frozen=True, slots=True)
class Protection:
    """How a person stands by all measures, as 001 stated them."""

    person: Handle
    standing: Standing
    at: int


@dataclass(frozen=True, slots=True)
class Measured:
    """One version of one of this person's measures; in whatever order they come, all of them together count."""

    person: Handle
    measure: Measure
    at: int


@dataclass(frozen=True, slots=True)
class Doubted:
    """
    By a link, or a claim, this person is or may be one with another, whose measures this instance does not hear of.

    ``other``: who has to be told the same, and says how he stands; None in letters of former releases alone.
    """

    person: Handle
    at: int
    other: Handle | None = None
    is_claim: bool = False


Said = Literal["own", "beside", "set"]
"""By her own measures; by a claim; by the measures of all that are one with her."""


@dataclass(frozen=True, slots=True)
class Stood:
    """
    For the instance of a person: whether somebody who is joined with her hides, in this way and no other.

    ``version`` grows with all that it follows from, so that the newest is known in whatever order they come.
    """

    person: Handle
    of: Handle
    what: Said
    version: int
    at: int
    hides: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A record about somebody else names this person: ``to`` have to know whether she hides before they tell of it."""

    person: Handle
    to: frozenset[Handle]
    at: int


@dataclass(frozen=True, slots=True)
class Perpetrator:
    """The instance's person is named as perpetrator (加害者) in this measure, which lasts or has ended."""

    measure: str
    lasts: bool
    at: int


@dataclass(frozen=True, slots=True)
class SafeChannel:
    """The protected person has named a safe channel, or taken it back; which one it is the channel knows."""

    is_named: bool
    at: int


@dataclass(frozen=True, slots=True)
class Consent:
    """Of the person: to a class of channel, or to be shown benefits that they may apply for."""

    to: Literal[ChannelClass, "benefits"]
    is_given: bool
    at: int


@dataclass(frozen=True, slots=True)
class Settled:
    """
    A desk has done what it was asked; ``task``: the id under which the instance shows it.

    ``number``: under which the desk's own books have the act, and so the clerk.
    """

    number: bytes
    task: bytes
    desk: MunicipalityCode
    at: int


Purpose = Literal["notice", "reminder"]


class Sending(NamedTuple):
    """
    One sending of a notice by a class of channel.

    ``wording`` counts from 0 how often it was corrected, or held again; ``number`` what a channel could not deliver.
    """

    notice: bytes
    wording: int
    channel: ChannelClass
    purpose: Purpose = "notice"
    number: int = 0

    @property
    def id(self) -> bytes:
        """By which channels know it; it follows from all of it."""
        said = f"{self.wording}\x1f{self.channel}\x1f{self.purpose}\x1f{self.number}"
        return hashlib.sha256(b"sending\x1f" + self.notice + said.encode()).digest()[:16]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A channel's answer to the sending of this id: delivered, or not (it is down, it refuses, it was taken back)."""

    sending: bytes
    is_delivered: bool
    at: int


@dataclass(frozen=True, slots=True)
class Came:
    """It is this late; told before each batch and when ``saga.wakes`` asks for it."""

    at: int


Input: TypeAlias = (
    Fact
    | Protection
    | Measured
    | Doubted
    | Stood
    | Named
    | Perpetrator
    | SafeChannel
    | Consent
    | Receipt
    | Settled
    | Came
)
