"""A family's move over five weeks, with somebody who stays behind and somebody who comes back."""

from dataclasses import replace
from datetime import timedelta

from sandbox import applications, arrivals, departures
from sandbox.moving import CARD, Move
from sandbox.people import CHILD, HEAD, MOTHER, WIFE, Record
from sandbox.stage import Stage, Story
from sandbox.stories import somebody

BOOKED, EARLY, BACK, LATE = 1, 21, 2, 12
"""Days: from the application to the departure, then to the arrival, to the annulment, to the end."""
PLANNED = BOOKED + EARLY + 3


def five_weeks(stage: Stage) -> Story:
    """転出届 of four, online; three arrive before the planned day; one 転入 is annulled after the origin booked it."""
    going = _family(stage)
    stage.play(applications.apply(stage.life, going, stage.today))
    stage.play(applications.announce(stage.life, going, stage.today, stage.today + timedelta(days=BOOKED + EARLY)))
    stage.pass_days(BOOKED)
    stage.play(departures.declare(stage.life, going, stage.today))
    stage.pass_days(EARLY)
    arriving = _those(going, going.leaving[:3], stage)
    stage.play(arrivals.arrive(stage.life, arriving, stage.today))
    stage.play(arrivals.notify(stage.life, arriving, stage.today))
    stage.play(departures.confirm(stage.life, arriving, stage.today))
    stage.pass_days(BACK)
    back = replace(arriving, leaving=arriving.leaving[2:], arrived=arriving.arrived[2:])
    stage.play(arrivals.annul(stage.life, back, stage.today))
    stage.play(departures.annul(stage.life, back, stage.today))
    stage.pass_days(LATE)
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
        moved_in=stage.today + timedelta(days=BOOKED + EARLY),
        noticed=stage.today + timedelta(days=BOOKED + EARLY),
    )


def _those(going: Move, leaving: list[Record], stage: Stage) -> Move:
    return replace(going, leaving=leaving, household=leaving, moved_in=stage.today, noticed=stage.today, arrived=[])
