"""In which language somebody reads the pages, and the pages' own words in it (``texts/``)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from processors.notices.texts import Language

COOKIE = "__Host-language"
FIELD = "lang"
YEAR_SECONDS = 365 * 24 * 3600


def of(request: Request) -> Language:
    """As the address asks (``?lang=vi``), else as chosen before, else as the browser says, else Japanese."""
    asked = (request.query_params.get(FIELD), request.cookies.get(COOKIE))
    known = (Language(each) for each in asked if each in set(Language))
    return next(known, None) or _accepted(request.headers.get("accept-language", ""))


def keep(response: Response, language: Language) -> None:
    response.set_cookie(COOKIE, language, YEAR_SECONDS, path="/", secure=True, httponly=True, samesite="lax")


@cache
def texts(name: str, language: Language) -> Mapping[str, Any]:
    """The words of ``texts/<name>.<language>.toml``, such as ``base.vi.toml``."""
    path = files("gateway") / "texts" / f"{name}.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _accepted(header: str) -> Language:
    tags = sorted((_weighted(each) for each in header.split(",")), key=lambda each: -each[1])
    known = (Language(tag) for tag, weight in tags if weight > 0 and tag in set(Language))
    return next(known, Language.JAPANESE)


def _weighted(part: str) -> tuple[str, float]:
    """``en-US;q=0.8``: its language and how much it is wanted; what cannot be read is not."""
    tag, _, weight = part.strip().partition(";q=")
    try:
        return tag.partition("-")[0].lower(), float(weight or 1)
    except ValueError:
        return tag, 0.0
