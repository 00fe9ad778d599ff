"""What one batch of a sink did, as its receipt will tell it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.postgres.deliveries import Row
from connectors.postgres.office import Refused
from kairan.receipts import Excepted, LogPosition, Receipt, tallies

NO_BUSINESS = "000"
"""Stands for the business where the bytes were unreadable."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Whose deliveries a sink applies."""

    member: str
    name: str

    @property
    def topic(self) -> str:
        return f"deliveries.{self.member}.{self.name}"


@dataclass(slots=True)
class Turn:
    """Collects what took effect and what did not; ``last`` is below ``first`` when nothing new was read."""

    channel: Channel
    first: int
    last: int
    effects: list[tuple[bytes, str, LogPosition]] = field(default_factory=list)
    exceptions: list[Excepted] = field(default_factory=list)

    def applied(self, new: Iterable[Row]) -> None:
        self.effects += [(row.delivery.event_ref, row.business, row.delivery.at) for row in new]

    def parked(self, late: Iterable[Row]) -> None:
        self.exceptions += [_excepted(row, "parked") for row in late]

    def released(self, row: Row) -> None:
        self.exceptions.append(_excepted(row, "released"))

    def discarded(self, row: Row) -> None:
        self.exceptions.append(_excepted(row, "discarded"))

    def refused(self, unreadable: Iterable[Refused]) -> None:
        self.exceptions += [Excepted(each.digest[:16], NO_BUSINESS, "refused", each.offset) for each in unreadable]

    def receipt(self, now: int) -> bytes:
        return Receipt(
            member=self.channel.member,
            channel=self.channel.name,
            topic=self.channel.topic,
            partition=0,
            first=self.first,
            last=self.last,
            buckets=tallies(self.effects),
            exceptions=self.exceptions,
            applied=now,
        ).encode()


def _excepted(row: Row, kind: str) -> Excepted:
    return Excepted(row.delivery.event_ref, row.business, kind, row.delivery.offset)
