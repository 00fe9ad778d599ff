"""When a page writes down that a session is used; how long one lasts is said where it is opened."""

from typing import Protocol, TypeVar

NOTED_EVERY = 60 * 1000
"""A page writes down that the session is used only if this has passed since; milliseconds."""


class Lasting(Protocol):
    """A session; ``seen``: when it was used last, as far as it was written down."""

    @property
    def seen(self) -> int: ...


Its_co = TypeVar("Its_co", bound=Lasting, covariant=True)
Session = TypeVar("Session", bound=Lasting)


class Store(Protocol[Its_co]):
    """Of the one kind of sessions or the other."""

    def find(self, key: bytes, now: int) -> Its_co | None: ...

    def note(self, key: bytes, now: int) -> None: ...


def used(sessions: Store[Session], key: bytes, now: int) -> Session | None:
    """The session of a page that is asked for."""
    session = sessions.find(key, now)
    if session and now - session.seen >= NOTED_EVERY:
        sessions.note(key, now)
    return session
