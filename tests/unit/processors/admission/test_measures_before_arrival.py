"""Whoever arrives is hidden by whatever was stated of the new 宛名番号, whichever comes first (ADR 21)."""

from typing import Any

import pytest

from kairan import wire
from kairan.keys import BusKeys
from kairan.loops import transform_batch
from kairan.measures import Standing
from kairan.stream import Incoming
from kairan.testing import MemoryWriter
from processors.admission.memory import DictMemory
from processors.routing.protection import ProtectionState
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World

FLAG, DEPARTED, LOADED = "protection.ProtectionChanged", "residence.MoveOutDeclared", "residence.RecordLoaded"
NUMBER = s.number(11)
HANDLE = KEYS.handle(s.YOKOHAMA, s.number(1))
"""Of who leaves 横浜市 for 江戸川区."""
OF_NUMBER = KEYS.handle(s.EDOGAWA, NUMBER)
"""What 江戸川区's number means as long as nobody knows whose it is."""
TAX = "tax.ResidentTaxAssessed"


def flag(version: int = 1, kind: str = "1", **bent: Any) -> bytes:
    ended = kind == "3"
    body = s.body(
        FLAG,
        measure={"id": "S-1", "version": version, "kind": kind},
        decision={"date": s.day(s.TODAY), "human_end": ended},
    )
    bent = ({"change": "ended", "protection": "none"} if ended else {}) | bent
    return s.statement(FLAG, body, municipality=s.EDOGAWA, atena_number=NUMBER, version=version, **bent)


def refused_flag(version: int = 1) -> bytes:
    return flag(version, protection="none")


def arrival(protection: str = "protected", **bent: Any) -> bytes:
    """As a core system states it that knows of the number's measure; it is not what hides here."""
    bent["protection"] = protection
    return s.arrival(atena_number=NUMBER, pairwise_id=KEYS.pairwise_id(s.EDOGAWA, HANDLE), **bent)


def tax() -> bytes:
    return s.statement(TAX, municipality=s.EDOGAWA, atena_number=NUMBER)


def standing(world: World, handle: bytes = HANDLE) -> Standing:
    """As routing takes it from the topic."""
    state = ProtectionState()
    for record in world.broker.records("protection"):
        state.take(*wire.decode_record(record.value or b""))
    return state.standing(handle)


@pytest.fixture
def world() -> World:
    """Somebody is on the way to 江戸川区."""
    world = World()
    world.admit(s.statement(LOADED))
    world.admit(s.statement(DEPARTED, version=2))
    return world


def restart(world: World) -> None:
    world.admission = world.process()


@pytest.mark.parametrize("restarts", [True, False])
@pytest.mark.parametrize(
    ("stated", "expected"), [(flag(), "protected"), (refused_flag(), "unknown")], ids=["flag", "refused flag"]
)
def test_what_was_stated_before_the_arrival_hides_who_arrives(
    world: World, stated: bytes, expected: str, *, restarts: bool
) -> None:
    world.admit(stated)
    if restarts:
        restart(world)

    (arrived,) = world.admit(arrival())

    assert (HANDLE, expected) == (arrived["subject"]["handle"], standing(world))


@pytest.mark.parametrize("stated", [flag(), refused_flag()], ids=["flag", "refused flag"])
@pytest.mark.parametrize("arrives_first", [True, False])
def test_also_within_a_batch_in_either_order(world: World, stated: bytes, *, arrives_first: bool) -> None:
    world.admit(*([arrival(), stated] if arrives_first else [stated, arrival()]))

    assert HANDLE in {each["subject"]["handle"] for each in world.events() if each["type"] == "residence.MovedIn"}
    assert standing(world) != "none"


def test_a_flag_whose_measure_cannot_be_read_follows_the_number_too(world: World) -> None:
    world.admit(flag()[:-1], topic=f"in.{s.EDOGAWA}")
    world.admit(arrival())

    assert "unknown" == standing(world)


@pytest.mark.parametrize("kind", ["1", "3"])
def test_the_measure_stated_well_after_the_arrival_ends_the_doubt_from_before(world: World, kind: str) -> None:
    world.admit(refused_flag())
    world.admit(arrival())
    world.admit(flag(2, kind))

    assert ("protected" if kind == "1" else "none") == standing(world)


def test_the_end_of_a_measure_from_before_the_arrival_uncovers(world: World) -> None:
    world.admit(flag())
    world.admit(arrival())
    world.admit(flag(2, "3"))

    assert (["none"] * 2, []) == ([standing(world, each) for each in (HANDLE, OF_NUMBER)], world.codes())


def test_a_measure_from_before_the_arrival_can_be_corrected(world: World) -> None:
    (former,) = world.admit(flag())
    world.admit(arrival())

    (corrected,) = world.admit(flag(2, "2", change="corrected", corrects=former["id"]))

    assert (HANDLE, []) == (corrected["subject"]["handle"], world.codes())


def test_an_arrival_that_is_refused_hides_whom_it_names_when_its_number_is_protected(world: World) -> None:
    world.admit(tax())
    world.admit(flag())
    world.admit(arrival())

    assert (["subject.other_history"], "unknown") == (world.codes(), standing(world))


def test_also_when_the_flag_comes_later(world: World) -> None:
    world.admit(tax())
    world.admit(arrival())
    world.admit(refused_flag())

    assert "unknown" == standing(world)


def test_an_arrival_that_is_refused_for_itself_hides_whom_it_names_too(world: World) -> None:
    world.admit(arrival(effective=s.day("2100-01-01")))
    world.admit(flag())

    assert "unknown" == standing(world)


def test_when_it_comes_again_well_it_is_admitted_and_its_measure_still_ends(world: World) -> None:
    world.admit(arrival(effective=s.day("2100-01-01")))
    world.admit(flag())
    (arrived,) = world.admit(arrival(version=2))
    world.admit(flag(2, "3"))

    assert (HANDLE, "none") == (arrived["subject"]["handle"], standing(world))


def test_an_arrival_that_is_refused_for_a_number_without_measures_hides_nobody(world: World) -> None:
    world.admit(tax())
    world.admit(arrival())

    assert (["subject.other_history"], "none") == (world.codes(), standing(world))


def test_an_arrival_of_a_new_number_tells_protection_nothing(world: World) -> None:
    world.admit(arrival())

    assert [] == world.records("protection")


def test_a_forged_pairwise_id_joins_nobody(world: World) -> None:
    forged = BusKeys(1, bytes(32)).pairwise_id(s.EDOGAWA, HANDLE)
    world.admit(s.arrival(atena_number=NUMBER, pairwise_id=forged))

    assert (["subject.pairwise_forged"], []) == (world.codes(), world.records("protection"))


def test_a_number_that_has_more_than_measures_stays_with_its_subject(world: World) -> None:
    world.admit(flag())
    world.admit(tax())
    restart(world)
    world.admit(arrival())

    assert ["subject.other_history"] == world.codes()


MISTAKEN = {"protection": "none"}
"""What an arrival says whose number was mistaken for that of a protected resident."""


def of_her(world: World) -> set[bytes]:
    """Under which handles the log has what was stated of the resident whose number it is."""
    world.admit(s.statement(LOADED, municipality=s.EDOGAWA, atena_number=NUMBER, version=3))
    return {each["subject"]["handle"] for each in world.events() if each["type"] in (LOADED, FLAG)}


@pytest.mark.parametrize("restarts", ["no", "same memory", "read from the log"])
def test_a_mistaken_arrival_does_not_take_the_number_of_who_has_only_measures(world: World, restarts: str) -> None:
    world.admit(flag())
    if restarts == "read from the log":
        world.memory = DictMemory()
    if restarts != "no":
        restart(world)
    world.admit(arrival(**MISTAKEN))

    assert (["subject.other_measure"], {HANDLE, OF_NUMBER}) == (world.codes(), of_her(world))
    assert [OF_NUMBER] == [each["subject"]["handle"] for each in world.events()[-1:]]


def test_and_is_hidden_with_her(world: World) -> None:
    world.admit(flag())
    world.admit(arrival(**MISTAKEN))

    assert "unknown" == standing(world)


SPOUSE = s.arrival(
    atena_number=s.number(12),
    pairwise_id=KEYS.pairwise_id(s.EDOGAWA, KEYS.handle(s.YOKOHAMA, s.number(2))),
    related=[{"role": "spouse", "atena_number": NUMBER}],
)


@pytest.mark.parametrize(
    "batch",
    [[flag(), arrival(**MISTAKEN)], [flag(), SPOUSE, arrival(**MISTAKEN)], [SPOUSE, flag(), arrival(**MISTAKEN)]],
    ids=["flag first", "named behind the flag", "named before the flag"],
)
def test_nor_within_a_batch_whoever_names_it(world: World, batch: list[bytes]) -> None:
    world.admit(s.statement(LOADED, atena_number=s.number(2)))
    world.admit(s.statement(DEPARTED, atena_number=s.number(2), version=2))
    world.admit(*batch)

    assert (["subject.other_measure"], "unknown") == (world.codes(), standing(world))
    assert OF_NUMBER in of_her(world)
    assert [OF_NUMBER] == [each["subject"]["handle"] for each in world.events()[-1:]]


def test_a_number_whose_measures_have_ended_goes_to_whoever_arrives(world: World) -> None:
    world.admit(flag())
    world.admit(flag(2, "3"))
    (arrived,) = world.admit(arrival(**MISTAKEN))

    assert HANDLE == arrived["subject"]["handle"]


def test_a_doubt_alone_refuses_no_arrival(world: World) -> None:
    """The source may have no measure: what was refused is not in the log."""
    world.admit(refused_flag())
    (arrived,) = world.admit(arrival(**MISTAKEN))

    assert (HANDLE, "unknown") == (arrived["subject"]["handle"], standing(world))


def store(world: World, batch: list[Incoming], at_most: int) -> None:
    """What reaches the broker of this batch before the process dies: so many records, the last of each wave first."""
    writer, waves = MemoryWriter(world.broker), world.admission.handle(batch)
    wave = list(next(waves, None) or ())
    while len(wave) <= at_most:
        at_most -= len(wave)
        for record in wave:
            writer.send(record)
        wave = list(waves.send(writer.confirm()))
    for record in wave[::-1][:at_most]:
        writer.send(record)
    writer.confirm()


@pytest.mark.parametrize("stored", [0, 1, 2])
@pytest.mark.parametrize("stated", [flag(), refused_flag()], ids=["flag", "refused flag"])
def test_a_death_between_the_waves_of_the_arrival_uncovers_nobody(world: World, stated: bytes, stored: int) -> None:
    """Memory reads the names that were stored; what joins them must be there by then."""
    world.admit(stated)
    world.send(arrival(), topic=f"in.{s.EDOGAWA}")
    batch = world.inputs.poll(0, 10)
    store(world, batch, stored)
    restart(world)

    transform_batch("admission", MemoryWriter(world.broker), world.admission.handle(batch))

    assert HANDLE in {each["subject"]["handle"] for each in world.events() if each["type"] == "residence.MovedIn"}
    assert standing(world) != "none"


@pytest.mark.parametrize("stored", range(6))
def test_nor_does_one_in_a_batch_of_both(world: World, stored: int) -> None:
    for each in (refused_flag(), arrival()):
        world.send(each, topic=f"in.{s.EDOGAWA}")
    batch = world.inputs.poll(0, 10)
    store(world, batch, stored)
    restart(world)

    transform_batch("admission", MemoryWriter(world.broker), world.admission.handle(batch))

    assert standing(world) != "none"
