"""The front door as an ASGI application: the routes of its rooms, behind what holds for all of them."""

from collections.abc import Callable, Sequence
from functools import partial
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Lifespan

from gateway import openapi, static_files
from gateway.errors import HANDLERS, Unspoken
from gateway.security import OneSession, OwnWrites, SafeHeaders
from gateway.settings import GatewaySettings


def application(
    settings: GatewaySettings,
    routes: Sequence[BaseRoute],
    strangers: frozenset[str] = frozenset(),
    lifespan: Lifespan[Starlette] | None = None,
    ends: Sequence[Callable[[str], None]] = (),
    is_ready: Callable[[], bool] = lambda: True,
) -> ASGIApp:
    """
    From outside in: errors that nobody handled, headers, writes, one session a browser; then the route.

    ``ends``: of each room, by which it ends the session of a browser that gets another one. ``is_ready``: whether pages
    can be shown now.
    """
    around = [Middleware(OwnWrites, settings.origin, strangers), Middleware(OneSession, ends)]
    own = [*routes, static_files.ROUTE, Route("/health", health), Route("/ready", partial(ready, is_ready))]
    inner = Starlette(
        routes=[*own, openapi.route(own)], middleware=around, exception_handlers=HANDLERS, lifespan=lifespan
    )
    inner.router.redirect_slashes = False  # it would lead to whatever host the request names
    return Unspoken(SafeHeaders(inner, settings.is_tls))


def health(_: Request) -> Response:
    """For whoever starts and watches this process: it lives, and answers."""
    return PlainTextResponse("ok")


def ready(is_ready: Callable[[], bool], _: Request) -> Response:
    """For whoever leads browsers to one of several processes: this one can show them pages now."""
    return PlainTextResponse("ready") if is_ready() else PlainTextResponse("not now", HTTPStatus.SERVICE_UNAVAILABLE)
