"""An event names somebody whose own statement of the same batch is refused later (ADR 10)."""

from typing import Any

import pytest

from kairan import wire
from kairan.loops import transform_batch
from kairan.testing import MemoryWriter
from processors.routing.protection import ProtectionState
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World

FLAG, DEPARTED, LOADED = "protection.ProtectionChanged", "residence.MoveOutDeclared", "residence.RecordLoaded"
NUMBER, HIS_RIGHT_NUMBER = s.number(11), s.number(13)
OF_NUMBER = KEYS.handle(s.EDOGAWA, NUMBER)
MISTAKEN, SPOUSE, ANOTHER = (KEYS.handle(s.YOKOHAMA, s.number(each)) for each in (1, 2, 3))
"""On the way to 江戸川区: who is stated under a stranger's number, who names that number, and one more."""
AT, FROM = f"in.{s.EDOGAWA}", f"in.{s.YOKOHAMA}"


@pytest.fixture
def world() -> World:
    world = World()
    for each in (1, 2, 3):
        world.admit(s.statement(LOADED, atena_number=s.number(each)))
        world.admit(s.statement(DEPARTED, atena_number=s.number(each), version=2))
    return world


def arrives(handle: bytes, number: str, **bent: Any) -> bytes:
    return s.arrival(atena_number=number, pairwise_id=KEYS.pairwise_id(s.EDOGAWA, handle), **bent)


def names_it() -> bytes:
    return arrives(SPOUSE, s.number(12), related=[{"role": "spouse", "atena_number": NUMBER}])


def flag(number: str = NUMBER, municipality: str = s.EDOGAWA) -> bytes:
    return s.statement(FLAG, municipality=municipality, atena_number=number, version=7)


def reused() -> bytes:
    taken = s.envelope(DEPARTED, atena_number=s.number(1), version=2)["id"]
    return arrives(MISTAKEN, NUMBER, version=2, id=taken)


def corrects() -> bytes:
    return arrives(MISTAKEN, NUMBER, version=2, change="corrected", corrects=b"\7" * 16, corrects_version=1)


REFUSED = [
    pytest.param([names_it(), flag(), arrives(MISTAKEN, NUMBER)], "subject.other_measure", id="other measure"),
    pytest.param([names_it(), reused()], "id.reused", id="reused"),
    pytest.param([names_it(), corrects()], "corrects.unknown", id="corrects"),
]


def standings(world: World, *handles: bytes) -> list[str]:
    """As routing takes them from the topic."""
    state = ProtectionState()
    for record in world.broker.records("protection"):
        state.take(*wire.decode_record(record.value or b""))
    return [state.standing(each) for each in handles]


@pytest.mark.parametrize(("batch", "code"), REFUSED)
def test_the_number_stays_with_its_own_resident(world: World, batch: list[bytes], code: str) -> None:
    admitted = world.admit(*batch)
    (record,) = world.admit(s.statement(LOADED, municipality=s.EDOGAWA, atena_number=NUMBER, version=4))

    assert ([code], OF_NUMBER) == (world.codes(), record["subject"]["handle"])
    assert {OF_NUMBER} >= {each["subject"]["handle"] for each in admitted if each["type"] == FLAG}


@pytest.mark.parametrize(("batch", "code"), REFUSED)
def test_who_was_refused_gets_the_right_number(world: World, batch: list[bytes], code: str) -> None:
    world.admit(*batch)
    (arrived,) = world.admit(arrives(MISTAKEN, HIS_RIGHT_NUMBER, version=3))

    assert ([code], MISTAKEN) == (world.codes(), arrived["subject"]["handle"])


@pytest.mark.parametrize(("batch", "code"), REFUSED)
def test_whom_the_event_names_hides_with_the_numbers_resident(world: World, batch: list[bytes], code: str) -> None:
    named, *_ = world.admit(*batch)
    world.admit(flag())

    assert ([code], [MISTAKEN]) == (world.codes(), [each["handle"] for each in named["related"]])
    assert ["unknown", "protected"] == standings(world, MISTAKEN, OF_NUMBER)


@pytest.mark.parametrize("together", [True, False])
def test_and_with_whoever_gets_the_number_instead(world: World, *, together: bool) -> None:
    """Also by a measure that only a former municipality has stated."""
    batch, instead = [names_it(), reused()], arrives(ANOTHER, NUMBER, version=3)
    for each in [[*batch, instead]] if together else [batch, [instead]]:
        world.admit(*each)
    world.admit(flag(s.number(3), s.YOKOHAMA))

    assert ["unknown", "protected"] == standings(world, MISTAKEN, ANOTHER)


def test_also_when_the_departure_was_taken_back_in_between(world: World) -> None:
    departure = next(each for each in world.events() if each["type"] == DEPARTED)
    annulled = s.statement(
        DEPARTED, version=3, change="annulled", corrects=departure["id"], reason={"code": "28", "edition": "2024-07"}
    )
    for topic, stated in ((AT, names_it()), (FROM, annulled), (AT, arrives(MISTAKEN, NUMBER))):
        world.send(stated, topic=topic)
    first, third, second = sorted(world.inputs.poll(0, 10), key=lambda each: each.topic)
    transform_batch("admission", MemoryWriter(world.broker), world.admission.handle([first, second, third]))
    world.admit(flag())

    assert (["subject.no_open_departure"], ["unknown"]) == (world.codes(), standings(world, MISTAKEN))
