"""The pages of the door: in, out, and why not."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway import sessions
from gateway.residents.enrolling import MINUTES
from gateway.residents.room import MENU, Room, back, begun, page
from gateway.sign_in import browser
from gateway.sign_in.browser import PENDING, RESIDENTS, digest, leading_on
from gateway.sign_in.door import ENROLMENT, Opened, UnknownPersonError
from gateway.sign_in.refusals import RefusedSignInError
from kairan import logs

FIRST, SIGNED_OUT, ENROL = "duties", "/signed-out", "/enrol"


def routes(room: Room) -> list[Route]:
    return [
        Route("/sign-in", _ask),
        Route("/sign-in/start", partial(_start, room)),
        Route("/sign-in/done", partial(_finish, room)),
        Route("/sign-out", partial(_out, room), methods=["POST"]),
        Route("/sign-out/everywhere", partial(_everywhere, room), methods=["POST"]),
        Route(SIGNED_OUT, partial(_signed_out, room)),
    ]


def _ask(request: Request) -> Response:
    return page(request, "sign_in.html")


def _start(room: Room, request: Request) -> Response:
    """Nobody is sent to the provider while nobody can be let in."""
    room.guard.demand()
    wanted = request.query_params.get("to", FIRST)
    try:
        secret, address = room.door.begin(wanted if wanted in {*MENU, ENROLMENT} else FIRST)
    except RefusedSignInError as error:
        return _refused(request, error)
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    browser.begin(answer, RESIDENTS, secret)
    return answer


def _finish(room: Room, request: Request) -> Response:
    """
    The new session has a secret of its own.

    While nobody can be let in the answer is not looked at: the same page asked for again goes on with it.
    """
    room.guard.demand()
    try:
        opened = room.door.finish(browser.attempt(request, RESIDENTS), request.query_params)
    except RefusedSignInError as error:
        return _refused(request, error)
    return _without_attempt(begun_anew(room, request, opened))


def begun_anew(room: Room, request: Request, opened: Opened) -> Response:
    """The session that the browser had ends, whoever's it was; nothing waits in it any more."""
    ended(room)(sessions.of(request))
    answer = back(MENU.get(opened.to, MENU[FIRST]))
    sessions.begin(answer, opened.token)
    browser.end(answer, PENDING)
    return answer


def _out(room: Room, request: Request) -> Response:
    """Also of who waits: whoever has this telephone next shall not type a code for her."""
    ended(room)(sessions.of(request))
    room.door.leave(browser.attempt(request, PENDING))
    answer = _without_session()
    browser.end(answer, PENDING)
    return answer


def _everywhere(room: Room, request: Request) -> Response:
    """Of whoever signed in, also while she acts for somebody else."""
    own = begun(request, room).handle
    room.sessions.close_all([own])
    room.streams.close_all([own])
    return _without_session()


def _signed_out(room: Room, request: Request) -> Response:
    """Leads on to the provider, whose own session would let in whoever has this telephone next."""
    there = room.door.sign_out()
    return leading_on(page(request, "signed_out.html", there=there), there)


def ended(room: Room) -> Callable[[str], None]:
    """By which the session with this token ends, if it is a resident's, and what is open in it."""

    def _end(token: str) -> None:
        key = digest(token)
        room.sessions.close(key)
        room.streams.close(key)

    return _end


def _without_session() -> Response:
    answer = back(SIGNED_OUT)
    sessions.end(answer)
    return answer


def _refused(request: Request, error: RefusedSignInError) -> Response:
    logs.log().warning("nobody is signed in", code=error.code)
    if isinstance(error, UnknownPersonError):
        return _without_attempt(_waiting(error.secret))
    return not_signed_in(request)


def not_signed_in(request: Request) -> Response:
    return _without_attempt(page(request, "not_signed_in.html", status=HTTPStatus.FORBIDDEN))


def _waiting(secret: str) -> Response:
    """Whoever is unknown and whoever hides alike: who hides is nobody's to find out."""
    answer = back(ENROL)
    browser.begin(answer, PENDING, secret, MINUTES)
    return answer


def _without_attempt(answer: Response) -> Response:
    browser.end(answer, RESIDENTS)
    return answer
