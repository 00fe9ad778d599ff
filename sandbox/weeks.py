"""
Five weeks that two households live through together: who moves as planned, and who hides from whom she leaves.

Days that pass cost seconds, so both are played in the same days. Each is a generator: it says until which day it waits,
counted from the beginning, and ends with its story.
"""

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

from sandbox import applications, arrivals, departures
from sandbox.flight import mother_and_child_leave
from sandbox.moving import CARD, Move
from sandbox.people import CHILD, HEAD, MOTHER, WIFE, Record
from sandbox.stage import Stage, Story
from sandbox.stories import somebody

Play: TypeAlias = Callable[[Stage], Generator[int, None, Story]]
BOOKED, EARLY, BACK, PLANNED, NEAR, LATE = 1, 3, 5, 10, 19, 35
"""
Days: of the departure; on which three arrive, a week before the plan; of the annulment; planned; near; and the end.

Near is the grandmother's last day, fourteen days behind the planned one: five days before it she is told again. At the
end her card is good for five days more: 特例転入 ends thirty days behind the planned day.
"""


def five_weeks(stage: Stage) -> list[Story]:
    """All that happens in them."""
    return in_the_same_days(stage, a_family_moves, mother_and_child_leave)


def in_the_same_days(stage: Stage, *plays: Play) -> list[Story]:
    """Their stories, in their order; a day passes when everybody waits for a later one."""
    running = {number: play(stage.beside()) for number, play in enumerate(plays)}
    until, told, day = dict.fromkeys(running, 0), dict[int, Story](), 0
    while until:
        if min(until.values()) > day:
            stage.pass_days(min(until.values()) - day)
            day = min(until.values())
        for number in [number for number, its in until.items() if its == day]:
            try:
                until[number] = next(running[number])
            except StopIteration as over:
                told[number] = over.value
                del until[number]
    return [told[number] for number in running]


def a_family_moves(stage: Stage) -> Generator[int, None, Story]:
    """
    転出届 of four, online; three arrive before the planned day; one 転入 is annulled after the origin booked it.

    The grandmother stays behind. She wants to be told on her phone.
    """
    going = _family(stage)
    stage.play(applications.apply(stage.life, going, stage.today))
    stage.play(applications.announce(stage.life, going, stage.today, stage.today + timedelta(days=EARLY)))
    yield BOOKED
    stage.play(departures.declare(stage.life, going, stage.today))
    stage.wants_to_be_told(going.leaving[3])
    yield EARLY
    arriving = _those(going, going.leaving[:3], stage)
    stage.play(arrivals.arrive(stage.life, arriving, stage.today))
    stage.play(arrivals.notify(stage.life, arriving, stage.today))
    stage.play(departures.confirm(stage.life, arriving, stage.today))
    yield BACK
    back = replace(arriving, leaving=arriving.leaving[2:], arrived=arriving.arrived[2:])
    stage.play(arrivals.annul(stage.life, back, stage.today))
    stage.play(departures.annul(stage.life, back, stage.today))
    yield NEAR
    yield LATE
    people = dict(zip(("husband", "wife", "daughter", "grandmother"), going.leaving, strict=True))
    return stage.told("a family's move over five weeks", people)


def _family(stage: Stage) -> Move:
    """A move by card of the whole household; nobody knows yet that the grandmother will not go."""
    origin, destination = stage.member(4), stage.member(3)
    husband = somebody(stage, "髙橋　大輔", "タカハシ　ダイスケ", "1", 44)
    wife = somebody(stage, "髙橋　由美", "タカハシ　ユミ", "2", 43, husband)
    daughter = replace(
        somebody(stage, "髙橋　葵", "タカハシ　アオイ", "2", 19, husband), parents=(husband.key, wife.key)
    )
    grandmother = somebody(stage, "髙橋　トシ", "タカハシ　トシ", "2", 81, husband)
    household = [(husband, HEAD), (wife, WIFE), (daughter, CHILD), (grandmother, MOTHER)]
    family = stage.settle(origin, household, stage.today - timedelta(days=4000))
    return Move(
        leaving=family,
        household=family,
        planned_destination=destination,
        destination=destination,
        procedure=CARD,
        variant="as planned",
        number=f"M{stage.draw.number('move')}",
        planned=stage.today + timedelta(days=PLANNED),
        moved_in=stage.today + timedelta(days=EARLY),
        noticed=stage.today + timedelta(days=EARLY),
    )


def _those(going: Move, leaving: list[Record], stage: Stage) -> Move:
    return replace(going, leaving=leaving, household=leaving, moved_in=stage.today, noticed=stage.today, arrived=[])
