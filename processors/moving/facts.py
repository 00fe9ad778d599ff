"""
What a person's moves are told: what the log, the offices and the desks said; codes, days and ids, no name, no address.

Every fact has the id of its event and the time it was admitted (milliseconds since 1970 UTC). A later one may name it:
to correct it or to annul it (``corrects``).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from kairan.identifiers import EventId, MunicipalityCode
from kairan.partial_date import PartialDate


class Receiver(NamedTuple):
    """An office that an event is delivered to: whose, and for which business."""

    member: str
    business: str


class Group(NamedTuple):
    """異動単位: who is registered in one act at the desk of ``municipality``; ``size``: how many."""

    municipality: MunicipalityCode
    number: str
    size: int


@dataclass(frozen=True, slots=True)
class Fact:
    """
    ``awaited``: the offices that this event obliges to answer, by the policy at its admission.

    ``place``: in the log's partition, the same for all facts of a person. After an outage many have one millisecond.
    ``hides``: its own record calls the person protected, or cannot tell though it is the resident record's.
    """

    event: EventId
    at: int
    corrects: EventId | None = None
    awaited: frozenset[Receiver] = frozenset()
    group: Group | None = None
    place: int = 0
    hides: bool = False

    @property
    def when(self) -> tuple[int, int]:
        """By which of two facts the later one is known."""
        return self.at, self.place


@dataclass(frozen=True, slots=True)
class Annulment(Fact):
    """Of whatever kind it names; the record before it is restored (異動の取消し: 09, 28, 59)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Application(Fact):
    """転出届 applied for online (029); ``is_returned``: for correction by the resident."""

    origin: MunicipalityCode
    destination: MunicipalityCode | None
    planned: PartialDate
    is_returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure(Fact):
    """
    転出届 booked (住基法24条); ``by_card``: 特例転出, of whom the destination was told beforehand (24条の2第3項).

    Without a destination it is undecided (未定) or abroad; ``is_to_member``: the destination is on the bus, so that its
    arrival will be seen.
    """

    origin: MunicipalityCode
    destination: MunicipalityCode | None
    planned: PartialDate
    by_card: bool
    is_abroad: bool = False
    is_to_member: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Fact):
    """来庁予定の連絡: the day on which the resident will come to the destination's counter."""

    destination: MunicipalityCode
    day: PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival(Fact):
    """
    転入 booked (22条); ``origin`` is the last registered municipality, None: from abroad, or unknown (職権).

    ``is_from_member``: the origin is on the bus, so that its closing will be seen.
    """

    destination: MunicipalityCode
    origin: MunicipalityCode | None
    moved_in: PartialDate
    is_from_member: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Fact):
    """転入通知 (9条1項), which the bus mirrors; a resend has a higher ``sequence``."""

    destination: MunicipalityCode
    origin: MunicipalityCode
    moved_in: PartialDate
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing(Fact):
    """消除 at the origin: closed on the earlier of both days (施行令13条1項), confirmed when the notice was booked."""

    origin: MunicipalityCode
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Death(Fact):
    """死亡: whatever is not done will not be done."""


class Outcome(StrEnum):
    """What an office did with an event."""

    APPLIED = "applied"
    UNDONE = "undone"
    CANNOT_UNDO = "cannot_undo"
    DISCARDED = "discarded"
    """It was given up by people of the office, and never took effect."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Of an office about an event; an ``undone`` answers an annulment. ``reason`` is a code."""

    event: EventId
    receiver: Receiver
    outcome: Outcome
    at: int
    reason: str = ""


class ConflictKind(StrEnum):
    """What only a human can decide."""

    TWO_RECORDS = "two active records"
    TWO_DESTINATIONS = "two destinations"
    UNKNOWN_PERSON = "notice for an unknown person"


@dataclass(frozen=True, slots=True)
class Decision:
    """
    Of a desk about a conflict: the fact that it ``rejected`` counts no longer; who stated it has to annul it.

    ``decision``: under which number that desk's books have the clerk's act; ``reason`` is a code. No name is here.
    """

    decision: bytes
    at: int
    rejected: EventId
    desk: MunicipalityCode | None = None
    reason: str = ""


class TimerName(StrEnum):
    """What a procedure waits for no longer than until its timer."""

    REVIEW = "the origin reviews the application"
    RESUBMISSION = "the resident resubmits"
    CERTIFICATE = "the destination answers"
    VISIT_REMINDER = "the resident comes, reminded once"
    CARD_REMINDER = "the resident comes before the card lapses"
    CARD_LAPSE = "the card is good for the arrival"
    NOT_ARRIVED = "the resident is registered somewhere"
    NOTICE = "the destination sends its notice"
    BOOKING = "the origin books the notice"
    ANSWERS = "the offices answer"
    UNDOING = "the offices undo"
    CONFLICT = "somebody decides"


@dataclass(frozen=True, slots=True)
class Came:
    """A timer of the move that began with ``move``, set by the fact ``by``, was due; ``number``: how often before."""

    move: EventId
    name: TimerName
    by: EventId
    number: int
    at: int


Input: TypeAlias = Fact | Answer | Decision | Came
