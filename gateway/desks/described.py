"""The desks' pages, an address a row: what for, which form, which answers. Who may open which says ``RIGHTS``."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from gateway.describing import Answers, Description, Descriptions, Form, Query, answer, sent_to
from gateway.describing import page as answered
from gateway.desks.deciding import Reason
from gateway.desks.routes import PATHS, SIGN_IN, SIGN_OUT
from gateway.desks.staff import Page, Role

REF = "^[0-9a-f]{64}$"
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


class Clerk(Form):
    """Whom somebody says to be: on the local stack alone."""

    member: str
    role: Role
    clerk: str


def _page(page: Page) -> Description:
    path = {"ref": REF} if "{ref}" in PATHS[page] else {}
    query = Opened if page is Page.PROCEDURE else Query
    return Description(_SHOWN[page], "staff", answered("the page") | _NOT_THERE, query=query, path=path)


DESCRIPTIONS: Descriptions = {
    **{("GET", path): _page(page) for page, path in PATHS.items()},
    ("POST", PATHS[Page.DECISION]): Description(
        "decides: one fact does not stand", "staff",
        sent_to("to the procedure") | _NOT_THERE
        | answer(HTTPStatus.UNPROCESSABLE_ENTITY, "the form again, which says what it lacks"),
        Decided, path={"ref": REF},
    ),
    ("POST", PATHS[Page.TASKS]): Description(
        "a task of a notice's rule is done", "staff",
        sent_to("to the list") | _NOT_THERE
        | answer(HTTPStatus.UNPROCESSABLE_ENTITY, "the list again: the task is not on it, or not any more"),
        Settled,
    ),
    ("GET", SIGN_IN): Description("asks which clerk it is", "anybody", answered("the page")),
    ("POST", SIGN_IN): Description(
        "signs a clerk in without a proof", "anybody",
        sent_to("to the desk") | answer(HTTPStatus.BAD_REQUEST, "there is no such clerk"), Clerk,
    ),
    ("POST", SIGN_OUT): Description("ends this session", "anybody", sent_to("to the desks' door"), Form),
}  # fmt: skip
