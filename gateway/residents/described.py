"""The residents' side, an address a row: what for, for whom, which form, which answers."""

from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from gateway.describing import (
    CALENDAR,
    EVENTS,
    Answers,
    Description,
    Descriptions,
    Form,
    Query,
    Spoken,
    Yes,
    answer,
    sent_to,
)
from gateway.describing import page as answered
from gateway.residents.others import UNSUBSCRIBE
from gateway.residents.ports import Verdict

NAME = "^[0-9a-f]{32}$"
"""Of something of hers: a keyed hash of this session."""
Hour = Annotated[str, Field(pattern="^([0-9]|1[0-9]|2[0-3])$")]
_NOT_A_CHOICE: Answers = answer(HTTPStatus.BAD_REQUEST, "the form says something that its page does not offer")
_NOT_HERS: Answers = answer(HTTPStatus.NOT_FOUND, "nothing of hers has this name, or she may not")
_REFUSED: Answers = {
    **answer(HTTPStatus.FORBIDDEN, "nobody is signed in, whatever the reason"),
    **answer(HTTPStatus.SERVICE_UNAVAILABLE, "not now: it is not known who is protected"),
}


class Wanted(Query):
    """Where a sign-in leads."""

    to: Annotated[str, Field(description="a page by its name; others lead to the first")] = "duties"


class FromProvider(Query):
    """What the provider sends the browser back with."""

    code: str = ""
    state: str = ""
    iss: str = ""
    error: str = ""


class Since(Query):
    """From where on a page wants to be told."""

    after: Annotated[str, Field(description="the version of what is on the page; Last-Event-ID goes before it")] = ""


class Event(BaseModel):
    """Of the stream of notices; ``id`` is with the last of those that come together."""

    event: Literal["notice", "left", "over"]
    data: str
    id: Annotated[str, Field(description="the version of the page that the browser has now")] = ""


class Unsubscribed(Query):
    """What stands in a mail."""

    t: Annotated[str, Field(description="ends that one address is told, and nothing else")] = ""


class Said(Form):
    """Of a notice."""

    verdict: Verdict


class Chosen(Form):
    """How she wants to be told: what is not ``yes`` is not wanted."""

    push: Yes = ""
    mail: Yes = ""
    post: Yes = ""
    quiet_from: Hour
    quiet_to: Hour


class Asked(Form):
    """Which pages somebody may look at; one at least, until the last day, a year at most."""

    duties: Yes = ""
    notices: Yes = ""
    move: Yes = ""
    until: Annotated[str, Field(description="a day as 2027-06-30; empty: a year")] = ""


class Confirmed(Form):
    """What was handed over."""

    invitation: str


class OneClick(BaseModel):
    """What a mail program sends; what counts stands in the address."""

    said: Annotated[str, Field(alias="List-Unsubscribe", examples=["One-Click"])] = ""


def page(summary: str, *, query: type[Query] = Spoken) -> Description:
    return Description(summary, "resident", answered("the page") | _NOT_HERS, query=query)


def form(summary: str, answers: Answers, its: type[BaseModel] = Form, *, named: bool = False) -> Description:
    return Description(summary, "resident", answers | _NOT_HERS, its, path={"name": NAME} if named else {})


DESCRIPTIONS: Descriptions = {
    ("GET", "/sign-in"): Description("asks who it is", "anybody", answered("the page"), query=Spoken),
    ("GET", "/sign-in/start"): Description(
        "begins a sign-in", "anybody", sent_to("to the provider") | _REFUSED, query=Wanted
    ),
    ("GET", "/sign-in/done"): Description(
        "ends a sign-in: the provider's answer, good once", "anybody", sent_to("to the page") | _REFUSED,
        query=FromProvider,
    ),
    ("POST", "/sign-out"): Description("ends this session", "anybody", sent_to("to /signed-out"), Form),
    ("POST", "/sign-out/everywhere"): form("ends all sessions of whoever signed in", sent_to("to /signed-out")),
    ("GET", "/signed-out"): Description(
        "that it has ended; leads on to the provider, if its own session can be ended", "anybody", answered("the page"),
        query=Spoken,
    ),
    ("GET", "/my"): page("what is to be done, by its day"),
    ("GET", "/my/calendar.ics"): Description(
        "the same days for a calendar", "resident", answered("days and one sentence for all", CALENDAR) | _NOT_HERS
    ),
    ("GET", "/my/notices"): page("her notices"),
    ("GET", "/my/notices/live"): Description(
        "what is new among them, as long as the page may be seen", "resident",
        answer(HTTPStatus.OK, "a notice, which ones are left, or that it is over", EVENTS, Event) | _NOT_HERS,
        query=Since,
    ),
    ("POST", "/my/notices/{name}/feedback"): form(
        "what she says of a notice", sent_to("to her notices") | _NOT_A_CHOICE, Said, named=True
    ),
    ("GET", "/my/move"): page("her moves, over both municipalities"),
    ("GET", "/my/received"): page("who received what about her, and why"),
    ("GET", "/my/channels"): page("how she is told"),
    ("POST", "/my/channels"): form("chooses how she is told", sent_to("to the same page") | _NOT_A_CHOICE, Chosen),
    ("GET", UNSUBSCRIBE): Description(
        "asks whether it shall end; changes nothing", "anybody", answered("the page"), query=Unsubscribed
    ),
    ("POST", UNSUBSCRIBE): Description(
        "ends that an address is told (RFC 8058)", "program", answered("the page"), OneClick, Unsubscribed
    ),
    ("GET", "/my/proxies"): page("who may look for her, and for whom she may"),
    ("POST", "/my/proxies"): form("makes an invitation", answered("with what to hand over") | _NOT_A_CHOICE, Asked),
    ("POST", "/my/proxies/confirm"): form("becomes a proxy by an invitation", sent_to("to the proxies"), Confirmed),
    ("POST", "/my/proxies/stop"): Description("looks at her own pages again", "anybody", sent_to("to her page"), Form),
    ("POST", "/my/proxies/{name}/end"): form("ends a proxy, from either side", sent_to("to the proxies"), named=True),
    ("POST", "/my/proxies/{name}/act"): form("looks at somebody's pages", sent_to("to that page"), named=True),
}  # fmt: skip
