"""A refused statement hides whom it names and nobody beyond, if its member might hide her anyway (ADR 22)."""

from typing import Any

import pytest

from kairan import wire
from kairan.measures import Standing
from processors.admission import claims
from processors.admission.claims import MOST, Claimed
from processors.routing.protection import ProtectionState
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World

FLAG, DEPARTED, LOADED = "protection.ProtectionChanged", "residence.MoveOutDeclared", "residence.RecordLoaded"
HERS, OTHERS = s.number(11), s.number(12)
"""Two numbers of 江戸川区."""
RESIDENTS = range(1, MOST + 4)
"""Of 横浜市."""


def handle(resident: int = 1) -> bytes:
    return KEYS.handle(s.YOKOHAMA, s.number(resident))


def of_number(number: str = HERS) -> bytes:
    return KEYS.handle(s.EDOGAWA, number)


def arrival(resident: int = 1, number: str = HERS, **bent: Any) -> bytes:
    return s.arrival(atena_number=number, pairwise_id=KEYS.pairwise_id(s.EDOGAWA, handle(resident)), **bent)


def refused_arrival(resident: int = 1, number: str = HERS, version: int = 1) -> bytes:
    """For itself, whoever is named."""
    return arrival(resident, number, version=version, effective=s.day("2100-01-01"))


def here(type_: str, number: str = HERS, **bent: Any) -> bytes:
    """Of 江戸川区."""
    return s.statement(type_, municipality=s.EDOGAWA, atena_number=number, **bent)


def standing(world: World, of: bytes) -> Standing:
    """As routing takes it from the topic."""
    state = ProtectionState()
    for record in world.broker.records("protection"):
        state.take(*wire.decode_record(record.value or b""))
    return state.standing(of)


def hidden(world: World) -> int:
    return sum(standing(world, handle(each)) != "none" for each in RESIDENTS)


@pytest.fixture
def world() -> World:
    """Residents of 横浜市."""
    world = World()
    world.admit(*(s.statement(LOADED, atena_number=s.number(each)) for each in RESIDENTS))
    return world


def depart(world: World, *residents: int) -> None:
    """For 江戸川区."""
    world.admit(*(s.statement(DEPARTED, atena_number=s.number(each), version=2) for each in residents))


def protect(world: World) -> None:
    """The resident of 横浜市 who is known by her first number."""
    world.admit(s.statement(FLAG, s.body(FLAG, forwarded_to=[]), municipalities=[], version=9))


def test_whoever_is_not_on_the_way_is_joined_by_no_refused_statement(world: World) -> None:
    world.admit(*(arrival(each, version=each) for each in RESIDENTS))
    world.admit(here(FLAG))

    assert ({"subject.no_open_departure"}, 0) == (set(world.codes()), hidden(world))


def test_nor_by_one_that_is_refused_for_itself(world: World) -> None:
    world.admit(*(refused_arrival(each, version=each) for each in RESIDENTS))
    world.admit(here(FLAG))

    assert 0 == hidden(world)


@pytest.mark.parametrize("refused", [arrival(version=2), refused_arrival(version=2)], ids=["other history", "itself"])
def test_a_member_learns_by_no_refused_statement_whether_somebody_it_once_heard_of_is_protected(
    world: World, refused: bytes
) -> None:
    protect(world)
    world.admit(here(LOADED))
    world.admit(refused)

    assert (1, "none") == (len(world.refusals()), standing(world, of_number()))


def test_where_a_departure_was_stated_it_learns_no_more_than_a_doubt(world: World) -> None:
    depart(world, 1)
    protect(world)
    world.admit(here(LOADED))
    world.admit(arrival(version=2))

    assert ("unknown", "protected") == (standing(world, of_number()), standing(world, handle()))


def test_when_the_arrival_is_admitted_it_is_her_own_standing(world: World) -> None:
    depart(world, 1)
    protect(world)
    world.admit(refused_arrival())
    world.admit(arrival(version=2))

    assert handle() == world.events()[-1]["subject"]["handle"]
    assert "protected" == standing(world, handle())


def test_a_claim_hides_whoever_has_another_number_there(world: World) -> None:
    """She came back, or was registered twice: the departure that brought her is answered."""
    depart(world, 1)
    world.admit(arrival())
    world.admit(arrival(number=OTHERS, version=2))
    world.admit(here(FLAG, OTHERS))

    assert (["subject.other_number"], "unknown") == (world.codes(), standing(world, handle()))


def test_a_link_that_is_stated_later_replaces_no_claim_and_no_claim_a_link(world: World) -> None:
    depart(world, 1)
    world.admit(here(FLAG))
    world.admit(refused_arrival())
    world.admit(arrival(version=2, protection="protected"))

    keys = [record.key for record in world.broker.records("protection")]
    assert ("protected", len(keys)) == (standing(world, handle()), len(set(keys)))


def test_a_number_claims_a_few_persons_and_no_more(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    depart(world, *RESIDENTS)
    world.admit(here(LOADED))
    world.admit(*(arrival(each, version=each + 1) for each in RESIDENTS))
    world.admit(here(FLAG, version=99))

    line = capsys.readouterr().out
    assert MOST == hidden(world)
    assert "one number for many persons" in line
    assert not any(s.number(each) in line for each in RESIDENTS)


def test_a_person_is_claimed_by_a_few_numbers_and_no_more(world: World) -> None:
    depart(world, 1)
    numbers = [s.number(20 + each) for each in RESIDENTS]
    world.admit(*(refused_arrival(1, number, version) for version, number in enumerate(numbers, 1)))
    protect(world)

    assert MOST == sum(standing(world, of_number(each)) == "unknown" for each in numbers)


def test_an_export_that_is_off_by_one_row_hides_for_one_flag_no_more_than_the_next_row(world: World) -> None:
    """Each statement names its neighbour: one person for each number and one number for each person."""
    numbers = [s.number(each) for each in RESIDENTS]
    named = [KEYS.pairwise_id(s.YOKOHAMA, handle(each)) for each in [*RESIDENTS[1:], RESIDENTS[0]]]
    rows = zip(numbers, named, strict=True)
    world.admit(
        *(
            s.statement("residence.Relocated", atena_number=number, pairwise_id=pairwise_id, version=2)
            for number, pairwise_id in rows
        )
    )
    protect(world)

    assert ({"subject.other_history"}, len(RESIDENTS)) == (set(world.codes()), len(world.codes()))
    assert ["protected", "unknown", "unknown"] == [standing(world, handle(each)) for each in (1, 2, max(RESIDENTS))]
    assert 3 == hidden(world)


def test_a_member_claims_so_many_and_no_more_but_what_it_claimed_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MOST_OF_MEMBER", 20)
    claimed = Claimed()
    rows = [(str(each), each.to_bytes(16)) for each in range(22)]
    believed = [claimed.take(s.EDOGAWA, *row) for row in rows]

    assert 20 == sum(believed) == sum(claimed.take(s.EDOGAWA, *row) for row in rows)
    assert claimed.take(s.NAGANO, *rows[-1])


def test_what_was_believed_once_is_believed_again() -> None:
    claimed = Claimed()
    first = [claimed.take(s.EDOGAWA, HERS, handle(each)) for each in RESIDENTS]

    assert first == [claimed.take(s.EDOGAWA, HERS, handle(each)) for each in RESIDENTS]


def test_another_members_claims_of_the_same_number_or_person_are_its_own() -> None:
    claimed = Claimed()
    for each in RESIDENTS:
        claimed.take(s.EDOGAWA, HERS, handle(each))

    assert claimed.take(s.NAGANO, HERS, handle(max(RESIDENTS)))
