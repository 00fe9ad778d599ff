"""Where a protected person goes is on no page of the place she leaves, and on none of whoever need not know."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.desks.staff import Role
from gateway.desks.standing import Row
from gateway.desks.withholding import OF_THE_ORIGIN, between, own_side, places
from gateway.desks.words import WITHHELD
from kairan.identifiers import Handle, MunicipalityCode
from kairan.measures import Standing
from processors.moving.facts import Group, Input, Receiver, TimerName
from processors.moving.timers import DAY
from tests.unit.gateway.desks.world import World, handle, paths, stated
from tests.unit.gateway.reading import Page as Html
from tests.unit.processors.moving.story import (
    AT,
    A,
    B,
    C,
    annulled,
    answered,
    applied,
    arrived,
    closed,
    corrected,
    decided,
    declared,
    notified,
    visit,
)
from tests.unit.processors.notices.world import protected

SHE = "甲"
NAMES = {B: ("市川", "千葉", B), C: ("葉山", "神奈川", C)}
"""By which a place would be known."""
Told = Callable[[MunicipalityCode], Input]
HISTORY: dict[str, Told] = {
    "application": lambda to: replace(applied(), destination=to),
    "departure": lambda to: declared(to=to, awaited=[Receiver(to, "001"), Receiver(A, "024")]),
    "paper": lambda to: declared("paper", to=to, by_card=False, at=3),
    "answer": lambda to: answered("departure", Receiver(to, "001")),
    "visit": lambda to: visit(to=to),
    "arrival": lambda to: arrived(to=to, awaited=[Receiver(to, "024"), Receiver(A, "024")]),
    "notice": lambda to: notified(by=to),
    "closing": lambda _: closed(awaited=[Receiver(A, "010")]),
    "annulment": lambda _: annulled("arrival"),
    "departure taken back": lambda _: annulled("departure", at=25),
}
HISTORIES = st.lists(st.sampled_from(sorted(HISTORY)), min_size=1, unique=True)
STANDINGS = st.sampled_from(["protected", "unknown"])
DAYS = st.sampled_from([0, 8, 36, 60])


def world_of(
    history: Iterable[str] | Mapping[str, Told], to: MunicipalityCode, standing: Standing, days: int = 0
) -> tuple[World, list[Row]]:
    """She moves there, beside others of whom all may be seen."""
    world = World()
    world.now = AT + days * DAY
    told = history if isinstance(history, Mapping) else {each: HISTORY[each] for each in history}
    rows = world.person(SHE, *(each(to) for each in told.values()))
    world.person("乙", declared("乙", to=None, by_card=False), replace(visit("visit of 乙"), destination=A))
    world.household(SHE, at=world.now)
    world.notices(protected(person=Handle(handle(SHE))), stated(SHE, "residence.MoveOutDeclared", **_leaving(to)))
    world.protection[handle(SHE)] = standing
    world.announce(SHE, to)
    world.number(SHE, to, "0123456")
    world.number(SHE, A, "7654321")
    return world, rows


def _leaving(to: MunicipalityCode) -> dict[str, MunicipalityCode]:
    return {"source": A, "origin": A, "destination": to}


def pages(world: World, member: str, role: Role, rows: Sequence[Row]) -> list[str]:
    door = world.browser(member, role)
    return [door.get(path).text for path in paths(world.ref(member, row) for row in rows)]


@given(HISTORIES, STANDINGS, DAYS)
def test_at_the_origin_every_page_is_the_same_wherever_she_went(
    history: list[str], standing: Standing, days: int
) -> None:
    """Not only no name of it: no count, no order, no day, no length is another."""
    for role in Role:
        there, elsewhere = (pages(*_at(history, to, standing, days, role)) for to in (B, C))

        assert there == elsewhere


def _at(
    history: Iterable[str] | Mapping[str, Told], to: MunicipalityCode, standing: Standing, days: int, role: Role
) -> tuple[World, str, Role, list[Row]]:
    world, rows = world_of(history, to, standing, days)
    return world, A, role, rows


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("flagged", ["departure", "arrival", "notice"])
def test_whom_an_event_of_her_move_calls_protected_is_hidden_at_the_origin_though_no_measure_is_known(
    flagged: str, role: Role
) -> None:
    there, elsewhere = (pages(*_at(_flagged(flagged), to, "none", 0, role)) for to in (B, C))

    assert there == elsewhere


def _flagged(which: str) -> dict[str, Told]:
    """Of her whole move only this event says so."""
    history = {name: HISTORY[name] for name in ("departure", "arrival", "notice")}
    return history | {which: lambda to: replace(HISTORY[which](to), hides=True)}


@given(HISTORIES, STANDINGS, DAYS)
def test_where_she_goes_only_the_one_who_is_responsible_sees_anything_of_her(
    history: list[str], standing: Standing, days: int
) -> None:
    world, rows = world_of(history, B, standing, days)
    for role in (Role.DESK, Role.OPERATOR):
        shown = "".join(pages(world, B, role, rows))

        assert [] == [each for each in (SHE, "0123456", "江戸川", A) if each in shown]


@pytest.mark.parametrize("standing", ["protected", "unknown"])
def test_the_one_who_is_responsible_sees_who_comes(standing: Standing) -> None:
    world, rows = world_of(["departure", "visit"], B, standing)
    shown = "".join(pages(world, B, Role.PROTECTION, rows))

    assert all(each in shown for each in ("甲太郎", "江戸川", "支援措置", "甲県"))


def test_of_whom_nothing_is_known_to_hide_all_is_shown() -> None:
    world, rows = world_of(["departure"], B, "none")

    assert "市川" in "".join(pages(world, A, Role.DESK, rows))


@pytest.mark.parametrize("told", ["protected", "unknown", None])
def test_whom_the_departure_called_protected_is_hidden_though_no_measure_is_known(told: str | None) -> None:
    world, rows = world_of(["departure"], B, "none")
    world.announce(SHE, B, protection=told)

    assert SHE not in "".join(pages(world, B, Role.DESK, rows))


@pytest.mark.parametrize("hidden", [SHE, "子"])
@pytest.mark.parametrize("role", Role)
def test_who_moves_together_with_somebody_who_hides_is_hidden_too(hidden: str, role: Role) -> None:
    world, group = World(), Group(A, "g", 2)
    rows = [row for name in (SHE, "子") for row in world.person(name, replace(declared(name), group=group))]
    world.protection[handle(hidden)] = "protected"
    shown = "".join(pages(world, A, role, rows))

    assert [] == [each for each in NAMES[B] if each in shown]


@pytest.mark.parametrize("later", [[], ["corrected alone"], ["taken back"]])
def test_who_moves_with_somebody_of_whom_the_own_office_was_told_is_hidden_there_too(later: list[str]) -> None:
    world = World()
    world.person(SHE, replace(declared(), group=GROUP), *(LATER[each](B) for each in later))
    [row] = world.person("子", replace(declared(), group=GROUP))
    world.announce(SHE, B, protection="protected")
    world.announce("子", B)
    door = world.browser(B, Role.DESK)
    answers = [door.get(path) for path in ("/desks/arrivals", f"/desks/procedures/{world.ref(B, row)}?purpose=search")]

    assert [200, 200] == [each.status_code for each in answers]
    assert [] == [each for each in ("子太郎", "江戸川") if each in "".join(answer.text for answer in answers)]


LATER: dict[str, Told] = {
    "corrected alone": lambda to: replace(corrected(declared(to=to), "departure", name="c1", at=9), group=OTHER),
    "corrected without": lambda to: replace(corrected(declared(to=to), "departure", name="c2", at=10), group=None),
    "taken back": lambda _: annulled("departure", at=11),
    "arrived alone": lambda to: replace(arrived(to=to), group=OTHER, at=AT + 12),
    "arrived without": lambda to: arrived("there", to=to, at=13),
}
GROUP, OTHER = Group(A, "g", 2), Group(A, "9", 1)


@given(*[st.lists(st.sampled_from(sorted(LATER)), unique=True)] * 2, st.sampled_from([SHE, "子"]), STANDINGS)
def test_whatever_is_corrected_of_either_the_origin_never_learns_where_who_left_together_went(
    hers: list[str], childs: list[str], hidden: str, standing: Standing
) -> None:
    for role in Role:
        there, elsewhere = (_of_household(hers, childs, to, hidden, standing, role) for to in (B, C))

        assert there == elsewhere


def _of_household(
    hers: list[str], childs: list[str], to: MunicipalityCode, hidden: str, standing: Standing, role: Role
) -> list[str]:
    """Pages of both at the origin; one of them hides by a measure."""
    world, rows = World(), list[Row]()
    for name, later in ((SHE, hers), ("子", childs)):
        told = [replace(declared(to=to), group=GROUP), *(LATER[each](to) for each in later)]
        rows += world.person(name, *told)
        world.number(name, A, f"0{len(rows)}")
    world.protection[handle(hidden)] = standing
    return pages(world, A, role, rows)


@pytest.mark.parametrize("later", sorted(LATER))
def test_who_left_in_one_act_with_somebody_who_hides_stays_hidden_whatever_is_said_of_her_later(later: str) -> None:
    world = World()
    world.person(SHE, replace(declared(), group=GROUP), LATER[later](B))
    [row] = world.person("子", replace(declared(), group=GROUP))
    world.protection[handle(SHE)] = "protected"
    shown = "".join(pages(world, A, Role.DESK, [row]))

    assert [] == [each for each in NAMES[B] if each in shown]


def test_who_stays_behind_or_leaves_by_himself_is_not_hidden_by_it() -> None:
    world = World()
    world.person(SHE, replace(declared(SHE), group=Group(A, "g", 1)))
    world.protection[handle(SHE)] = "protected"
    rows = world.person("父", declared("父", to=C))

    assert "葉山" in "".join(pages(world, A, Role.DESK, rows))


@pytest.mark.parametrize("role", Role)
def test_a_place_where_she_was_only_expected_learns_nothing_of_where_she_is(role: Role) -> None:
    told = [declared(to=B, awaited=[Receiver(B, "001")]), arrived(to=C), notified(by=C), closed()]
    world = World()
    rows = world.person(SHE, *told)
    world.protection[handle(SHE)] = "protected"
    shown = "".join(pages(world, B, role, rows))

    assert [] == [each for each in (*NAMES[C], "江戸川", SHE) if each in shown]


@pytest.mark.parametrize("member", [A, B])
def test_of_another_record_nothing_is_told_even_where_she_is(member: str) -> None:
    """Two records: the older one may be where she hides."""
    world = World()
    rows = world.person(SHE, declared(to=B), arrived("there", to=C, at=5), arrived(to=B, at=10, after=6))
    world.protection[handle(SHE)] = "protected"
    shown = "".join(pages(world, member, Role.PROTECTION, [row for row in rows if member in row.desks]))

    assert [] == [each for each in NAMES[C] if each in shown]


def test_a_place_that_was_named_once_sees_its_own_side_of_anybody() -> None:
    world = World()
    [row] = world.person(SHE, declared(to=B), arrived(to=C), notified(by=C), closed())

    assert B in row.desks
    assert [] == [each for each in NAMES[C] if each in "".join(pages(world, B, Role.DESK, [row]))]
    assert "葉山" in "".join(pages(world, A, Role.DESK, [row]))


def test_all_who_are_withheld_look_alike_and_stand_last() -> None:
    world = World()
    for name, after in ((SHE, 1), ("丙", 9)):
        world.person(name, replace(declared(name), planned=replace(declared().planned, value=f"2023-11-{15 + after}")))
        world.protection[handle(name)] = "protected"
    world.person("乙", declared("乙"))
    world.announce("乙", B)
    table = Html(world.browser(B, Role.DESK).get("/desks/arrivals").text)
    texts = table.texts

    assert texts.index("乙太郎") < texts.index(WITHHELD)
    assert 2 * 8 == texts.count(WITHHELD)


def test_who_is_withheld_is_expected_on_no_day() -> None:
    world, _ = world_of(["departure", "visit"], B, "protected")
    [desk, responsible] = (
        Html(world.browser(B, role).get("/desks/load").text).texts for role in (Role.DESK, Role.PROTECTION)
    )

    assert "1" == desk[desk.index("日が確かでない、または開示しない") + 1]
    assert "0" == responsible[responsible.index("日が確かでない、または開示しない") + 1]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("days", [0, 1, 8])
def test_no_list_of_the_origin_tells_that_somebody_who_hides_has_arrived(days: int, role: Role) -> None:
    """The notice is awaited within minutes of her registration: a line more would tell the hour."""
    came, not_yet = (_lists_of_the_origin(told, days, role, "protected") for told in (["arrival"], []))

    assert not_yet == came


def test_who_does_not_hide_is_late_there_when_her_notice_is() -> None:
    came, not_yet = (_lists_of_the_origin(told, 1, Role.DESK, "none") for told in (["arrival"], []))

    assert not_yet != came


def _lists_of_the_origin(later: list[str], days: int, role: Role, standing: Standing) -> list[str]:
    world, _ = world_of(["departure", *later], B, standing, days)
    door = world.browser(A, role)
    return [door.get(path).text for path in ("/desks", "/desks/late")]


def test_a_view_of_who_is_withheld_names_no_procedure() -> None:
    world, _ = world_of(["departure"], B, "protected")
    world.browser(B, Role.DESK).get("/desks/arrivals")

    assert [()] == [viewing.procedures for viewing in world.viewings.written]


@pytest.mark.parametrize("member", [A, B])
@pytest.mark.parametrize("role", [Role.DESK, Role.OPERATOR])
def test_what_is_withheld_cannot_be_decided(member: str, role: Role) -> None:
    world = World()
    rows = world.person(SHE, declared(), declared("other", at=3, to=C))
    world.protection[handle(SHE)] = "protected"

    assert "正しくない届出・通知" not in "".join(pages(world, member, role, rows))


def test_no_day_that_another_places_calendar_made_is_on_the_own_side() -> None:
    """A town's own holidays would tell which it is."""
    [row] = World().person(SHE, declared(), arrived())
    own = own_side(row, A)

    assert "NOTICE" in {TimerName(timer["name"]).name for timer in row.facts["timers"]}
    assert {timer["name"] for timer in own.facts["timers"]} <= OF_THE_ORIGIN


def test_the_own_side_has_what_the_own_municipality_said_and_nothing_else() -> None:
    [row] = World().person(SHE, declared(awaited=[Receiver(B, "001")]), visit(), arrived())
    own = own_side(row, A)
    said = {name for name, value in own.facts.items() if value}

    assert {"origin", "planned", "by_card", "begun"} == said
    assert own.facts.keys() < row.facts.keys()
    assert frozenset({A}) == own.desks


def test_to_whom_the_origin_is_told_nobody_else_is() -> None:
    rows = World().person(SHE, declared(to=B), arrived("there", to=C, at=5), arrived(to=B, at=10, after=6))
    row = next(row for row in rows if row.facts["rival"])
    named = places(row, A, hides=True)

    assert not named.allow(C)
    assert None is between(row, named).facts["rival"]
    assert places(row, A, hides=False).allow(C)


def disputed(world: World, *more: Input) -> list[Row]:
    """Two departures to two places; nobody has arrived."""
    rows = world.person(SHE, declared(to=B), declared("other", at=3, to=C), *more)
    world.announce(SHE, B)
    return rows


@pytest.mark.parametrize("member", [B, C])
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("more", [[], [decided("other")], [decided("departure")]])
def test_of_two_places_that_she_wants_to_go_to_neither_learns_which_the_other_is(
    member: str, role: Role, more: list[Input]
) -> None:
    """Nor when it is decided between them."""
    world = World()
    rows = [row for row in disputed(world, *more) if member in row.desks]
    [other] = {B, C} - {member}

    assert [] == [each for each in NAMES[MunicipalityCode(other)] if each in "".join(pages(world, member, role, rows))]


@pytest.mark.parametrize("member", [B, C])
def test_a_place_that_waits_for_a_decision_is_told_whose_and_asked_for_none(member: str) -> None:
    world = World()
    [row] = disputed(world)
    ref, door = world.ref(member, row), world.browser(member, Role.DESK)
    shown = door.get(f"/desks/conflicts/{ref}").text + door.get(f"/desks/procedures/{ref}?purpose=search").text
    tasks = door.get("/desks/tasks").text

    decides = "転出届を受け付けた市区町村（転出元）の窓口" if member == C else "担当の市区町村の窓口"
    assert 2 == shown.count(f"{decides}が判断します")
    assert (member == C) == ("転出先が二つあります" in shown), "whoever sees its own side alone is told of no other"
    assert ("正しくない届出・通知" in shown, "どちらが正しいか判断する" in tasks) == (False, False)


def test_of_who_hides_the_origins_responsible_clerk_decides_by_its_own_register() -> None:
    """It is shown the days of its own two bookings, and no place."""
    world = World()
    [row] = disputed(world)
    world.protection[handle(SHE)] = "protected"
    texts = {
        (member, role): world.browser(member, role).get(f"/desks/conflicts/{world.ref(member, row)}").text
        for member in (A, B, C)
        for role in (Role.DESK, Role.PROTECTION)
    }
    offering = {who for who, text in texts.items() if "正しくない届出・通知" in text}
    waiting = {who for who, text in texts.items() if "支援措置責任者が判断します" in text}

    assert ({(A, Role.PROTECTION)}, {(B, Role.PROTECTION), (C, Role.PROTECTION)}) == (offering, waiting)
    assert "登録）：転出先 非開示 withheld、予定日 令和5年11月20日" in texts[A, Role.PROTECTION]
    assert [] == [each for each in (*NAMES[B], *NAMES[C]) if each in texts[A, Role.PROTECTION]]


def test_between_two_records_of_who_hides_the_place_of_the_newer_one_decides() -> None:
    world = World()
    [row] = world.person(SHE, declared(), arrived(), annulled("departure"))
    world.protection[handle(SHE)] = "protected"
    at_origin, there = (
        world.browser(member, Role.PROTECTION).get(f"/desks/conflicts/{world.ref(member, row)}").text
        for member in (A, B)
    )
    tasks = [world.browser(member, Role.PROTECTION).get("/desks/tasks").text for member in (A, B)]

    assert ("担当の支援措置責任者が判断します" in at_origin, "新しい住所地の支援措置" in at_origin) == (True, False)
    assert "正しくない届出" not in at_origin
    assert "正しくない届出" in there
    assert [False, True] == ["どちらが正しいか判断する" in each for each in tasks]


def test_of_the_way_the_own_side_has_no_answer_or_step_of_another_place() -> None:
    world = World()
    offices = [Receiver(B, "001"), Receiver(A, "024")]
    told = [declared(awaited=offices), answered("departure", offices[0]), answered("departure", offices[1]), visit()]
    [row] = world.person(SHE, *told)
    world.protection[handle(SHE)] = "protected"
    path = f"/desks/procedures/{world.ref(A, row)}?purpose=search"
    texts = Html(world.browser(A, Role.PROTECTION).get(path).text).texts
    way = [text for text in texts if text.startswith("業務の回答：")]

    assert ["業務の回答：反映した"] == way


def test_what_is_not_told_is_said_to_be_withheld_and_not_to_be_nothing() -> None:
    world, [row, *_] = world_of(["departure", "visit"], B, "protected")
    page = world.browser(A, Role.PROTECTION).get(f"/desks/procedures/{world.ref(A, row)}?purpose=search").text
    texts = Html(page).texts

    assert [WITHHELD] * 3 == [texts[texts.index(each) + 1] for each in ("転出先", "来庁日", "住み始めた日")]
