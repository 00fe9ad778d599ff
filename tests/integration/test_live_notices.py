"""Live notices: what is new comes by itself, to nobody else, and ends when the page must."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from threading import Event, Thread

import pytest
from sse_starlette import ServerSentEvent
from starlette.requests import Request

from gateway import sessions
from gateway.residents.notices import AGAIN_MILLISECONDS, LOOK_SECONDS, end_what_is_over, told_to, version, watch
from gateway.residents.ports import Told
from gateway.residents.protection import STALE_SECONDS
from gateway.residents.proxies import Proxy
from gateway.residents.room import Viewer, viewer
from gateway.residents.sessions import IDLE
from gateway.residents.streams import MOST_OF_SESSION, Stream, Streams
from gateway.sign_in.browser import digest
from tests.unit.gateway.residing import AOI, NOW, REN, Place, notice, signed_in

pytestmark = pytest.mark.timeout(20)


def seen(place: Place, name: str = "aoi") -> Viewer:
    return of_session(place, signed_in(place, name).session)


def of_session(place: Place, token: str) -> Viewer:
    headers = [(b"cookie", f"{sessions.COOKIE}={token}".encode())]
    request = Request({"type": "http", "path": "/my/notices/live", "query_string": b"", "headers": headers})
    return viewer(request, place.room, "notices")


def follow(place: Place, who: Viewer, then: Callable[[], object], after: str = "") -> list[ServerSentEvent]:
    """What comes until the stream is over; ``then`` happens once it is quiet."""

    async def play() -> list[ServerSentEvent]:
        stream = place.streams.open(who.session.key, [who.session.handle, who.person])
        happening = asyncio.create_task(_later(then))
        found = [event async for event in told_to(place.room, who, stream, after)]
        await happening
        return found

    return asyncio.run(play())


async def _later(then: Callable[[], object]) -> None:
    await asyncio.sleep(0.05)
    await asyncio.to_thread(then)


def kinds(events: list[ServerSentEvent]) -> list[str | None]:
    return [event.event for event in events]


def end(place: Place) -> Callable[[], object]:
    return lambda: place.streams.close_all([AOI])


def three(place: Place) -> list[Told]:
    return [place.entries.tell(AOI, notice(AOI, rule, at=NOW + at)) for at, rule in enumerate(("N5", "N8", "N26"))]


def test_a_page_that_has_everything_is_told_nothing() -> None:
    place = Place()
    has = version(three(place))

    assert ["over"] == kinds(follow(place, seen(place), end(place), after=has))


@pytest.mark.parametrize("after", ["", "0" * 32, "<script>", "漢字"])
def test_a_page_that_has_something_else_is_told_all_of_hers_in_order(after: str) -> None:
    place = Place()
    told, who = three(place), seen(place)
    left, *news, over = follow(place, who, end(place), after=after)
    names = [re.findall(r'id="n([0-9a-f]{32})"', str(event.data)) for event in news]

    assert {f"n{who.opaque(each.id)}" for each in told} == set(str(left.data).split())
    assert ("left", [[who.opaque(each.id)] for each in told], "over") == (left.event, names, over.event)
    assert [None, None, version(told)] == [event.id for event in news]


def test_what_is_new_worded_anew_or_gone_comes_while_the_page_is_open_and_nothing_else() -> None:
    place = Place()
    kept, worded, lost = three(place)
    who = seen(place)

    def happens() -> None:
        place.entries.tell(AOI, notice(AOI, "N3b", at=NOW + 9))
        place.entries.tell(AOI, replace(worded, wording=1))
        place.entries.forget(AOI, lost)
        place.streams.wake([AOI])
        Event().wait(0.1)
        place.streams.close_all([AOI])

    left, again, new, _ = follow(place, who, happens, after=version([kept, worded, lost]))
    names = {f"n{who.opaque(each.id)}" for each in place.entries.of(AOI) or ()}

    assert ("left", names) == (left.event, set(str(left.data).split()))
    assert f"n{who.opaque(lost.id)}" not in names
    assert "訂正されました" in str(again.data)
    assert "継続利用" in str(new.data)
    assert [None, None, version(place.entries.of(AOI) or ())] == [left.id, again.id, new.id]


def test_a_version_of_somebody_elses_shows_nothing_of_hers() -> None:
    place = Place()
    hers = version(three(place))
    place.entries.tell(REN, notice(REN, "N3b"))
    _, news, over = follow(place, seen(place, "ren"), lambda: place.streams.close_all([REN]), after=hers)

    assert ("over", True, False) == (over.event, "継続利用" in str(news.data), "認定請求" in str(news.data))


def test_whoever_comes_back_to_fewer_notices_keeps_none_of_the_others() -> None:
    """What went while the line was broken: nobody told her then."""
    place = Place()
    kept, lost, other = three(place)
    had, who = version([kept, lost, other]), seen(place)
    for each in (kept, lost, other):
        place.entries.forget(AOI, each)
    nothing, _ = follow(place, who, end(place), after=had)
    place.entries.tell(AOI, kept)
    left, _, _ = follow(place, who, end(place), after=had)

    assert [("left", ""), ("left", f"n{who.opaque(kept.id)}")] == [(each.event, each.data) for each in (nothing, left)]
    assert version([]) == nothing.id


def test_what_comes_is_the_notice_as_the_page_shows_it_with_its_form() -> None:
    place = Place()
    told, browser = place.entries.tell(AOI, notice(AOI)), signed_in(place)
    place.feedback.say(AOI, told.id, "helped", NOW)
    _, news, _ = follow(place, of_session(place, browser.session), end(place))
    [on_page] = re.findall(r"<li class=.card.*?</li>", browser.get("/my/notices").text, re.DOTALL)

    assert on_page.split() == str(news.data).split()
    assert ("/feedback" in on_page, 'aria-pressed="true"' in on_page) == (True, True)


def test_a_proxy_is_offered_no_form_by_what_comes_live() -> None:
    place = Place()
    place.entries.tell(AOI, notice(AOI))
    place.proxies.ask(Proxy(b"p" * 16, AOI, None, frozenset({"notices"}), date(2027, 6, 30), NOW), b"i" * 32)
    place.proxies.confirm(b"i" * 32, REN, NOW)
    browser = signed_in(place, "ren")
    place.sessions.act_for(digest(browser.session), AOI)
    _, news, _ = follow(place, of_session(place, browser.session), end(place))

    assert ("notice", False) == (news.event, "<form" in str(news.data))


def test_while_nobody_knows_who_hides_an_open_page_is_told_nothing_and_afterwards_all() -> None:
    place = Place()
    has, who, ended = version(three(place)), seen(place), Event()
    watching = Thread(target=watch, args=(place.room, ended.is_set))

    def happens() -> None:
        place.seconds += STALE_SECONDS
        place.entries.tell(AOI, notice(AOI, "N3b", at=NOW + 9))
        place.streams.wake([AOI])
        place.now += AGAIN_MILLISECONDS
        watching.start()
        Event().wait(2 * LOOK_SECONDS)
        is_over.extend(each.is_over for each in place.streams._all())
        place.guard.sweep()
        Event().wait(2 * LOOK_SECONDS)
        ended.set()
        place.streams.close_all([AOI])

    is_over: list[bool] = []
    events = follow(place, who, happens, after=has)
    watching.join()

    assert ([False], ["notice", "over"]) == (is_over, kinds(events))


def test_a_session_has_a_few_open_pages_and_a_process_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    streams = Streams()

    async def play() -> list[bool]:
        found = []
        for _ in range(MOST_OF_SESSION):
            found.append(streams.has_room(b"1"))
            streams.open(b"1", [AOI])
        return [*found, streams.has_room(b"1"), streams.has_room(b"2")]

    assert [True] * MOST_OF_SESSION + [False, True] == asyncio.run(play())
    monkeypatch.setattr("gateway.residents.streams.MOST", MOST_OF_SESSION)
    assert not streams.has_room(b"2")


def test_a_page_for_which_there_is_no_room_comes_again_and_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.residents.streams.MOST", 0)

    assert ": not now" in signed_in(Place()).get("/my/notices/live").text


def test_a_browser_that_comes_back_meanwhile_is_asked_to_come_again() -> None:
    place = Place()
    three(place)
    browser = signed_in(place)
    place.seconds += STALE_SECONDS
    answer = browser.get("/my/notices/live")

    assert (200, f": not now\r\nretry: {AGAIN_MILLISECONDS}\r\n\r\n") == (answer.status_code, answer.text)


@pytest.mark.parametrize("how", ["hidden", "known to hide", "acting for another", "signed out", "idle", "closed"])
def test_a_stream_ends_with_whatever_ends_the_page(how: str) -> None:
    place = Place()
    who = seen(place)

    def happens() -> None:
        match how:
            case "hidden":
                place.hide(AOI)
                place.guard.sweep()
                return
            case "known to hide":
                place.hide(AOI)
                place.read_measures()
            case "acting for another":
                place.sessions.act_for(who.session.key, REN)
            case "signed out":
                place.sessions.close(who.session.key)
            case "idle":
                place.now += IDLE
            case "closed":
                place.entries.closed.add(AOI)
        place.entries.tell(AOI, notice(AOI))
        place.streams.wake([AOI])

    assert ["over"] == kinds(follow(place, who, happens, after=version([])))


def test_a_proxys_stream_ends_with_the_proxy() -> None:
    place = Place()
    invite(place)
    browser = signed_in(place, "ren")
    key = digest(browser.session)
    place.sessions.act_for(key, AOI)
    who = of_session(place, browser.session)

    def happens() -> None:
        place.proxies.close_all([AOI])
        place.entries.tell(AOI, notice(AOI))
        place.streams.wake([AOI])

    assert ["over"] == kinds(follow(place, who, happens, after=version([])))


def invite(place: Place) -> None:
    asked = Proxy(b"p" * 16, AOI, None, frozenset({"notices"}), date(2027, 12, 31), NOW)
    place.proxies.ask(asked, b"i" * 32)
    place.proxies.confirm(b"i" * 32, REN, NOW)


def test_who_has_something_new_is_woken_once_and_who_is_new_as_well() -> None:
    place = Place()
    told = place.entries.tell(AOI, notice(AOI))
    woken: list[set[object]] = []
    place.streams.people = lambda: frozenset({AOI, REN})  # type: ignore[method-assign]
    place.streams.wake = lambda handles: woken.append(set(handles))  # type: ignore[method-assign]
    happening = iter([lambda: None, lambda: None, lambda: place.entries.tell(AOI, replace(told, wording=1)), None])

    def stop() -> bool:
        if happens := next(happening):
            happens()
        return happens is None

    watch(place.room, stop)

    assert [{AOI, REN}, set(), {AOI}] == woken


@pytest.mark.parametrize(
    ("how", "over"),
    [
        ("nothing", [False, False, False]),
        ("signed out", [True, False, False]),
        ("idle", [True, True, True]),
        ("acting for another", [True, False, False]),
        ("acting by now", [False, True, False]),
        ("acting no more", [False, False, True]),
        ("no proxy any more", [False, False, True]),
        ("hidden", [True, False, True]),
    ],
)
def test_all_pages_are_asked_at_once_whether_they_may_be_seen_on(how: str, over: list[bool]) -> None:
    """Aoi's own page, Ren's own, and Aoi's that Ren looks at."""
    place = Place()
    invite(place)
    aoi, ren, proxy = (digest(signed_in(place, name).session) for name in ("aoi", "ren", "ren"))
    place.sessions.act_for(proxy, AOI)

    async def play() -> list[bool]:
        opened = [place.streams.open(*each) for each in ((aoi, [AOI]), (ren, [REN]), (proxy, [REN, AOI]))]
        match how:
            case "signed out":
                place.sessions.close(aoi)
            case "idle":
                place.now += IDLE
            case "acting for another":
                place.sessions.act_for(aoi, REN)
            case "acting by now":
                place.sessions.act_for(ren, AOI)
            case "acting no more":
                place.sessions.act_for(proxy, None)
            case "no proxy any more":
                place.proxies.close_all([AOI])
            case "hidden":
                place.hide(AOI)
                place.read_measures()
        end_what_is_over(place.room)
        return [each.is_over for each in opened]

    assert over == asyncio.run(play())


def test_it_is_asked_every_five_seconds_also_where_nothing_is_new() -> None:
    place = Place()
    asked: list[int] = []
    place.sessions.lasting = lambda _, now: asked.append(now - NOW) or {}  # type: ignore[assignment, func-returns-value]
    times = iter([0, 3000, 3000, 1000, 6000])

    def stop() -> bool:
        passed = next(times, None)
        place.now += passed or 0
        return passed is None

    watch(place.room, stop)

    assert [6000, 13000] == asked


def streaming(then: Callable[[Streams], object]) -> list[bool]:
    """Which of three streams are over: Aoi's, one of hers that Ren looks at, Ren's own."""

    async def play() -> list[bool]:
        streams = Streams()
        opened: list[Stream] = [
            streams.open(b"1", [AOI]), streams.open(b"2", [REN, AOI]), streams.open(b"2", [REN])
        ]  # fmt: skip
        waiting = [asyncio.create_task(asyncio.wait_for(each.news(), 0.2)) for each in opened]
        await asyncio.to_thread(then, streams)
        await asyncio.gather(*waiting, return_exceptions=True)
        return [each.is_over for each in opened]

    return asyncio.run(play())


def test_streams_of_a_person_end_on_whichever_side_she_is() -> None:
    assert [True, True, False] == streaming(lambda streams: streams.close_all([AOI]))
    assert [False, True, True] == streaming(lambda streams: streams.close_all([REN]))


def test_streams_of_a_session_end_with_it_and_are_only_woken_by_news() -> None:
    assert [False, True, True] == streaming(lambda streams: streams.close(b"2"))
    assert [False, False, False] == streaming(lambda streams: streams.wake([AOI, REN]))
