"""The residents' door: a sign-in that ends in a session of somebody whom we know, or in a refusal."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin

from gateway.residents.enrolling import NOBODY, Enrolments, Fault, Subject
from gateway.residents.sessions import Sessions
from gateway.sign_in.attempts import Attempts
from gateway.sign_in.browser import digest
from gateway.sign_in.provider import Provider
from gateway.sign_in.refusals import RefusedSignInError
from gateway.sign_in.way import Way
from kairan.identifiers import Handle

DOOR = "/sign-in"
"""Of the residents; a provider that ends sessions has to know it as where a browser may be sent afterwards."""
ENROLMENT = "enrol"
"""Wanted by whoever has a code to type: the session of her browser at the provider may be somebody else's."""


class Residents(Protocol):
    """Who is who: the one place where somebody known to a provider is a person of the bus."""

    def behind(self, subject: Subject) -> Handle | None:
        """None: we do not know her; nobody becomes known by signing in."""


class UnknownPersonError(RefusedSignInError):
    """
    She is vouched for, and no page is hers: of whoever hides it is the same.

    ``secret``: of this browser, by which she can go on when a counter has given her a code.
    """

    def __init__(self, code: str, secret: str) -> None:
        super().__init__(code)
        self.secret = secret


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody is signed in: the secret of her session, and the page that was wanted."""

    token: str
    to: str


@dataclass(frozen=True)
class Door:
    """
    Lets in whom the provider vouches for and ``residents`` knows; of others ``enrolments`` knows that they wait.

    Args:
        may_enter: whether a person's pages may be opened at all; a protected person's may not.
        now: milliseconds.

    """

    provider: Provider
    attempts: Attempts
    residents: Residents
    sessions: Sessions
    enrolments: Enrolments
    may_enter: Callable[[Handle], bool]
    now: Callable[[], int]

    def begin(self, to: str) -> tuple[str, str]:
        """See ``gateway.sign_in.way.Way``."""
        return self._way.begin(to)

    def finish(self, secret: str, answer: Mapping[str, str]) -> Opened:
        """
        Ends the attempt.

        Raises:
            UnknownPersonError: she waits for a counter.
            RefusedSignInError: nobody is signed in.

        """
        vouched = self._way.end(secret, answer)
        subject = Subject.of(vouched.issuer, vouched.subject)
        return self._opened(subject, self._person(subject), vouched.to)

    def waits(self, secret: str) -> bool:
        """Whether this browser's sign-in waits for a code."""
        return bool(secret) and self.enrolments.waits(digest(secret), self.now())

    def leave(self, secret: str) -> None:
        """It waits no longer."""
        self.enrolments.leave(digest(secret))

    def enrol(self, secret: str, code: str, to: str) -> Opened | Fault:
        """
        By what a counter handed over.

        For who has not signed in, or tried too often, nothing is looked up: nowhere would it be counted.

        Raises:
            RefusedSignInError: the counter has taken it back meanwhile.

        """
        key, now = digest(secret), self.now()
        if fault := self.enrolments.refused(key, code, now):
            return fault
        hides = not self.may_enter(self.enrolments.person(code, now))
        found = self.enrolments.bring(key, code, now, hides=hides)
        return found if isinstance(found, str) else self._opened(found.subject, found.person, to)

    def sign_out(self) -> str | None:
        """See ``gateway.sign_in.way.Way``; the provider sends a browser back to this door."""
        return self._way.sign_out(urljoin(self.provider.client.redirect_uri, DOOR))

    @property
    def _way(self) -> Way:
        return Way(self.provider, self.attempts, self.now, {ENROLMENT})

    def _person(self, subject: Subject) -> Handle:
        person = self.residents.behind(subject)
        may_enter = self.may_enter(person or NOBODY)
        if person is None or not may_enter:
            secret = secrets.token_urlsafe(32)
            self.enrolments.wait(digest(secret), subject, self.now())
            raise UnknownPersonError("closed_page" if person else "unknown_person", secret)
        return person

    def _opened(self, subject: Subject, person: Handle, to: str) -> Opened:
        """What a desk ends between two of these steps is seen by the last one, or by the desk."""
        token = secrets.token_urlsafe(32)
        self.sessions.open(digest(token), person, self.now())
        if self.residents.behind(subject) != person:
            self.sessions.close(digest(token))
            raise RefusedSignInError("ended")
        return Opened(token, to)
