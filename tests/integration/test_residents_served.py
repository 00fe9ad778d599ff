"""
The residents' pages as the local stack serves them: the front door and the development provider in one process.

Over HTTP with real redirects, on the real servers; what the bus would bring is written where it would stand.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from queue import Queue

import httpx
import psutil
import pytest

from gateway.residents.protection import STALE_SECONDS
from gateway.sign_in.browser import digest
from kairan import topics, wire
from kairan.identifiers import Handle
from kairan.kafka import KafkaWriter
from kairan.keys import BusKeys
from kairan.postgres import Connection, connect
from kairan.settings import Settings
from kairan.stream import Outgoing
from operations import enrolling
from operations.look.errors import UnknownNameError
from operations.stack.hosting import NICE
from processors.moving.steps import Step
from processors.notices.notices import NoticeId
from sandbox.provider.listed import Listed, Listing
from tests.integration.front_door import Browser, Served, await_true
from tests.unit.gateway.desks.world import World
from tests.unit.gateway.reading import Page, faults
from tests.unit.processors.moving.story import declared

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]
MEMBER = "131237"
AOI, REN, SEN = "7700000001", "7700000002", "7700000003"
PEOPLE = {AOI: "Aoi", REN: "Ren", SEN: "Sen"}
UNKNOWN, MIO = "7700000009", "7700000004"
MOVED = {
    "origin": "122033", "destination": MEMBER, "arrival": "00", "rival": None, "begun": 1, "groups": [], "hides": False,
}  # fmt: skip
ENDS_SECONDS = 5
FACTS = {
    "rule": "N5", "kind": "duty", "wording": 0, "due": "2099-02-01", "office": MEMBER, "business": "027",
    "told": 1_800_000_000_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def handles(stack: Settings) -> dict[str, Handle]:
    keys = BusKeys.load_or_create(stack.home / "keys" / "bus.key")
    return {number: keys.handle(MEMBER, number) for number in PEOPLE}


@pytest.fixture(scope="module")
def served(stack: Settings, handles: dict[str, Handle]) -> Iterator[Served]:
    """Three were enrolled at the counter of 江戸川区; somebody else is known to the provider alone."""
    keys = BusKeys.load_or_create(stack.home / "keys" / "bus.key")
    with connect(stack.dsn(f"offices_{MEMBER}"), autocommit=True) as office:
        for number, handle in handles.items():
            pairwise_id = keys.pairwise_id(MEMBER, handle)
            office.execute("insert into public.subject values (%s, %s, 'person')", (pairwise_id, number))
    its = Served(stack)
    for number, name in PEOPLE.items():
        enrolling.enrol(stack, MEMBER, number, name)
    Listing(stack.home).put(Listed("nobody-knows-me", "Stranger", MEMBER, "0"))
    try:
        yield its
    finally:
        for each in its.browsers:
            each.client.close()
        its.process.terminate()
        assert 0 == its.process.wait(30)
        with connect(stack.dsn(f"offices_{MEMBER}"), autocommit=True) as office:
            office.execute("delete from public.subject where atena_number = any(%s)", ([*PEOPLE],))


@pytest.fixture
def bus(stack: Settings, served: Served, handles: dict[str, Handle]) -> Iterator[Connection]:
    """The bus's own database; nobody has a notice."""
    assert served.process.poll() is None
    with connect(stack.dsn("kairan"), autocommit=True) as connection:
        yield connection
        persons = [bytes(each) for each in handles.values()]
        connection.execute("delete from processes.standing where instance = any(%s)", (persons,))


def tell(bus: Connection, person: Handle, notice: bytes, rule: str = "N5") -> None:
    bus.execute(
        "insert into processes.standing (process, instance, item, kind, desks, facts)"
        " values ('notices', %s, %s, 'sent', '{}', %s)",
        (bytes(person), notice, json.dumps(FACTS | {"rule": rule, "about": person.hex()})),
    )


def hide(stack: Settings, person: Handle) -> None:
    """A measure is stated, as admission writes it."""
    record = {
        "handle": person, "municipality": MEMBER, "measure": "m1", "version": 1, "kind": "1", "registered": 0,
    }  # fmt: skip
    writer = KafkaWriter(stack.properties("admission"))
    value = wire.encode_record("kairan.bus.Measure", record)
    writer.send(Outgoing(topics.PROTECTION.pattern, bytes(person), value))
    writer.confirm()
    writer.close()


def test_whoever_comes_is_asked_as_whom(served: Served) -> None:
    browser = served.browser()
    first = browser.get("/")

    assert (200, []) == (first.status_code, faults(first.text))
    assert {"/my", "/desks"} <= {tag.attributes["href"] for tag in Page(first.text).of("a")}
    assert ("/sign-in", "/desks/sign-in") == tuple(browser.get(path).headers["Location"] for path in ("/my", "/desks"))


def test_somebody_who_was_enrolled_signs_in_and_sees_what_she_must_do(
    served: Served, bus: Connection, handles: dict[str, Handle]
) -> None:
    browser = served.browser()
    signed_in = browser.sign_in("Aoi")
    assert (303, "/my") == (signed_in.status_code, signed_in.headers["Location"])
    before = Page(browser.get("/my").text).text
    tell(bus, handles[AOI], b"1" * 16)
    tell(bus, handles[REN], b"2" * 16, "N8")
    after = Page(browser.get("/my").text)

    assert ("2099" in before, "2099" in after.text, 1) == (False, True, len(after.of("h2")))
    for page in ("notices", "move", "received", "channels", "proxies", "calendar.ics"):
        assert 200 == browser.get(f"/my/{page}").status_code


def test_a_notice_of_somebody_else_is_not_there(served: Served, bus: Connection, handles: dict[str, Handle]) -> None:
    browser = served.browser()
    browser.sign_in("Aoi")
    tell(bus, handles[AOI], b"1" * 16)
    [hers] = re.findall(r"/my/notices/([0-9a-f]{32})/feedback", browser.get("/my/notices").text)
    other = served.browser()
    other.sign_in("Ren")
    csrf = re.findall(r'name="csrf" value="([^"]*)"', other.get("/my").text)[0]

    assert 404 == other.send("POST", f"/my/notices/{hers}/feedback", csrf=csrf, verdict="helped").status_code


def test_whom_nobody_enrolled_is_sent_to_a_counter(served: Served) -> None:
    browser = served.browser()

    assert "/enrol" == browser.sign_in("Stranger").headers["Location"]
    assert (200, 303) == ((shown := browser.get("/enrol")).status_code, browser.get("/my").status_code)
    assert [] == faults(shown.text)


@pytest.fixture
def mio(served: Served, bus: Connection) -> Iterator[Handle]:
    """Has moved to 江戸川区, where an office knows her by a number; nobody has enrolled her."""
    keys = BusKeys.load_or_create(served.settings.home / "keys" / "bus.key")
    person = keys.handle(MEMBER, MIO)
    subject = (keys.pairwise_id(MEMBER, person), MIO)
    with connect(served.settings.dsn(f"offices_{MEMBER}"), autocommit=True) as office:
        office.execute("insert into public.subject values (%s, %s, 'person')", subject)
        show = "insert into processes.standing values ('moving', %s, %s, %s, '{}', %s)"
        bus.execute(show, (bytes(person), bytes(16), Step.MOVED_IN, json.dumps(MOVED)))
        try:
            yield person
        finally:
            bus.execute("delete from processes.standing where instance = %s", (bytes(person),))
            bus.execute("delete from gateway.person where handle = %s", (bytes(person),))
            bus.execute("delete from channels.letter where key = %s", (bytes(person),))
            office.execute("delete from public.subject where atena_number = %s", (MIO,))


def clerk(served: Served) -> Callable[[str], httpx.Response]:
    """What a clerk of 江戸川区 does to Mio at the desk, and what she sees then."""
    browser = served.browser()
    csrf = re.findall(r'name="csrf" value="([^"]*)"', browser.get("/desks/sign-in").text)[0]
    browser.send("POST", "/desks/sign-in", csrf=csrf, member=MEMBER, role="desk", clerk="101")
    csrf = re.findall(r'name="csrf" value="([^"]*)"', browser.get("/desks/enrolment").text)[0]
    given = {"csrf": csrf, "number": MIO, "again": MIO, "confirmed": "yes"}
    return lambda act: browser.send("POST", "/desks/enrolment", **(given | {"act": act}))


def test_a_clerk_enrols_whom_she_has_seen_and_ends_it_with_all_that_is_open(
    served: Served, bus: Connection, mio: Handle
) -> None:
    phone, at_desk, lines = served.browser(), clerk(served), Queue[str]()
    phone.sign_in("Stranger", "enrol")
    [code] = re.findall(r'<code class="code">([^<]+)</code>', at_desk("issue").text)
    csrf = re.findall(r'name="csrf" value="([^"]*)"', phone.get("/enrol").text)[0]
    enrolled = phone.send("POST", "/enrol", csrf=csrf, code=code.lower(), mine="yes")
    [(who, what, said)] = bus.execute(
        "select e.clerk, e.what, e.member from gateway.person p join desks.enrolment e on e.number = p.act"
        " where p.handle = %s and e.person = p.handle",
        (bytes(mio),),
    ).fetchall()

    assert ("/my", 200) == (enrolled.headers["Location"], phone.get("/my").status_code)
    assert ("101", "issued", MEMBER) == (who, what, said)
    again = served.browser()
    assert "/my" == again.sign_in("Stranger").headers["Location"]
    name_line(again, bus, mio)
    tell(bus, mio, b"3" * 16)
    following = threading.Thread(target=again.follow, args=(lines,), daemon=True)
    following.start()
    lines.get(timeout=20)
    ended = at_desk("end")
    following.join(ENDS_SECONDS)

    assert ("/desks/enrolment?ended", False) == (ended.headers["Location"], following.is_alive())
    assert [303, 303] == [each.get("/my").status_code for each in (phone, again)]
    assert "/enrol" == again.sign_in("Stranger").headers["Location"]
    assert [] == bus.execute("select means from channels.address where handle = %s", (bytes(mio),)).fetchall()


def name_line(browser: Browser, bus: Connection, person: Handle) -> None:
    """By one click: nobody carries letters here."""
    csrf = re.findall(r'name="csrf" value="([^"]*)"', browser.get("/my/channels").text)[0]
    browser.send("POST", "/my/channels/simulators/line", csrf=csrf)
    found = bus.execute("select means from channels.address where handle = %s", (bytes(person),)).fetchall()
    assert [("line",)] == found


def test_a_number_of_nobody_gets_no_code(served: Served) -> None:
    answer = clerk(served)("issue")

    assert (422, []) == (answer.status_code, faults(answer.text))
    assert "<code" not in answer.text


def test_a_number_that_no_office_knows_is_not_enrolled(served: Served) -> None:
    with pytest.raises(UnknownNameError):
        enrolling.enrol(served.settings, MEMBER, UNKNOWN)
    with pytest.raises(UnknownNameError):
        enrolling.enrol(served.settings, "011002", AOI)


def test_a_number_of_several_persons_enrols_none_of_them(served: Served) -> None:
    keys = BusKeys.load_or_create(served.settings.home / "keys" / "bus.key")
    twin = keys.pairwise_id(MEMBER, keys.handle("122033", AOI))
    with connect(served.settings.dsn(f"offices_{MEMBER}"), autocommit=True) as office:
        office.execute("insert into public.subject values (%s, %s, 'person')", (twin, AOI))
        try:
            with pytest.raises(UnknownNameError):
                enrolling.enrol(served.settings, MEMBER, AOI)
        finally:
            office.execute("delete from public.subject where pairwise_id = %s", (twin,))


def test_who_is_enrolled_again_stays_who_she_is(served: Served, bus: Connection) -> None:
    first = enrolling.enrol(served.settings, MEMBER, AOI)
    enrolling.again(served.settings)

    assert ("Aoi", first) == (first.name, Listing(served.settings.home).of(MEMBER, AOI))
    assert [(3,)] == bus.execute("select count(*) from gateway.person").fetchall()


def test_a_kill_ends_no_session_and_the_next_sign_in_works(served: Served) -> None:
    browser = served.browser()
    browser.sign_in("Aoi")
    served.kill()
    served.start()

    assert 200 == browser.get("/my").status_code
    assert 303 == served.browser().sign_in("Ren").status_code


def test_what_is_new_comes_by_itself_and_a_measure_ends_page_stream_and_session(
    served: Served, bus: Connection, handles: dict[str, Handle]
) -> None:
    """The measure stays in the topic, and she is nobody else's person."""
    browser, lines = served.browser(), Queue[str]()
    browser.sign_in("Sen")
    token = browser.cookies["__Host-session"]
    following = threading.Thread(target=browser.follow, args=(lines,), daemon=True)
    following.start()
    tell(bus, handles[SEN], NoticeId(b"9" * 16))
    came = [lines.get(timeout=20)]
    while not came[-1].startswith("event: notice"):
        came.append(lines.get(timeout=20))
    hide(served.settings, handles[SEN])
    await_true(lambda: not has_session(bus, token), ENDS_SECONDS)
    following.join(ENDS_SECONDS)

    assert not following.is_alive()
    assert "end" == list(lines.queue)[-1]
    assert 303 == browser.get("/my/notices").status_code
    assert "/enrol" == browser.sign_in("Sen").headers["Location"]
    assert 303 == served.browser().sign_in("Aoi").status_code


def test_a_clerk_sees_who_comes_for_the_same_guard_knows_who_hides(
    served: Served, bus: Connection, handles: dict[str, Handle]
) -> None:
    """After the time in which a guard that nobody keeps would know nobody any more, and hide everybody."""
    [row] = World().person("aoi", declared())
    shown = (bytes(handles[AOI]), row.item, row.step, sorted(row.desks), json.dumps(row.facts))
    bus.execute("insert into processes.standing values ('moving', %s, %s, %s, %s, %s)", shown)
    browser = served.browser()
    csrf = re.findall(r'name="csrf" value="([^"]*)"', browser.get("/desks/sign-in").text)[0]
    given = {"csrf": csrf, "member": row.facts["destination"], "role": "desk", "clerk": "101"}
    assert 303 == browser.send("POST", "/desks/sign-in", **given).status_code
    threading.Event().wait(STALE_SECONDS)
    text = Page(browser.get("/desks/arrivals").text).text

    assert ("転出証明書情報を送信済み" in text, "withheld" in text) == (True, False)
    assert (303, 303) == (browser.get("/my").status_code, browser.sign_in("Aoi").status_code)
    assert (200, 303) == (browser.get("/my").status_code, browser.get("/desks").status_code)


def has_session(bus: Connection, token: str) -> bool:
    return bus.execute("select from gateway.session where key = %s", (digest(token),)).fetchone() is not None


def test_who_only_follows_lets_what_facts_wait_for_go_first(served: Served) -> None:
    assert psutil.Process().nice() + NICE == psutil.Process(served.process.pid).nice()
