"""The frame of the desks' pages: whose they are, and which others this role may open."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from gateway import pages
from gateway.desks import words
from gateway.desks.staff import Page, Staff, may_open
from processors.notices.texts import Language

MENU = (
    Page.HOME, Page.ARRIVALS, Page.DEPARTURES, Page.LATE, Page.CONFLICTS, Page.TASKS, Page.LOAD, Page.ENROLMENT,
    Page.SAFE_CHANNEL,
)  # fmt: skip


def render(request: Request, staff: Staff, page: Page, template: str, status: int = 200, **values: Any) -> Response:
    values |= {"menu": [each for each in MENU if may_open(staff, each)], "member": words.place(staff.member)}
    values |= {"staff": staff, "page": page, "words": words, "language": Language.JAPANESE}
    return pages.render(request, template, status, **values)
