"""
Whom an ID token names, if it is for us, of now, of this attempt, and signed by the provider.

Pure. Authlib knows the claims (OpenID Connect Core 3.1.3.7), joserfc the signature. Stricter than the standard demands:
one audience, and one of three algorithms, all with a key that only the provider has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet

from gateway.sign_in.refusals import RefusedSignInError

ALGORITHMS = ("RS256", "PS256", "ES256")
LEEWAY = 60
OLDEST = 10 * 60
"""Seconds since it was made: a token is used as soon as it is given."""
LONGEST_SUBJECT = 255


class UnknownKeyError(RefusedSignInError):
    """The token names a key that the provider had not, when it was asked last."""

    def __init__(self) -> None:
        super().__init__("token_key")


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token must agree with; ``proved_since``: seconds, None where an older proof is good enough."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    access_token: str = field(repr=False)
    proved_since: int | None = None


def claims(token: str, keys: KeySet, expected: Expected, now: int) -> Mapping[str, Any]:
    """What it says, with a ``sub`` that is a text; ``now`` in seconds. Raises RefusedSignInError."""
    try:
        key = _key(jws.extract_compact(token.encode()).headers().get("kid"), keys)
        opened = jwt.decode(token, key, algorithms=ALGORITHMS)
    except (JoseError, ValueError, TypeError):
        raise RefusedSignInError("token_signature") from None
    said = CodeIDToken(
        opened.claims,
        opened.header,
        {"iss": {"essential": True, "value": expected.issuer}, "aud": {"essential": True, "value": expected.client_id}},
        {"nonce": expected.nonce, "client_id": expected.client_id, "access_token": expected.access_token},
    )
    try:
        said.validate(now, LEEWAY)
    except (JoseError, ValueError, TypeError, AttributeError) as error:
        raise RefusedSignInError(f"token_{getattr(error, 'claim', 'claims')}") from None
    _require(said, expected, now)
    return dict(said)


def _key(kid: object, keys: KeySet) -> Key:
    """By its name; a provider with a single key need not name it. A secret that both sides know signs nothing."""
    found = [key for key in keys if kid in (None, key.kid) and not key.is_private]
    if len(found) != 1:
        raise UnknownKeyError
    return found[0]


def _require(said: CodeIDToken, expected: Expected, now: int) -> None:
    """What the library leaves to us."""
    if said["aud"] not in (expected.client_id, [expected.client_id]):
        raise RefusedSignInError("token_aud")
    if said["iat"] < now - OLDEST - LEEWAY:
        raise RefusedSignInError("token_iat")
    found = said["sub"]
    if not (isinstance(found, str) and 0 < len(found) <= LONGEST_SUBJECT):
        raise RefusedSignInError("token_sub")
    if expected.proved_since is not None and not _is_between(said.get("auth_time"), expected.proved_since, now):
        raise RefusedSignInError("token_auth_time")


def _is_between(said: object, since: int, now: int) -> bool:
    """Of two clocks that differ by no more than the leeway."""
    return isinstance(said, int | float) and since - LEEWAY <= said <= now + LEEWAY
