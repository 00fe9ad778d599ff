"""Residents of the bench's front door and queue: everything of them follows from a number."""

import hmac
from hashlib import sha256

from kairan.identifiers import Handle
from processors.notices.notices import NoticeId


def handle(number: int) -> Handle:
    return Handle(_digest("person", number)[:12] + bytes(4))


def token(number: int) -> str:
    """The secret of her session."""
    return _digest("session", number).hex()


def notice(number: int) -> NoticeId:
    return NoticeId(_digest("notice", number)[:16])


def shown(session: str, its: NoticeId) -> str:
    """What a page of this session calls it (``gateway.residents.room.Viewer.opaque``)."""
    return hmac.digest(session.encode(), b"in an address" + its, sha256).hex()[:32]


def _digest(what: str, number: int) -> bytes:
    return sha256(f"{what} {number}".encode()).digest()
