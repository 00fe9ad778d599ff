"""What the notices ask the channels for, as their topic tells it (``kairan.bus.NoticeSending``)."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from kairan import topics, wire
from kairan.identifiers import Handle

TOPIC = topics.name(topics.NOTICE_SENDINGS)
SHAPE = "kairan.bus.NoticeSending"
Purpose = Literal["tell", "remind", "withdraw", "correct"]
EVERY = ""
"""In the place of a class: every one that has anything of the notice."""
CLASSES = frozenset({EVERY, "page", "push", "mail", "post", "safe"})


class UnknownSendingError(ValueError):
    """A class or a purpose that this release does not know: nobody can guess what is to be done."""


@dataclass(frozen=True, slots=True)
class Sending:
    """
    To tell one person by one class of channel, or to take back what is queued of a notice.

    ``is_hint``: it may say only that there is something on the page. ``text``, ``office``, ``business``, ``due``: of
    the words, empty for a hint. Times are milliseconds since 1970 UTC.
    """

    id: bytes
    notice: bytes
    handle: Handle
    channel: str
    purpose: Purpose
    language: str
    is_hint: bool
    text: str
    office: str
    business: str
    due: date | None
    not_before: int
    expires: int

    @property
    def takes_back(self) -> bool:
        """What is queued of its notice was worded before, and is told to nobody any more."""
        return self.purpose in ("withdraw", "correct")


def decode(value: bytes) -> Sending:
    """Raises UnknownSendingError, and what ``wire`` raises for bytes that are no record of ours."""
    name, found = wire.decode_record(value)
    if name != SHAPE or found["channel"] not in CLASSES or found["purpose"] not in get_args(Purpose):
        raise UnknownSendingError("a sending has a class and a purpose of the list")
    plain = ("notice", "channel", "purpose", "language", "is_hint", "text", "office", "business")
    return Sending(
        id=found["sending"],
        handle=Handle(found["handle"]),
        due=date.fromisoformat(found["due"]) if found["due"] else None,
        not_before=found["not_before"],
        expires=found["expires"],
        **{name: found[name] for name in plain},
    )
