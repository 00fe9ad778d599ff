"""Templates into pages: everything that is filled in is escaped, and a name that is missing is an error."""

from functools import cache
from http import HTTPStatus
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from gateway import language, sessions, static_files
from processors.notices.markup import Passage
from processors.notices.texts import Language

DESKS = "/desks"
FIRST_PAGES = ("/my", DESKS)
"""Where somebody goes back to from a page below it; from any other to the very first page."""


def render(
    request: Request, template: str, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None, **values: Any
) -> HTMLResponse:
    """
    A page. Beside its own values it has ``csrf``, the token of its forms, ``path``, and ``base``: the frame's words.

    They are in the language of the request, unless the page has a ``language`` of its own.
    """
    spoken = values.pop("language", None) or language.of(request)
    known = {
        "csrf": sessions.form_token(request),
        "path": request.url.path,
        "base": language.texts("base", spoken),
        "language": spoken,
    }
    return HTMLResponse(environment().get_template(template).render(known | values), status, headers)


def error(request: Request, status: int) -> HTMLResponse:
    """Says what can be done about it, and nothing of what was asked; with a way back. Staff's pages are in Japanese."""
    back = next((first for first in FIRST_PAGES if is_below(request.url.path, first)), "/")
    spoken = Language.JAPANESE if back == DESKS else language.of(request)
    words = language.texts("base", spoken)["errors"]
    said = words.get(str(int(status)), words["other"])
    return render(request, "error.html", status, language=spoken, words=said, back=back, to_back=words["back"])


def is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


@cache
def environment() -> Environment:
    made = Environment(
        loader=PackageLoader("gateway"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=visible,
    )
    made.globals["static"] = static_files.url
    return made


def visible(value: Any) -> Any:
    """A text from outside that turns what stands around it does nothing but show itself: <U+202E>."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return Passage.of_value(value).plain
