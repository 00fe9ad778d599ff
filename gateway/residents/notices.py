"""My notices: a list, which grows by itself where scripts run; and what the resident says of each."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from threading import Event
from typing import cast, get_args

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import pages, security, sessions
from gateway.residents.cards import cards
from gateway.residents.ports import Told, Verdict
from gateway.residents.protection import StaleMeasuresError
from gateway.residents.room import Form, NotSignedInError, Room, Viewer, back, posted, viewer
from gateway.residents.sessions import Session
from gateway.residents.streams import Stream
from gateway.residents.words import words
from kairan.identifiers import Handle
from kairan.loops import Stop
from processors.notices.notices import NoticeId

LOOK_SECONDS = 0.3
AGAIN_MILLISECONDS = 5000
"""So often it is asked whether all streams may go on, also where nothing is new."""
PING_SECONDS = 15
WITHDRAWN_MILLISECONDS = 30 * 24 * 60 * 60 * 1000
"""Thirty days (assumed ⊕)."""


def routes(room: Room) -> list[Route]:
    def show(request: Request) -> Response:
        seen = viewer(request, room, "notices")
        found = room.entries.of(seen.person)
        told = None if found is None else recent(found, room.at())
        page = seen.page(
            "notices.html", here="notices", cards=cards(room, seen, told or ()), is_closed=told is None,
            version=version(told or ()),
        )  # fmt: skip
        page.headers["Content-Security-Policy"] = security.CSP_WITH_SCRIPT
        return page

    async def live(request: Request) -> Response:
        try:
            seen = await run_in_threadpool(viewer, request, room, "notices")
        except StaleMeasuresError:
            return EventSourceResponse(_later())
        if not room.streams.has_room(seen.session.key):
            return EventSourceResponse(_later())
        after = request.headers.get("last-event-id") or request.query_params.get("after", "")
        stream = room.streams.open(seen.session.key, [seen.session.handle, seen.person])
        return EventSourceResponse(told_to(room, seen, stream, after), ping=PING_SECONDS)

    def say(request: Request, form: Form) -> Response:
        seen = viewer(request, room)
        told = of_name(room, seen, request.path_params["name"])
        if form.get("verdict") not in get_args(Verdict):
            raise HTTPException(400)
        room.feedback.say(seen.person, told.id, cast("Verdict", form["verdict"]), room.now())
        return back("/my/notices")

    return [
        Route("/my/notices", show),
        Route("/my/notices/live", live),
        Route("/my/notices/{name}/feedback", posted(say), methods=["POST"]),
    ]


def recent(told: Iterable[Told], now: int) -> Sequence[Told]:
    """What was taken back stands there for a while, so that nothing leaves untold."""
    return [each for each in told if each.holds or each.over is None or now - each.over < WITHDRAWN_MILLISECONDS]


def of_name(room: Room, seen: Viewer, name: str) -> Told:
    """Among her own; 404: nobody else's can be named at all."""
    found = (each for each in room.entries.of(seen.person) or () if seen.opaque(each.id) == name)
    if told := next(found, None):
        return told
    raise HTTPException(404)


async def _later() -> AsyncIterator[ServerSentEvent]:
    """Shows nothing and ends: the browser asks again by itself, and the page stays as it is."""
    yield ServerSentEvent(retry=AGAIN_MILLISECONDS, comment="not now")


async def told_to(room: Room, seen: Viewer, stream: Stream, after: str) -> AsyncIterator[ServerSentEvent]:
    """
    What is new on her page, until she may see it no longer; ``after``: the version of what the browser has.

    If that is not how her page stands it gets all that stands there, which puts itself in the place of what it has. So
    a version of somebody else's shows nothing of hers.
    """
    events = Following(room, seen, after)
    try:
        while not stream.is_over:
            try:
                for event in await run_in_threadpool(events):
                    yield event
            except StaleMeasuresError:
                pass  # shows nothing meanwhile; ``watch`` wakes it when it may be asked again
            except NotSignedInError:
                break
            await stream.news()
        yield ServerSentEvent("", event="over")
    finally:
        room.streams.forget(stream)


class Following:
    """What a page has by now; each call makes the events that bring it up to date, the oldest first."""

    def __init__(self, room: Room, seen: Viewer, after: str) -> None:
        """``after``: as in ``told_to``."""
        self._room, self._seen, self._version = room, seen, after
        self._known: dict[NoticeId, Told] = {}
        self._is_whole = False

    def __call__(self) -> list[ServerSentEvent]:
        """
        The last event alone says which version this is: whoever lost some of them gets all again.

        Raises:
            NotSignedInError: this page is not hers to see any more.
            StaleMeasuresError: that is not known now.

        """
        told = _told(self._room, self._seen)
        former, self._version = self._version, version(told)
        events = [] if self._version == former else [*self._left(told), *self._new(told)]
        self._known, self._is_whole = {each.id: each for each in told}, True
        if events:
            events[-1].id = self._version
        return events

    def _left(self, told: Sequence[Told]) -> list[ServerSentEvent]:
        """Whoever comes back does not know what has gone meanwhile: she is told what is left."""
        there = {each.id for each in told}
        if self._is_whole and self._known.keys() <= there:
            return []
        return [ServerSentEvent(" ".join(f"n{self._seen.opaque(each)}" for each in sorted(there)), event="left")]

    def _new(self, told: Sequence[Told]) -> list[ServerSentEvent]:
        fresh = [each for each in reversed(told) if self._known.get(each.id) != each]
        return [ServerSentEvent(its, event="notice") for its in _html(self._room, self._seen, fresh)]


def version(told: Iterable[Told]) -> str:
    """Of all that stands on a page; it tells nothing but whether it is the same."""
    return sha256(repr(sorted(told, key=_id)).encode()).hexdigest()[:32]


def _told(room: Room, seen: Viewer) -> Sequence[Told]:
    """Raises NotSignedInError, StaleMeasuresError."""
    session = room.sessions.find(seen.session.key, room.now())
    people = frozenset({seen.session.handle, seen.person})
    found = room.entries.of(seen.person) if may_go_on(room, session, people) else None
    if found is None:
        raise NotSignedInError
    return recent(found, room.at())


def may_go_on(room: Room, session: Session | None, people: frozenset[Handle]) -> bool:
    """
    Whether what was opened for these (who signed in, whose page it is) is still theirs to see.

    Raises:
        StaleMeasuresError: that is not known now.

    """
    if session is None or people != {session.handle, session.shown} or any(map(room.guard.hides, people)):
        return False
    hers = session.acting_for
    return hers is None or room.proxies.between(session.handle, hers, room.today()) is not None


def _id(told: Told) -> NoticeId:
    return told.id


def _html(room: Room, seen: Viewer, told: Sequence[Told]) -> list[str]:
    """As on the page, with the form by which she says what she thinks of it."""
    template = pages.environment().get_template("residents/notice.html")
    csrf, is_proxy = sessions.form_token(seen.request), seen.granted is not None
    known = {"words": words(seen.language), "csrf": csrf, "is_proxy": is_proxy}
    return [template.render(known, card=each) for each in (cards(room, seen, told) if told else ())]


def watch(room: Room, stop: Stop) -> None:
    """
    Wakes the streams of whose notices have changed, ends those that may go on no longer.

    For ``kairan.process.together``. One question for all who have a page open: a stream by itself asks nothing. While
    it is not known who hides nobody is woken and nothing ends; afterwards everybody is.
    """
    former: Mapping[Handle, str | None] = {}
    asked = room.now()
    while not stop():
        former = _woken(room, former) if room.guard.is_fresh else {}
        if room.now() - asked >= AGAIN_MILLISECONDS:
            end_what_is_over(room)
            asked = room.now()
        Event().wait(LOOK_SECONDS)


def _woken(room: Room, former: Mapping[Handle, str | None]) -> Mapping[Handle, str | None]:
    """Those whose version is another one than ``former``'s, or who were not there; the versions of all."""
    people = room.streams.people()
    found = room.entries.versions(people)
    versions = {each: found.get(each) for each in people}
    room.streams.wake([each for each, its in versions.items() if each not in former or former[each] != its])
    return versions


def end_what_is_over(room: Room) -> None:
    """The streams of sessions that have ended, that show somebody else by now, of proxies that have ended."""
    lasting = room.sessions.lasting(room.streams.keys(), room.now())
    with suppress(StaleMeasuresError):  # then nothing ends: at the next look it will be known
        room.streams.keep(lambda stream: may_go_on(room, lasting.get(stream.key), stream.people))
