"""A browser before the front door."""

from collections.abc import Sequence

from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from gateway import sessions
from gateway.app import application
from gateway.settings import GatewaySettings

ORIGIN = "https://testserver"
SETTINGS = GatewaySettings(origin=ORIGIN)
OWN = {"Origin": ORIGIN}


def browser(
    routes: Sequence[BaseRoute], session: str = "", *, origin: str = ORIGIN, strangers: frozenset[str] = frozenset()
) -> TestClient:
    """Signed in with this session; follows no redirect."""
    app = application(SETTINGS.model_copy(update={"origin": origin}), routes, strangers)
    cookies = {sessions.COOKIE: session} if session else None
    return TestClient(app, origin, cookies=cookies, follow_redirects=False, headers={"Accept-Language": "ja"})
