"""
A mailbox is one of hers when she has brought the code that was sent there, and not before.

Nothing here asks whose else it may be: whoever names a mailbox is answered the same, whether it is somebody's or
nobody's. The code is good for the person who asked for it alone: who finds it in the letter can do nothing with it.
"""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from kairan.identifiers import Handle
from processors.channels import addresses
from processors.channels.addresses import Address, Addresses
from processors.notices.facts import Consent
from processors.notices.texts import Language

LASTS = 30 * 60_000
"""A code is good for so long (milliseconds, assumed ⊕, as is what follows)."""
TRIES = 5
DAY = 24 * 3_600_000
A_DAY = 5
"""Letters that one person can have sent in a day, to whatever mailboxes."""
DIGITS = 8
Outcome = Literal["named", "wrong", "over"]


@dataclass(frozen=True, slots=True)
class Naming:
    """
    ``asked``: when (milliseconds since 1970 UTC); ``tries``: how many codes were wrong.

    ``due``: when its letter is tried next; ``failures``: how often the mailbox took none.
    """

    handle: Handle
    mailbox: str = field(repr=False)
    language: Language
    code: str = field(repr=False)
    asked: int
    tries: int = 0
    is_sent: bool = False
    due: int = 0
    failures: int = 0

    def lasts(self, at: int) -> bool:
        return at < self.asked + LASTS and self.tries < TRIES


class Namings(Addresses, Protocol):
    """The store, where addresses are."""

    def naming(self, handle: Handle) -> Naming | None: ...

    def put_naming(self, naming: Naming) -> None:
        """In the place of the person's former one."""
        ...

    def forget_naming(self, handle: Handle) -> None:
        """Nothing of it stays."""
        ...

    def forget_namings(self, before: int) -> None:
        """Those that were asked for until then."""
        ...

    def unsent(self, at: int) -> Sequence[Naming]:
        """Whose letter did not go yet and may be tried."""
        ...

    def note_asked(self, handle: Handle, at: int, before: int) -> int:
        """How often since ``before``, this time included; what is older is forgotten of everybody."""
        ...

    def agreed(self, handle: Handle) -> int | None:
        """Since when she has agreed to be shown benefits that she may apply for."""
        ...

    def set_agreed(self, handle: Handle, since: int | None) -> None: ...

    def push_key(self) -> str:
        """By which browsers know who sends them pushes; empty: nobody does yet."""
        ...

    def set_push_key(self, public: str) -> None:
        """Of whoever sends them from now on: the pages have no use for the secret half."""
        ...


def new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def ask(its: Namings, naming: Naming) -> bool:
    """A letter goes there soon; False: she has asked too often today."""
    with its.transaction():
        its.forget_namings(naming.asked - LASTS)
        if its.note_asked(naming.handle, naming.asked, naming.asked - DAY) > A_DAY:
            return False
        its.put_naming(naming)
    return True


def bring(its: Namings, handle: Handle, code: str, at: int) -> Outcome:
    """``over``: there is nothing to confirm any more; she may ask for another code."""
    with its.transaction():
        naming = its.naming(handle)
        if naming is None or not naming.lasts(at):
            its.forget_naming(handle)
            return "over"
        if not hmac.compare_digest(naming.code.encode(), code.encode()):
            return _tried(its, replace(naming, tries=naming.tries + 1), at)
        its.forget_naming(handle)
        target = {"mailbox": naming.mailbox}
        addresses.name(its, Address(handle, "mail", "mail", target, naming.language, at), at)
    return "named"


def _tried(its: Namings, naming: Naming, at: int) -> Outcome:
    if naming.lasts(at):
        its.put_naming(naming)
        return "wrong"
    its.forget_naming(naming.handle)
    return "over"


def take_all_back(its: Namings, handle: Handle, at: int) -> None:
    """
    Whoever named it on her pages was somebody else, perhaps: what she is told goes to none of it any more.

    Also a code that nobody has brought yet. Her safe channel stays: a desk has named it.
    """
    with its.transaction():
        its.forget_naming(handle)
        for each in its.of(handle):
            if each.channel != "safe":
                addresses.remove(its, each, at)


def agree(its: Namings, handle: Handle, at: int, *, is_given: bool) -> None:
    """To be shown benefits that she may apply for, from her own facts; the notices hear of it."""
    with its.transaction():
        if is_given == (its.agreed(handle) is not None):
            return
        its.set_agreed(handle, at if is_given else None)
        its.post([addresses.letter(handle, Consent("benefits", is_given, at))])
