"""
Where residents want to be told, as the channels keep it (``processors/channels/addresses.py``).

One implementation over either store: what a resident may do is decided there, and the notices hear of it there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from gateway.residents.ports import CHOSEN, Choice, Chosen, Named
from kairan.identifiers import Handle
from kairan.postgres import connect
from processors.channels import addresses
from processors.channels.addresses import Address, Wish
from processors.channels.tables import PostgresQueue
from processors.notices.channels import NIGHT


class StoredAddresses:
    """
    See ``gateway.residents.ports.Addresses``.

    ``opened``: a store for one call: its transactions are of one thread, and pages are asked for from several.
    """

    def __init__(self, opened: Callable[[], AbstractContextManager[addresses.Addresses]]) -> None:
        self._opened = opened

    def of(self, person: Handle) -> Sequence[Choice]:
        with self._opened() as store:
            named = store.of(person)
        return [_choice(channel, [each for each in named if each.channel == channel]) for channel in CHOSEN]

    def choose(self, person: Handle, channel: Chosen, wish: Wish, now: int) -> None:
        with self._opened() as store:
            addresses.adjust(store, person, channel, wish, now)

    def unsubscribe(self, token: str, now: int) -> bool:
        with self._opened() as store:
            return addresses.stop(store, token, now)

    def knows(self, token: str) -> bool:
        with self._opened() as store:
            return store.by_token(token) is not None


def on_postgres(dsn: str) -> StoredAddresses:
    """``dsn``: of the bus's own database, with the schema of ``processors.channels``."""

    @contextmanager
    def _opened() -> Iterator[addresses.Addresses]:
        with connect(dsn, autocommit=True) as connection:
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
