"""
The cookie that says which session a browser has: an opaque token, for this host alone, never for a script.

There is one for residents and for staff. Which of them a token stands for, if anybody, each room's own store knows, and
a browser that gets another session has lost the one before (``security.OneSession``).
"""

import hashlib
import hmac

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "__Host-session"


def of(request: Request) -> str:
    """The token; empty where nobody is signed in."""
    return request.cookies.get(COOKIE, "")


def form_token(request: Request) -> str:
    """What a form of this session carries: nobody without its cookie can work it out."""
    return hmac.digest(of(request).encode(), b"a form of this session", hashlib.sha256).hex()


def begin(response: Response, token: str) -> None:
    """From now on; whoever signs in gets a new token, so that one planted before is worth nothing."""
    response.set_cookie(COOKIE, token, path="/", secure=True, httponly=True, samesite="lax")


def end(response: Response) -> None:
    response.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")


def changed_by(answer: Headers) -> bool:
    """Whether these headers give the browser another session, or none."""
    return any(each.startswith(f"{COOKIE}=") for each in answer.getlist("set-cookie"))
