"""My notices: a list, which grows by itself where scripts run; and what the resident says of each."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from hashlib import sha256
from threading import Event
from typing import cast, get_args

from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import pages, security
from gateway.residents.cards import card, cards
from gateway.residents.ports import Told, Verdict
from gateway.residents.room import Form, Room, Viewer, back, posted, viewer
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


def routes(room: Room) -> list[Route]:
    def show(request: Request) -> Response:
        seen = viewer(request, room, "notices")
        told = room.entries.of(seen.person)
        page = seen.page(
            "notices.html", here="notices", cards=cards(room, seen, told or ()), is_closed=told is None,
            version=version(told or ()),
        )  # fmt: skip
        page.headers["Content-Security-Policy"] = security.CSP_WITH_SCRIPT
        return page

    async def live(request: Request) -> Response:
        seen = await run_in_threadpool(viewer, request, room, "notices")
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


def of_name(room: Room, seen: Viewer, name: str) -> Told:
    """Among her own; 404: nobody else's can be named at all."""
    found = (each for each in room.entries.of(seen.person) or () if seen.opaque(each.id) == name)
    if told := next(found, None):
        return told
    raise HTTPException(404)


async def told_to(room: Room, seen: Viewer, stream: Stream, after: str) -> AsyncIterator[ServerSentEvent]:
    """
    What is new on her page, until she may see it no longer; ``after``: the version of what the browser has.

    If that is not how her page stands it gets all that stands there, which puts itself in the place of what it has. So
    a version of somebody else's shows nothing of hers.
    """
    known: dict[NoticeId, Told] | None = None
    try:
        while not stream.is_over and (told := await run_in_threadpool(_told, room, seen)) is not None:
            if known is None:
                known = {each.id: each for each in told} if version(told) == after else {}
            for event in _events(room, seen, known, told):
                yield event
            known = {each.id: each for each in told}
            await stream.news()
        yield ServerSentEvent("", event="over")
    finally:
        room.streams.forget(stream)


def version(told: Iterable[Told]) -> str:
    """Of all that stands on a page; it tells nothing but whether it is the same."""
    return sha256(repr(sorted(told, key=_id)).encode()).hexdigest()[:32]


def _told(room: Room, seen: Viewer) -> Sequence[Told] | None:
    """None: this page is not hers to see any more."""
    session = room.sessions.find(seen.session.key, room.now())
    people = frozenset({seen.session.handle, seen.person})
    return room.entries.of(seen.person) if may_go_on(room, session, people) else None


def _events(room: Room, seen: Viewer, known: Mapping[NoticeId, Told], told: Sequence[Told]) -> list[ServerSentEvent]:
    """The oldest first; the last one alone says which version this is: whoever lost some of them gets all again."""
    gone = [("gone", f"n{seen.opaque(name)}") for name in known.keys() - {each.id for each in told}]
    new = [("notice", _html(room, seen, each)) for each in reversed(told) if known.get(each.id) != each]
    events = [ServerSentEvent(data, event=event) for event, data in (*gone, *new)]
    if events:
        events[-1].id = version(told)
    return events


def may_go_on(room: Room, session: Session | None, people: frozenset[Handle]) -> bool:
    """Whether what was opened for these (who signed in, whose page it is) is still theirs to see."""
    if session is None or people != {session.handle, session.shown} or any(map(room.guard.hides, people)):
        return False
    hers = session.acting_for
    return hers is None or room.proxies.between(session.handle, hers, room.today()) is not None


def _id(told: Told) -> NoticeId:
    return told.id


def _html(room: Room, seen: Viewer, told: Told) -> str:
    template = pages.environment().get_template("residents/notice.html")
    return template.render(card=card(seen, told, room.today()), words=words(seen.language), csrf="", is_proxy=True)


def watch(room: Room, stop: Stop) -> None:
    """
    Wakes the streams of whose notices have changed, ends those that may go on no longer.

    For ``kairan.process.together``. One question for all who have a page open: a stream by itself asks nothing.
    """
    former = room.entries.versions(())
    known, asked = frozenset(former), room.now()
    while not stop():
        people = room.streams.people()
        versions = room.entries.versions(people)
        changed = [each for each in people if each not in known or former.get(each) != versions.get(each)]
        room.streams.wake(changed)
        known, former = people, versions
        if room.now() - asked >= AGAIN_MILLISECONDS:
            end_what_is_over(room)
            asked = room.now()
        Event().wait(LOOK_SECONDS)


def end_what_is_over(room: Room) -> None:
    """The streams of sessions that have ended, that show somebody else by now, of proxies that have ended."""
    lasting = room.sessions.lasting(room.streams.keys(), room.now())
    room.streams.keep(lambda stream: may_go_on(room, lasting.get(stream.key), stream.people))
