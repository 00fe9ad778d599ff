"""Guides by life event: for everybody, without a sign-in, and the same for all; they know nothing of anybody's case."""

from typing import cast, get_args

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import language
from gateway.residents.room import Room, page
from gateway.residents.words import Shown
from processors.notices import guides
from processors.notices.guides import LifeEvent

HERE = "/guides"


def routes(_: Room) -> list[Route]:
    return [Route(HERE, listed), Route(f"{HERE}/{{event}}", shown)]


def listed(request: Request) -> Response:
    spoken = language.of(request)
    titles = {event: Shown(guides.guide(event, spoken).title) for event in guides.order()}
    return page(request, "guides.html", titles=titles)


def shown(request: Request) -> Response:
    """404: no such event in life."""
    if (event := request.path_params["event"]) not in get_args(LifeEvent):
        raise HTTPException(404)
    its = guides.guide(cast("LifeEvent", event), language.of(request))
    steps = [(each, Shown(each.title), Shown(each.text)) for each in its.steps]
    return page(request, "guide.html", title=Shown(its.title), steps=steps)
