"""What a browser keeps between two requests of a sign-in, and what is kept here of a secret that a browser has."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from gateway.sign_in.attempts import MINUTES

RESIDENTS, STAFF = "__Host-sign-in", "__Host-staff-sign-in"
"""The cookie of an attempt at each door: what was begun at one is nothing at the other."""
PENDING = "__Host-enrolment"
"""Of a resident's sign-in that waits for a code of a counter."""


def digest(secret: str) -> bytes:
    """What is kept of a secret that a browser has; 32 random bytes need no salt."""
    return hashlib.sha256(secret.encode()).digest()


def attempt(request: Request, cookie: str) -> str:
    """The secret of what this browser has begun; empty where it has begun nothing."""
    return request.cookies.get(cookie, "")


def begin(response: Response, cookie: str, secret: str, minutes: int = MINUTES) -> None:
    response.set_cookie(cookie, secret, minutes * 60, path="/", secure=True, httponly=True, samesite="lax")


def end(response: Response, cookie: str) -> None:
    response.delete_cookie(cookie, path="/", secure=True, httponly=True, samesite="lax")


def leading_on(page: Response, there: str | None) -> Response:
    """
    To the provider, after a sign-out; nowhere where it does not say where its own session ends.

    By a page that leads there, for a form may send nobody elsewhere: ``form-action`` holds for redirects, too.
    """
    if there:
        page.headers["Refresh"] = f"0; url={there}"
    return page
