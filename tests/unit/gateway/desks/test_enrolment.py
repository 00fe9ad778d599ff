"""A clerk hands a code to whom she has seen; whose number was tried for nothing, nobody learns."""

import pytest

from gateway.desks.staff import Page, Purpose, Role
from gateway.residents import codes
from gateway.residents.enrolling import NOBODY
from gateway.residents.protection import StaleMeasuresError
from kairan.identifiers import Handle
from tests.unit.gateway.desks.world import CLERKS, handle
from tests.unit.gateway.door import OWN
from tests.unit.gateway.enrolling import CODE, DESK, ENDED, GIVEN, HER, NUMBER, Hall
from tests.unit.gateway.reading import Page as Html
from tests.unit.gateway.reading import faults
from tests.unit.processors.moving.story import A, B, arrived, declared

CLERK = CLERKS[f"{A}-desk"]


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_the_code_stands_on_the_answer_once_and_nowhere_else(hall: Hall) -> None:
    answer = hall.at_desk(**GIVEN)
    [code] = CODE.findall(answer.text)
    kept = hall.place.counter.issued(hall.place.room.door.enrolments._kept(codes.read(code) or ""), 0)

    assert (200, [], "no-store") == (answer.status_code, faults(answer.text), answer.headers["Cache-Control"])
    assert code not in hall.world.browser(A, Role.DESK).get(DESK).text
    assert kept
    assert (HER, False) == (kept.person, kept.may_hide)
    assert codes.read(code) not in repr(hall.world.enrolling.book) + repr(hall.world.viewings.written)
    assert NUMBER not in answer.text


def test_who_handed_it_to_whom_is_in_the_book(hall: Hall) -> None:
    hall.at_desk(**GIVEN)
    hall.at_desk(**ENDED)

    assert [(CLERK, HER, "issued"), (CLERK, HER, "ended")] == hall.world.enrolling.book


def test_of_the_code_of_the_one_responsible_it_is_kept_that_she_did_it(hall: Hall) -> None:
    code = hall.code(Role.PROTECTION)
    kept = hall.place.counter.issued(hall.place.room.door.enrolments._kept(codes.read(code) or ""), 0)

    assert kept
    assert kept.may_hide


def refused(hall: Hall, why: str) -> str:
    """The member whose clerk tries."""
    world = hall.world
    match why:
        case "nobody's":
            world.offices.known.clear()
        case "two histories":
            world.number("乙", A, NUMBER)
        case "named elsewhere":
            world.offices.known = {(A, b"forged-forged-fo"): NUMBER}
        case "lives elsewhere":
            world.person("甲", declared(), arrived())
        case "on her way":
            world.person("甲", declared())
        case "unknown":
            world.keeping.stated.clear()
        case "hides":
            hall.hide()
    return B if why == "another town's" else A


REFUSED = [
    "nobody's", "another town's", "two histories", "named elsewhere", "lives elsewhere", "on her way", "unknown",
    "hides",
]  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_whoever_the_number_is_for_whom_there_is_no_code_the_answer_is_the_same(hall: Hall, why: str) -> None:
    member = refused(hall, why)
    plain = Hall()
    plain.world.offices.known.clear()
    answer, expected = (each.at_desk(member=member, **GIVEN) for each in (hall, plain))

    assert (422, expected.text, []) == (answer.status_code, answer.text, faults(answer.text))
    assert '<a href="#nobody">' in answer.text
    assert ([], NUMBER in answer.text) == (hall.world.enrolling.book, False)


@pytest.mark.parametrize("why", REFUSED)
def test_whoever_it_is_the_answer_that_it_is_ended_is_the_same(hall: Hall, why: str) -> None:
    """It is for who is on her way, and for who hides: on that day above all somebody else may have her telephone."""
    answer = hall.at_desk(member=refused(hall, why), **ENDED)
    ended = [what for *_, what in hall.world.enrolling.book]

    assert (303, f"{DESK}?ended", "") == (answer.status_code, answer.headers["Location"], answer.text)
    assert (["ended"] if why in {"on her way", "hides"} else []) == ended


def test_an_enrolment_is_ended_while_nobody_can_tell_who_hides(hall: Hall) -> None:
    desk = hall.world.desk()

    def _nobody_can_tell(_: object) -> frozenset[Handle]:
        raise StaleMeasuresError

    object.__setattr__(desk, "hiding", _nobody_can_tell)
    hall.world.desk = lambda _=None: desk  # type: ignore[method-assign,assignment]
    hall.at_desk(**ENDED)

    assert ["ended"] == [what for *_, what in hall.world.enrolling.book]


@pytest.mark.parametrize("why", REFUSED)
def test_whoever_it_is_the_same_is_asked(hall: Hall, why: str) -> None:
    """How long the answer takes tells nothing either."""
    member, world = refused(hall, why), hall.world
    asked: list[str] = []
    of, desk = world.keeping.of, world.desk()

    def _of(person: Handle) -> object:
        asked.append("keeping")
        return of(person)

    world.keeping.of = _of  # type: ignore[method-assign,assignment]
    hiding = desk.hiding

    def _hiding(people: list[Handle]) -> frozenset[Handle]:
        asked.append("hiding")
        return hiding(people)

    object.__setattr__(desk, "hiding", _hiding)
    world.desk = lambda _=None: desk  # type: ignore[method-assign,assignment]
    hall.at_desk(member=member, **GIVEN)

    assert ["keeping", "hiding"] == asked


def test_of_whoever_hides_the_one_responsible_hands_over_a_code(hall: Hall) -> None:
    hall.hide()

    assert (422, 200) == tuple(hall.at_desk(role, **GIVEN).status_code for role in (Role.DESK, Role.PROTECTION))
    assert [CLERKS[f"{A}-protection"]] == [who for who, *_ in hall.world.enrolling.book]


def test_nobody_is_not_somebody(hall: Hall) -> None:
    """Whom the pages ask about where there is nobody has no record, whatever the member."""
    assert NOBODY != Handle(handle("甲"))
    assert hall.world.keeping.of(NOBODY).stated == frozenset()


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"number": ""}, "number"), ({"number": "1' or 1=1"}, "number"), ({"number": "1" * 16}, "number"),
        ({"again": "1"}, "again"), ({"act": "x"}, "act"), ({"confirmed": ""}, "confirmed"),
    ],
)  # fmt: skip
def test_a_form_that_lacks_something_says_so_and_repeats_nothing_of_it(
    hall: Hall, wrong: dict[str, str], fault: str
) -> None:
    answer = hall.at_desk(**GIVEN | wrong)

    assert (422, []) == (answer.status_code, faults(answer.text))
    assert f'<a href="#{fault}">' in answer.text
    assert (False, []) == (NUMBER in answer.text, hall.world.enrolling.book)


def test_an_operator_may_neither_open_nor_write_it(hall: Hall) -> None:
    door = hall.world.browser(A, Role.OPERATOR)
    token = next(tag for tag in Html(door.get("/desks").text).of("input") if tag.attributes["name"] == "csrf")
    answer = door.post(DESK, data=GIVEN | {"csrf": token.attributes["value"]}, headers=OWN)

    assert (404, 404) == (door.get(DESK).status_code, answer.status_code)
    assert (False, []) == (DESK in door.get("/desks").text, hall.world.enrolling.book)


@pytest.mark.parametrize("given", [GIVEN, ENDED, GIVEN | {"number": "1", "again": "1"}])
def test_each_look_and_each_act_is_written_down_first(hall: Hall, given: dict[str, str]) -> None:
    hall.at_desk(**given)

    assert [(CLERK, Page.ENROLMENT, Purpose.ENROLMENT, ())] * 2 == hall.world.viewings.written


def test_what_cannot_be_written_down_is_not_done(hall: Hall) -> None:
    door = hall.world.browser(A, Role.DESK)
    token = next(tag for tag in Html(door.get(DESK).text).of("input") if tag.attributes["name"] == "csrf")

    def _broken(_: object) -> None:
        raise OSError

    hall.world.viewings.write = _broken  # type: ignore[method-assign]
    answer = door.post(DESK, data=GIVEN | {"csrf": token.attributes["value"]}, headers=OWN)

    assert (500, []) == (answer.status_code, hall.world.enrolling.book)


def test_only_the_one_responsible_is_told_what_a_protected_persons_page_says(hall: Hall) -> None:
    said = [
        "支援措置対象者のページは閉じたまま" in hall.at_desk(role, **GIVEN).text
        for role in (Role.DESK, Role.PROTECTION)
    ]

    assert [False, True] == said
