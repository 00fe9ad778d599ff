"""The pages: what there is, a month of a dataset with its charts and tables, how it is used."""

from functools import partial

from sse_starlette import EventSourceResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import describing, pages
from gateway.analysts import asyncapi, charts, live, tiles, words
from gateway.analysts.charts import Table
from gateway.analysts.room import HOME, Room, page
from kairan import topics
from processors.statistics.datasets import DATASETS
from processors.statistics.publishing.shelf import Released

LIVE = f"{HOME}/live"
MONTHS, SHOWN = 24, 50
PING_SECONDS = 15


def routes(room: Room) -> list[Route]:
    return [
        Route(HOME, partial(home, room)),
        Route(LIVE, partial(_live, room)),
        Route(f"{HOME}/quick-start", partial(quick_start, room)),
        Route(f"{HOME}/programs", partial(programs, room)),
        Route(f"{HOME}/{{dataset}}", partial(newest, room)),
        Route(f"{HOME}/{{dataset}}/{{window}}", partial(month, room)),
    ]


def home(room: Room, request: Request) -> Response:
    found = room.shelf.releases(most=SHOWN)
    after = max((each.number for each in found), default=0)
    return page(request, "home.html", datasets=DATASETS, releases=found, after=after)


def quick_start(room: Room, request: Request) -> Response:
    found = next(iter(room.shelf.releases("migration", most=1)), None)
    name = f"migration-{found.window}-v{found.vintage}" if found else "migration-2026-04-v1"
    return page(request, "quick_start.html", origin=room.origin, name=name)


def programs(room: Room, request: Request) -> Response:
    """What the OpenAPI and the AsyncAPI document say, for people."""
    from gateway.analysts.described import DESCRIPTIONS  # noqa: PLC0415 - it describes this page, too

    asked = [
        (path, each.summary, describing.parameters(each.query))
        for (_, path), each in DESCRIPTIONS.items()
        if path.startswith(("/api/", "/data/"))
    ]
    read = [(topics.name(each), asyncapi.title(each), each, asyncapi.fields(each)) for each in asyncapi.kinds()]
    return page(request, "programs.html", origin=room.origin, datasets=DATASETS, asked=asked, read=read)


def newest(room: Room, request: Request) -> Response:
    """404 for what is no dataset; before its first release the page says that there is none."""
    dataset = _dataset(request)
    months = _months(room, dataset)
    return _shown(room, request, months[-1]) if months else page(request, "none.html", dataset=DATASETS[dataset])


def month(room: Room, request: Request) -> Response:
    found = room.shelf.release(_dataset(request), request.path_params["window"], _vintage(request))
    if found is None:
        raise HTTPException(404)
    return _shown(room, request, found)


async def _live(room: Room, request: Request) -> Response:
    """Behind the release whose number the browser says it had last."""
    said = request.headers.get("last-event-id") or request.query_params.get("after", "")
    after = int(said) if _is_number(said) else 0
    item = pages.environment().get_template("analysts/release.html")

    def show(release: Released) -> str:
        return item.render(each=release, datasets=DATASETS, words=words)

    return EventSourceResponse(live.news(room.readers, partial(_since, room), show, after), ping=PING_SECONDS)


def _since(room: Room, after: int) -> list[Released]:
    found = [each for each in room.shelf.releases(most=SHOWN) if each.number > after]
    return found[::-1]


def _shown(room: Room, request: Request, release: Released) -> Response:
    months = _months(room, release.dataset)
    at = partial(room.shelf.at, release.number)
    its = [*charts.tables(release, at), _series(room, release, months)]
    return page(
        request, "month.html", dataset=DATASETS[release.dataset], release=release, tables=its,
        maps={each.name: _maps(each) for each in its}, files=room.shelf.files([release.number]),
        months=months[::-1],
        untold=charts.untold(release), newest=next((each for each in months if each.window == release.window), release),
    )  # fmt: skip


def _maps(table: Table) -> list[tiles.Map]:
    """Of its first two columns; of what is drawn otherwise none."""
    if table.drawn != "tiles":
        return []
    columns = enumerate(table.heads[:2])
    return [tiles.draw(head, {name: counts[at] for name, counts in table.rows}) for at, head in columns]


def _series(room: Room, release: Released, months: list[Released]) -> Table:
    wanted = charts.lines(release.dimensions).values()
    found = [(each.window, room.shelf.at(each.number, wanted)) for each in months[-MONTHS:]]
    return charts.series(release.dimensions, found)


def _months(room: Room, dataset: str) -> list[Released]:
    """Of each month the newest vintage, the oldest month first."""
    newest_first = sorted(room.shelf.releases(dataset), key=lambda each: each.vintage)
    by_window = {each.window: each for each in newest_first}
    return [by_window[window] for window in sorted(by_window)]


def _dataset(request: Request) -> str:
    name: str = request.path_params["dataset"]
    if name not in DATASETS:
        raise HTTPException(404)
    return name


def _vintage(request: Request) -> int | None:
    """404 for what is no number."""
    said = request.query_params.get("vintage", "")
    if said and not _is_number(said):
        raise HTTPException(404)
    return int(said) if said else None


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdigit() and len(said) < 10
