"""
Signing in as any clerk, for the local stack alone: whoever reaches it is whoever he says he is.

Where people live staff come in by an OpenID provider; this is refused there.
"""

import secrets
from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway import pages, security, sessions
from gateway.desks import words
from gateway.desks.routes import HOME, SIGN_IN, SIGN_OUT
from gateway.desks.staff import Role, Staff
from kairan.settings import Settings
from processors.notices.texts import Language

CLERKS = ("101", "102")


class NotLocalError(Exception):
    """Somebody wants to sign in without a proof, and not on the local stack."""


class DevelopmentSessions:
    """
    ``gateway.desks.staff.Sessions`` in memory: ended with the process.

    Raises:
        NotLocalError: the servers are not the local stack's, or browsers come from elsewhere.

    """

    def __init__(self, settings: Settings, origin: str) -> None:
        if settings.postgres or settings.bootstrap or urlsplit(origin).hostname != "localhost":
            raise NotLocalError("Staff sign in without a proof on the local stack only.")
        self._signed_in: dict[str, Staff] = {}

    def staff(self, token: str) -> Staff | None:
        return self._signed_in.get(token)

    def begin(self, staff: Staff) -> str:
        token = secrets.token_urlsafe(32)
        self._signed_in[token] = staff
        return token

    def end(self, token: str) -> None:
        self._signed_in.pop(token, None)


def routes(signed_in: DevelopmentSessions, members: Sequence[str]) -> list[BaseRoute]:
    return [
        Route(SIGN_IN, partial(_form, members)),
        Route(SIGN_IN, partial(_posted, signed_in, members), methods=["POST"]),
        Route(SIGN_OUT, partial(_sign_out, signed_in), methods=["POST"]),
    ]


def _form(members: Sequence[str], request: Request) -> Response:
    names = {code: words.place(code) for code in members}
    return pages.render(
        request, "desks/sign_in.html", language=Language.JAPANESE, members=names, roles=words.ROLES, clerks=CLERKS
    )


async def _posted(signed_in: DevelopmentSessions, members: Sequence[str], request: Request) -> Response:
    given = security.fields(request.headers, await request.body())
    return await run_in_threadpool(_sign_in, signed_in, members, given)


def _sign_in(signed_in: DevelopmentSessions, members: Sequence[str], given: Mapping[str, str]) -> Response:
    member, role, clerk = (given.get(name, "") for name in ("member", "role", "clerk"))
    if member not in members or role not in set(Role) or clerk not in CLERKS:
        raise HTTPException(400)
    response = RedirectResponse(HOME, 303)
    sessions.begin(response, signed_in.begin(Staff(member, Role(role), clerk)))
    return response


def _sign_out(signed_in: DevelopmentSessions, request: Request) -> Response:
    signed_in.end(sessions.of(request))
    response = RedirectResponse(SIGN_IN, 303)
    sessions.end(response)
    return response
