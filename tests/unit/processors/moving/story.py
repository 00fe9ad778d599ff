"""Facts of a move as a test tells them: ids by name, days by number, three towns and a 本籍地."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b
from typing import TypeVar

from kairan.identifiers import EventId, MunicipalityCode
from kairan.partial_date import PartialDate
from processors.moving.facts import (
    Annulment,
    Answer,
    Application,
    Arrival,
    Came,
    Closing,
    Death,
    Decision,
    Departure,
    Fact,
    Input,
    Notice,
    Outcome,
    Receiver,
    Visit,
)
from processors.moving.known import Known, write_down
from processors.moving.moves import Move, moves
from processors.moving.saga import SAGA, accepts
from processors.moving.steps import Step, step
from processors.moving.tasks import Output
from processors.moving.timers import DAY, timers

A, B, C = MunicipalityCode("131237"), MunicipalityCode("122033"), MunicipalityCode("143014")
RECORD_B, INSURANCE_A, INSURANCE_B = Receiver(B, "001"), Receiver(A, "024"), Receiver(B, "024")
DOMICILE = Receiver("202011", "004")
AT = 1_700_000_000_000
"""Noon or so of a Wednesday; every fact is told a minute after the one before it in the alphabet of its name."""
TODAY = date(2023, 11, 15)
Some = TypeVar("Some", bound=Fact)


class PlainDays:
    """Every day is open; a card is good for thirty days, an application for ten."""

    def begins(self, day: date) -> int:
        return AT + (day - TODAY).days * DAY

    def after_open_days(self, at: int, days: int, municipality: MunicipalityCode) -> int:
        return at + (days + 1) * DAY

    def card_lapses(self, planned: date) -> date:
        return planned + timedelta(days=30)

    def day_of(self, at: int) -> date:
        return TODAY + timedelta(days=(at - AT) // DAY)

    def not_arrived_after(self, origin: MunicipalityCode, planned: date) -> date:
        return planned + timedelta(days=31)

    def resubmission_ends(self, planned: date) -> date:
        return planned + timedelta(days=11)


DAYS = PlainDays()


def event(name: str) -> EventId:
    return EventId(blake2b(name.encode(), digest_size=16).digest())


def day(after: int) -> PartialDate:
    return PartialDate.of(TODAY + timedelta(days=after))


def applied(name: str = "application", *, at: int = 0, returned: bool = False) -> Application:
    return Application(event(name), AT + at, origin=A, destination=B, planned=day(5), is_returned=returned)


def declared(
    name: str = "departure",
    *,
    at: int = 1,
    to: MunicipalityCode | None = B,
    by_card: bool = True,
    planned: PartialDate | None = None,
    awaited: Iterable[Receiver] = (),
    origin: MunicipalityCode = A,
) -> Departure:
    return Departure(
        event(name), AT + at, awaited=frozenset(awaited),
        origin=origin, destination=to, planned=planned or day(5), by_card=by_card,
    )  # fmt: skip


def abroad(name: str = "departure", *, at: int = 1) -> Departure:
    return replace(declared(name, at=at, to=None, by_card=False), is_abroad=True)


def visit(name: str = "visit", *, at: int = 2, after: int = 6, to: MunicipalityCode = B) -> Visit:
    return Visit(event(name), AT + at, destination=to, day=day(after))


def arrived(
    name: str = "arrival",
    *,
    at: int = 10,
    to: MunicipalityCode = B,
    origin: MunicipalityCode | None = A,
    after: int = 5,
    awaited: Iterable[Receiver] = (),
) -> Arrival:
    return Arrival(event(name), AT + at, awaited=frozenset(awaited), destination=to, origin=origin, moved_in=day(after))


def notified(
    name: str = "notice",
    *,
    at: int = 11,
    by: MunicipalityCode = B,
    to: MunicipalityCode = A,
    after: int = 5,
    sequence: int = 1,
) -> Notice:
    return Notice(event(name), AT + at, destination=by, origin=to, moved_in=day(after), sequence=sequence)


def closed(
    name: str = "closing",
    *,
    at: int = 12,
    confirmed: bool = True,
    awaited: Iterable[Receiver] = (),
    origin: MunicipalityCode = A,
) -> Closing:
    return Closing(event(name), AT + at, awaited=frozenset(awaited), origin=origin, is_confirmed=confirmed)


def corrected(fact: Some, of: str, *, name: str, at: int) -> Some:
    return replace(fact, event=event(name), at=AT + at, corrects=event(of))


def annulled(of: str, *, at: int = 20, awaited: Iterable[Receiver] = ()) -> Annulment:
    return Annulment(event(f"annulment of {of}"), AT + at, event(of), frozenset(awaited))


def died(*, at: int = 5) -> Death:
    return Death(event("death"), AT + at)


def answered(
    about: str, receiver: Receiver, outcome: Outcome = Outcome.APPLIED, *, at: int = 30, reason: str = ""
) -> Answer:
    return Answer(event(about), receiver, outcome, AT + at, reason)


def decided(rejected: str, *, at: int = 40) -> Decision:
    return Decision(b"decision", AT + at, event(rejected))


def known(*told: Input) -> Known:
    """What was taken of it."""
    state = SAGA.initial
    for each in told:
        state = write_down(state, each) if accepts(state, each, DAYS) else state
    return state


def the_moves(*told: Input) -> list[Move]:
    return moves(known(*told))


def steps(*told: Input) -> list[Step]:
    return [step(move) for move in the_moves(*told)]


def sent(*told: Input, when: Input) -> list[Output]:
    """What is told to others when this comes after that."""
    state = known(*told)
    return list(SAGA.decide(state, when)) if accepts(state, when, DAYS) else []


def next_timer(*told: Input) -> Came:
    """The first timer that is due of what stands, at its time."""
    due = [(timer.due, move.id, timer) for move in the_moves(*told) for timer in timers(move, DAYS)]
    at, move, timer = min(due, key=lambda each: (each[0], each[2].name))
    return Came(move, timer.name, timer.by, timer.number, at)
