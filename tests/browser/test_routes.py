"""No page is forgotten: whatever the front door serves is looked at, or there is a reason why not."""

import ast
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from starlette.routing import BaseRoute, Route

import gateway
from gateway import app, openapi, static_files
from tests.browser import pages
from tests.browser.site import OURS, Site

ROOT = Path(gateway.__file__).parent
COMMON = {static_files.__name__, app.__name__, openapi.__name__}
"""Modules whose routes are in every application: files, the health of the process, the document of all routes."""


def got(routes: list[BaseRoute]) -> set[str]:
    return {route.path for route in routes if isinstance(route, Route) and "GET" in (route.methods or ())}


def test_every_page_that_the_rooms_serve_is_looked_at(shown: Site) -> None:
    looked_at = {page.template for page in pages.ALL if page.form is None} - {route.path for route in OURS}

    assert got(shown.routes) == looked_at | set(pages.NO_PAGES)


def test_every_room_that_has_routes_is_served_here(shown: Site) -> None:
    served = {_module(route) for route in shown.routes} | COMMON

    assert set() == set(_rooms()) - served


def _rooms() -> Iterator[str]:
    """Modules that make a route."""
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Route" for node in ast.walk(tree)):
            yield ".".join(path.relative_to(ROOT.parent).with_suffix("").parts)


def _module(route: BaseRoute) -> str:
    assert isinstance(route, Route)
    endpoint = route.endpoint
    while isinstance(endpoint, partial):
        endpoint = endpoint.func
    return str(endpoint.__module__)
