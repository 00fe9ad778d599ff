"""
A mother and her child leave, and the father stays: nothing that he or the origin may see tells where they are.

Their measure is in force before they go, follows them over the move, and is taken over where they arrive. The new
address has words that stand nowhere else, so that it is found wherever it should not be.
"""

from collections.abc import Generator
from dataclasses import replace
from datetime import timedelta

from sandbox import arrivals, departures, forms, measures, places
from sandbox.measures import APPLICANT
from sandbox.moving import CARD, Move
from sandbox.people import CHILD, HEAD, WIFE, Address, Person, Record
from sandbox.stage import Stage, Story
from sandbox.stories import a_relocation, an_act, both_records, somebody

DECLARED, LEFT, ARRIVED, BOOKED, END = 1, 2, 3, 5, 35
"""
Days: of the departure; on which they leave, a day before the plan, and nobody registers anything; planned, and of the
転入届; on which the origin books its notice, and the father moves, too, but inside the municipality; the end.
"""
ORIGIN, DESTINATION = 1, 0
"""Which of the members in turn (``Stage.member``)."""
LOT, BUILDING = "7019番地の8", "あけぼの寮雲雀棟"
THE_MOTHER, THE_CHILD = "山口　香織", "山口　結愛"


def mother_and_child_leave(stage: Stage) -> Generator[int, None, Story]:
    """The measure, its provisional follow-up, 転出届, 転入 with the measure taken over, 確定; 転居 of the father."""
    father, *leaving = _family(stage)
    _protect(stage, father, leaving)
    yield DECLARED
    going = _move(stage, father, leaving)
    followed = [measures.follow(stage.draw, each, going.destination, stage.today) for each in leaving]
    stage.play(an_act("protection followed", leaving, followed))
    stage.play(departures.declare(stage.life, going, stage.today))
    yield ARRIVED
    stage.play(departures.close(stage.life, going, stage.today))
    stage.play(arrivals.arrive(stage.life, going, stage.today))
    stage.play(arrivals.notify(stage.life, going, stage.today))
    yield BOOKED
    stage.play(departures.confirm(stage.life, going, stage.today))
    stage.play(an_act("relocated", [father], [a_relocation(stage, father, related=[])]))
    yield END
    people = both_records(going, ("mother", "child"))
    return stage.told("a protected mother and child leave, the father stays", {"father": father} | people)


def _family(stage: Stage) -> list[Record]:
    father = somebody(stage, "山口　剛", "ヤマグチ　ツヨシ", "1", 38)
    mother = somebody(stage, THE_MOTHER, "ヤマグチ　カオリ", "2", 34, father)
    child = somebody(stage, THE_CHILD, "ヤマグチ　ユア", "2", 6, father)
    child = replace(child, parents=(father.key, mother.key))
    household = [(father, HEAD), (mother, WIFE), (child, CHILD)]
    return stage.settle(stage.member(ORIGIN), household, stage.today - timedelta(days=1200))


def _protect(stage: Stage, father: Record, leaving: list[Record]) -> None:
    """The mother applies; the father is whom she fears."""
    mother, child = leaving
    feared = {"perpetrators": [_named(stage.draw.nation.people[father.person])], "safe_contact": "女性相談支援センター"}
    applied = replace(measures.new(stage.draw, mother), role=APPLICANT)
    stage.draw.nation.protected[mother.person] = applied
    begun = [
        measures.row(stage.draw, mother, applied, stage.today, **feared),
        measures.row(stage.draw, child, measures.new(stage.draw, child), stage.today),
    ]
    stage.play(an_act("protection begun", leaving, begun))


def _named(person: Person) -> forms.Json:
    return {"name": forms.written(person.name), "sex": person.sex}


def _move(stage: Stage, father: Record, leaving: list[Record]) -> Move:
    """By card, a part of the household; the origin closes their records before anything was heard."""
    destination, came = stage.member(DESTINATION), stage.today + timedelta(days=ARRIVED - DECLARED)
    return Move(
        leaving=leaving,
        household=[father, *leaving],
        planned_destination=destination,
        destination=destination,
        procedure=CARD,
        variant="as planned",
        number=f"M{stage.draw.number('move')}",
        planned=came,
        moved_in=stage.today + timedelta(days=LEFT - DECLARED),
        noticed=came,
        address=_address(stage, destination),
    )


def _address(stage: Stage, destination: str) -> Address:
    drawn = places.address(stage.draw.random, places.of(destination))
    return replace(drawn, lot=LOT, building=BUILDING)
