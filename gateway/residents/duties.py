"""What I must do: the duties and steps that are ahead, by their day; and the same days as a calendar file."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from icalendar import Calendar, Event
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.residents.cards import cards, to_do
from gateway.residents.notices import recent
from gateway.residents.ports import Told
from gateway.residents.room import NotGrantedError, Room, back, viewer
from gateway.residents.words import Words, words


def routes(room: Room) -> list[Route]:
    def show(request: Request) -> Response:
        """Where everybody comes first, so that a proxy to whom it is not open is led on."""
        try:
            seen = viewer(request, room, "duties")
        except NotGrantedError as error:
            return back(error.first)
        told = room.entries.of(seen.person)
        ahead = cards(room, seen, to_do(told or (), room.today()))
        gone = any(not each.holds for each in recent(told or (), room.at()))
        return seen.page("duties.html", here="duties", cards=ahead, is_closed=told is None, has_withdrawn=gone)

    def calendar(request: Request) -> Response:
        seen = viewer(request, room, "duties")
        ahead = to_do(room.entries.of(seen.person) or (), room.today())
        return Response(file(ahead, words(seen.language)), media_type="text/calendar", headers=AS_FILE)

    return [Route("/my", show), Route("/my/calendar.ics", calendar)]


AS_FILE = {"Content-Disposition": 'attachment; filename="kairan.ics"'}


def file(ahead: Sequence[Told], its: Words) -> bytes:
    """
    Days and nothing else: whoever looks into the calendar learns that there is something at the town hall.

    The same notice has the same id in each file, so that a calendar replaces it; it leads back to nothing.
    """
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", "-//Kairan//residents//")
    for told in ahead:
        if told.due:
            made.add_component(_event(told, its))
    written: bytes = made.to_ical()
    return written


def _event(told: Told, its: Words) -> Event:
    event = Event()
    event.add("uid", f"{sha256(b'in a calendar' + told.id).hexdigest()[:32]}@kairan")
    event.add("dtstamp", datetime.fromtimestamp(told.at / 1000, UTC))
    event.add("dtstart", told.due)
    event.add("summary", str(its.duties.in_calendar))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    return event
