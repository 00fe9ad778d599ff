"""
Moves between members: 転出届, 転入, 転入通知, 消除, each in the municipality whose clerk does it.

A household moves as a group. Everything that follows a departure is decided when it is declared; whether the bus has
brought what a clerk needs for his part is for the shell to see.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from sandbox import applications, arrivals, departures, measures
from sandbox.acts import Act
from sandbox.draw import Draw
from sandbox.life import Life
from sandbox.moving import CARD, PAPER, SUBSTITUTE, Move
from sandbox.people import CHILD, HEAD, Record

VARIANTS = {
    "as planned": 58,
    "early": 12,
    "late": 8,
    "elsewhere": 6,
    "cancelled": 5,
    "no notice": 4,
    "resent": 3,
    "resent with changes": 2,
    "arrival annulled": 2,
}
"""What becomes of a move, in a hundred."""
PLAIN = ("as planned", "early", "late", "no notice")


def move(life: Life, day: date) -> Iterator[Act]:
    """A household, or a grown child of it, tells the origin that it will move to another member."""
    first = life.pick(lambda record: record.relationship == HEAD and life.household_is_free(record))
    if first is None or len(life.nation.members) < 2:
        return
    going = _planned(life.draw, life.nation.household(first), day)
    life.begin(going.household)
    yield from _forwarded_protection(life, going, day)
    yield from applications.online(life, going, day)
    yield departures.declare(life, going, day)
    _expect(life, going, day)


def _planned(draw: Draw, household: list[Record], day: date) -> Move:
    leaving = _movers(draw, household)
    variant = draw.random.choices(list(VARIANTS), list(VARIANTS.values()))[0]
    if any(record.person in draw.nation.protected for record in leaving):
        variant = draw.random.choice(PLAIN)
    planned_for, destination = _destinations(draw, leaving[0].member, variant)
    procedure = draw.random.choices((CARD, PAPER, SUBSTITUTE), (75, 20, 5))[0]
    if procedure == CARD and not _can_be_joined(draw, leaving, destination):
        procedure = PAPER
    planned = day - timedelta(days=16) if procedure == SUBSTITUTE else draw.between(day, day + timedelta(days=18))
    moved_in = _moved_in(draw, day, planned, variant)
    noticed = moved_in + timedelta(days=draw.random.randint(0, 3))
    number = f"M{draw.number('move')}"
    return Move(leaving, household, planned_for, destination, procedure, variant, number, planned, moved_in, noticed)


def _movers(draw: Draw, household: list[Record]) -> list[Record]:
    """The whole household, or a grown child alone."""
    grown = [
        record
        for record in household
        if record.relationship == CHILD
        and draw.nation.people[record.person].age(draw.today) >= 19
        and record.person not in draw.nation.protected
    ]
    return [draw.random.choice(grown)] if grown and draw.chance(0.6) else household


def _destinations(draw: Draw, origin: str, variant: str) -> tuple[str, str]:
    """Where they say that they will go, and where they go."""
    members = [code for code in draw.nation.members if code != origin]
    planned = draw.random.choice(members)
    others = [code for code in members if code != planned]
    return planned, draw.random.choice(others) if others and variant == "elsewhere" else planned


def _can_be_joined(draw: Draw, leaving: list[Record], destination: str) -> bool:
    """Who left on paper is another person to the bus than before; no clerk can take him for the old one."""
    nation = draw.nation
    former = [(record, nation.closed.get((destination, record.person))) for record in leaving]
    return all(old is None or nation.identity(old) == nation.identity(record) for record, old in former)


def _moved_in(draw: Draw, day: date, planned: date, variant: str) -> date:
    if variant in {"early", "arrival annulled"} and planned > day:
        return draw.between(day, planned - timedelta(days=1))
    low, high = (15, 30) if variant == "late" else (0, 7)
    return planned + timedelta(days=draw.random.randint(low, high))


def _forwarded_protection(life: Life, going: Move, day: date) -> Iterator[Act]:
    steps = [
        measures.follow(life.draw, record, going.planned_destination, day)
        for record in going.leaving
        if record.person in life.nation.protected
    ]
    if steps:
        yield going.act("protection followed", day, steps)


def _expect(life: Life, going: Move, day: date) -> None:
    """All that will follow from the departure, on its days; one after the other for the persons who move."""
    if going.variant == "cancelled":
        last = day + timedelta(days=2)
        life.later(last, going.size, lambda life, on: [departures.cancel(life, going, on)])
    else:
        last = _expect_arrival(life, going)
    life.later(last + timedelta(days=8), 0, lambda life, _: life.end(going.household))


def _expect_arrival(life: Life, going: Move) -> date:
    """The arrival, the closing on the earlier of planned day and notice, the confirmation; the last of these days."""
    size, last = going.size, going.moved_in
    protected = sum(record.person in life.nation.protected for record in going.leaving)
    life.later(going.moved_in, size + protected, lambda life, on: [arrivals.arrive(life, going, on)])
    if not going.is_noticed_early:
        life.later(going.planned, size, lambda life, on: [departures.close(life, going, on)])
        last = max(last, going.planned)
    if going.variant != "no notice":
        life.later(going.noticed, size, lambda life, on: [arrivals.notify(life, going, on)])
        last = max(last, going.noticed) + timedelta(days=1)
        life.later(last, size, lambda life, on: [departures.confirm(life, going, on)])
    _expect_more(life, going, last + timedelta(days=2))
    return last


def _expect_more(life: Life, going: Move, on: date) -> None:
    if going.variant == "resent":
        life.later(on, 0, lambda life, on: [arrivals.resend(life, going, on)])
    if going.variant == "resent with changes":
        life.later(on, going.size, lambda life, on: [arrivals.notify(life, going, on, reason="06")])
    if going.variant == "arrival annulled":
        registered = 2 if going.is_noticed_early else 3
        life.later(on, 2 * going.size, lambda life, on: [arrivals.annul(life, going, on)])
        life.later(
            on + timedelta(days=1), registered * going.size, lambda life, on: [departures.annul(life, going, on)]
        )
