"""What staff has to do is seen at the desk that has to do it, until it is done; and nothing of whoever hides."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.desks.staff import Page, Purpose, Role
from gateway.desks.withholding import LEAVINGS
from gateway.desks.words import WHYS, WITHHELD
from kairan.identifiers import Handle, MunicipalityCode
from processors.moving.facts import Group, Outcome, Receiver
from processors.moving.household import BEHIND_AFTER
from processors.moving.timers import DAY
from processors.notices.facts import Input, Period, SafeChannel, Settled
from processors.notices.notices import Why
from processors.notices.rules import load
from processors.notices.verdicts import Verdict
from tests.unit.gateway.desks.world import CLERKS, NOTICES, World, handle, stated
from tests.unit.gateway.door import OWN
from tests.unit.gateway.reading import Page as Html
from tests.unit.gateway.reading import faults
from tests.unit.processors.moving.story import (
    AT,
    DOMICILE,
    A,
    B,
    C,
    annulled,
    answered,
    arrived,
    declared,
    notified,
)
from tests.unit.processors.notices.world import MORNING, on, protected

PATH, SHE, CHIYODA = "/desks/tasks", "甲", MunicipalityCode("131016")
NONE = "該当する手続はありません"
HIDES = protected(person=Handle(handle(SHE)))
PUPIL = {"born": on("2016-05-05")}


def schooling(name: str = SHE, **said: Any) -> Input:
    """A pupil has arrived: the school board's own business (N24c), and whose guardian nobody named."""
    return stated(name, "residence.MovedIn", **({"source": B, "origin": A, "destination": B} | PUPIL | said))


def shown(world: World, member: str = B, role: Role = Role.DESK) -> str:
    answer = world.browser(member, role).get(PATH)
    assert [] == faults(answer.text)
    return answer.text


def texts(world: World, member: str = B, role: Role = Role.DESK) -> str:
    return Html(shown(world, member, role)).text


def test_what_a_rule_leaves_to_staff_is_on_the_list_of_its_office_with_law_and_day() -> None:
    world = World()
    world.notices(schooling())
    world.number(SHE, B, "0123456")
    world.announce(SHE, B)
    its = texts(world)

    for each in ("甲太郎", "0123456", "（N24c）", WHYS[Why.FOR_STAFF], "2026-04-01", "学校教育法施行令7条"):
        assert each in its
    assert "条文未確認" not in its
    assert 3 == texts(world, A).count(NONE)


def test_a_law_that_nobody_has_read_is_said_to_be_assumed() -> None:
    world = World()
    world.notices(stated(SHE, "vital.Died", source=B))
    [assumed, *_] = [each for each in world.asking.tasks if each.rule.status == "assumed"]

    assert f"{assumed.rule.basis}（条文未確認）" in texts(world)


def test_what_is_due_first_stands_first_and_what_is_due_on_no_day_last() -> None:
    world = World()
    world.notices(schooling())
    [first, *_] = world.asking.tasks
    days = ("2026-05-09", None, "2026-05-01")
    world.asking.tasks = [
        first._replace(item=bytes([number]) * 16, facts=first.facts | {"due": each}) for number, each in enumerate(days)
    ]
    shown_days = [each for each in Html(shown(world)).texts if "（2026-05-0" in each]

    assert ["2026-05-01", "2026-05-09"] == [each.partition("（")[2][:10] for each in shown_days]


@pytest.mark.parametrize("role", [Role.DESK, Role.PROTECTION])
def test_who_hides_is_withheld_from_all_but_who_is_responsible(role: Role) -> None:
    world = World()
    world.notices(schooling(), HIDES)
    world.number(SHE, B, "0123456")
    its = texts(world, B, role)

    assert (role is Role.PROTECTION) == ("0123456" in its)
    assert (role is Role.PROTECTION) == ("N24c" in its)
    assert (role is Role.DESK) == (WITHHELD in its)


def test_whom_measures_of_this_moment_hide_is_withheld_though_her_notices_have_not_heard_of_it() -> None:
    world = World()
    world.notices(schooling())
    world.protection[handle(SHE)] = "protected"

    assert "N24c" not in texts(world)


def test_whom_the_own_office_calls_protected_is_withheld() -> None:
    world = World()
    world.notices(schooling())
    world.announce(SHE, B, protection="protected")

    assert "N24c" not in texts(world)


def test_whom_measures_hide_is_withheld_in_the_name_of_whom_it_would_tell() -> None:
    world = World()
    mother = Handle(handle("母"))
    parties = {"recipient": frozenset({mother}), "guardian": frozenset({mother})}
    born = stated("子", "vital.Born", to="母", source=B, parties=parties, kind="foreign")
    world.notices(born, protected(person=mother, standing="none"), stated("母", "vital.Died", 9, source=B))
    assert {False} == {each.facts["hides"] for each in world.asking.tasks}
    assert "N10a" in texts(world)
    world.protection[handle("子")] = "protected"

    assert "N10a" not in texts(world)


def test_what_would_tell_of_a_child_that_hides_is_withheld_in_its_mothers_name_too() -> None:
    world = World()
    mother = Handle(handle("母"))
    world.notices(
        stated("子", "vital.Born", to="母", source=B, parties={"guardian": frozenset({mother})}),
        protected(person=mother, standing="none"),
        protected(person=Handle(handle("子"))),
    )

    assert world.asking.tasks
    assert "N10a" not in texts(world)
    assert WITHHELD in texts(world)


LEAVING = st.sampled_from(
    ["by_card", "on_paper", "seal_registered", "by_card seal_registered", "by_card by_status", "abroad"]
)
ENTITLED = st.sampled_from(["nhi", "late_elderly", "care"])


def leaving(to: MunicipalityCode | None, flags: str, entitled: Any) -> Input:
    periods = {entitled: Period(date(2020, 1, 1))}
    return stated(
        SHE,
        "residence.MoveOutDeclared",
        2,
        source=A,
        origin=A,
        destination=to,
        flags=flags,
        entitlements=periods,
        **PUPIL,
    )


@given(LEAVING, ENTITLED, st.sets(st.sampled_from(["has arrived", "is told safely"])))
def test_at_the_origin_the_list_is_the_same_wherever_she_goes(flags: str, entitled: str, more: set[str]) -> None:
    """The own prefecture, another one, abroad, undecided: rules ask for each of them."""
    for role in Role:
        pages = [_at_the_origin(role, more, leaving(to, flags, entitled), to or B) for to in (B, C, CHIYODA, None)]

        assert 1 == len({*pages})


def _at_the_origin(role: Role, more: set[str], left: Input, to: MunicipalityCode) -> str:
    world = World()
    came = [schooling(source=to, destination=to, number=3)] if "has arrived" in more else []
    safe = [SafeChannel(is_named=True, at=MORNING)] if "is told safely" in more else []
    lived = stated(SHE, "residence.MovedIn", source=A, origin=C, destination=A, **PUPIL)
    world.notices(HIDES, *safe, lived, left, *came)
    world.number(SHE, A, "7654321")
    return "".join(world.browser(A, role).get(path).text for path in (PATH, "/desks"))


def test_of_who_does_not_hide_the_origin_has_its_tasks() -> None:
    world = World()
    world.notices(leaving(None, "by_card", "nhi"))

    assert "2026-04-01" in texts(world, A)


def test_only_leavings_call_for_other_rules_by_where_somebody_goes() -> None:
    """What is asked at the origin of who hides may depend on the destination in none of the others."""
    where = {"within_japan", "within_prefecture", "to_other_prefecture", "abroad"}
    asking = {rule.trigger for rule in load().rules if where & {*rule.condition.text.replace(" and ", " ").split()}}

    assert asking <= LEAVINGS
    assert {rule.trigger for rule in load().rules if rule.office == "destination"} <= LEAVINGS


def task(world: World, member: str = B, role: Role = Role.DESK) -> str:
    fields = [tag.attributes for tag in Html(shown(world, member, role)).of("input")]
    return next(each["value"] for each in fields if each["name"] == "task")


def settle(world: World, ref: str, member: str = B, role: Role = Role.DESK) -> int:
    door = world.browser(member, role)
    csrf = next(tag for tag in Html(door.get(PATH).text).of("input") if tag.attributes["name"] == "csrf")
    given = {"csrf": csrf.attributes["value"], "task": ref}
    return door.post(PATH, data=given, headers=OWN).status_code


def test_what_was_done_is_said_by_whom_and_is_asked_no_more() -> None:
    world = World()
    world.notices(schooling())
    before = len(world.asking.tasks)
    assert 303 == settle(world, task(world))
    [(asked, staff)] = world.settled

    assert CLERKS[f"{B}-desk"] == staff
    assert [(asked.root,)] == [each.procedures for each in world.viewings.written[2:]]
    done = Settled(b"n" * 16, asked.item, B, MORNING + 9)
    world.asking.tasks.clear()
    world.notices(schooling(), done)
    assert before - 1 == len(world.asking.tasks)
    assert asked not in world.asking.tasks


def test_what_was_done_is_asked_again_for_another_reason_only() -> None:
    grown_up = schooling(born=on("1990-05-05"), kind="japanese")
    history = (schooling(), *(Settled(b"n" * 16, each.task, B, MORNING) for each in _asks(schooling())))

    assert () == _asks(*history)
    assert () == _asks(*history, HIDES)
    [first, *_] = asked = _asks(grown_up, HIDES)
    assert {Why.NO_SAFE_CHANNEL} == {each.why for each in asked}
    assert first not in _asks(grown_up, HIDES, Settled(b"n" * 16, first.task, B, MORNING))
    died = stated(SHE, "vital.Died", 9, source=B)
    assert {Why.ADDRESSEE_DIED, Why.NOBODY_NAMED} & {each.why for each in _asks(*history, died)}


def _asks(*told: Input) -> tuple[Verdict, ...]:
    return NOTICES.replay(told).asks


@pytest.mark.parametrize("ref", ["", "0" * 64, "x"])
def test_what_is_not_on_the_list_is_not_settled(ref: str) -> None:
    world = World()
    world.notices(schooling())

    assert 422 == settle(world, ref)
    assert [] == world.settled


def test_nobody_settles_what_is_withheld_from_him_or_is_another_towns() -> None:
    world = World()
    world.notices(schooling(), HIDES)
    ref = task(world, role=Role.PROTECTION)

    assert [422, 422] == [settle(world, ref), settle(world, ref, A, Role.PROTECTION)]
    assert 303 == settle(world, ref, role=Role.PROTECTION)


def test_a_move_that_waits_for_a_desk_is_on_its_list_whatever_its_step() -> None:
    """Its own list has it until it is confirmed; what an office cannot undo stays behind for ever."""
    world = World()
    office = Receiver(A, "024")
    undone = annulled("departure", awaited=[office])
    refused = answered("annulment of departure", office, Outcome.CANNOT_UNDO)
    rows = world.person("乙", declared(awaited=[office]), undone, refused)
    world.number("乙", A, "7654321")

    assert any(row.facts["tasks"] for row in rows)
    assert "取消しできない業務を手作業で戻す" in texts(world, A)
    assert "7654321" in texts(world, A)
    assert 3 == texts(world, B).count(NONE)


def test_an_office_that_the_move_does_not_name_has_its_task_and_cannot_open_the_procedure() -> None:
    world = World()
    world.person("乙", declared(awaited=[DOMICILE]))
    world.now = AT + 60 * DAY
    [row] = world.standing.rows
    asked = {"kind": "look after an office that has not answered", "desk": C, "about": {"member": C, "business": "004"}}
    world.standing.rows = [row._replace(facts=row.facts | {"tasks": [asked]})]
    assert C not in row.desks
    its = shown(world, C)

    assert "回答のない業務に確認する" in its
    assert "/desks/procedures/" not in its


def test_of_who_hides_nothing_is_asked_at_the_origin_in_which_another_office_is_named() -> None:
    """Which offices a place has on the bus would tell which it is."""
    world = World()
    [row] = world.person("乙", declared())
    asked = {"kind": "look after an office that has not answered", "desk": A, "about": {"member": B, "business": "001"}}
    world.standing.rows = [row._replace(facts=row.facts | {"tasks": [asked]})]
    assert "回答のない業務に確認する" in texts(world, A)
    world.protection[handle("乙")] = "protected"

    assert [3, 3] == [texts(world, A, role).count(NONE) for role in (Role.DESK, Role.PROTECTION)]


def family(world: World, *, at: int = 0) -> None:
    """The mother has arrived, the father has not."""
    group = Group(A, "g", 3)
    world.person("母", replace(declared("母"), group=group), replace(arrived("母 there"), group=group))
    world.person("父", replace(declared("父"), group=group))
    world.household("母", "父", at=at)


def test_a_household_that_came_apart_is_on_the_origins_list_with_who_is_behind_and_until_when() -> None:
    world = World()
    world.number("父", A, "7654321")
    world.number("母", A, "1111111")
    family(world)
    its = texts(world, A)

    assert "7654321" in its
    assert "1111111" not in its
    assert "残りの人を待っている" in its
    assert 3 == texts(world, B).count(NONE)


def test_who_is_behind_when_the_time_is_over_is_told_from_who_is_waited_for() -> None:
    world = World()
    family(world, at=AT + BEHIND_AFTER + DAY)

    assert "期限を過ぎても残っている人がいる" in texts(world, A)


@pytest.mark.parametrize("hidden", ["母", "父"])
@pytest.mark.parametrize("role", [Role.DESK, Role.PROTECTION])
def test_of_a_household_in_which_somebody_hides_nothing_is_shown(hidden: str, role: Role) -> None:
    world = World()
    world.protection[handle(hidden)] = "protected"
    world.number("父", A, "7654321")
    family(world)
    its = texts(world, A, role)

    assert "残りの人を待っている" not in its
    assert "7654321" not in its
    assert WITHHELD in its
    assert () == world.viewings.written[-1].procedures


def test_households_that_are_withheld_stand_last() -> None:
    world = World()
    family(world)
    world.asking.households.insert(0, (A, world.asking.households[0][1]._replace(facts=_unknown(world))))
    its = texts(world, A)

    assert its.index("残りの人を待っている") < its.index(WITHHELD)


def _unknown(world: World) -> dict[str, Any]:
    """Of the same household, as if nobody of it were found."""
    return {**world.asking.households[0][1].facts, "moves": {"00" * 16: "declared"}}


def test_a_household_of_whom_somebody_is_not_found_is_withheld() -> None:
    world = World()
    family(world)
    world.standing.rows.pop()

    assert "残りの人を待っている" not in texts(world, A)


def test_a_view_of_the_list_names_what_was_shown_and_nothing_of_who_is_withheld() -> None:
    world = World()
    world.notices(schooling(), HIDES)
    world.browser(B, Role.DESK).get(PATH)
    world.browser(B, Role.PROTECTION).get(PATH)
    nothing, something = world.viewings.written

    assert (Page.TASKS, Purpose.DUTIES, ()) == nothing[1:]
    assert {each.root for each in world.asking.tasks} == {*something.procedures}


def test_the_overview_counts_what_there_is_to_do() -> None:
    world = World()
    world.notices(schooling())
    row = Html(world.browser(B, Role.DESK).get("/desks").text).texts

    assert str(len(world.asking.tasks)) == row[row.index("職員の作業", row.index("件数")) + 1]


def test_somebody_with_two_moves_is_hidden_by_what_either_says() -> None:
    """The newer one does not repeat it."""
    world = World()
    world.person(SHE, replace(declared(to=B), hides=True), arrived("there", to=C, at=5), notified("n", by=C, at=6))
    [row] = world.standing.rows
    newer = row._replace(item=b"\xff" * 16, facts=row.facts | {"hides": False})
    world.standing.rows = [row._replace(facts=row.facts | {"hides": True}), newer]

    assert "葉山" not in world.browser(A, Role.DESK).get("/desks/departures").text


@pytest.mark.parametrize(("days", "is_late"), [(0, False), (4000, True)])
def test_what_should_have_been_done_by_a_day_that_lies_behind_says_so(days: int, is_late: bool) -> None:  # noqa: FBT001
    world = World()
    world.notices(schooling())
    world.now += days * DAY

    assert is_late == ("過ぎています" in texts(world))


@pytest.mark.parametrize(("after", "is_late"), [(0, False), (BEHIND_AFTER + DAY, True)])
def test_of_a_household_that_should_have_come_as_a_whole_by_now_it_is_said(after: int, is_late: bool) -> None:  # noqa: FBT001
    world = World()
    family(world)
    world.now += after

    assert is_late == ("過ぎています" in texts(world, A))
