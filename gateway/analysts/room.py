"""What every page of released statistics stands on. Nobody signs in: all of it is for everybody."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import pages, security
from gateway.analysts import words
from gateway.analysts.allowing import Allowance
from gateway.analysts.live import Readers
from processors.notices.texts import Language
from processors.statistics.publishing.shelf import OpenShelf

HOME = "/statistics"
MENU = {HOME: "公表された統計", f"{HOME}/quick-start": "使い方", f"{HOME}/programs": "プログラム向け"}


@dataclass(frozen=True)
class Room:
    """``origin``: the address that browsers know; ``now``: milliseconds, for what is asked too often."""

    shelf: OpenShelf
    origin: str
    now: Callable[[], int]
    readers: Readers = field(default_factory=Readers)
    allowance: Allowance = field(default_factory=Allowance)


def page(request: Request, template: str, **values: Any) -> Response:
    """In Japanese, with scripts of ours: charts and live news, without which it tells all the same."""
    headers = {"Content-Security-Policy": security.CSP_WITH_SCRIPT}
    known: dict[str, Any] = {"words": words, "menu": MENU, "language": Language.JAPANESE, "headers": headers}
    return pages.render(request, f"analysts/{template}", **known, **values)
