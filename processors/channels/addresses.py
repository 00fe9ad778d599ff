"""Where a resident wants to be told: what she named, since when, in which language, and when she wants her quiet."""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, Protocol

from kairan.identifiers import Handle
from kairan.stream import Outgoing
from processors.notices import process
from processors.notices.channels import QuietHours
from processors.notices.facts import Consent, Input, SafeChannel
from processors.notices.texts import Language
from processors.runtime import inputs

Means = Literal["mail", "webpush", "line", "portal"]
"""What speaks to an address; ``line`` and ``portal`` are simulators."""
Reached = Literal["push", "mail", "safe"]
"""Classes that need an address; ``safe``: what a protected person has named, by whichever means."""


def new_token() -> str:
    """Whoever has it may end that an address is told, and nothing else."""
    return secrets.token_urlsafe(24)


@dataclass(frozen=True, slots=True)
class Address:
    """
    ``target``: as ``connectors/notices`` reads it for these means.

    ``consented``: since when (milliseconds since 1970 UTC); None: she wants nothing there any more. ``quiet``: her own
    hours in place of those of the class. ``is_gone``: the other side said that nobody is there.
    """

    handle: Handle
    channel: Reached
    means: Means
    target: Mapping[str, Any] = field(repr=False)
    language: Language
    consented: int | None
    quiet: QuietHours | None = None
    token: str = field(default_factory=new_token, repr=False)
    is_gone: bool = False
    number: int = 0
    """The store's; it keeps one of each target."""

    @property
    def is_wanted(self) -> bool:
        return self.consented is not None and not self.is_gone


class Addresses(Protocol):
    """Where they are kept, with the outbox from which the notices hear of consent."""

    def transaction(self) -> AbstractContextManager[None]:
        """All or nothing."""
        ...

    def of(self, handle: Handle) -> Sequence[Address]:
        """All that she has named, also what is gone or wanted no more."""
        ...

    def keep(self, address: Address) -> None:
        """Named anew it takes the place of the same target."""
        ...

    def forget(self, number: int) -> None:
        """Nothing of it stays."""
        ...

    def by_token(self, token: str) -> Address | None: ...

    def post(self, letters: Iterable[Outgoing]) -> None:
        """To be sent when the transaction is over."""
        ...


def name(its: Addresses, address: Address, at: int) -> None:
    """She wants to be told there from now on, in the hours of its like, and the notices hear of it."""
    with its.transaction():
        like = (address.channel, address.means)
        hours = [each.quiet for each in its.of(address.handle) if (each.channel, each.means) == like]
        its.keep(replace(address, quiet=address.quiet or (hours[-1] if hours else None)))
        its.post([_consent(address, at, is_given=True)])


class Wish(NamedTuple):
    """How she wants to be told by one means; ``quiet`` None: the hours of its class."""

    is_wanted: bool
    language: Language
    quiet: QuietHours | None = None


def since(named: Iterable[Address]) -> int | None:
    """Her consent is as old as that to the first of these addresses; None: she wants nothing there."""
    return min((each.consented for each in named if each.is_wanted and each.consented is not None), default=None)


def adjust(its: Addresses, handle: Handle, means: Means, wish: Wish, at: int) -> None:
    """
    Of all her addresses of these means; where none is, there is nothing to agree to. What is gone stays so.

    A consent to one means is none to another. The notices hear of it where a class begins or ceases to reach her.
    """
    with its.transaction():
        named = [each for each in _of_class(its, handle, means) if each.means == means and not each.is_gone]
        was_reached = since(_of_class(its, handle, means)) is not None
        former = since(named)
        consented = (at if former is None else former) if wish.is_wanted else None
        for each in named:
            its.keep(replace(each, consented=consented, language=wish.language, quiet=wish.quiet))
        is_reached = since(_of_class(its, handle, means)) is not None
        if is_reached != was_reached:
            its.post([_consent(named[0], at, is_given=is_reached)])


def _of_class(its: Addresses, handle: Handle, means: Means) -> list[Address]:
    """Her addresses of the class that these means are of; what she named as safe is apart."""
    channel = "mail" if means == "mail" else "push"
    return [each for each in its.of(handle) if each.channel == channel]


def remove(its: Addresses, address: Address, at: int) -> None:
    """She takes it back: nothing of it stays."""
    with its.transaction():
        its.forget(address.number)
        its.post(_taken_back(its, address, at))


def entrust(its: Addresses, address: Address, at: int) -> None:
    """The safe channel of a protected person: there is one, and nothing of any other stays."""
    with its.transaction():
        for each in _safe(its, address.handle):
            its.forget(each.number)
        name(its, address, at)


def distrust(its: Addresses, handle: Handle, at: int) -> None:
    """It is not safe any more, or was never there."""
    with its.transaction():
        for each in _safe(its, handle):
            remove(its, each, at)


def _safe(its: Addresses, handle: Handle) -> list[Address]:
    return [each for each in its.of(handle) if each.channel == "safe"]


def may_stop(address: Address) -> bool:
    """A safe channel is ended at the desk that named it: by a click nobody would know that she is told nothing more."""
    return address.channel != "safe"


def stopped_by(its: Addresses, token: str) -> Address | None:
    """Which address the click in a letter ends."""
    address = its.by_token(token)
    return address if address is not None and may_stop(address) else None


def stop(its: Addresses, token: str, at: int) -> bool:
    """One click in a letter; whether there is such an address."""
    with its.transaction():
        address = stopped_by(its, token)
        if address is None:
            return False
        its.forget(address.number)
        its.post(_taken_back(its, address, at))
    return True


def _taken_back(its: Addresses, address: Address, at: int) -> list[Outgoing]:
    """Of a class by which she can still be reached nothing is said."""
    others = [each for each in its.of(address.handle) if each.channel == address.channel and each.is_wanted]
    return [] if others else [_consent(address, at, is_given=False)]


def _consent(address: Address, at: int, *, is_given: bool) -> Outgoing:
    if address.channel == "safe":
        return letter(address.handle, SafeChannel(is_given, at))
    return letter(address.handle, Consent(address.channel, is_given, at))


def letter(handle: Handle, told: Input) -> Outgoing:
    """To her notices."""
    return inputs.letter(process.NAME, handle, json.dumps(process.WORDS.to_json(told)))
