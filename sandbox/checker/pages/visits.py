"""
Asks the front door over HTTP as a browser would: signs in, opens what a page leads to, keeps what came.

Cookies are carried by hand, for outside a browser nobody takes localhost for a safe place.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from urllib.parse import urlencode

import httpx

from sandbox.checker.pages.fields import fields
from sandbox.checker.pages.whereabouts import Answer, Visitor, leads

NOBODY = Visitor("nobody")
ROLES = ("desk", "protection", "operator")
"""Of a desk; what each may open is not known here."""
RESIDENT = "resident"
DESKS, SIGN_IN, MINE = "/desks", "/desks/sign-in", "/my"
ENDS = ("sign-out",)
"""What no visitor opens before he has seen everything."""
PATIENCE_SECONDS = 20
_STRANGER = {"Cookie": ""}
"""At the provider: what the front door gave is not for it."""
Follows = Callable[[str, bool], bool]
"""Whether an address is opened to which a page leads, and whether that was where she is named."""


class NoEntryError(Exception):
    """The front door does not let a visitor in whom it should know."""


class Visit(AbstractContextManager["Visit"]):
    """One visitor at the front door, signed in or not; ``transport``: of a test."""

    def __init__(self, origin: str, visitor: Visitor, transport: httpx.BaseTransport | None = None) -> None:
        self.visitor = visitor
        self._origin = origin
        self._client = httpx.Client(base_url=origin, timeout=PATIENCE_SECONDS, transport=transport)
        self._cookies: dict[str, str] = {}

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def open(self, address: str, *, is_hers: bool = False) -> Answer:
        return _answer(self.visitor, address, self._get(address), is_hers=is_hers)

    def sign_in_at_desk(self, clerk: str) -> None:
        """By the sign-in of development. Raises NoEntryError."""
        its = self.visitor
        csrf = fields(self._get(SIGN_IN).text).get("csrf", "")
        given = {"csrf": csrf, "member": its.member, "role": its.role, "clerk": clerk}
        self._keep(self._sent(SIGN_IN, given, {"Origin": self._origin}))

    def sign_in_as(self, subject: str) -> None:
        """As whoever the development provider calls so. Raises NoEntryError."""
        provider = self._get("/sign-in/start").headers.get("location", "")
        asked = fields(self._client.get(provider, headers=_STRANGER).text)
        chosen = self._sent(provider.partition("?")[0], asked | {"subject": subject}, _STRANGER)
        self._get(chosen.headers["location"])

    def _get(self, address: str) -> httpx.Response:
        return self._keep(self._client.get(address))

    def _sent(self, address: str, given: Mapping[str, str], headers: Mapping[str, str]) -> httpx.Response:
        """A form that lets somebody in leads on to a page."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        response = self._client.post(address, content=urlencode(given), headers=form | dict(headers))
        if not response.is_redirect:
            raise NoEntryError(f"Not let in: {self.visitor}, {response.status_code}.")
        return response

    def _keep(self, response: httpx.Response) -> httpx.Response:
        """The cookies that it gives and takes."""
        for each in response.headers.get_list("set-cookie"):
            name, _, value = each.partition(";")[0].partition("=")
            self._cookies[name] = value.strip('"')
        self._client.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items() if value)
        return response


def walk(visit: Visit, begins: Collection[str], follows: Follows, marks: Collection[str]) -> Iterator[Answer]:
    """
    Everything that can be reached from there, each page once; what is opened from where she is named is hers.

    Raises:
        NoEntryError: not even the first page is open to this visitor.

    """
    todo = deque((address, False) for address in begins)
    seen = {address for address, _ in todo}
    while todo:
        address, is_hers = todo.popleft()
        answer = visit.open(address, is_hers=is_hers)
        if address in begins and answer.status != httpx.codes.OK:
            raise NoEntryError(f"Not open to {visit.visitor}: {answer.status}.")
        yield answer
        for link, is_hers in leads(answer, marks):
            if link not in seen and _is_page(link) and follows(link, is_hers):
                seen.add(link)
                todo.append((link, is_hers))


def _is_page(link: str) -> bool:
    return link.startswith("/") and not any(end in link for end in ENDS)


def _answer(visitor: Visitor, address: str, response: httpx.Response, *, is_hers: bool) -> Answer:
    headers = "\n".join(value for name, value in response.headers.items() if name.lower() != "set-cookie")
    return Answer(visitor, address, response.status_code, response.text, headers, is_hers)
