"""
An OpenID provider: what it says of itself, the keys it signs by, and what it gives for a code.

Any real one by configuration. It describes itself (OpenID Connect Discovery); what it says is believed only where it
speaks of the issuer that the configuration names, by TLS or on this machine.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.sign_in.attempts import Attempt
from gateway.sign_in.refusals import RefusedSignInError

DISCOVERY = "/.well-known/openid-configuration"
SECONDS = 5.0
AGAIN_SECONDS = 5.0
"""After which a provider that said nothing is asked again."""
_AFRESH = {"prompt": "login", "max_age": "0"}
"""OpenID Connect Core 3.1.2.1: the second is what the token has to answer, by ``auth_time``."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class Client:
    """
    What the provider and we have agreed on; it sends nobody to any address but ``redirect_uri``.

    ``scope``: ``openid`` alone unless claims are needed; about a resident nothing else is.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    secret: str = field(repr=False)
    scope: str = "openid"


@dataclass(frozen=True, slots=True)
class Description:
    """The provider's document about itself, as far as it is needed; ``end_session``: empty where it has none."""

    authorization: str
    token: str
    keys: str
    names_itself: bool = False
    end_session: str = ""

    @classmethod
    def parse(cls, document: Mapping[str, Any], issuer: str) -> Self:
        """Raises RefusedSignInError."""
        if document.get("issuer") != issuer:
            raise RefusedSignInError("discovery_issuer")
        addresses = [str(document.get(name, "")) for name in _NEEDED]
        end_session = str(document.get("end_session_endpoint") or "")
        if not all(is_safe(each) for each in [*addresses, *filter(None, [end_session])]):
            raise RefusedSignInError("discovery_address")
        names_itself = document.get("authorization_response_iss_parameter_supported") is True
        authorization, token, keys = addresses
        return cls(authorization, token, keys, names_itself, end_session)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a code is worth; the access token opens nothing here and is only compared with the other."""

    id_token: str = field(repr=False)
    access_token: str = field(repr=False)


@dataclass
class Provider:
    """
    Spoken to by one client; what it says of itself is asked for once, its keys again when another one signs.

    Who did not say what it is is not asked again at once: each who waits for it holds a thread of all pages. ``clock``:
    seconds.
    """

    client: Client
    http: httpx.Client
    clock: Callable[[], float] = time.monotonic
    _again_at: float = 0.0
    _description: Description | None = None
    _keys: KeySet | None = None

    @property
    def description(self) -> Description:
        if self._description is None:
            self._description = self._described()
        return self._description

    def _described(self) -> Description:
        if self.clock() < self._again_at:
            raise RefusedSignInError("provider_unreachable")
        try:
            document = self._asked("GET", self.client.issuer.rstrip("/") + DISCOVERY)
        except RefusedSignInError:
            self._again_at = self.clock() + AGAIN_SECONDS
            raise
        return Description.parse(document, self.client.issuer)

    def keys(self, *, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            document = self._asked("GET", self.description.keys)
            try:
                self._keys = KeySet.import_key_set(document)  # type: ignore[arg-type]
            except (JoseError, ValueError, KeyError, TypeError):
                raise RefusedSignInError("keys") from None
        return self._keys

    def address(self, attempt: Attempt, *, afresh: bool = False) -> str:
        """Where the browser is sent; ``afresh``: whatever session it has there, who it is has to be proved again."""
        asked = {
            "response_type": "code",
            "client_id": self.client.client_id,
            "redirect_uri": self.client.redirect_uri,
            "scope": self.client.scope,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": create_s256_code_challenge(attempt.verifier),
            "code_challenge_method": "S256",
        } | (_AFRESH if afresh else {})
        return _asking(self.description.authorization, asked)

    def sign_out(self, back: str) -> str | None:
        """
        Where a browser's session at the provider ends (RP-Initiated Logout 1.0), and is sent ``back``; None: nowhere.

        Without ``id_token_hint``: that is a token full of claims, and an address is read by many. The provider asks.

        Raises:
            RefusedSignInError: it cannot be asked where.

        """
        where = self.description.end_session
        return _asking(where, {"client_id": self.client.client_id, "post_logout_redirect_uri": back}) if where else None

    def exchange(self, code: str, verifier: str) -> Tokens:
        """Raises RefusedSignInError."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.client.redirect_uri,
            "code_verifier": verifier,
        }
        auth = (self.client.client_id, self.client.secret)
        given = self._asked("POST", self.description.token, data=form, auth=auth)
        id_token, access_token = given.get("id_token"), given.get("access_token")
        if not (isinstance(id_token, str) and isinstance(access_token, str)):
            raise RefusedSignInError("no_token")
        return Tokens(id_token, access_token)

    def _asked(self, method: str, address: str, **more: Any) -> dict[str, Any]:
        """The answer is JSON and comes from there: nobody is followed elsewhere."""
        try:
            answer = self.http.request(method, address, follow_redirects=False, timeout=SECONDS, **more)
            document = answer.json() if answer.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, ValueError):
            raise RefusedSignInError("provider_unreachable") from None
        if not isinstance(document, dict):
            raise RefusedSignInError("provider_refused")
        return document


def _asking(where: str, asked: Mapping[str, str]) -> str:
    return f"{where}{'&' if urlsplit(where).query else '?'}{urlencode(asked)}"


def is_safe(address: str) -> bool:
    """By TLS, or by plain HTTP on this machine, where the development provider runs."""
    parts = urlsplit(address)
    is_plain = address.isascii() and address.isprintable() and " " not in address
    is_here = parts.scheme == "http" and parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return is_plain and bool(parts.hostname) and (parts.scheme == "https" or is_here) and parts.username is None
