"""
What an address of the front door does, in words and shapes: what its OpenAPI document is made of.

Each room has its own table (``described.py`` beside its routes), one row for a method of a path. What all are answered
alike (the door, to whoever is not signed in; a body that is too large) is added by ``gateway.openapi``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, Field

HTML, CALENDAR, EVENTS = "text/html", "text/calendar", "text/event-stream"
Who = Literal["anybody", "resident", "staff", "program"]
"""Who is answered at all: ``program`` is one without page and session, such as a mail program."""
Address: TypeAlias = tuple[str, str]
"""Method and path, as the route has it: ``("POST", "/my/proxies/{name}/end")``."""
Yes: TypeAlias = Annotated[str, Field(description="yes; anything else is no", examples=["yes"])]


class Form(BaseModel):
    """What every form of ours carries; fields that are not named here are not looked at."""

    csrf: Annotated[str, Field(description="the token of this session's forms, which the page has that holds the form")]


class Query(BaseModel):
    """What may stand behind an address; what is not named here is not looked at."""


class Spoken(Query):
    """In which language a page is wanted."""

    lang: Annotated[str, Field(description="a language of ours, kept for the next page; others are not heeded")] = ""


class FromProvider(Query):
    """What a provider sends the browser back with."""

    code: str = ""
    state: str = ""
    iss: str = ""
    error: str = ""


class Answer(NamedTuple):
    """Why somebody is answered so; ``media_type`` None: no content; ``shape``: of what is no text, or of each event."""

    what: str
    media_type: str | None = HTML
    shape: type[BaseModel] | None = None


Answers: TypeAlias = dict[int, Answer]
"""By the status."""


@dataclass(frozen=True, slots=True)
class Description:
    """
    One method of one path.

    Args:
        summary: what for, in a sentence.
        who: is answered.
        answers: beside those that all have who answer the same.
        form: what a write carries.
        query: what may stand behind the address.
        path: the pattern of what stands in the address in the place of ``{name}``, by that name.
        is_json: what a write carries is JSON, from a script of ours, which has the token in a header.
        headers: what its good answers say otherwise than all others, or beside them.

    """

    summary: str
    who: Who
    answers: Answers
    form: type[BaseModel] | None = None
    query: type[Query] = Query
    path: Mapping[str, str] = field(default_factory=dict)
    is_json: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def needs_session(self) -> bool:
        return self.who in {"resident", "staff"}


Descriptions: TypeAlias = Mapping[Address, Description]


def answer(status: int, what: str, media_type: str | None = HTML, shape: type[BaseModel] | None = None) -> Answers:
    return {int(status): Answer(what, media_type, shape)}


def page(what: str, media_type: str = HTML) -> Answers:
    return answer(HTTPStatus.OK, what, media_type)


def refused() -> Answers:
    return answer(HTTPStatus.FORBIDDEN, "nobody is signed in, whatever the reason")


def not_now() -> Answers:
    return answer(HTTPStatus.SERVICE_UNAVAILABLE, "not now: it is not known who is protected")


def sent_to(where: str) -> Answers:
    """A form ends so, for a page that is loaded again is not sent twice."""
    return answer(HTTPStatus.SEE_OTHER, where, None)


def parameters(query: type[Query]) -> list[tuple[str, str]]:
    """Each by its name, with what it says of itself."""
    found = []
    for name, its in query.model_json_schema().get("properties", {}).items():
        branches = [its, *its.get("anyOf", ())]
        found.append((name, next((each["description"] for each in branches if "description" in each), "")))
    return found
