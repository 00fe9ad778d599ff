"""A protected person is told by a safe channel that 支援措置責任者 has named; nobody learns whose number it was."""

import json

import pytest
from starlette.testclient import TestClient

from gateway.desks import opening
from gateway.desks.staff import Page, Purpose, Role
from kairan import wire
from kairan.identifiers import Handle
from kairan.settings import Settings
from processors.notices import process
from processors.notices.facts import Input, SafeChannel
from processors.notices.texts import Language
from tests.hostile.addresses import MAILBOXES
from tests.unit.gateway.desks.world import CLERKS, World, handle
from tests.unit.gateway.door import OWN
from tests.unit.gateway.reading import Page as Html
from tests.unit.gateway.reading import faults
from tests.unit.processors.moving.story import AT, A, B

PATH, NUMBER, MAILBOX = "/desks/safe-channel", "012345672", "safe-canary@mail.example.jp"
NAMED = {"number": NUMBER, "again": NUMBER, "act": "name", "means": "mail", "mailbox": MAILBOX, "language": "vi",
         "confirmed": "yes"}  # fmt: skip
REMOVED = {"number": NUMBER, "again": NUMBER, "act": "remove", "confirmed": "yes"}
HER = Handle(handle("甲"))


@pytest.fixture
def world() -> World:
    """甲 is protected, and known to A by a number."""
    its = World()
    its.number("甲", A, NUMBER)
    its.protection[HER] = "protected"
    return its


def post(door: TestClient, **given: str) -> tuple[int, str | None, str]:
    token = next(tag for tag in Html(door.get(PATH).text).of("input") if tag.attributes["name"] == "csrf")
    answer = door.post(PATH, data=given | {"csrf": token.attributes["value"]}, headers=OWN)
    return answer.status_code, answer.headers.get("Location"), answer.text


def heard(world: World) -> list[Input]:
    letters = [wire.decode_record(letter.value or b"")[1] for _, letter in world.safe.queue.pending(99)]
    assert {HER.hex()} >= {each["instance"] for each in letters}
    return [process.WORDS.from_json(json.loads(each["told"])) for each in letters]


def test_she_is_told_there_from_now_on_and_the_notices_hear_of_it(world: World) -> None:
    answer = post(world.browser(A, Role.PROTECTION), **NAMED)
    [kept] = world.safe.queue.of(HER)

    assert (303, f"{PATH}?taken", "") == answer
    assert ("safe", "mail", {"mailbox": MAILBOX}, Language.VIETNAMESE, AT) == (
        kept.channel, kept.means, kept.target, kept.language, kept.consented,
    )  # fmt: skip
    assert [SafeChannel(is_named=True, at=AT)] == heard(world)
    assert [(CLERKS[f"{A}-protection"], HER, True)] == world.safe.book


def test_there_is_one_and_of_the_former_nothing_stays(world: World) -> None:
    door = world.browser(A, Role.PROTECTION)
    post(door, **NAMED)
    post(door, **NAMED | {"mailbox": "new@mail.example.jp"})

    assert [{"mailbox": "new@mail.example.jp"}] == [each.target for each in world.safe.queue.of(HER)]
    assert [True, True] == [each.is_named for each in heard(world) if isinstance(each, SafeChannel)]


def test_it_is_taken_back_also_when_she_hides_no_more(world: World) -> None:
    door = world.browser(A, Role.PROTECTION)
    post(door, **NAMED)
    world.protection.clear()
    post(door, **REMOVED)

    assert ([], SafeChannel(is_named=False, at=AT)) == (world.safe.queue.of(HER), heard(world)[-1])


@pytest.mark.parametrize("why", ["nobody's", "another town's", "not protected", "two histories", "named elsewhere"])
def test_whoever_the_number_is_the_answer_is_the_same_and_nothing_is_kept(world: World, why: str) -> None:
    member = A
    match why:
        case "nobody's":
            world.offices.known.clear()
        case "another town's":
            member = B
        case "not protected":
            world.protection.clear()
        case "two histories":
            world.number("乙", A, NUMBER)
        case "named elsewhere":
            world.offices.known = {(A, b"forged-forged-fo"): NUMBER}
    door = world.browser(member, Role.PROTECTION)

    assert (303, f"{PATH}?taken", "") == post(door, **NAMED)
    assert ([], []) == (world.safe.queue.of(HER), world.safe.book)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"number": ""}, "number"), ({"number": "1' or 1=1"}, "number"), ({"number": "1" * 16}, "number"),
        ({"again": "1"}, "again"), ({"act": "x"}, "act"), ({"means": "post"}, "means"), ({"means": ""}, "means"),
        ({"mailbox": "x"}, "mailbox"), ({"mailbox": MAILBOXES[0]}, "mailbox"),
        ({"language": "de"}, "language"), ({"confirmed": ""}, "confirmed"),
    ],
)  # fmt: skip
def test_a_form_that_lacks_something_says_so_and_repeats_nothing_of_it(
    world: World, wrong: dict[str, str], fault: str
) -> None:
    status, _, page = post(world.browser(A, Role.PROTECTION), **NAMED | wrong)

    assert (422, []) == (status, faults(page))
    assert f'<a href="#{fault}">' in page
    assert NUMBER not in page
    assert MAILBOX not in page
    assert [] == world.safe.queue.of(HER)


def test_what_is_taken_back_needs_no_mailbox(world: World) -> None:
    assert 303 == post(world.browser(A, Role.PROTECTION), **REMOVED)[0]


@pytest.mark.parametrize("role", [Role.DESK, Role.OPERATOR])
def test_nobody_else_may_open_or_write_it(world: World, role: Role) -> None:
    door = world.browser(A, role)
    token = next(tag for tag in Html(door.get("/desks").text).of("input") if tag.attributes["name"] == "csrf")
    answer = door.post(PATH, data=NAMED | {"csrf": token.attributes["value"]}, headers=OWN)

    assert (404, 404) == (door.get(PATH).status_code, answer.status_code)
    assert (PATH in door.get("/desks").text, world.safe.queue.of(HER)) == (False, [])


def test_each_look_and_each_act_is_written_down_first(world: World) -> None:
    door = world.browser(A, Role.PROTECTION)
    post(door, **NAMED)

    assert [(CLERKS[f"{A}-protection"], Page.SAFE_CHANNEL, Purpose.SHELTER, ())] * 2 == world.viewings.written


def test_what_cannot_be_written_down_is_not_done(world: World) -> None:
    door = world.browser(A, Role.PROTECTION)
    token = next(tag for tag in Html(door.get(PATH).text).of("input") if tag.attributes["name"] == "csrf")

    def _broken(_: object) -> None:
        raise OSError

    world.viewings.write = _broken  # type: ignore[method-assign]
    answer = door.post(PATH, data=NAMED | {"csrf": token.attributes["value"]}, headers=OWN)

    assert (500, []) == (answer.status_code, world.safe.queue.of(HER))


def test_only_what_there_is_is_offered(world: World) -> None:
    world.safe.means = ("mail",)
    page = world.browser(A, Role.PROTECTION).get(f"{PATH}?taken").text

    assert ("シミュレーター" in page, "受け付けました" in page) == (False, True)
    assert 422 == post(world.browser(A, Role.PROTECTION), **NAMED | {"means": "line"})[0]


def test_a_simulator_is_there_on_the_local_stack_alone() -> None:
    local, elsewhere = Settings(bootstrap=None, postgres=None), Settings(bootstrap=None, postgres="host=db")

    assert (("mail", "line", "portal"), ("mail",)) == (opening.means(local), opening.means(elsewhere))


def test_a_simulator_knows_her_by_a_name_that_means_nobody(world: World) -> None:
    post(world.browser(A, Role.PROTECTION), **NAMED | {"means": "line"})
    [kept] = world.safe.queue.of(HER)

    assert ("line", True) == (kept.means, str(kept.target["user"]).startswith("simulated-"))
