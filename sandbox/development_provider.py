"""
A development provider: it signs in as whichever person of the sandbox one chooses, without asking for any proof.

So that the pages of residents, and of staff, can be seen without a real provider. It keeps to OpenID Connect as a real
one does (code, PKCE, nonce, signed tokens), and it refuses to exist where the servers are not the local stack's.
"""

import hmac
import secrets
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import Any, NamedTuple
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from kairan.settings import Settings

ALGORITHM, CODE_SECONDS, TOKEN_SECONDS = "ES256", 60, 300
ASKED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")


class NotASandboxError(Exception):
    """The servers here may be of real residents."""


class Resident(NamedTuple):
    """Of the sandbox: ``subject`` is what the gateway knows her by, ``name`` what stands on the button."""

    subject: str
    name: str

    @property
    def claims(self) -> Mapping[str, Any]:
        """Nothing about a resident but who she is."""
        return {}


class Clerk(NamedTuple):
    """Of a municipality of the sandbox; ``claims``: where she works, as what, and her number there."""

    subject: str
    name: str
    claims: Mapping[str, Any]

    @classmethod
    def of(cls, member: str, number: str, *groups: str) -> "Clerk":
        """``groups``: as a directory of staff calls them."""
        claims = {"member": member, "roles": list(groups), "clerk": number}
        return cls(f"staff-{member}-{number}", f"{member} {number} ({', '.join(groups)})", claims)


class Grant(NamedTuple):
    """What a code stands for; ``chosen``: when somebody said who she is, which nobody here ever remembers."""

    person: Resident | Clerk
    asked: Mapping[str, str]
    chosen: int


def _new_key() -> ECKey:
    """Under a name of its own: whoever knows the key of a former start asks for this one."""
    return ECKey.generate_key("P-256", {"kid": secrets.token_hex(8)})


@dataclass
class DevelopmentProvider:
    """
    Of one client. ``now``: seconds. ``people`` are asked for anew each time. With each start it signs by another key.

    ``signed_out_uri``: where it sends back whom the client signs out here.

    Raises:
        NotASandboxError: a server is named in the environment.

    """

    settings: Settings
    issuer: str
    client_id: str
    redirect_uri: str
    people: Iterable[Resident | Clerk]
    now: Callable[[], int]
    secret: str = field(repr=False)
    key: ECKey = field(repr=False, default_factory=_new_key)
    signed_out_uri: str = ""
    _grants: dict[str, Grant] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.settings.postgres or self.settings.bootstrap:
            raise NotASandboxError("The development provider runs beside the local stack only: `kairan up`.")

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.describe),
                Route("/keys", self.keys),
                Route("/authorize", self.ask, methods=["GET"]),
                Route("/authorize", self.choose, methods=["POST"]),
                Route("/token", self.give, methods=["POST"]),
                Route("/sign-out", self.sign_out),
            ]
        )

    def describe(self, _: Request) -> Response:
        end_session = {"end_session_endpoint": f"{self.issuer}/sign-out"} if self.signed_out_uri else {}
        return JSONResponse(
            end_session
            | {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "code_challenge_methods_supported": ["S256"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    def keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    def ask(self, request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        if not self._is_right(asked):
            return HTMLResponse("This client is not known here, or asks for something else.", 400)
        hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(its)}">' for name, its in asked.items())
        buttons = "".join(
            f'<p><button name="subject" value="{escape(each.subject)}">{escape(each.name)}</button>'
            for each in self.people
        )
        return HTMLResponse(
            '<!doctype html><html lang="en"><title>Development provider</title><h1>Development provider</h1>'
            f'<p>Nobody is asked for a proof here. Sign in as:<form method="post">{hidden}{buttons}</form></html>'
        )

    async def choose(self, request: Request) -> Response:
        form = await request.form()
        asked = {name: str(form.get(name, "")) for name in ASKED}
        person = next((each for each in self.people if each.subject == form.get("subject")), None)
        if not self._is_right(asked) or person is None:
            return HTMLResponse("Nobody of that name is here.", 400)
        code = secrets.token_urlsafe(32)
        self._grants[code] = Grant(person, asked, self.now())
        told = urlencode({"code": code, "state": asked["state"], "iss": self.issuer})
        return RedirectResponse(f"{self.redirect_uri}?{told}", 303)

    async def give(self, request: Request) -> Response:
        """A code is good once, for whoever asked for it."""
        form = await request.form()
        grant = self._grants.pop(str(form.get("code", "")), None)
        if not self._knows(request) or grant is None or not self._lasts(grant) or not _fits(grant, form):
            return JSONResponse({"error": "invalid_grant"}, 400)
        access = secrets.token_urlsafe(32)
        return JSONResponse(
            {
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
                "id_token": self._signed(grant, access),
            }
        )

    def sign_out(self, request: Request) -> Response:
        """Nobody has a session here; a browser is sent back to where this client may have it sent, and nowhere else."""
        asked = request.query_params.get("client_id"), request.query_params.get("post_logout_redirect_uri")
        if not self.signed_out_uri or asked != (self.client_id, self.signed_out_uri):
            return HTMLResponse("This client is not known here, or asks for something else.", 400)
        return RedirectResponse(self.signed_out_uri, 303)

    def _signed(self, grant: Grant, access: str) -> str:
        claims = dict(grant.person.claims) | {
            "iss": self.issuer,
            "sub": grant.person.subject,
            "aud": self.client_id,
            "iat": self.now(),
            "exp": self.now() + TOKEN_SECONDS,
            "auth_time": grant.chosen,
            "nonce": grant.asked["nonce"],
            "at_hash": _base64(sha256(access.encode()).digest()[:16]),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": self.key.kid}, claims, self.key)

    def _is_right(self, asked: Mapping[str, str]) -> bool:
        ours = (asked["client_id"], asked["redirect_uri"]) == (self.client_id, self.redirect_uri)
        return ours and all(asked.values())

    def _lasts(self, grant: Grant) -> bool:
        return self.now() <= grant.chosen + CODE_SECONDS

    def _knows(self, request: Request) -> bool:
        name_and_secret = b64encode(f"{self.client_id}:{self.secret}".encode()).decode()
        return hmac.compare_digest(request.headers.get("authorization", ""), f"Basic {name_and_secret}")


def _fits(grant: Grant, form: Mapping[str, Any]) -> bool:
    challenge = _base64(sha256(str(form.get("code_verifier", "")).encode()).digest())
    return (challenge, form.get("redirect_uri")) == (grant.asked["code_challenge"], grant.asked["redirect_uri"])


def _base64(some: bytes) -> str:
    return urlsafe_b64encode(some).rstrip(b"=").decode()
