"""Staff's door: whom their provider vouches for as a clerk of a member gets a session in one role, for a while."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from gateway.desks import account
from gateway.desks.account import Terms
from gateway.desks.sessions import SessionStore
from gateway.desks.staff import Role
from gateway.sign_in.browser import digest
from gateway.sign_in.way import Way


@dataclass(frozen=True)
class StaffDoor:
    """``members``: codes of those whose staff may sign in now."""

    way: Way
    terms: Terms
    members: Callable[[], Collection[str]]
    sessions: SessionStore

    def begin(self, role: Role) -> tuple[str, str]:
        """The secret for this browser's cookie, and where to send it. Raises RefusedSignInError."""
        return self.way.begin(role)

    def finish(self, secret: str, answer: Mapping[str, str]) -> str:
        """The secret of the new session. Raises RefusedSignInError: nobody is signed in."""
        staff = account.staff(self.way.end(secret, answer), self.terms, self.members())
        token = secrets.token_urlsafe(32)
        self.sessions.open(digest(token), staff, self.way.now())
        return token

    def leave(self, token: str) -> None:
        self.sessions.close(digest(token))

    def sign_out(self, back: str) -> str | None:
        """See ``gateway.sign_in.way.Way``."""
        return self.way.sign_out(back)
