"""
The front door answers as its OpenAPI document says, whatever it is sent; schemathesis reads the document and sends it.

What is sent follows the document (``positive``), breaks it in one place (``negative``), or breaks it behind the token
of a session's forms, so that it reaches the route (``within``).
"""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import Case, Response
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from gateway import security, sessions
from tests.unit.gateway.playing import CODE, DEVICE, UNSUBSCRIBED, Played, form_token
from tests.unit.gateway.residing import ORIGIN

How = Literal["positive", "negative", "within"]
Operation: TypeAlias = Any
"""``schemathesis.schemas.APIOperation``, of which four kinds of things are generic."""
PLAYED = Played()
CONFIG = SchemathesisConfig.from_dict({"max-stream-events": 1, "generation": {"with-security-parameters": False}})
DOCUMENT = schemathesis.openapi.from_asgi("/openapi.json", PLAYED, config=CONFIG)
OPERATIONS: Mapping[str, Operation] = {found.ok().label: found.ok() for found in DOCUMENT.get_all_operations()}
PLAYS: list[tuple[str, How]] = [
    *((label, "positive") for label in OPERATIONS),
    *((label, "negative") for label, its in OPERATIONS.items() if its.body or list(its.iter_parameters())),
    *((label, "within") for label, its in OPERATIONS.items() if its.body),
]
OF_ANSWERS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
)  # fmt: skip
OF_WHAT_WAS_SENT: Mapping[How, tuple[str, ...]] = {
    "positive": ("positive_data_acceptance",),
    "negative": ("negative_data_rejection",),
    "within": (),  # the form's own token may be what was broken
}
NO_SCHEMA_SAYS = {
    "POST /my/proxies": "a day that is over, no page at all",
    "POST /desks/conflicts/{ref}": "a fact that the page does not offer",
    "POST /desks/sign-in": "a clerk who is not there",
    "POST /desks/safe-channel": "two numbers, nothing to name, no mailbox",
    "POST /desks/enrolment": "two numbers, nobody who is known there",
    "POST /enrol": "a code where nobody has signed in",
    "POST /my/channels/mailbox/code": "a code that was not sent",
    "POST /my/channels/benefits": "consent while no record calls for any benefit",
    "POST /desks/tasks": "a task that is not there",
    "POST /my/channels/devices": "a host that serves no pushes, a point off the curve",
}
"""What is refused though the document allows it."""


_TAKEN: Mapping[str, list[Operation]] = {
    "POST /my/channels/devices": [DEVICE],
    "POST /my/channels/mailbox/code": [{"csrf": "", "code": CODE}],
    "POST /desks/safe-channel": [
        {"csrf": "", "number": "1", "again": "1", "act": "name", "means": "line", "language": "ja", "confirmed": "yes"}
    ],
}
"""What the document cannot say, and is taken."""


@pytest.mark.parametrize(("label", "how"), PLAYS)
@given(data=st.data())
def test_every_answer_is_one_that_the_document_names(label: str, how: How, data: st.DataObject) -> None:
    PLAYED.again()
    session = _session(OPERATIONS[label], how, data)
    case = _case(OPERATIONS[label], how, session, data)
    answer = _sent(case, session, how)
    wanted = () if label in NO_SCHEMA_SAYS and how == "positive" else OF_WHAT_WAS_SENT[how]

    case.validate_response(answer, checks=CHECKS.get_by_names([*OF_ANSWERS, *wanted]))


def _session(operation: Operation, how: How, data: st.DataObject) -> str:
    """Somebody who may be there, or nobody: who is not known is sent to the door whatever is wrong with the rest."""
    who = data.draw(st.sampled_from(["aoi", "ren"] if how == "negative" else ["aoi", "ren", ""]))
    if not who:
        return ""
    return PLAYED.clerk() if operation.path.startswith("/desks") else PLAYED.resident(who)


def _case(operation: Operation, how: How, session: str, data: st.DataObject) -> Case:
    """What follows the document mostly names what is there, and has the token of its form."""
    mode = GenerationMode.POSITIVE if how == "positive" else GenerationMode.NEGATIVE
    case: Case = data.draw(operation.as_strategy(mode))
    if how == "positive":
        known = PLAYED.names(session)
        for name in case.path_parameters.keys() & known.keys():
            case.path_parameters[name] = data.draw(st.sampled_from([*known[name], case.path_parameters[name]]))
        if "t" in case.query:
            case.query["t"] = data.draw(st.sampled_from([UNSUBSCRIBED, case.query["t"]]))
        case.body = data.draw(st.sampled_from([*_TAKEN.get(operation.label, ()), case.body]))
        if security.HEADER in case.headers:
            case.headers[security.HEADER] = form_token(session)
    if isinstance(case.body, dict) and isinstance(case.body.get("csrf"), str):
        case.body["csrf"] = form_token(session)
    return case


def _sent(case: Case, session: str, how: How) -> Response:
    headers = {"Origin": ORIGIN} | ({security.HEADER: form_token(session)} if how == "within" else {})
    cookies = {sessions.COOKIE: session} if session else {}
    return case.call(headers=headers, cookies=cookies, allow_redirects=False)
