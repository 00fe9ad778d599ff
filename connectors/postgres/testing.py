"""An office in memory that passes the same suite as PostgreSQL (``tests/contract/sink_suite.py``)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace

from connectors.postgres.answers import DISCARDED, is_answered, outcome
from connectors.postgres.deliveries import Key, Row, to_json
from connectors.postgres.effects import Person, Told, overlay
from connectors.postgres.office import CannotApplyError, Parked, Refused, Standing, Stretch

_LAST_STORED = chr(0xEFFFF)

_NOT_AS_USUAL = "P0001"


@dataclass(frozen=True)
class Waiting:
    """A parked delivery as the fake keeps it."""

    parked: Parked
    pairwise_ids: frozenset[bytes]
    reason: str
    released: bool = False


@dataclass
class Tables:
    """Everything the fake keeps; a transaction works on these and puts a copy back when it fails."""

    received: dict[tuple[bytes, str], Row] = field(default_factory=dict)
    people: dict[Key, Person] = field(default_factory=dict)
    parked: dict[tuple[bytes, str], Waiting] = field(default_factory=dict)
    refused: dict[int, Refused] = field(default_factory=dict)
    receipts: list[bytes] = field(default_factory=list)
    consumed: dict[tuple[str, int], int] = field(default_factory=dict)
    discarded: dict[tuple[bytes, str], Parked] = field(default_factory=dict)
    to_answer: dict[tuple[bytes, str], str] = field(default_factory=dict)

    def copy(self) -> "Tables":
        return Tables(*(each.copy() for each in vars(self).values()))


class MemoryOffice:
    """``stores_all_characters`` False: refuses persons with characters of planes 15 and 16, as an old package does."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.stores_all_characters = True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = self.tables.copy()
        try:
            yield
        except BaseException:
            self.tables = before
            raise

    def attempt(self) -> AbstractContextManager[None]:
        return self.transaction()

    def standing(self, topic: str, partition: int) -> Standing:
        parked = self.tables.parked.values()
        return Standing(
            self.tables.consumed.get((topic, partition)),
            bool(parked),
            any(each.released for each in parked),
            bool(self.tables.discarded),
        )

    def position(self, topic: str, partition: int) -> int | None:
        return self.tables.consumed.get((topic, partition))

    def finish(self, topic: str, partition: int, position: int, receipt: bytes) -> None:
        self.tables.consumed[topic, partition] = position
        self.tables.receipts.append(receipt)

    def usual(self, read: Stretch, first: Sequence[Row], others: Sequence[Row], receipt: bytes) -> None:
        rows = [*first, *others]
        with self.transaction():
            standing, inserted = self.standing(*read.at), self.insert(rows)
            is_new = len(inserted) == len(rows) and not any(inserted.values()) and not self.discarded(rows)
            if (
                standing.position not in {None, read.first}
                or standing.anybody_parked
                or not is_new
                or self.overlay(first)
            ):
                raise CannotApplyError(_NOT_AS_USUAL)
            self.finish(*read.at, read.next, receipt)

    def received(self, rows: Sequence[Row]) -> set[tuple[bytes, str]]:
        return {row.identity for row in rows} & self.tables.received.keys()

    def insert(self, rows: Sequence[Row]) -> Mapping[tuple[bytes, str], bool]:
        annulled = {
            (row.delivery.corrects_ref, row.business)
            for row in self.tables.received.values()
            if row.delivery.change == "annulled"
        }
        new = {row.identity: row for row in reversed(rows) if row.identity not in self.tables.received}
        self.tables.received |= new
        self.tables.to_answer |= {
            identity: outcome(row.delivery) for identity, row in new.items() if is_answered(row.delivery)
        }
        return {identity: identity in annulled for identity in new}

    def overlay(self, rows: Sequence[Row]) -> set[Key]:
        fold_these = set()
        for row in rows:
            person = overlay(self.tables.people.get(row.key, Person()), row.delivery.told())
            if person is None:
                fold_these.add(row.key)
            else:
                self._store(row.key, person)
        return fold_these

    def history(self, keys: Iterable[Key]) -> Mapping[Key, list[Told]]:
        received = self.tables.received.values()
        return {key: [row.delivery.told() for row in received if row.key == key] for key in keys}

    def put(self, people: Mapping[Key, Person]) -> None:
        for key, person in people.items():
            self._store(key, person)

    def protect(self, people: Mapping[Key, Person]) -> None:
        for key, person in people.items():
            known = self.tables.people.get(key, Person())
            self.tables.people[key] = replace(known, protection=person.protection, measures=person.measures)

    def waiting(self, keys: Iterable[Key]) -> set[Key]:
        return set(keys) & {each.parked.key for each in self.tables.parked.values()}

    def released(self) -> set[Key]:
        return {each.parked.key for each in self.tables.parked.values() if each.released}

    def queue(self, key: Key) -> list[Parked]:
        waiting = (each.parked for each in self.tables.parked.values() if each.parked.key == key)
        return sorted(waiting, key=lambda parked: parked.offset)

    def park(self, rows: Sequence[Row], reason: str) -> set[tuple[bytes, str]]:
        new = {row.identity: _waiting(row, reason) for row in reversed(rows) if row.identity not in self.tables.parked}
        self.tables.parked |= new
        return set(new)

    def unpark(self, parked: Parked) -> None:
        del self.tables.parked[parked.event_ref, parked.key.business]

    def discard(self, parked: Parked, *, answered: bool) -> None:
        self.unpark(parked)
        if answered:
            self.tables.to_answer.setdefault((parked.event_ref, parked.key.business), DISCARDED)
        self.tables.discarded[parked.event_ref, parked.key.business] = parked

    def discarded(self, rows: Sequence[Row]) -> set[tuple[bytes, str]]:
        return {row.identity for row in rows} & self.tables.discarded.keys()

    def stay(self, parked: Parked, reason: str) -> None:
        for identity, each in self.tables.parked.items():
            if each.parked.key == parked.key:
                why = reason if each.parked == parked else each.reason
                self.tables.parked[identity] = replace(each, released=False, reason=why)

    def strip(self, pairwise_ids: Iterable[bytes], strip: Callable[[bytes], bytes]) -> None:
        wanted = set(pairwise_ids)
        for identity, each in self.tables.parked.items():
            if each.pairwise_ids & wanted:
                stripped = each.parked._replace(delivery=strip(each.parked.delivery))
                self.tables.parked[identity] = replace(each, parked=stripped)

    def refuse(self, refused: Sequence[Refused]) -> None:
        self.tables.refused |= {each.offset: each for each in refused}

    def release(self, key: Key) -> None:
        """Sets the mark, as is done by hand: nobody asks who hides (``operations.look.parking``)."""
        for identity, each in self.tables.parked.items():
            if each.parked.key == key:
                self.tables.parked[identity] = replace(each, released=True)

    def mark(self, key: Key) -> None:
        """Sets the mark to discard what is first in this queue, as an operator does."""
        first = self.queue(key)[0]
        identity = (first.event_ref, key.business)
        marked = replace(self.tables.parked[identity], parked=first._replace(is_marked=True), released=True)
        self.tables.parked[identity] = marked

    def _store(self, key: Key, person: Person) -> None:
        if not self.stores_all_characters and any(_highest(value) > _LAST_STORED for value in person.fields.values()):
            raise CannotApplyError("character_set")
        self.tables.people[key] = person


def _highest(value: object) -> str:
    """The highest character in a value."""
    return max(to_json(value))


def _waiting(row: Row, reason: str) -> Waiting:
    told = row.delivery
    parked = Parked(row.key, told.event_ref, told.type, told.value, told.offset)
    return Waiting(parked, frozenset({told.pairwise_id, *told.related}), reason)
