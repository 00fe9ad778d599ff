"""
Where residents want to be told, as the channels keep it (``processors/channels/addresses.py``).

One implementation over either store: what a resident may do is decided there, and the notices hear of it there.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from gateway.residents.ports import Choice, Chosen, Named
from kairan.identifiers import Handle
from kairan.postgres import Opened
from processors.channels import addresses, naming
from processors.channels.addresses import Address, Means, Wish
from processors.channels.naming import Naming, Namings, Outcome
from processors.channels.tables import PostgresQueue
from processors.notices.channels import NIGHT
from processors.notices.texts import Language

MEANS: Mapping[Chosen, Means] = {"push": "webpush", "mail": "mail", "line": "line", "portal": "portal"}
"""Each has a consent and hours of its own, though all but mail are told at the same hours if she says nothing."""
MOST = 10
"""Addresses of one person (assumed ⊕): nobody fills the store, or has one notice told a hundred times."""


class StoredAddresses:
    """
    See ``gateway.residents.ports.Addresses``.

    ``opened``: a store for one call: its transactions are of one thread, and pages are asked for from several.
    """

    def __init__(self, opened: Callable[[], AbstractContextManager[Namings]]) -> None:
        self._opened = opened

    def of(self, person: Handle) -> Sequence[Choice]:
        with self._opened() as store:
            named = store.of(person)
        hers = [each for each in named if each.channel != "safe"]
        return [_choice(channel, [each for each in hers if each.means == means]) for channel, means in MEANS.items()]

    def choose(self, person: Handle, channel: Chosen, wish: Wish, now: int) -> None:
        with self._opened() as store:
            addresses.adjust(store, person, MEANS[channel], wish, now)

    def unsubscribe(self, token: str, now: int) -> bool:
        with self._opened() as store:
            return addresses.stop(store, token, now)

    def knows(self, token: str) -> bool:
        with self._opened() as store:
            return addresses.stopped_by(store, token) is not None

    def ask(self, person: Handle, mailbox: str, language: Language, now: int) -> bool:
        with self._opened() as store:
            return naming.ask(store, Naming(person, mailbox, language, naming.new_code(), now))

    def waits(self, person: Handle, now: int) -> bool:
        with self._opened() as store:
            found = store.naming(person)
        return found is not None and found.lasts(now)

    def bring(self, person: Handle, code: str, now: int) -> Outcome:
        with self._opened() as store:
            return naming.bring(store, person, code, now)

    def name(self, address: Address, now: int) -> bool:
        with self._opened() as store, store.transaction():
            others = [each for each in store.of(address.handle) if each.target != address.target]
            if len(others) >= MOST:
                return False
            addresses.name(store, address, now)
        return True

    def remove(self, person: Handle, name: bytes, now: int) -> bool:
        with self._opened() as store, store.transaction():
            found = [each for each in store.of(person) if each.channel != "safe" and _id(each) == name]
            for each in found:
                addresses.remove(store, each, now)
        return bool(found)

    def push_key(self) -> str:
        with self._opened() as store:
            return store.push_key()

    def agreed(self, person: Handle) -> int | None:
        with self._opened() as store:
            return store.agreed(person)

    def agree(self, person: Handle, now: int, *, is_given: bool) -> None:
        with self._opened() as store:
            naming.agree(store, person, now, is_given=is_given)


def on_postgres(opened: Opened) -> StoredAddresses:
    """``opened``: of the bus's own database, with the schema of ``processors.channels``."""

    @contextmanager
    def _opened() -> Iterator[Namings]:
        with opened() as connection:
            yield PostgresQueue(connection)

    return StoredAddresses(_opened)


def _choice(channel: Chosen, its: Sequence[Address]) -> Choice:
    named = [Named(_id(each), each.means, _shown(each), each.consented, each.is_gone) for each in its]
    if not its:
        return Choice(channel)
    quiet = its[-1].quiet or NIGHT
    return Choice(channel, addresses.since(its), its[-1].language, quiet.start, quiet.end, named)


def _id(address: Address) -> bytes:
    return address.number.to_bytes(8, "big")


def _shown(address: Address) -> str:
    """Whoever looks over her shoulder does not learn the mailbox."""
    name, at, host = str(address.target.get("mailbox", "")).rpartition("@")
    return f"{name[:1]}…{at}{host}" if at else ""
