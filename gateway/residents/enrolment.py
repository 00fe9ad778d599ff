"""
The page of whoever has signed in and is nobody here yet: where to go, and where to type the code of a counter.

It is the same for everybody, and says of nobody whether she is known, or hides.
"""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.residents.room import Form, Room, page, posted
from gateway.residents.signing import ENROL, FIRST, begun_anew, not_signed_in
from gateway.sign_in import browser
from gateway.sign_in.browser import PENDING
from gateway.sign_in.refusals import RefusedSignInError
from kairan import logs


def routes(room: Room) -> list[Route]:
    def show(request: Request) -> Response:
        return _page(room, request)

    def enrol(request: Request, form: Form) -> Response:
        """While it is not known who hides the door looks at no code: a wrong one would count."""
        if form.get("mine") != "yes":
            return _page(room, request, "mine")
        try:
            found = room.door.enrol(browser.attempt(request, PENDING), form.get("code", ""), FIRST)
        except RefusedSignInError as error:
            logs.log().warning("nobody is enrolled", code=error.code)
            return not_signed_in(request)
        if isinstance(found, str):
            logs.log().warning("nobody is enrolled", code=found)
            return _page(room, request, found)
        return begun_anew(room, request, found)

    return [Route(ENROL, show, methods=["GET"]), Route(ENROL, posted(enrol), methods=["POST"])]


def _page(room: Room, request: Request, fault: str = "") -> Response:
    """What was typed is not written into it again."""
    waits = room.door.waits(browser.attempt(request, PENDING))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
    return page(request, "enrol.html", waits=waits, fault=fault, status=status)
