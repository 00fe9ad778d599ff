"""What a member's own office of 住民記録 (001) holds of those whom it is asked about."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from connectors.postgres.offices import announced
from connectors.postgres.offices.announced import Announced
from kairan.postgres import Connection, connect
from kairan.register import Register
from kairan.settings import Settings
from processors.moving.steps import RESIDENT_RECORD


class Offices(Protocol):
    """Of each member its own office, by its own pairwise ids."""

    def announced(self, member: str, pairwise_ids: Collection[bytes]) -> Mapping[bytes, Announced]: ...

    def numbers(self, member: str, pairwise_ids: Collection[bytes]) -> Mapping[bytes, str]:
        """宛名番号."""

    def people(self, member: str, number: str) -> Sequence[bytes]:
        """Persons of this 宛名番号; one, if it is anybody's."""


class PostgresOffices:
    """In the database ``offices_<団体コード>``; ``register`` says which channel is the resident record's."""

    def __init__(self, settings: Settings, register: Callable[[], Register]) -> None:
        self._settings = settings
        self._register = register

    def announced(self, member: str, pairwise_ids: Collection[bytes]) -> Mapping[bytes, Announced]:
        channel = self._channel(member)
        if channel is None or not pairwise_ids:
            return {}
        with self.reading(member) as connection:
            return announced.announced(connection, channel, pairwise_ids)

    def numbers(self, member: str, pairwise_ids: Collection[bytes]) -> Mapping[bytes, str]:
        if self._channel(member) is None or not pairwise_ids:
            return {}
        with self.reading(member) as connection:
            return announced.numbers(connection, pairwise_ids)

    def people(self, member: str, number: str) -> Sequence[bytes]:
        if self._channel(member) is None:
            return []
        with self.reading(member) as connection:
            return announced.people(connection, number)

    def _channel(self, member: str) -> str | None:
        """None: its resident record is not its own office's."""
        its = (each for each in self._register().performers if each.municipality == each.member == member)
        return next((each.channel for each in its if each.business == RESIDENT_RECORD), None)

    @contextmanager
    def reading(self, member: str) -> Iterator[Connection]:
        with connect(self._settings.dsn(f"offices_{member}"), autocommit=True) as connection:
            connection.execute("set default_transaction_read_only = on")
            yield connection
