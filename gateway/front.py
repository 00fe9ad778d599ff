"""The first page: whoever comes is asked as whom, residents here, staff there; without a script, in every language."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.residents.room import page


def routes(*, has_residents: bool, has_desks: bool) -> list[Route]:
    """Only doors that are open are shown."""

    def show(request: Request) -> Response:
        return page(request, "front.html", has_residents=has_residents, has_desks=has_desks)

    return [Route("/", show)]
