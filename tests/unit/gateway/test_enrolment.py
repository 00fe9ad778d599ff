"""From the counter to her first page: whoever has shown a document to a clerk, and nobody else, is that person."""

import pytest

from gateway.desks.staff import Role
from gateway.residents import words
from gateway.residents.enrolling import LASTS, TRIES, Subject
from gateway.residents.protection import STALE_SECONDS, StaleMeasuresError
from gateway.sign_in.browser import PENDING, digest
from kairan.identifiers import Handle
from processors.notices.texts import Language
from tests.unit.gateway.enrolling import HER, Hall, enter, pending, typed
from tests.unit.gateway.reading import Page, faults
from tests.unit.gateway.residing import AOI, ISSUER, NOW, Answer, Place
from tests.unit.gateway.signing_in import Liar, Play

STRANGER = Subject.of(ISSUER, "stranger")
ENROL = words.words(Language.JAPANESE).enrol


@pytest.fixture
def hall() -> Hall:
    return Hall()


def says(answer: Answer) -> str:
    """What the page complains of."""
    assert [] == faults(answer.text)
    [said] = [tag for tag in Page(answer.text).of("p") if tag.attributes.get("role") == "alert"]
    found = (name for name, its in ENROL.faults.items() if str(its) in answer.text)
    return next(found) if said else ""


def test_who_types_the_code_of_the_counter_lands_on_her_own_page(hall: Hall) -> None:
    phone, code = hall.phone(), hall.code()
    answer = typed(phone, code)

    assert (303, "/my") == (answer.status_code, answer.headers["Location"])
    assert (200, {HER}) == (phone.get("/my").status_code, hall.place.sessions.people())
    assert ("", HER) == (pending(phone), hall.place.residents.behind(STRANGER))


def test_who_signs_in_from_there_proves_who_she_is_anew_and_comes_back_to_type_her_code(hall: Hall) -> None:
    phone, code = hall.place.browser(), hall.code()
    links = [tag.attributes["href"] for tag in Page(phone.get("/enrol").text).of("a")]
    asked = phone.to_provider("enrol")
    back = phone.get(phone.choose(asked, "stranger"))

    assert (True, "login", "0") == ("/sign-in/start?to=enrol" in links, asked["prompt"], asked["max_age"])
    assert ("/enrol", "/my") == (back.headers["Location"], typed(phone, code).headers["Location"])


def test_who_is_known_already_is_led_to_her_own_page_from_there(hall: Hall) -> None:
    assert "/my" == hall.place.browser().sign_in("aoi", "enrol").headers["Location"]


def test_the_next_time_she_signs_in_as_anybody_does(hall: Hall) -> None:
    typed(hall.phone(), hall.code())
    again = enter(hall.place.browser())

    assert (303, "/my") == (again.status_code, again.headers["Location"])


def test_a_code_may_be_handed_over_before_she_signs_in(hall: Hall) -> None:
    code = hall.code()

    assert "/my" == typed(hall.phone(), code).headers["Location"]


def test_her_session_begins_anew_and_the_one_that_the_browser_had_ends(hall: Hall) -> None:
    phone = hall.place.browser()
    phone.sign_in("aoi")
    before = phone.session
    enter(phone)
    kept = phone.session
    typed(phone, hall.code())

    assert before == kept != phone.session
    assert {HER} == hall.place.sessions.people()


def test_nobody_is_enrolled_by_signing_in(hall: Hall) -> None:
    hall.code()
    phone = hall.phone()

    assert (303, "/sign-in") == ((answer := phone.get("/my")).status_code, answer.headers["Location"])
    assert (None, frozenset()) == (hall.place.residents.behind(STRANGER), hall.place.sessions.people())


def test_a_code_is_worth_nothing_where_nobody_has_signed_in(hall: Hall) -> None:
    code = hall.code()
    answer = typed(hall.place.browser(), code)

    assert (422, "gone") == (answer.status_code, says(answer))
    assert "/my" == typed(hall.phone(), code).headers["Location"]


def test_a_code_is_worth_nothing_behind_a_secret_that_was_guessed_or_planted(hall: Hall) -> None:
    """Also when somebody planted it before she signed in: a sign-in is a new secret."""
    phone = hall.place.browser()
    phone.client.cookies.set(PENDING, "planted")
    guessed = says(typed(phone, hall.code()))
    enter(phone)

    assert ("gone", True) == (guessed, pending(phone) != "planted")


def test_a_page_that_was_left_open_is_nobodys_after_half_an_hour(hall: Hall) -> None:
    phone = hall.phone()
    hall.place.now += LASTS
    hall.world.now += LASTS

    assert "gone" == says(typed(phone, hall.code()))
    assert '<input name="code"' not in phone.get("/enrol").text


def test_who_signs_out_leaves_nothing_in_which_the_next_one_could_type_a_code(hall: Hall) -> None:
    phone = hall.phone()
    secret = pending(phone)
    out = phone.post("/sign-out")
    phone.client.cookies.set(PENDING, secret)

    assert (303, "/signed-out") == (out.status_code, out.headers["Location"])
    assert "gone" == says(typed(phone, hall.code()))


def test_she_has_to_say_that_it_was_she_who_signed_in(hall: Hall) -> None:
    """On a shared telephone it may have been somebody else, who would be known as her from then on."""
    phone, code = hall.phone(), hall.code()
    answer = typed(phone, code, mine="")

    assert (422, "mine") == (answer.status_code, says(answer))
    assert "/my" == typed(phone, code).headers["Location"]


@pytest.mark.parametrize("code", ["", "34679-CDFGH", "nothing at all", "\0"])
def test_a_wrong_code_is_wrong_and_is_not_written_into_the_page(hall: Hall, code: str) -> None:
    answer = typed(hall.phone(), code)

    assert (422, "wrong") == (answer.status_code, says(answer))
    assert not code or code not in Page(answer.text).text


def test_the_log_has_the_rule_and_nothing_of_what_was_typed(hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    typed(hall.phone(), "34679-CDFGH")
    logged = "".join(capsys.readouterr())

    assert ("nobody is enrolled" in logged, "wrong" in logged, "34679" in logged) == (True, True, False)


def test_after_five_wrong_ones_the_right_one_is_not_taken_either_nor_after_another_sign_in(hall: Hall) -> None:
    phone, code = hall.phone(), hall.code()
    said = [says(typed(phone, "34679-CDFGH")) for _ in range(TRIES)]
    over = says(typed(phone, code))
    enter(phone)

    assert (["wrong"] * TRIES, "over", "over") == (said, over, says(typed(phone, code)))
    assert hall.place.residents.behind(STRANGER) is None


def test_a_code_is_good_for_one(hall: Hall) -> None:
    code = hall.code()
    phone, other = hall.phone(), hall.place.browser()
    typed(phone, code)
    hall.place.hide(AOI)
    hall.place.guard.sweep()
    other.sign_in("aoi")

    assert "wrong" == says(typed(other, code))
    assert {HER} == hall.place.sessions.people()


def test_who_is_somebody_already_by_this_subject_stays_so_whatever_code_is_typed(hall: Hall) -> None:
    """Only whose pages are closed gets as far as that: hers would be somebody else's when she hides no more."""
    hall.place.hide(AOI)
    hall.place.guard.sweep()
    phone = hall.phone("aoi")
    said = [typed(phone, each) for each in (hall.code(), "34679-CDFGH")]

    assert ("wrong", said[1].text) == (says(said[0]), said[0].text)
    assert AOI == hall.place.residents.behind(Subject.of(ISSUER, "aoi"))
    assert frozenset() == hall.place.sessions.people()


def test_a_second_subject_joins_the_first_and_ends_nothing(hall: Hall) -> None:
    """As by ``kairan enrol``: somebody may have two providers' cards; what she lost she has ended at the counter."""
    hall.place.residents.bind(Subject.of(ISSUER, "ren"), HER)
    first = hall.place.browser()
    first.sign_in("ren")
    typed(hall.phone(), hall.code())

    assert 200 == first.get("/my").status_code
    assert [HER, HER] == [hall.place.residents.behind(Subject.of(ISSUER, each)) for each in ("ren", "stranger")]


def test_who_hides_since_the_code_was_handed_over_is_told_that_it_is_wrong(hall: Hall) -> None:
    phone, code = hall.phone(), hall.code()
    hall.hide()

    assert says(typed(phone, code)) == says(typed(phone, "34679-CDFGH")) == "wrong"
    assert (None, frozenset()) == (hall.place.residents.behind(STRANGER), hall.place.sessions.people())


def test_whom_the_one_responsible_enrols_has_no_page_while_she_hides_and_hers_afterwards(hall: Hall) -> None:
    hall.hide()
    phone, code = hall.phone(), hall.code(Role.PROTECTION)
    said = [typed(phone, each) for each in (code, "34679-CDFGH")]

    assert ("wrong", said[0].text) == (says(said[0]), said[1].text)
    assert (HER, frozenset()) == (hall.place.residents.behind(STRANGER), hall.place.sessions.people())
    assert "/enrol" == enter(hall.place.browser()).headers["Location"]


def test_while_nobody_knows_who_hides_no_code_is_looked_at(hall: Hall) -> None:
    phone, code = hall.phone(), hall.code()
    hall.place.seconds += STALE_SECONDS
    late = [typed(phone, each).status_code for each in (code, "34679-CDFGH")]
    hall.place.guard.sweep()

    assert ([503, 503], "/my") == (late, typed(phone, code).headers["Location"])


def test_the_page_is_the_same_for_everybody_who_waits(hall: Hall) -> None:
    stranger = hall.phone()
    hall.place.hide(AOI)
    hall.place.guard.sweep()
    hidden = hall.phone("aoi")

    assert stranger.get("/enrol").text == hidden.get("/enrol").text
    assert [] == faults(stranger.get("/enrol").text)


@pytest.mark.parametrize("spoken", Language)
def test_in_every_language_it_says_where_to_go_and_where_to_type(hall: Hall, spoken: Language) -> None:
    its, phone = words.words(spoken), hall.phone()
    page = phone.get(f"/enrol?lang={spoken}").text

    for each in (its.enrol.title, its.enrol.intro, its.enrol.go, its.enrol.own, its.enrol.mine, words.draft(spoken)):
        assert each.__html__() in page
    assert its.enrol.sign_in_first.__html__() in Place().browser().get(f"/enrol?lang={spoken}").text


def test_the_cookie_of_who_waits_is_for_this_host_alone_and_for_half_an_hour(hall: Hall) -> None:
    browser = hall.place.browser()
    answer = enter(browser)
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith(f"{PENDING}=")]

    for part in ("__Host-", "HttpOnly", "Secure", "SameSite=lax", "Path=/", f"Max-Age={LASTS // 1000}"):
        assert part in cookie
    assert "Domain" not in cookie
    assert pending(browser) not in answer.headers["Location"] + browser.get("/enrol").text


def test_whether_somebody_hides_is_asked_of_a_wrong_code_as_of_a_right_one(hall: Hall) -> None:
    asked: list[Handle] = []
    door = hall.place.room.door
    object.__setattr__(door, "may_enter", lambda person: asked.append(person) is None)
    code = hall.code()
    key = "a secret"
    door.enrolments.wait(digest(key), STRANGER, NOW)
    door.enrol(key, "34679-CDFGH", "duties")
    door.enrol(key, code, "duties")

    assert [Handle(bytes(16)), HER] == asked


@pytest.mark.parametrize("why", ["not signed in", "tried too often"])
def test_for_who_may_not_try_no_code_is_looked_at_nobody_is_asked_about_and_nobody_held_up(
    hall: Hall, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is counted nowhere, so that somebody could do it a thousand times: for an answer, or for the lock of all."""
    phone, code = hall.phone(), hall.code()
    for _ in range(TRIES):
        typed(phone, "34679-CDFGH")
    phone = phone if why == "tried too often" else hall.place.browser()
    asked: list[object] = []
    object.__setattr__(hall.place.room.door, "may_enter", lambda person: asked.append(person) is None)
    for each in ("issued", "transaction"):
        monkeypatch.setattr(hall.place.counter, each, lambda *_: asked.append("looked"))
    said = [says(typed(phone, each)) for each in (code, "34679-CDFGH")]

    assert (["over" if why == "tried too often" else "gone"] * 2, []) == (said, asked)


def test_who_hides_is_not_known_of_nobody_either() -> None:
    """A guard that is not fresh is asked of whoever comes: an unknown one is not answered sooner."""

    def _unknown(_: Handle) -> bool:
        raise StaleMeasuresError

    play = Play(Liar(claims={"sub": "stranger"}))
    object.__setattr__(play.door, "may_enter", _unknown)
    with pytest.raises(StaleMeasuresError):
        play.sign_in()
