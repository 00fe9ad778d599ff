"""Staff's way in by their provider and out again: pages that need nobody to be signed in."""

from functools import partial
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway import pages, sessions
from gateway.desks import words
from gateway.desks.account import RefusedAccountError
from gateway.desks.door import StaffDoor
from gateway.desks.routes import HOME, SIGN_IN, SIGN_OUT
from gateway.desks.staff import Role
from gateway.sign_in import browser
from gateway.sign_in.refusals import RefusedSignInError
from kairan import logs
from processors.notices.texts import Language

START, BACK, SIGNED_OUT = f"{SIGN_IN}/start", f"{SIGN_IN}/done", f"{HOME}/signed-out"

ELSEWHERE = frozenset({"cross-site", "same-site"})


def routes(door: StaffDoor, origin: str) -> list[BaseRoute]:
    """``origin``: where the provider sends a browser back to."""
    return [
        Route(SIGN_IN, _ask),
        Route(START, partial(_start, door)),
        Route(BACK, partial(_finish, door)),
        Route(SIGN_OUT, partial(_out, door), methods=["POST"]),
        Route(SIGNED_OUT, partial(_signed_out, door, origin)),
    ]


def _ask(request: Request) -> Response:
    return _page(request, "enter", roles=words.ROLES, start=START)


def _start(door: StaffDoor, request: Request) -> Response:
    """From our own page alone: a link elsewhere would have whoever is known to the provider change her role unasked."""
    role = request.query_params.get("as")
    if role not in set(Role) or request.headers.get("sec-fetch-site") in ELSEWHERE:
        return RedirectResponse(SIGN_IN, HTTPStatus.SEE_OTHER)
    try:
        secret, address = door.begin(Role(role))
    except RefusedSignInError as error:
        return _refused(request, error)
    answer = RedirectResponse(address, HTTPStatus.SEE_OTHER)
    browser.begin(answer, browser.STAFF, secret)
    return answer


def _finish(door: StaffDoor, request: Request) -> Response:
    """A staff session that the browser had ends, whoever's it was: the new one has a secret of its own."""
    try:
        token = door.finish(browser.attempt(request, browser.STAFF), request.query_params)
    except RefusedSignInError as error:
        return _refused(request, error)
    door.leave(sessions.of(request))
    answer = RedirectResponse(HOME, HTTPStatus.SEE_OTHER)
    sessions.begin(answer, token)
    browser.end(answer, browser.STAFF)
    return answer


def _out(door: StaffDoor, request: Request) -> Response:
    door.leave(sessions.of(request))
    answer = RedirectResponse(SIGNED_OUT, HTTPStatus.SEE_OTHER)
    sessions.end(answer)
    return answer


def _signed_out(door: StaffDoor, origin: str, request: Request) -> Response:
    """Leads on to the provider, whose own session would let the next one at this terminal in."""
    there = door.sign_out(origin + SIGN_IN)
    return browser.leading_on(_page(request, "signed_out", there=there), there)


def _refused(request: Request, error: RefusedSignInError) -> Response:
    """The log has the rule alone: neither what was sent nor who it was."""
    logs.log().warning("no clerk is signed in", code=error.code)
    is_account = isinstance(error, RefusedAccountError)
    answer = _page(request, "not_signed_in", HTTPStatus.FORBIDDEN, is_account=is_account)
    browser.end(answer, browser.STAFF)
    return answer


def _page(request: Request, name: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
    return pages.render(request, f"desks/{name}.html", status, language=Language.JAPANESE, sign_in=SIGN_IN, **values)
