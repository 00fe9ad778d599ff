"""All routes of released statistics."""

from starlette.routing import Route

from gateway.analysts import api, asyncapi, opendata, showing
from gateway.analysts.room import Room


def routes(room: Room) -> list[Route]:
    return [*showing.routes(room), *opendata.routes(room), *api.routes(room), asyncapi.route()]
