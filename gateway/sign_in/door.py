"""The residents' door: a sign-in that ends in a session of somebody whom we know, or in a refusal."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urljoin

from gateway.residents.sessions import Sessions
from gateway.sign_in.attempts import Attempts
from gateway.sign_in.browser import digest
from gateway.sign_in.provider import Provider
from gateway.sign_in.refusals import RefusedSignInError
from gateway.sign_in.way import Vouched, Way
from kairan.identifiers import Handle

DOOR = "/sign-in"
"""Of the residents; a provider that ends sessions has to know it as where a browser may be sent afterwards."""


class Residents(Protocol):
    """Who is who: the one place where somebody known to a provider is a person of the bus."""

    def handle_of(self, issuer: str, subject: str) -> Handle | None:
        """None: we do not know her; nobody becomes known by signing in."""


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody is signed in: the secret of her session, and the page that was wanted."""

    token: str
    to: str


@dataclass(frozen=True)
class Door:
    """
    Lets in whom the provider vouches for and ``residents`` knows.

    Args:
        may_enter: whether a person's pages may be opened at all; a protected person's may not.
        now: milliseconds.

    """

    provider: Provider
    attempts: Attempts
    residents: Residents
    sessions: Sessions
    may_enter: Callable[[Handle], bool]
    now: Callable[[], int]

    def begin(self, to: str) -> tuple[str, str]:
        """See ``gateway.sign_in.way.Way``."""
        return self._way.begin(to)

    def finish(self, secret: str, answer: Mapping[str, str]) -> Opened:
        """Raises RefusedSignInError: nobody is signed in."""
        vouched = self._way.end(secret, answer)
        person = self._person(vouched)
        token = secrets.token_urlsafe(32)
        self.sessions.open(digest(token), person, self.now())
        return Opened(token, vouched.to)

    def sign_out(self) -> str | None:
        """See ``gateway.sign_in.way.Way``; the provider sends a browser back to this door."""
        return self._way.sign_out(urljoin(self.provider.client.redirect_uri, DOOR))

    @property
    def _way(self) -> Way:
        return Way(self.provider, self.attempts, self.now)

    def _person(self, vouched: Vouched) -> Handle:
        person = self.residents.handle_of(vouched.issuer, vouched.subject)
        if person is None:
            raise RefusedSignInError("unknown_person")
        if not self.may_enter(person):
            raise RefusedSignInError("closed_page")
        return person
