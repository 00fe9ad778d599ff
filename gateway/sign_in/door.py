"""The whole way of a sign-in: begun at our door, answered by the provider, ended in a session or in a refusal."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.residents.sessions import Sessions
from gateway.sign_in import tokens
from gateway.sign_in.attempts import Attempt, Attempts
from gateway.sign_in.provider import Provider, Tokens
from gateway.sign_in.refusals import RefusedSignInError
from gateway.sign_in.tokens import Expected, UnknownKeyError
from kairan.identifiers import Handle


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
        """The secret for this browser's cookie, and where to send it. Raises RefusedSignInError."""
        secret, attempt = secrets.token_urlsafe(32), Attempt.begin(to, self.now())
        address = self.provider.address(attempt)
        self.attempts.put(digest(secret), attempt)
        return secret, address

    def finish(self, secret: str, answer: Mapping[str, str]) -> Opened:
        """
        Ends the attempt, whatever comes of it: no second answer is looked at.

        Raises:
            RefusedSignInError: nobody is signed in.

        """
        attempt = self.attempts.take(digest(secret))
        if attempt is None:
            raise RefusedSignInError("no_attempt")
        person = self._person(attempt, answer)
        token = secrets.token_urlsafe(32)
        self.sessions.open(digest(token), person, self.now())
        return Opened(token, attempt.to)

    def _person(self, attempt: Attempt, answer: Mapping[str, str]) -> Handle:
        issuer = self.provider.client.issuer
        names_itself = self.provider.description.names_itself
        code = attempt.code(answer, issuer, self.now(), names_itself=names_itself)
        subject = self._subject(attempt, self.provider.exchange(code, attempt.verifier))
        person = self.residents.handle_of(issuer, subject)
        if person is None:
            raise RefusedSignInError("unknown_person")
        if not self.may_enter(person):
            raise RefusedSignInError("closed_page")
        return person

    def _subject(self, attempt: Attempt, given: Tokens) -> str:
        client, now = self.provider.client, self.now() // 1000
        expected = Expected(client.issuer, client.client_id, attempt.nonce, given.access_token)
        try:
            return tokens.subject(given.id_token, self.provider.keys(), expected, now)
        except UnknownKeyError:
            return tokens.subject(given.id_token, self.provider.keys(anew=True), expected, now)


def digest(secret: str) -> bytes:
    """What is kept of a secret that a browser has; 32 random bytes need no salt."""
    return hashlib.sha256(secret.encode()).digest()
