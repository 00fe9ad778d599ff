"""The residents' side, an address a row: what for, for whom, which form, which answers."""

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field

from gateway.describing import (
    CALENDAR,
    EVENTS,
    Answers,
    Description,
    Descriptions,
    Form,
    FromProvider,
    Query,
    Spoken,
    Yes,
    answer,
    not_now,
    refused,
    sent_to,
)
from gateway.describing import page as answered
from gateway.residents import guides
from gateway.residents.naming import SIMULATED, WORKER
from gateway.residents.ports import CHOSEN, Verdict
from gateway.residents.signing import ENROL
from gateway.residents.subscriptions import LONGEST
from gateway.residents.telling import HERE, UNSUBSCRIBE
from processors.channels.naming import DIGITS
from processors.notices.guides import LifeEvent
from processors.notices.texts import Language

NAME = "^[0-9a-f]{32}$"
"""Of something of hers: a keyed hash of this session."""
Hour = Annotated[str, Field(pattern="^([0-9]|1[0-9]|2[0-3])$")]
_NOT_A_CHOICE: Answers = answer(HTTPStatus.BAD_REQUEST, "the form says something that its page does not offer")
_NOT_HERS: Answers = answer(HTTPStatus.NOT_FOUND, "nothing of hers has this name, or she may not")
_NOT_TAKEN: Answers = answer(HTTPStatus.UNPROCESSABLE_ENTITY, "the page again, which says what was not taken")
_FULL: Answers = answer(
    HTTPStatus.CONFLICT, "she has named as many addresses, or made as many invitations, as there may be"
)
_NAMED: Mapping[str, str] = {"name": NAME}


class Wanted(Query):
    """Where a sign-in leads."""

    to: Annotated[
        str, Field(description="a page by its name, or enrol, for a proof anew; others lead to the first")
    ] = "duties"


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


class Agreed(Form):
    """Whether she wants to be shown benefits that she may apply for."""

    agreed: Literal["yes", "no"]


class Chosen(Form):
    """Whether she wants to be told by a class of channels, in which language, and when she wants her quiet."""

    wanted: Yes = ""
    language: Language
    quiet_from: Hour
    quiet_to: Hour


class Mailbox(Form):
    """Where a code goes."""

    mailbox: Annotated[str, Field(max_length=254, json_schema_extra={"format": "email"})]


class Code(Form):
    """What stood in the letter."""

    code: Annotated[str, Field(pattern=f"^[0-9]{{{DIGITS}}}$")]


class Enrolled(Form):
    """What a counter handed over, and that it was she who signed in and whom it was given."""

    code: Annotated[str, Field(min_length=1, description="however it is typed: small, wide, with hyphens or none")]
    mine: Annotated[str, Field(pattern="^yes$")]


class Keys(BaseModel):
    """By which a push is enciphered for one browser alone (RFC 8291), in base64url."""

    p256dh: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{87}=?$", description="its public key: a point of P-256")]
    auth: Annotated[str, Field(pattern="^[A-Za-z0-9_-]{22}(==)?$")]


class Device(BaseModel):
    """A browser's PushSubscription; more fields of it are not looked at."""

    endpoint: Annotated[str, Field(max_length=LONGEST, pattern="^https?://", description="at a push service of ours")]
    keys: Keys


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


def form(
    summary: str, answers: Answers, its: type[BaseModel] = Form, path: Mapping[str, str] | None = None
) -> Description:
    return Description(summary, "resident", answers | _NOT_HERS, its, path=path or {})


def _one_of(names: Collection[str]) -> str:
    """As a pattern."""
    return f"^({'|'.join(names)})$"


DESCRIPTIONS: Descriptions = {
    ("GET", "/sign-in"): Description("asks who it is", "anybody", answered("the page"), query=Spoken),
    ("GET", "/sign-in/start"): Description(
        "begins a sign-in", "anybody", sent_to("to the provider") | refused() | not_now(), query=Wanted
    ),
    ("GET", "/sign-in/done"): Description(
        "ends a sign-in: the provider's answer, good once", "anybody",
        sent_to("to the page, or to /enrol") | refused() | not_now(),
        query=FromProvider,
    ),
    ("GET", ENROL): Description(
        "what to do for whom no page can be opened", "anybody", answered("the page"), query=Spoken
    ),
    ("POST", ENROL): Description(
        "brings the code of a counter: whoever has signed in is that person", "anybody",
        sent_to("to her first page") | _NOT_TAKEN | refused() | not_now(), Enrolled,
    ),
    ("POST", "/sign-out"): Description("ends this session", "anybody", sent_to("to /signed-out"), Form),
    ("POST", "/sign-out/everywhere"): form("ends all sessions of whoever signed in", sent_to("to /signed-out")),
    ("GET", "/signed-out"): Description(
        "that it has ended; leads on to the provider, if its own session can be ended", "anybody", answered("the page"),
        query=Spoken,
    ),
    ("GET", guides.HERE): Description(
        "what is to be done in events of life, the same for all", "anybody", answered("the page"), query=Spoken
    ),
    ("GET", f"{guides.HERE}/{{event}}"): Description(
        "the steps of one", "anybody", answered("the page") | answer(HTTPStatus.NOT_FOUND, "there is no such event"),
        query=Spoken, path={"event": _one_of(get_args(LifeEvent))},
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
        "what she says of a notice", sent_to("to her notices") | _NOT_A_CHOICE, Said, _NAMED
    ),
    ("GET", "/my/move"): page("her moves, over both municipalities"),
    ("GET", "/my/received"): page("who received what about her, and why"),
    ("GET", HERE): page("how she is told"),
    ("POST", f"{HERE}/benefits"): form(
        "wants to be shown benefits, or no more", sent_to("to the same page") | _NOT_A_CHOICE, Agreed
    ),
    ("POST", f"{HERE}/of/{{channel}}"): form(
        "chooses how she is told by a class of channels", sent_to("to the same page") | _NOT_A_CHOICE, Chosen,
        {"channel": _one_of(CHOSEN)},
    ),
    ("POST", f"{HERE}/mailbox"): form(
        "names a mailbox: a code goes there, whoever's it is", sent_to("to the same page") | _NOT_TAKEN, Mailbox
    ),
    ("POST", f"{HERE}/mailbox/code"): form(
        "brings the code: the mailbox is hers", sent_to("to the same page") | _NOT_TAKEN, Code
    ),
    ("POST", f"{HERE}/addresses/{{name}}/remove"): form(
        "takes an address back: nothing of it stays", sent_to("to the same page"), path=_NAMED
    ),
    ("POST", f"{HERE}/simulators/{{means}}"): form(
        "names an address at a simulator, where there are any", sent_to("to the same page") | _FULL,
        path={"means": _one_of(SIMULATED)},
    ),
    ("POST", f"{HERE}/devices"): Description(
        "names this browser, where pushes are sent", "resident",
        answer(HTTPStatus.NO_CONTENT, "it is named", None) | _FULL | _NOT_HERS
        | answer(HTTPStatus.BAD_REQUEST, "it is no subscription of a push service"),
        Device, is_json=True,
    ),
    ("GET", WORKER): Description(
        "what shows a push, the same for all", "anybody", answered("a script", "text/javascript")
    ),
    ("GET", UNSUBSCRIBE): Description(
        "asks whether it shall end; changes nothing", "anybody", answered("the page"), query=Unsubscribed
    ),
    ("POST", UNSUBSCRIBE): Description(
        "ends that an address is told (RFC 8058)", "program", answered("the page"), OneClick, Unsubscribed
    ),
    ("GET", "/my/proxies"): page("who may look for her, and for whom she may"),
    ("POST", "/my/proxies"): form(
        "makes an invitation", answered("with what to hand over") | _NOT_A_CHOICE | _FULL, Asked
    ),
    ("POST", "/my/proxies/confirm"): form("becomes a proxy by an invitation", sent_to("to the proxies"), Confirmed),
    ("POST", "/my/proxies/stop"): Description("looks at her own pages again", "anybody", sent_to("to her page"), Form),
    ("POST", "/my/proxies/{name}/end"): form("ends a proxy, from either side", sent_to("to the proxies"), path=_NAMED),
    ("POST", "/my/proxies/{name}/act"): form("looks at somebody's pages", sent_to("to that page"), path=_NAMED),
}  # fmt: skip
