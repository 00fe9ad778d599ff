"""
Databases that fail: a transaction is undone at its end, or done without the process hearing of it.

They are the product's own fakes; the ledger has none, so the smallest one that keeps what it must stands here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from connectors.postgres.deliveries import Key, Row
from connectors.postgres.effects import Told
from connectors.postgres.testing import MemoryOffice
from kairan.loops import next_offsets
from kairan.receipts import Bucket, Excepted, Receipt, Tally
from kairan.stream import Incoming, NotConfirmedError, TopicPartition
from processors.admission.memory import DictMemory, Notes
from processors.ledger.reconcile import Channel
from processors.ledger.store import noted
from processors.runtime.process import TakenError
from tests.simulation.broker import Killed
from tests.simulation.chance import Chance


class DatabaseLostError(Exception):
    """The connection broke."""


DEADLY = (Killed, NotConfirmedError, DatabaseLostError, TakenError)
"""What ends a process, which is started again."""


def may_break(chance: Chance, where: str) -> None:
    if chance.of("database", where):
        raise DatabaseLostError


class Office(MemoryOffice):
    def __init__(self, chance: Chance, *, is_old: bool) -> None:
        super().__init__()
        self.stores_all_characters = not is_old
        self._chance = chance
        self._told: dict[tuple[bytes, str, int], Told] = {}

    def history(self, keys: Iterable[Key]) -> Mapping[Key, list[Told]]:
        """The fake's answer, each delivery read once."""
        found: dict[Key, list[Told]] = {key: [] for key in keys}
        for row in self.tables.received.values():
            if row.key in found:
                found[row.key].append(self._of(row))
        return found

    def _of(self, row: Row) -> Told:
        place = (*row.identity, row.delivery.offset)
        if place not in self._told:
            self._told[place] = row.delivery.told()
        return self._told[place]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with super().transaction():
            yield
            may_break(self._chance, "office, undone")
        may_break(self._chance, "office, done")

    def attempt(self) -> AbstractContextManager[None]:
        return super().transaction()


class Memory(DictMemory):
    """
    Admission's memory in a server that does not wait for the disk.

    When it crashes it has forgotten the last notes, and the watermarks with them (``processors/admission/store.py``).
    """

    def __init__(self) -> None:
        super().__init__()
        self._noted: list[Notes] = []

    def note(self, notes: Notes) -> None:
        self._noted.append(notes)
        super().note(notes)

    def forget(self, how_many: int) -> None:
        kept = self._noted[: len(self._noted) - how_many]
        Memory.__init__(self)
        for notes in kept:
            self.note(notes)


class Ledger:
    """Notes receipts, each once (``kairan.loops.Effect``)."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self.receipts: dict[bytes, Receipt] = {}
        self.consumed: dict[TopicPartition, int] = {}

    def apply(self, batch: Sequence[Incoming]) -> None:
        came = [noted(record) for record in batch]
        may_break(self._chance, "ledger, undone")
        self.receipts |= {each.digest: each.receipt for each in came if each.digest not in self.receipts}
        self.consumed |= next_offsets(batch)
        may_break(self._chance, "ledger, done")

    def tallies(self) -> dict[Channel, dict[Bucket, Tally]]:
        found: dict[Channel, dict[Bucket, Tally]] = defaultdict(dict)
        for receipt in self.receipts.values():
            buckets = found[Channel(receipt.member, receipt.channel)]
            for bucket, tally in receipt.buckets.items():
                buckets[bucket] = buckets.get(bucket, Tally()).and_also(tally)
        return found

    def exceptions(self) -> dict[Channel, list[Excepted]]:
        """What is left out until now: what was parked and not released, and what was no delivery."""
        found: dict[Channel, list[Excepted]] = defaultdict(list)
        for receipt in self.receipts.values():
            found[Channel(receipt.member, receipt.channel)] += receipt.exceptions
        return {channel: list(_open(these)) for channel, these in found.items()}

    def seams(self) -> list[Channel]:
        """The channels whose ranges do not join."""
        ranges: dict[Channel, list[tuple[int, int]]] = defaultdict(list)
        for receipt in self.receipts.values():
            if receipt.last >= receipt.first:
                ranges[Channel(receipt.member, receipt.channel)].append((receipt.first, receipt.last))
        return [channel for channel, its in ranges.items() if not _join(sorted(its))]


def _open(these: Sequence[Excepted]) -> Iterator[Excepted]:
    released = {(each.event_ref, each.business) for each in these if each.kind == "released"}
    return (each for each in these if each.kind != "released" and (each.event_ref, each.business) not in released)


def _join(ranges: Sequence[tuple[int, int]]) -> bool:
    following = [0, *(last + 1 for _, last in ranges)]
    return all(first == expected for (first, _), expected in zip(ranges, following, strict=False))
