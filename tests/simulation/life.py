"""
Small histories, drawn: births, moves, taxes, corrections, annulments, measures, and bytes that are no statement.

Clerks know of no measure when they state "none": the bus must know better.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tests.simulation import world
from tests.simulation.chance import Chance
from tests.simulation.world import CITY, FLAG, GARBAGE, KEYS, RARE, WARD
from tests.unit.processors.admission import statements as s

Kind = Literal["fact", "refused", "garbage"]
STRETCHES = 3
ALL = "1"
"""異動単位: whoever leaves, leaves with all others."""
LIVE = ("residence.Relocated", "residence.Relocated", "residence.RecordAmended")
BULK = ("tax.ResidentTaxAssessed",)
DECLARED, ARRIVED = "residence.MoveOutDeclared", "residence.MovedIn"


class Stated(NamedTuple):
    """
    What a clerk puts into the outbox of a member; ``kind``: a fact, or what must be refused.

    ``household``: the clerks' transactions on its members wait for each other.
    """

    member: str
    household: str
    value: bytes
    kind: Kind = "fact"


@dataclass
class Correctable:
    """The newest record of a chain."""

    type: str
    version: int
    domicile: bool


class Resident:
    """One person's life: what is stated of it, stretch after stretch."""

    def __init__(self, place: int, chance: Chance, *, is_married: bool) -> None:
        self._chance = chance
        self._place, self._household = place, "married" if is_married else str(place)
        self._member, self._number = CITY, s.number(place)
        self._version, self._measure, self._is_measured = 0, 0, False
        self._last: Correctable | None = None
        self._leaves = False
        self._is_in_danger = chance.is_likely(0.3)

    def stretch(self, number: int) -> Iterator[Stated]:
        if number == 0:
            yield self._state(self._chance.one_of(("residence.RecordLoaded", "vital.Born")))
        if self._leaves:
            yield from self._arrive()
        for _ in range(self._chance.below(3)):
            yield from self._do()
        if self._member == CITY and self._chance.is_likely(0.5):
            yield from self._leave()

    def _do(self) -> Iterator[Stated]:
        drawn = self._chance.below(10)
        if drawn < 2 or (self._is_in_danger and drawn < 7):
            yield self._flag()
        elif drawn < 3:
            yield self._nonsense()
        elif drawn < 7 and self._last is not None:
            yield self._correct(self._last)
        else:
            yield self._new(self._chance.one_of(LIVE + BULK))

    def _new(self, type_: str) -> Stated:
        domicile = type_ == "residence.Relocated" and self._chance.is_likely(0.7)
        name = RARE if type_ == "residence.RecordAmended" and self._chance.is_likely(0.3) else "山田 花子"
        stated = self._state(type_, domicile=domicile, name=name, related=self._spouse(type_))
        self._last = Correctable(type_, self._version, domicile)
        return stated

    def _correct(self, last: Correctable) -> Stated:
        """What named the third municipality names it no more; an annulled record is nobody's to correct."""
        is_annulled = self._chance.is_likely(0.4)
        stated = self._state(last.type, corrects=last.version, is_annulled=is_annulled, domicile=False)
        self._last = None if is_annulled else Correctable(last.type, self._version, domicile=False)
        return stated

    def _flag(self) -> Stated:
        """Begins, changes or ends the measure; or states one of a category that nobody knows."""
        self._measure += 1
        if self._chance.is_likely(0.1):
            value = world.flag(self._member, self._number, self._measure, "1", is_refused=True)
            return Stated(self._member, self._household, value, "refused")
        ends = self._is_measured and self._chance.is_likely(0.7)
        self._is_measured = not ends
        kind = "3" if ends else self._chance.one_of("12")
        return Stated(self._member, self._household, world.flag(self._member, self._number, self._measure, kind))

    def _nonsense(self) -> Stated:
        return Stated(self._member, self._household, GARBAGE + bytes([self._chance.below(256)]), "garbage")

    def _leave(self) -> Iterator[Stated]:
        """Announced, perhaps taken back and announced again."""
        again = self._chance.is_likely(0.3)
        yield self._declare()
        if again:
            yield self._state(DECLARED, corrects=self._version, is_annulled=self._chance.is_likely(0.5))
            if self._chance.is_likely(0.5):
                yield self._declare()
        self._leaves = not again

    def _declare(self) -> Stated:
        protection = self._chance.one_of(("none", "none", "unknown", "protected"))
        related = self._spouse(DECLARED)
        return self._state(DECLARED, protection=protection, related=related, group=ALL)

    def _spouse(self, type_: str) -> str | None:
        """The second resident may be married to the first, who hides both."""
        if self._household != "married" or self._place != 2 or self._member != CITY or type_.startswith("tax."):
            return None
        return s.number(1)

    def _arrive(self) -> Iterator[Stated]:
        handle = KEYS.handle(CITY, self._number)
        left, self._leaves = Stated(CITY, self._household, self._closing()), False
        self._member, self._number = WARD, s.number(self._place + 10)
        self._version, self._measure, self._is_measured, self._last = 0, 0, False, None
        yield self._state(ARRIVED, pairwise_id=KEYS.pairwise_id(WARD, handle), domicile=True)
        yield self._state("residence.MoveInNotified")
        if self._chance.is_likely(0.2):
            yield self._state(ARRIVED, corrects=1, is_annulled=True)
        yield left

    def _closing(self) -> bytes:
        is_confirmed = self._chance.is_likely(0.8)
        return world.statement(
            CITY, "residence.MoveOutConfirmed", self._number, self._version + 1, is_confirmed=is_confirmed
        )

    def _state(self, type_: str, **bent: object) -> Stated:
        self._version += 1
        value = world.statement(self._member, type_, self._number, self._version, **bent)
        return Stated(self._member, self._household, value)


def lives(chance: Chance) -> Iterator[list[Stated]]:
    """Stretch after stretch; who arrives waits for the one before. Each person's statements keep their order."""
    are_married, count = chance.is_likely(0.5), chance.one_of((1, 2, 2, 3))
    residents = [Resident(place, chance, is_married=are_married and place < 3) for place in range(1, 1 + count)]
    for number in range(STRETCHES):
        yield _mixed([list(resident.stretch(number)) for resident in residents], chance)


def _mixed(of_each: list[list[Stated]], chance: Chance) -> list[Stated]:
    mixed = []
    while waiting := [each for each in of_each if each]:
        mixed.append(chance.one_of(waiting).pop(0))
    return mixed


__all__ = ["FLAG", "STRETCHES", "Stated", "lives"]
