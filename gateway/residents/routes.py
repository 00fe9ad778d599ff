"""All routes of the residents' side, and who may write to it without a page of ours."""

from starlette.routing import Route

from gateway.residents import duties, enrolment, guides, naming, notices, others, representing, signing, telling
from gateway.residents.room import Room
from gateway.residents.telling import UNSUBSCRIBE

STRANGERS = frozenset({UNSUBSCRIBE})


def routes(room: Room) -> list[Route]:
    return [
        route
        for part in (signing, enrolment, guides, duties, notices, others, telling, naming, representing)
        for route in part.routes(room)
    ]
