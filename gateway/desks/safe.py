"""Where safe channels (安全な連絡先) are kept, with the book of who named them; one for each protected person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from gateway.desks.staff import Staff
from kairan.identifiers import Handle
from kairan.postgres import Connection, Opened
from processors.channels import addresses
from processors.channels.addresses import Address, Means
from processors.channels.tables import PostgresQueue
from processors.notices.texts import Language

_WRITE = """
insert into desks.safe_channel (member, role, clerk, subject, person, is_named) values (%s, %s, %s, %s, %s, %s)"""


class Named(NamedTuple):
    """What was said at the counter; ``target`` as ``connectors/notices`` reads it for these means."""

    means: Means
    target: Mapping[str, Any]
    language: Language


class SafeChannels(Protocol):
    """Where they are kept, with the book of who did it."""

    @property
    def means(self) -> tuple[Means, ...]:
        """What there is."""

    def name(self, staff: Staff, person: Handle, named: Named) -> None:
        """In the place of any other."""

    def remove(self, staff: Staff, person: Handle) -> None:
        """Nothing of it stays but that it was taken back."""


@dataclass(frozen=True)
class PostgresSafeChannels:
    """``gateway.desks.safe.SafeChannels``; ``now``: as the notices count the time."""

    means: tuple[Means, ...]
    opened: Opened
    now: Callable[[], int]

    def name(self, staff: Staff, person: Handle, named: Named) -> None:
        at = self.now()
        with self.opened() as connection, connection.transaction():
            self._write(connection, staff, person, is_named=True)
            addresses.entrust(PostgresQueue(connection), address(person, named, at), at)

    def remove(self, staff: Staff, person: Handle) -> None:
        with self.opened() as connection, connection.transaction():
            self._write(connection, staff, person, is_named=False)
            addresses.distrust(PostgresQueue(connection), person, self.now())

    def _write(self, connection: Connection, staff: Staff, person: Handle, *, is_named: bool) -> None:
        its = (staff.member, staff.role, staff.clerk, staff.subject)
        connection.execute(_WRITE, (*its, bytes(person), is_named))


def address(person: Handle, named: Named, at: int) -> Address:
    return Address(person, "safe", named.means, named.target, named.language, at)
