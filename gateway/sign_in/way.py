"""From a door to the provider and back, for whoever signs in: who it is and whether she may is the door's to say."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.sign_in import tokens
from gateway.sign_in.attempts import Attempt, Attempts
from gateway.sign_in.browser import digest
from gateway.sign_in.provider import Provider, Tokens
from gateway.sign_in.refusals import RefusedSignInError
from gateway.sign_in.tokens import Expected, UnknownKeyError


@dataclass(frozen=True, slots=True)
class Vouched:
    """
    Of whom the provider said, to us and now, that it is she.

    Args:
        to: what was wanted when the attempt began, by a name of ours.
        claims: everything that the signed token says; ``sub`` is a text.

    """

    to: str
    issuer: str
    claims: Mapping[str, Any] = field(repr=False)

    @property
    def subject(self) -> str:
        """What this issuer calls her, and nobody else, ever."""
        return str(self.claims["sub"])


@dataclass(frozen=True)
class Way:
    """``now``: milliseconds. ``afresh``: what is wanted for which who it is has to be proved anew, by name."""

    provider: Provider
    attempts: Attempts
    now: Callable[[], int]
    afresh: Collection[str] = ()

    def begin(self, to: str) -> tuple[str, str]:
        """The secret for this browser's cookie, and where to send it. Raises RefusedSignInError."""
        secret, attempt = secrets.token_urlsafe(32), Attempt.begin(to, self.now())
        address = self.provider.address(attempt, afresh=to in self.afresh)
        self.attempts.put(digest(secret), attempt)
        return secret, address

    def end(self, secret: str, answer: Mapping[str, str]) -> Vouched:
        """
        Ends the attempt, whatever comes of it: no second answer is looked at.

        Raises:
            RefusedSignInError: the provider vouches for nobody.

        """
        attempt = self.attempts.take(digest(secret))
        if attempt is None:
            raise RefusedSignInError("no_attempt")
        issuer = self.provider.client.issuer
        names_itself = self.provider.description.names_itself
        code = attempt.code(answer, issuer, self.now(), names_itself=names_itself)
        return Vouched(attempt.to, issuer, self._claims(attempt, self.provider.exchange(code, attempt.verifier)))

    def sign_out(self, back: str) -> str | None:
        """Where the session at the provider ends, too; None: it does not say, or not now."""
        try:
            return self.provider.sign_out(back)
        except RefusedSignInError:
            return None

    def _claims(self, attempt: Attempt, given: Tokens) -> Mapping[str, Any]:
        client, now = self.provider.client, self.now() // 1000
        since = attempt.began // 1000 if attempt.to in self.afresh else None
        expected = Expected(client.issuer, client.client_id, attempt.nonce, given.access_token, since)
        try:
            return tokens.claims(given.id_token, self.provider.keys(), expected, now)
        except UnknownKeyError:
            return tokens.claims(given.id_token, self.provider.keys(anew=True), expected, now)
