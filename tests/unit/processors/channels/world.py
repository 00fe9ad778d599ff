"""A few residents with addresses, what the notices ask for them, and channels in memory."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from connectors.notices.page import Page
from connectors.notices.port import Channel
from connectors.notices.testing import MemoryChannel
from kairan import wire
from kairan.identifiers import Handle
from kairan.stream import Outgoing
from kairan.testing.broker import MemoryBroker, MemoryReader
from processors.channels import sendings
from processors.channels.addresses import Address, Means, Reached
from processors.channels.delivering import Delivering, Round
from processors.channels.hiding import Hiding
from processors.channels.queue import Way
from processors.channels.receipts import DELIVERED
from processors.channels.sendings import Sending
from processors.channels.taking import Taking
from processors.channels.testing import MemoryQueue
from processors.channels.wording import Site
from processors.notices import process
from processors.notices.facts import Receipt
from processors.notices.texts import Language

HANAKO, TARO = Handle(b"hanako-hanak" + bytes(4)), Handle(b"taro-taro-ta" + bytes(4))
HOUR, DAY = 3_600_000, 86_400_000
MORNING = 1_780_275_600_000
"""1 June 2026, ten o'clock in Japan."""
ONE, TWO, THREE = (bytes([number]) * 16 for number in (1, 2, 3))
NOTICE, OTHER = b"n" * 16, b"o" * 16
PROTECTION, SENDINGS = "protection", sendings.TOPIC
ALWAYS_LATE = count(step=10.0).__next__
"""A clock by which what is known of protection is always too old."""
SITE = Site("https://notices.example.jp/")


def address(handle: Handle = HANAKO, channel: Reached = "mail", means: Means = "mail", **changed: Any) -> Address:
    name = "hanako" if handle == HANAKO else "taro"
    its = Address(handle, channel, means, {"to": f"{name}'s {means}"}, Language.ENGLISH, 1, token=f"{name} {means}")
    return replace(its, **changed)


def sending(id_: bytes = ONE, **changed: Any) -> Sending:
    asked = Sending(
        id_, NOTICE, HANAKO, "mail", "tell", "",
        is_hint=True, text="", office="", business="", due=None, not_before=MORNING, expires=MORNING + 9 * DAY,
    )  # fmt: skip
    return replace(asked, **changed)


def record(its: Sending) -> Outgoing:
    """As the notices write it."""
    names = ("notice", "handle", "channel", "purpose", "language", "is_hint", "text", "office", "business")
    told = {name: getattr(its, name) for name in (*names, "not_before", "expires")}
    told |= {"sending": its.id, "due": its.due.isoformat() if its.due else ""}
    return Outgoing(SENDINGS, its.handle, wire.encode_record(sendings.SHAPE, told))


def measure(handle: Handle, kind: str = "1", version: int = 1) -> Outgoing:
    told = {
        "handle": handle, "municipality": "131016", "measure": "m1", "version": version, "kind": kind, "registered": 0,
    }  # fmt: skip
    return Outgoing(PROTECTION, handle, wire.encode_record("kairan.bus.Measure", told))


@dataclass
class World:
    """``now`` goes where a test puts it; what each channel has taken stands in ``channels``."""

    now: int = MORNING
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    broker: MemoryBroker = field(default_factory=lambda: MemoryBroker({PROTECTION: 1, SENDINGS: 1}))
    channels: Mapping[Way, MemoryChannel] = field(
        default_factory=lambda: {each: MemoryChannel() for each in ("mail", "webpush", "line", "portal")}
    )

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """As after a start: nothing is remembered but what was stored."""
        self.reader = MemoryReader(self.broker, "channels", [SENDINGS], from_start=True)
        self.reader.seek(self.queue.positions())
        self.hiding = Hiding(
            MemoryReader(self.broker, "channels.protection", [PROTECTION], from_start=True), ALWAYS_LATE
        )
        everything: Mapping[Way, Channel] = {"page": Page(), **self.channels}
        self.loops = {means: self.loop(means, channel) for means, channel in everything.items()}

    def loop(self, means: Way, channel: Channel) -> Delivering:
        return Delivering(means, channel, self.queue, self.hiding, SITE, lambda: self.now)

    def named(self, *addresses: Address) -> None:
        for each in addresses:
            self.queue.keep(each)

    def asked(self, *its: Sending) -> None:
        """The notices ask for it, and it is queued."""
        self.written(map(record, its))
        self.take()

    def written(self, records: Iterable[Outgoing]) -> None:
        for each in records:
            self.broker.append(each)

    def take(self) -> None:
        if batch := self.reader.poll(0, 99):
            Taking(self.queue, lambda: self.now).apply(batch)

    def told(self, means: Way = "mail") -> list[str]:
        """To whom, in order, all rounds together."""
        return [message.target["to"] for message in self.channels[means].sent]

    def waiting(self) -> set[Handle]:
        """For whom anything waits."""
        kept = self.queue.kept
        return {each.sending.handle for key, each in kept.copies.items() if key not in kept.ends}

    def round(self, *means: Way) -> list[Round]:
        return [self.loops[each].once() for each in means or self.loops]

    def receipts(self) -> list[tuple[bytes, str]]:
        """What the notices hear of sendings, in order: which, and (what they do not hear) what became of it."""
        letters = (wire.decode_record(letter.value or b"")[1] for _, letter in self.queue.pending(999))
        words = [process.WORDS.from_json(json.loads(letter["told"])) for letter in letters]
        found = [word for word in words if isinstance(word, Receipt)]
        return [(word.sending, DELIVERED if word.is_delivered else self._why_not(word.sending)) for word in found]

    def _why_not(self, sending: bytes) -> str:
        how = self.queue.kept.closed[sending]
        return how if how != DELIVERED else "not then"
