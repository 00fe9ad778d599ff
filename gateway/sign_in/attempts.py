"""
One attempt to sign in, from our door to the provider and back: bound to one browser, good for once and for minutes.

``state`` shows that the answer belongs to it, ``nonce`` that the token was made for it, ``verifier`` that whoever
brings the code also asked for it (PKCE). None of them is in the browser's cookie: that holds the attempt's own secret.
"""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from gateway.sign_in.refusals import RefusedSignInError

MINUTES = 10
MILLISECONDS = MINUTES * 60 * 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """``to``: what was wanted, by a name of ours: a page, a role."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    to: str
    began: int

    @classmethod
    def begin(cls, to: str, now: int) -> "Attempt":
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), to, now)

    def code(self, answer: Mapping[str, str], issuer: str, now: int, *, names_itself: bool) -> str:
        """The code of the provider's answer, if it answers this attempt. Raises RefusedSignInError."""
        if now - self.began > MILLISECONDS:
            raise RefusedSignInError("attempt_too_old")
        if not hmac.compare_digest(answer.get("state", "").encode(), self.state.encode()):
            raise RefusedSignInError("state")
        if answer.get("iss", None if names_itself else issuer) != issuer:
            raise RefusedSignInError("answer_issuer")
        if "error" in answer or not answer.get("code"):
            raise RefusedSignInError("provider_said_no")
        return answer["code"]


class Attempts(Protocol):
    """Where attempts wait, by the digest of their browser's secret."""

    def put(self, key: bytes, attempt: Attempt) -> None:
        """Also forgets those that are too old for anybody to finish."""

    def take(self, key: bytes) -> Attempt | None:
        """Once: an answer that is played again finds nothing."""
