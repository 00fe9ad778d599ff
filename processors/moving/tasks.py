"""What a move tells: where it stands, what desks have to do, which day is over. Words are of the pages."""

from dataclasses import dataclass
from enum import StrEnum

from kairan.identifiers import EventId, MunicipalityCode
from processors.moving.facts import Group, Receiver, TimerName
from processors.moving.steps import Step


class TaskKind(StrEnum):
    """What a desk has to do, because the bus may not do it."""

    REVIEW = "review the application"
    LOOK_FOR_CERTIFICATE = "take over the certificate's data, or ask for it on paper"
    LOOK_FOR_PERSON = "look for who has not arrived (未着照会)"
    CLOSE = "close the record of who went abroad"
    SEND_NOTICE = "send the notice of arrival (転入通知)"
    BOOK_NOTICE = "book the notice of arrival"
    LOOK_AFTER_OFFICE = "look after an office that has not answered"
    WITHDRAW_PLAN = "correct the departure: the person arrived elsewhere"
    REOPEN = "reopen the record, or wait for another arrival"
    UNDO_BY_HAND = "undo by hand what an office cannot undo"
    DECIDE = "decide which record stands"
    ANNUL = "annul what was decided not to stand"
    TAKE_NOTE_OF_LAPSE = "arrival needs a paper certificate now"


class ReminderKind(StrEnum):
    """
    Which day of the resident's is over, or near: a line of the journal and of the way, which nobody is sent.

    Residents are told by ``processors.notices``, by its own rules: no page may say that this was told.
    """

    COME = "the planned day is over"
    COME_SOON = "the card lapses soon"
    CARD_LAPSED = "the card no longer serves"
    CLOSED = "the application was closed"


@dataclass(frozen=True, slots=True)
class Stepped:
    """The move stands at another step than before, since ``at`` (milliseconds since 1970 UTC)."""

    move: EventId
    step: Step
    at: int
    origin: MunicipalityCode | None
    destination: MunicipalityCode | None
    group: Group | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """For the desk of a municipality; ``about`` an office where one is meant."""

    move: EventId
    kind: TaskKind
    desk: MunicipalityCode
    about: Receiver | None = None


@dataclass(frozen=True, slots=True)
class Reminder:
    """About the resident who moves."""

    move: EventId
    kind: ReminderKind


Output = Stepped | Task | Reminder
REMINDED = {
    TimerName.VISIT_REMINDER: ReminderKind.COME,
    TimerName.CARD_REMINDER: ReminderKind.COME_SOON,
    TimerName.CARD_LAPSE: ReminderKind.CARD_LAPSED,
    TimerName.RESUBMISSION: ReminderKind.CLOSED,
}
"""What is over, or near, when a timer came."""
