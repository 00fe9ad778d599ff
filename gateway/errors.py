"""What goes wrong becomes a plain page; logs learn the error's class and place, never its text."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, ExceptionHandler, Receive, Scope, Send

from gateway import pages
from gateway.residents.protection import StaleMeasuresError
from gateway.residents.room import NotGrantedError, not_granted
from kairan import logs
from kairan.process import place_of

AGAIN_SECONDS = 30
"""After which whoever met a page that cannot be shown now may ask again."""


def refused(request: Request, error: Exception) -> Response:
    """Also for what is there but is somebody else's: 404 as for what is not."""
    assert isinstance(error, HTTPException)
    page = pages.error(request, error.status_code)
    page.headers.update(error.headers or {})
    return page


def failed(request: Request, _: Exception) -> Response:
    return pages.error(request, 500)


def not_now(request: Request, _: Exception) -> Response:
    """Nobody is sent to a counter, or out of her session, because we cannot read something."""
    page = pages.error(request, HTTPStatus.SERVICE_UNAVAILABLE)
    page.headers["Retry-After"] = str(AGAIN_SECONDS)
    return page


HANDLERS: dict[int | type[Exception], ExceptionHandler] = {
    NotGrantedError: not_granted,
    HTTPException: refused,
    StaleMeasuresError: not_now,
    Exception: failed,
}


@dataclass(frozen=True, slots=True)
class Unspoken:
    """The outermost: an error ends here, for the server would write its text, which may hold what a record held."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            if scope["type"] != "http":
                raise
            logs.log().error("failed", error=type(error).__name__, rule=place_of(error))
