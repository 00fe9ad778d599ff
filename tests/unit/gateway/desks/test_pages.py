"""The desks' pages: each renders, each shows what its desk needs, and nothing opens for whom it is not."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from gateway.desks import lists, words
from gateway.desks.deciding import Decided, Reason
from gateway.desks.routes import routes
from gateway.desks.staff import RIGHTS, Page, Purpose, Role, purposes
from gateway.desks.standing import Row
from gateway.desks.testing import MemoryOffices
from gateway.residents.protection import StaleMeasuresError
from kairan.identifiers import EventId, Handle
from processors.moving.facts import Group
from processors.moving.steps import Step
from processors.moving.timers import DAY
from tests.unit.gateway.desks.world import CLERKS, World, handle, paths, token
from tests.unit.gateway.door import OWN, browser
from tests.unit.gateway.reading import Page as Html
from tests.unit.gateway.reading import faults
from tests.unit.processors.moving.story import (
    AT,
    A,
    B,
    C,
    annulled,
    answered,
    applied,
    arrived,
    decided,
    declared,
    notified,
    visit,
)
from tests.unit.processors.moving.story import RECORD_B as AT_B

PATHS = {
    Page.HOME: "/desks",
    Page.ARRIVALS: "/desks/arrivals",
    Page.DEPARTURES: "/desks/departures",
    Page.LATE: "/desks/late",
    Page.CONFLICTS: "/desks/conflicts",
    Page.LOAD: "/desks/load",
    Page.SHEET: "/desks/arrivals/{}/sheet",
    Page.DECISION: "/desks/conflicts/{}",
    Page.PROCEDURE: "/desks/procedures/{}",
    Page.TASKS: "/desks/tasks",
    Page.SAFE_CHANNEL: "/desks/safe-channel",
    Page.ENROLMENT: "/desks/enrolment",
}
WHOLE_MOVE = (applied(), declared(awaited=[AT_B]), answered("departure", AT_B), visit(), arrived(), notified())


@pytest.fixture
def world() -> World:
    return World()


def text(world: World, member: str, role: Role, path: str, status: int = 200) -> str:
    answer = world.browser(member, role).get(path)

    assert status == answer.status_code
    assert [] == faults(answer.text)
    return Html(answer.text).text


def conflict(world: World, name: str = "争") -> Row:
    """Two departures to two places."""
    [row] = world.person(name, declared(), declared("other", at=3, to=C))

    assert row.step is Step.CONFLICT
    return row


@pytest.mark.parametrize(
    "page", [Page.HOME, Page.ARRIVALS, Page.DEPARTURES, Page.LATE, Page.CONFLICTS, Page.TASKS, Page.LOAD]
)
def test_every_page_is_sound_when_nothing_stands_on_it_and_a_list_says_that_it_is_empty(
    world: World, page: Page
) -> None:
    shown = text(world, A, Role.DESK, PATHS[page])

    assert ("該当する手続はありません" in shown) == (page not in {Page.HOME, Page.LOAD})


@pytest.mark.parametrize("clerk", CLERKS)
def test_every_page_is_sound_whatever_stands_on_it(world: World, clerk: str) -> None:
    staff = CLERKS[clerk]
    rows = [
        *world.person("甲", declared(), visit()),
        *world.person("乙", *WHOLE_MOVE),
        *world.person("丙", declared(by_card=False)),
        *world.person("丁", applied(returned=True)),
        conflict(world),
    ]
    world.announce("甲", B)
    door = world.browser(staff.member, staff.role)
    for answer in map(door.get, paths(world.ref(staff.member, row) for row in rows)):
        assert answer.status_code in {200, 404}
        assert [] == faults(answer.text)


@pytest.mark.parametrize("page", [Page.SHEET, Page.DECISION, Page.PROCEDURE])
@pytest.mark.parametrize("role", [Role.DESK, Role.PROTECTION])
def test_a_procedure_that_names_others_only_is_not_there(world: World, page: Page, role: Role) -> None:
    [row] = world.person("甲", declared())

    assert world.browser(C, role).get(PATHS[page].format(world.ref(C, row))).status_code == 404
    assert world.browser(C, role).get(PATHS[page].format(world.ref(B, row))).status_code == 404


@pytest.mark.parametrize("ref", ["", "0", "x" * 64, "0" * 64, "0" * 63 + "é"])
def test_an_address_that_nobody_gave_is_not_there(world: World, ref: str) -> None:
    assert world.browser(A, Role.DESK).get(f"/desks/procedures/{ref}").status_code == 404


def test_two_municipalities_know_a_procedure_by_different_addresses(world: World) -> None:
    [row] = world.person("甲", declared())

    of_a, of_b = ({world.ref(member, row)[at : at + 32] for at in (0, 32)} for member in (A, B))

    assert set() == of_a & of_b
    assert row.item.hex() not in world.browser(B, Role.DESK).get(PATHS[Page.ARRIVALS]).text


def test_an_arrival_shows_who_comes_when_and_what_is_missing(world: World) -> None:
    world.person("甲", declared(by_card=False), visit(after=6))
    world.announce("甲", B)
    shown = text(world, B, Role.DESK, PATHS[Page.ARRIVALS])

    assert "甲太郎" in shown
    assert "東京都江戸川区" in shown
    assert "2023-11-21" in shown
    assert "紙の転出証明書" in shown
    assert "来庁日の連絡" not in shown


@pytest.mark.parametrize(
    ("step", "is_announced", "is_missing"),
    [(Step.PREPARED, True, False), (Step.LAPSED, True, True), (Step.PREPARED, False, True)],
)
def test_paper_is_asked_for_where_the_card_lapsed_or_nothing_was_delivered(
    world: World, step: Step, *, is_announced: bool, is_missing: bool
) -> None:
    [row] = world.person("甲", declared())

    assert is_missing == lists.missing(row._replace(step=step), is_announced=is_announced, here=1).certificate


def test_a_clerk_knows_a_person_by_the_own_number(world: World) -> None:
    world.person("甲", declared())
    world.number("甲", A, "0123456")

    assert "0123456" in text(world, A, Role.DESK, PATHS[Page.DEPARTURES])


@pytest.mark.parametrize("page", [Page.DEPARTURES, Page.LATE, Page.CONFLICTS, Page.PROCEDURE])
def test_an_operator_learns_who_it_is_from_no_page(world: World, page: Page) -> None:
    [row] = world.person("甲", declared())
    for member in (A, B):
        world.announce("甲", member)
        world.number("甲", member, "0123456")
        shown = text(world, member, Role.OPERATOR, f"{PATHS[page].format(world.ref(member, row))}?purpose=incident")

        assert "甲" not in shown
        assert "0123456" not in shown


def test_a_sheet_has_all_that_the_departure_told_and_room_for_what_only_the_person_can_say(world: World) -> None:
    [row] = world.person("甲", declared())
    world.announce("甲", B)
    shown = text(world, B, Role.DESK, PATHS[Page.SHEET].format(world.ref(B, row)))

    for value in (
        "甲太郎",
        "甲タロウ",
        "平成2年4月1日",
        "東京都江戸川区 甲町 一丁目",
        "甲花子 子",
        "甲県 甲一郎",
        "甲新町",
        "国民健康保険",
    ):
        assert value in shown
    assert "住み始めた日" in shown
    assert "介護保険" not in shown


def test_who_comes_together_is_on_one_sheet_of_paper_each(world: World) -> None:
    group = Group(A, "g", 3)
    rows = [world.person(name, replace(declared(name), group=group))[0] for name in ("甲", "乙")]
    world.person("丙", declared("丙"))
    for name in ("甲", "乙", "丙"):
        world.announce(name, B)
    answer = world.browser(B, Role.DESK).get(PATHS[Page.SHEET].format(world.ref(B, rows[0])))

    assert ["甲太郎", "乙太郎"] == [each for each in Html(answer.text).texts if each in {"甲太郎", "乙太郎", "丙太郎"}][
        ::2
    ]
    assert 2 == len(Html(answer.text).of("section"))
    assert "一緒に異動する1人分の通知" in text(world, B, Role.DESK, PATHS[Page.ARRIVALS])


@pytest.mark.parametrize("who_hides", [0, 1])
def test_where_one_of_those_who_come_together_hides_no_sheet_is_shown_to_a_desk(world: World, who_hides: int) -> None:
    rows = [world.person(name, replace(declared(name), group=Group(A, "g", 2)))[0] for name in ("甲", "乙")]
    for name in ("甲", "乙"):
        world.announce(name, B)
    world.protection[handle(("甲", "乙")[who_hides])] = "protected"

    for row in rows:
        path = PATHS[Page.SHEET].format(world.ref(B, row))
        assert [] == Html(world.browser(B, Role.DESK).get(path).text).of("section")
        assert 2 == len(Html(world.browser(B, Role.PROTECTION).get(path).text).of("section"))


def test_a_sheet_is_the_destinations_alone(world: World) -> None:
    [row] = world.person("甲", declared())

    assert world.browser(A, Role.DESK).get(PATHS[Page.SHEET].format(world.ref(A, row))).status_code == 404


def test_who_was_not_announced_is_asked_for_the_paper(world: World) -> None:
    [row] = world.person("甲", declared())

    assert "紙の転出証明書を求めてください" in text(world, B, Role.DESK, PATHS[Page.SHEET].format(world.ref(B, row)))


@pytest.mark.parametrize(("after", "is_late"), [(35, False), (36, True), (50, True)])
def test_somebody_is_late_from_the_first_minute_of_the_day_on(world: World, after: int, is_late: bool) -> None:  # noqa: FBT001
    """Planned for the fifth day, thirty days are waited: the thirty-sixth is the first that is late."""
    world.person("甲", declared(by_card=False))
    world.number("甲", A, "0123456")
    world.now = AT + after * DAY

    assert is_late == ("0123456" in text(world, A, Role.DESK, PATHS[Page.LATE]))
    assert "該当する手続はありません" in text(world, B, Role.DESK, PATHS[Page.LATE])


def test_a_procedures_page_shows_its_whole_way(world: World) -> None:
    [row] = world.person("甲", *WHOLE_MOVE)
    shown = text(world, A, Role.DESK, f"{PATHS[Page.PROCEDURE].format(world.ref(A, row))}?purpose=departure")

    for word in ("転出届", "業務の回答：反映した", "来庁予定の連絡", "転入届", "転入通知が届いた", "千葉県市川市"):
        assert word in shown


@pytest.mark.parametrize("purpose", ["", "?purpose=curiosity", "?purpose=incident"])
def test_a_procedure_opens_for_a_purpose_of_ones_own_only(world: World, purpose: str) -> None:
    [row] = world.person("甲", declared())
    world.number("甲", A, "0123456")
    shown = text(world, A, Role.DESK, PATHS[Page.PROCEDURE].format(world.ref(A, row)) + purpose)

    assert "閲覧の目的" in shown
    assert "0123456" not in shown
    assert [] == world.viewings.written


@pytest.mark.parametrize("role", Role)
def test_each_purpose_that_is_offered_opens_the_page(world: World, role: Role) -> None:
    [row] = world.person("甲", declared())
    for purpose in purposes(CLERKS[f"{A}-{role}"], Page.PROCEDURE):
        path = f"{PATHS[Page.PROCEDURE].format(world.ref(A, row))}?purpose={purpose}"

        assert "手続の経過" in text(world, A, role, path)


@pytest.mark.parametrize("page", Page)
def test_every_view_is_written_down_with_who_what_and_what_for(world: World, page: Page) -> None:
    [row] = world.person("甲", declared())
    path = PATHS[page].format(world.ref(B, row)) + ("?purpose=reception" if page is Page.PROCEDURE else "")
    world.browser(B, Role.PROTECTION).get(path)
    [viewing] = world.viewings.written
    of_nobody = {Page.HOME, Page.TASKS, Page.SAFE_CHANNEL, Page.ENROLMENT}
    is_shown = page not in {*of_nobody, Page.DEPARTURES, Page.LATE, Page.CONFLICTS}

    assert (CLERKS[f"{B}-protection"], page) == viewing[:2]
    assert viewing.purpose in RIGHTS[page].purposes
    assert ((row.item,) if is_shown else ()) == viewing.procedures


def test_what_cannot_be_written_down_is_not_shown(world: World) -> None:
    [row] = world.person("甲", declared())
    world.announce("甲", B)
    world.viewings.write = _broken
    for path in paths([world.ref(B, row)]):
        answer = world.browser(B, Role.PROTECTION).get(path)

        assert answer.status_code == 500 or "閲覧の目的" in answer.text
        assert "甲太郎" not in answer.text


def _broken(_: object) -> None:
    raise OSError


def test_who_cannot_be_asked_about_is_shown_to_nobody(world: World) -> None:
    world.person("甲", declared())
    world.announce("甲", B)
    world.protection = _Unknown()
    answer = world.browser(B, Role.DESK).get(PATHS[Page.ARRIVALS])

    assert answer.status_code == 500
    assert "甲太郎" not in answer.text


class _Unknown(dict[bytes, object]):
    def get(self, *_: object) -> object:
        raise OSError


def test_a_conflict_is_decided_by_naming_what_does_not_stand_and_why(world: World) -> None:
    row = conflict(world)
    door, path = world.browser(A, Role.DESK), PATHS[Page.DECISION].format(world.ref(A, row))
    form = door.get(path).text
    offered = [tag.attributes["value"] for tag in Html(form).of("input") if tag.attributes["name"] == "rejected"]
    given = {"csrf": csrf_of(form), "rejected": offered[1], "reason": "declared_twice", "confirmed": "yes"}
    answer = door.post(path, data=given, headers=OWN)
    rejected = next(each.event for each in (declared(), declared("other")) if ref_of(world, each.event) == offered[1])
    way = f"/desks/procedures/{world.ref(A, row)}?purpose=dispute"

    assert (303, way) == (answer.status_code, answer.headers["Location"])
    assert [Decided(row.instance, rejected, Reason.TWICE, CLERKS[f"{A}-desk"])] == world.decisions


def test_a_move_stays_on_its_lists_while_it_is_in_conflict_and_is_marked(world: World) -> None:
    """At the origin, and at both places that she may come to; each knows her by what it was told itself."""
    world.announce("争", B)
    conflict(world)
    at_origin, first, second = (
        text(world, member, Role.DESK, PATHS[page])
        for member, page in ((A, Page.DEPARTURES), (B, Page.ARRIVALS), (C, Page.ARRIVALS))
    )

    assert ["食い違い 判断の画面を開く", "食い違い 判断を待っています", "食い違い 判断を待っています"] == [
        next(
            each
            for each in ("食い違い 判断の画面を開く", "食い違い 判断を待っています")
            if each in " ".join(shown.split())
        )
        for shown in (at_origin, first, second)
    ]
    assert "争太郎" in first
    assert "東京都江戸川区" in first


def test_a_place_that_waits_can_print_the_sheet_of_what_it_was_told(world: World) -> None:
    world.announce("争", B)
    row = conflict(world)

    assert "争太郎" in text(world, B, Role.DESK, PATHS[Page.SHEET].format(world.ref(B, row)))


def test_who_has_arrived_is_in_no_list_of_arrivals_though_there_is_a_conflict(world: World) -> None:
    [row] = world.person("甲", declared(), arrived(), annulled("departure"))

    assert row.step is Step.CONFLICT
    assert "該当する手続はありません" in text(world, B, Role.DESK, PATHS[Page.ARRIVALS])
    assert "食い違い" in text(world, A, Role.DESK, PATHS[Page.DEPARTURES])


@pytest.mark.parametrize(
    ("code", "said"),
    [("declared_twice", "同じ届出が二重になっている"), ("of-its-own", "業務が独自に定めた理由")],
)
def test_a_reason_stands_in_words_with_its_code_beside_it(world: World, code: str, said: str) -> None:
    decision = replace(decided("other"), desk=A, reason=code)
    [row] = world.person("甲", declared(), declared("other", at=3, to=C), decision)
    path = f"{PATHS[Page.PROCEDURE].format(world.ref(A, row))}?purpose=dispute"
    page = Html(world.browser(A, Role.DESK).get(path).text)

    assert f"東京都江戸川区；{said}" in page.text
    assert code in page.texts


def test_an_office_stands_by_its_name_and_its_number(world: World) -> None:
    [row] = world.person("甲", declared(awaited=[AT_B]), answered("departure", AT_B))
    path = f"{PATHS[Page.PROCEDURE].format(world.ref(A, row))}?purpose=dispute"

    assert "千葉県市川市 住民基本台帳（001）" in text(world, A, Role.DESK, path)


@pytest.mark.parametrize(("after", "is_over"), [(0, False), (DAY, True)])
def test_a_day_that_lies_behind_is_not_shown_as_if_it_were_to_come(world: World, after: int, is_over: bool) -> None:  # noqa: FBT001
    row = conflict(world)
    world.now += after
    path = f"{PATHS[Page.PROCEDURE].format(world.ref(A, row))}?purpose=dispute"

    assert is_over == ("過ぎています" in text(world, A, Role.DESK, path))


def ref_of(world: World, event: EventId) -> str:
    return world.names.event(A, event).hex()


def post(world: World, member: str, role: Role, row: Row, **given: str) -> tuple[int, str]:
    door, path = world.browser(member, role), PATHS[Page.DECISION].format(world.ref(member, row))
    answer = door.post(path, data=given | {"csrf": csrf_of(door.get("/desks").text)}, headers=OWN)
    return answer.status_code, answer.text


def csrf_of(page: str) -> str:
    return next(tag.attributes["value"] for tag in Html(page).of("input") if tag.attributes["name"] == "csrf")


@pytest.mark.parametrize("lacks", ["rejected", "reason", "confirmed"])
def test_a_decision_that_lacks_something_is_asked_for_again_and_says_what(world: World, lacks: str) -> None:
    row = conflict(world)
    ref = ref_of(world, declared().event)
    given = {"rejected": ref, "reason": "declared_twice", "confirmed": "yes"} | {lacks: "nothing of it"}
    status, page = post(world, A, Role.DESK, row, **given)

    assert 422 == status
    assert [] == faults(page)
    assert [f"#{lacks}"] == [
        tag.attributes["href"] for tag in Html(page).of("a") if tag.attributes["href"][1:] in given
    ]
    assert [] == world.decisions


def test_what_contradicts_nothing_cannot_be_decided(world: World) -> None:
    [row] = world.person("甲", declared())
    ref = ref_of(world, declared().event)
    status, _ = post(world, A, Role.DESK, row, rejected=ref, reason="declared_twice", confirmed="yes")

    assert 422 == status
    assert [] == world.decisions


def test_an_operator_decides_nothing(world: World) -> None:
    row = conflict(world)
    ref = ref_of(world, declared().event)
    status, _ = post(world, A, Role.OPERATOR, row, rejected=ref, reason="declared_twice", confirmed="yes")

    assert 404 == status
    assert [] == world.decisions


def test_the_chart_has_a_bar_a_day_and_a_table_with_the_same_numbers(world: World) -> None:
    for name in ("甲", "乙", "丙"):
        world.person(name, declared(name), visit(f"visit of {name}"))
    world.person("丁", declared("丁"))
    page = Html(world.browser(B, Role.DESK).get(PATHS[Page.LOAD]).text)
    drawn = [float(bar.attributes["height"]) for bar in page.of("rect")]

    assert 14 == len(drawn)
    assert 2 == sum(height > 0 for height in drawn)
    assert drawn[6] == max(drawn) == 3 * drawn[5]
    assert "3" in page.texts


def test_no_page_of_a_desk_has_a_script(world: World) -> None:
    rows = [*world.person("甲", declared()), conflict(world)]
    for path in paths(world.ref(A, row) for row in rows):
        assert [] == Html(world.browser(A, Role.DESK).get(path).text).of("script")


def test_no_office_is_asked_about_somebody_elses_persons(world: World) -> None:
    asked: list[str] = []

    class Listening(MemoryOffices):
        def numbers(self, member: str, pairwise_ids: object) -> dict[bytes, str]:
            asked.append(member)
            return {}

    world.offices = Listening()
    world.person("甲", declared())
    world.browser(A, Role.DESK).get(PATHS[Page.DEPARTURES])

    assert [A] == asked


def test_a_purpose_of_an_incident_is_the_operators() -> None:
    assert Purpose.INCIDENT in purposes(CLERKS[f"{A}-operator"], Page.PROCEDURE)
    assert Purpose.RECEPTION not in purposes(CLERKS[f"{A}-operator"], Page.PROCEDURE)


def test_while_nobody_knows_who_hides_a_desk_is_asked_to_come_later_in_japanese(world: World) -> None:
    """Whatever language the browser wants; nothing is shown, and no view is written down."""

    def unknown(_: Handle) -> bool:
        raise StaleMeasuresError

    world.person("花", declared())
    clerk = browser(routes(replace(world.desk(), hiding=unknown)), token(A, Role.DESK))
    answer = clerk.get("/desks/departures", headers={"Accept-Language": "en"})
    [back] = [tag.attributes["href"] for tag in Html(answer.text).of("a") if tag.attributes.get("class") == "button"]

    assert (503, "30", "/desks") == (answer.status_code, answer.headers["Retry-After"], back)
    assert "少しお待ちください" in answer.text
    assert ([], []) == (faults(answer.text), world.viewings.written)


def test_what_is_over_at_midnight_may_be_done_on_the_day_before() -> None:
    """The residents' page names that day; a desk that named the next one would send somebody home too late."""
    midnight = datetime(2026, 12, 29, tzinfo=timezone(timedelta(hours=9)))

    assert "令和8年12月28日" in words.last_day(int(midnight.timestamp()) * 1000)
