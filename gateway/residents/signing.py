"""The pages of the door: in, out, and why not."""

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway import sessions
from gateway.residents.room import MENU, Room, back, page, signed_in
from gateway.sign_in import browser
from gateway.sign_in.browser import RESIDENTS, digest
from gateway.sign_in.refusals import RefusedSignInError
from kairan import logs

FIRST = "duties"
TOLD = frozenset({"unknown_person", "closed_page"})
"""Refusals that are no mistake of the way; both are answered alike, for who hides is nobody's to find out."""


def routes(room: Room) -> list[Route]:
    close = ended(room)

    def ask(request: Request) -> Response:
        return page(request, "sign_in.html")

    def start(request: Request) -> Response:
        wanted = request.query_params.get("to", FIRST)
        try:
            secret, address = room.door.begin(wanted if wanted in MENU else FIRST)
        except RefusedSignInError as error:
            return _refused(request, error)
        answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
        browser.begin(answer, RESIDENTS, secret)
        return answer

    def finish(request: Request) -> Response:
        """The session that the browser had ends, whoever's it was: the new one has a secret of its own."""
        try:
            opened = room.door.finish(browser.attempt(request, RESIDENTS), request.query_params)
        except RefusedSignInError as error:
            return _refused(request, error)
        close(sessions.of(request))
        answer = back(MENU[opened.to])
        sessions.begin(answer, opened.token)
        return _without_attempt(answer)

    def out(request: Request) -> Response:
        close(sessions.of(request))
        return _signed_out()

    def everywhere(request: Request) -> Response:
        """Of whoever signed in, also while she acts for somebody else."""
        own = signed_in(request, room).handle
        room.sessions.close_all([own])
        room.streams.close_all([own])
        return _signed_out()

    return [
        Route("/sign-in", ask),
        Route("/sign-in/start", start),
        Route("/sign-in/done", finish),
        Route("/sign-out", out, methods=["POST"]),
        Route("/sign-out/everywhere", everywhere, methods=["POST"]),
    ]


def ended(room: Room) -> Callable[[str], None]:
    """By which the session with this token ends, if it is a resident's, and what is open in it."""

    def _end(token: str) -> None:
        key = digest(token)
        room.sessions.close(key)
        room.streams.close(key)

    return _end


def _signed_out() -> Response:
    answer = back("/sign-in")
    sessions.end(answer)
    return answer


def _refused(request: Request, error: RefusedSignInError) -> Response:
    logs.log().warning("nobody is signed in", code=error.code)
    why = "not_open" if error.code in TOLD else "failed"
    return _without_attempt(page(request, "not_signed_in.html", why=why, status=HTTPStatus.FORBIDDEN))


def _without_attempt(answer: Response) -> Response:
    browser.end(answer, RESIDENTS)
    return answer
