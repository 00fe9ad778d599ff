"""The desks' pages, an address a row: what for, which form, which answers. Who may open which says ``RIGHTS``."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal

from pydantic import Field

from gateway.describing import Answers, Description, Descriptions, Form, FromProvider, Query, answer, refused, sent_to
from gateway.describing import page as answered
from gateway.desks.deciding import Reason
from gateway.desks.routes import PATHS, SIGN_IN, SIGN_OUT
from gateway.desks.signing import BACK, SIGNED_OUT, START
from gateway.desks.staff import Page, Role

REF = "^[0-9a-f]{96}$"
"""A procedure as one municipality knows it."""
_NOT_THERE: Answers = answer(HTTPStatus.NOT_FOUND, "this municipality has no such procedure, this role no such page")
_SHOWN: Mapping[Page, str] = {
    Page.HOME: "how many stand on each list",
    Page.ARRIVALS: "転入予定: who comes when, what is missing",
    Page.SHEET: "受付票: what the departure told, a page of paper for each who comes together",
    Page.DEPARTURES: "転出の手続中",
    Page.LATE: "未着",
    Page.CONFLICTS: "食い違い",
    Page.DECISION: "what contradicts, and the form of a decision",
    Page.PROCEDURE: "the whole way of a procedure, or the question what for it is opened",
    Page.TASKS: "職員の作業: what moves, households and notices ask of this desk",
    Page.LOAD: "how many are expected on which day",
    Page.SAFE_CHANNEL: "安全な連絡先: the form of one",
    Page.ENROLMENT: "利用登録: the form by which a resident is given a code",
}


class Opened(Query):
    """Why a procedure is looked at."""

    purpose: Annotated[str, Field(description="of those that this role has; without one the page asks for it")] = ""


class Decided(Form):
    """What does not stand, why, and that it is meant."""

    rejected: Annotated[str, Field(description="the name of one of the facts that the page offers")]
    reason: Reason
    confirmed: Annotated[str, Field(pattern="^yes$")]


class Settled(Form):
    """What was done."""

    task: Annotated[str, Field(pattern=REF, description="the name of one of the tasks that the page offers")]


class Taken(Query):
    """After a form of the same page."""

    taken: Annotated[str, Field(description="the page says that it was; not whether anything came of it")] = ""


class Entrusted(Form):
    """A safe channel, or that there is none any more: a 宛名番号, typed twice, and for whom it is confirmed."""

    number: Annotated[str, Field(pattern="^[0-9A-Za-z]{1,15}$")]
    again: Annotated[str, Field(description="the same number")]
    act: Literal["name", "remove"]
    means: Annotated[str, Field(description="to name one: of those that the page offers")] = ""
    mailbox: Annotated[str, Field(description="to name one by mail")] = ""
    language: Annotated[str, Field(description="to name one: of those that the page offers")] = ""
    confirmed: Annotated[str, Field(pattern="^yes$")]


class Ended(Query):
    """After the form of the same page."""

    ended: Annotated[str, Field(description="the page says that it was; not whether anything came of it")] = ""


class Admitted(Form):
    """A code for a resident, or that nobody signs in as her any more: a 宛名番号, typed twice; she was seen."""

    number: Annotated[str, Field(pattern="^[0-9A-Za-z]{1,15}$")]
    again: Annotated[str, Field(description="the same number")]
    act: Literal["issue", "end"]
    confirmed: Annotated[str, Field(pattern="^yes$")]


class Wanted(Query):
    """As what a clerk comes."""

    role: Annotated[str, Field(alias="as", description="a role; with another one the page asks again")] = ""


class Clerk(Form):
    """Whom somebody says to be: on the local stack alone."""

    member: str
    role: Role
    clerk: str


_QUERIES: Mapping[Page, type[Query]] = {
    Page.PROCEDURE: Opened,
    Page.SAFE_CHANNEL: Taken,
    Page.TASKS: Taken,
    Page.ENROLMENT: Ended,
}
_LACKING: Answers = answer(HTTPStatus.UNPROCESSABLE_ENTITY, "the form again, which says what it lacks")


def _page(page: Page) -> Description:
    path = {"ref": REF} if "{ref}" in PATHS[page] else {}
    return Description(
        _SHOWN[page], "staff", answered("the page") | _NOT_THERE, query=_QUERIES.get(page, Query), path=path
    )


DESCRIPTIONS: Descriptions = {
    **{("GET", path): _page(page) for page, path in PATHS.items()},
    ("POST", PATHS[Page.DECISION]): Description(
        "decides: one fact does not stand", "staff",
        sent_to("to the procedure") | _NOT_THERE | _LACKING, Decided, path={"ref": REF},
    ),
    ("POST", PATHS[Page.SAFE_CHANNEL]): Description(
        "names a safe channel or takes it back; says nothing of whose number it was", "staff",
        sent_to("to the same page") | _NOT_THERE | _LACKING, Entrusted,
    ),
    ("POST", PATHS[Page.ENROLMENT]): Description(
        "hands over a code, or ends that anybody signs in as her; of whom it does not, it says nothing", "staff",
        answered("the page with the code, which stands there once") | sent_to("to the same page: it is ended")
        | _NOT_THERE | answer(HTTPStatus.UNPROCESSABLE_ENTITY, "the form again, which says what it lacks, or no code"),
        Admitted,
    ),
    ("GET", SIGN_IN): Description(
        "asks as what somebody comes; without a provider, on the local stack alone, which clerk it is", "anybody",
        answered("the page"),
    ),
    ("GET", START): Description(
        "begins a sign-in", "anybody", sent_to("to staff's provider, or back to the page that asks") | refused(),
        query=Wanted,
    ),
    ("GET", BACK): Description(
        "ends a sign-in: the provider's answer, good once", "anybody", sent_to("to the desks") | refused(),
        query=FromProvider,
    ),
    ("POST", PATHS[Page.TASKS]): Description(
        "a task of a notice's rule is done", "staff",
        sent_to("to the list") | _NOT_THERE
        | answer(HTTPStatus.UNPROCESSABLE_ENTITY, "the list again: the task is not on it, or not any more"),
        Settled,
    ),
    ("POST", SIGN_IN): Description(
        "signs a clerk in without a proof: there is none of this where staff have a provider", "anybody",
        sent_to("to the desk") | answer(HTTPStatus.BAD_REQUEST, "there is no such clerk"), Clerk,
    ),
    ("POST", SIGN_OUT): Description(
        "ends this session", "anybody", sent_to("to the desks' door, or to the page that leads to the provider's"), Form
    ),
    ("GET", SIGNED_OUT): Description(
        "leads on to where the provider ends its own session, if it does", "anybody", answered("the page")
    ),
}  # fmt: skip
