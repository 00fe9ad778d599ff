"""What a desk ends is over: for every browser, every proxy, and a sign-in that is on its way."""

from datetime import date

import pytest

from gateway.residents.enrolling import Subject
from gateway.residents.proxies import Proxy
from gateway.residents.testing import MemoryResidents
from gateway.sign_in.refusals import RefusedSignInError
from kairan.identifiers import Handle
from tests.unit.gateway.enrolling import ENDED, HER, Hall, enter, typed
from tests.unit.gateway.reading import faults
from tests.unit.gateway.residing import AOI, NOW
from tests.unit.gateway.signing_in import Liar, Play


@pytest.fixture
def hall() -> Hall:
    return Hall()


def test_what_a_desk_ends_has_ended_everywhere(hall: Hall) -> None:
    phone = hall.phone()
    typed(phone, hall.code())
    its = Proxy(b"p" * 16, HER, None, frozenset({"move"}), date(2027, 12, 31), NOW)
    hall.place.proxies.ask(its, b"i" * 32)
    hall.place.proxies.confirm(b"i" * 32, AOI, NOW)
    ren = hall.place.browser()
    ren.sign_in("ren")
    answer = hall.at_desk(**ENDED)

    assert (303, "/desks/enrolment?ended") == (answer.status_code, answer.headers["Location"])
    assert (303, "/sign-in") == ((left := phone.get("/my")).status_code, left.headers["Location"])
    assert (200, frozenset()) == (ren.get("/my").status_code, hall.place.proxies.people())
    assert "/enrol" == enter(hall.place.browser()).headers["Location"]


def test_what_she_named_on_her_pages_is_told_nothing_any_more(hall: Hall) -> None:
    phone, its = hall.phone(), hall.place.addresses
    typed(phone, hall.code())
    phone.post("/my/channels/mailbox", mailbox="hers@mail.example.jp")
    [asked] = its.queue.unsent(NOW)
    phone.post("/my/channels/mailbox/code", code=asked.code)
    phone.post("/my/channels/mailbox", mailbox="another@mail.example.jp")
    before = [each.channel for each in its.of(HER) if each.named]
    hall.at_desk(**ENDED)

    assert (["mail"], []) == (before, [each.channel for each in its.of(HER) if each.named])
    assert not its.waits(HER, NOW)


def test_who_was_ended_is_enrolled_again_as_anybody(hall: Hall) -> None:
    typed(hall.phone(), hall.code())
    hall.at_desk(**ENDED)

    assert "/my" == typed(hall.phone(), hall.code()).headers["Location"]


class Meanwhile(MemoryResidents):
    """A desk ends it between two steps of a sign-in."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    def behind(self, subject: Subject) -> Handle | None:
        found, self.looks = super().behind(subject), self.looks + 1
        self.unbind(AOI)
        return found


def test_a_sign_in_that_a_desk_ends_in_its_middle_leaves_no_session() -> None:
    play = Play(Liar())
    known = Meanwhile()
    known.bind(Subject.of("https://provider.example", "aoi"), AOI)
    object.__setattr__(play.door, "residents", known)
    with pytest.raises(RefusedSignInError, match="ended"):
        play.sign_in()

    assert (2, frozenset()) == (known.looks, play.sessions.people())


def test_an_enrolment_that_a_desk_ends_in_its_middle_leaves_no_session(hall: Hall) -> None:
    phone, code = hall.phone(), hall.code()
    bind = hall.place.counter.bind

    def _bind(subject: Subject, person: Handle, act: bytes | None = None) -> None:
        bind(subject, person, act)
        hall.place.residents.unbind(person)

    hall.place.counter.bind = _bind
    answer = typed(phone, code)

    assert (403, [], frozenset()) == (answer.status_code, faults(answer.text), hall.place.sessions.people())
