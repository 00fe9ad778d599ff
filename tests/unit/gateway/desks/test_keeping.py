"""Who keeps her resident record now, by all that is known; in doubt nobody does."""

import pytest

from gateway.desks.keeping import Records, keeper, last_keepers
from kairan.identifiers import Handle
from processors.moving.facts import Input
from tests.unit.gateway.desks.world import World, handle
from tests.unit.processors.moving.story import A, B, C, abroad, annulled, applied, arrived, closed, declared, notified

HER = Handle(handle("甲"))


def kept_by(*told: Input, stated: str = "") -> str | None:
    return keeper(known(*told, stated=stated))


def kept_last_by(*told: Input, stated: str = "") -> str:
    return " ".join(sorted(last_keepers(known(*told, stated=stated))))


def known(*told: Input, stated: str = "") -> Records:
    world = World()
    world.person("甲", *told)
    world.keeping.stated[HER] = frozenset(stated.split())
    return world.keeping.of(HER)


@pytest.mark.parametrize(("stated", "expected"), [("", None), (A, A), (f"{A} {B}", None)])
def test_who_never_moved_is_kept_by_the_only_one_that_ever_stated_anything_of_her(
    stated: str, expected: str | None
) -> None:
    assert expected == kept_by(stated=stated)


@pytest.mark.parametrize(
    "told", [[declared()], [declared(), notified()], [declared(), closed()], [abroad()], [closed()], [notified()]]
)
def test_who_is_on_her_way_is_kept_by_nobody(told: list[Input]) -> None:
    assert kept_by(*told, stated=A) is None


def test_who_arrived_is_kept_there_whatever_else_stated_something_of_her() -> None:
    assert [B, B] == [kept_by(*told, stated=f"{A} {B} {C}") for told in ([arrived()], [declared(), arrived()])]


def test_who_came_back_is_kept_where_she_is_back() -> None:
    """The bus first knew her there; that she left has not to be made up for."""
    back = [declared("again", origin=B, to=A, at=200), arrived("back", origin=B, to=A, at=210, after=30)]

    assert A == kept_by(declared(), arrived(), notified(), closed(), *back)


def test_who_left_again_is_on_her_way_and_who_moved_on_is_kept_there() -> None:
    whole = [declared(), arrived(), notified(), closed(), declared("on", origin=B, to=C, at=200)]

    assert kept_by(*whole) is None
    assert C == kept_by(*whole, arrived("there", origin=B, to=C, at=210, after=30))


def test_who_only_applied_has_not_left() -> None:
    assert [A, None] == [kept_by(applied(), stated=stated) for stated in (A, "")]


def test_an_arrival_that_was_taken_back_is_none() -> None:
    assert kept_by(declared(), arrived(), annulled("arrival"), stated=A) is None


def test_with_two_records_or_two_departures_nobody_can_tell() -> None:
    assert kept_by(declared(), arrived("there", to=C, at=5), arrived(to=B, at=10, after=6)) is None
    assert kept_by(arrived(), declared("1", origin=B, to=A, at=50), declared("2", origin=B, to=C, at=60)) is None


@pytest.mark.parametrize("wrong", [{"step": "unshown"}, {"step": "conflict"}, {"rival": C}])
def test_a_move_that_cannot_be_read_or_is_contradictory_tells_nothing(wrong: dict[str, str]) -> None:
    world = World()
    [row] = world.person("甲", declared(), arrived())
    facts = {**row.facts, "rival": wrong.get("rival")}

    assert keeper(Records([(wrong.get("step", row.step), facts)], frozenset({B}))) is None
    assert B == keeper(Records([(row.step, row.facts)], frozenset({B})))


LEFT = [[declared()], [declared(), notified()], [declared(), closed()], [abroad()], [closed()]]


@pytest.mark.parametrize("told", LEFT)
def test_who_is_on_her_way_was_kept_last_where_she_left(told: list[Input]) -> None:
    """And not where she is expected."""
    assert A == kept_last_by(*told, stated=f"{A} {C}")


def test_whose_keeper_is_known_was_kept_last_by_nobody_else() -> None:
    assert [B, B] == [kept_last_by(*told, stated=f"{A} {C}") for told in ([arrived()], [declared(), arrived()])]


def test_with_two_records_or_two_departures_each_that_has_one_kept_her_last() -> None:
    assert " ".join(sorted([A, B, C])) == kept_last_by(
        declared(), arrived("there", to=C, at=5), arrived(to=B, at=10, after=6)
    )
    assert B == kept_last_by(arrived(), declared("1", origin=B, to=A, at=50), declared("2", origin=B, to=C, at=60))


def test_of_whom_no_move_is_known_each_that_stated_anything_kept_her_last() -> None:
    assert ["", A, f"{B} {A}"] == [kept_last_by(stated=stated) for stated in ("", A, f"{A} {B}")]
    assert A == kept_last_by(applied(), stated=A)
