"""
The sink of one channel: deliveries take effect in an office, once, each person's in order.

A batch is one transaction: inbox, effects, what is parked, the receipt, the position. A person whom the office
refuses is parked with every later delivery, the others flow. A flag overtakes. Released persons are drained
before anything newer of theirs.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import zip_longest

from connectors.postgres.deliveries import Delivery, Key, Row, UnreadableError, decode, rows, without_location
from connectors.postgres.effects import Person, fold
from connectors.postgres.office import CannotApplyError, Office, Parked, Refused
from connectors.postgres.turn import Channel, Turn
from kairan.stream import Incoming

BEHIND = "behind"
HIDING = frozenset({"protected", "unknown"})
WAVES = 8
"""More deliveries of one person in one batch than this are folded at once."""


class Sink:
    """
    Applies batches of a channel's topic to its office (``kairan.loops.Effect``).

    Args:
        office: where effects are kept.
        channel: whose deliveries these are.
        clock: milliseconds since 1970 UTC, for the receipts.
        translate: makes known to the office which of its own numbers these pairwise ids are.
        receipted: called when a receipt was stored.

    """

    def __init__(
        self,
        office: Office,
        channel: Channel,
        clock: Callable[[], int],
        translate: Callable[[set[bytes]], None] = lambda _: None,
        receipted: Callable[[], None] = lambda: None,
    ) -> None:
        self._office = office
        self._channel = channel
        self._clock = clock
        self._translate = translate
        self._receipted = receipted

    def apply(self, batch: Sequence[Incoming]) -> None:
        readable, unreadable = read(batch)
        self._translate({delivery.pairwise_id for delivery in readable})
        with self._office.transaction():
            self._apply(batch, readable, unreadable)
        self._receipted()

    def drain(self) -> int:
        """Applies what was released although nothing new came; how many deliveries that were."""
        if not self._office.released():
            return 0
        with self._office.transaction():
            position = self._office.position(self._channel.topic, 0) or 0
            turn = Turn(self._channel, first=position, last=position - 1)
            self._drain(self._office.released(), turn)
            self._office.receipt(turn.receipt(self._clock()))
        self._receipted()
        return len(turn.exceptions)

    def _apply(self, batch: Sequence[Incoming], readable: list[Delivery], unreadable: list[Refused]) -> None:
        topic, partition = batch[0].topic, batch[0].partition
        position = self._office.position(topic, partition) or 0
        if batch[-1].offset < position:
            return  # a whole batch that this office has consumed
        turn = Turn(self._channel, first=max(position, batch[0].offset), last=batch[-1].offset)
        self._refuse([refused for refused in unreadable if refused.offset >= position], turn)
        due = rows(delivery for delivery in readable if delivery.offset >= position)
        flags = [row for row in due if row.overtakes]
        self._attempt(by_person(flags), turn, self._flag)
        self._hide({row.key for row in flags})
        self._drain(self._office.released(), turn)
        self._in_turn([row for row in due if not row.overtakes], turn)
        self._hide({row.key for row in flags})  # what this batch parked had come before the flag
        self._office.receipt(turn.receipt(self._clock()))
        self._office.advance(topic, partition, batch[-1].offset + 1)

    def _refuse(self, unreadable: list[Refused], turn: Turn) -> None:
        if unreadable:
            self._office.refuse(unreadable)
            turn.refused(unreadable)

    def _in_turn(self, due: list[Row], turn: Turn) -> None:
        waiting = self._office.waiting({row.key for row in due}) if due else set()
        if waiting:
            self._park_behind([row for row in due if row.key in waiting], turn)
        self._attempt(by_person(row for row in due if row.key not in waiting), turn, self._effect)

    def _park_behind(self, late: list[Row], turn: Turn) -> None:
        known = self._office.received(late)
        self._park([row for row in late if row.identity not in known], BEHIND, turn)

    def _attempt(self, people: list[list[Row]], turn: Turn, effect: Callable[[Sequence[Row]], list[Row]]) -> None:
        """All of them at once; where the office refuses, each half by itself, down to one person."""
        if not people:
            return
        try:
            with self._office.attempt():
                new = effect([row for person in people for row in person])
        except CannotApplyError:
            middle = len(people) // 2
            for part in (people[:middle], people[middle:]) if middle else ():
                self._attempt(part, turn, effect)
            if not middle:
                self._one_by_one(people[0], turn, effect)
        else:
            turn.applied(new)

    def _one_by_one(self, person: list[Row], turn: Turn, effect: Callable[[Sequence[Row]], list[Row]]) -> None:
        """One person's deliveries in order, up to the first that is refused; it and what follows is parked."""
        for place, row in enumerate(person):
            try:
                with self._office.attempt():
                    new = effect([row])
            except CannotApplyError as error:
                self._park([row], error.reason, turn)
                self._park_behind(person[place + 1 :], turn)
                return
            turn.applied(new)

    def _park(self, late: list[Row], reason: str, turn: Turn) -> None:
        parked = self._office.park(late, reason)
        turn.parked(row for row in late if row.identity in parked)

    def _effect(self, due: Sequence[Row]) -> list[Row]:
        """Inbox and effect; the rows that are new."""
        inserted = self._office.insert(due)
        new = first_of_each(row for row in due if row.identity in inserted)
        fold_these = {row.key for row in new if row.delivery.change == "annulled" or inserted[row.identity]}
        fold_these |= self._overlay([row for row in new if row.key not in fold_these])
        self._fold(fold_these)
        return new

    def _overlay(self, new: list[Row]) -> set[Key]:
        """Wave after wave, one delivery of each person; those who must be folded."""
        fold_these: set[Key] = set()
        people = by_person(new)
        for wave in zip_longest(*(person for person in people if len(person) <= WAVES)):
            due = [row for row in wave if row is not None and row.key not in fold_these]
            fold_these |= self._office.overlay(due)
        return fold_these | {person[0].key for person in people if len(person) > WAVES}

    def _fold(self, keys: set[Key]) -> None:
        if keys:
            self._office.put(self._known(keys))

    def _flag(self, flags: Sequence[Row]) -> list[Row]:
        """A flag acts at once, whatever else is parked of its person."""
        inserted = self._office.insert(flags)
        new = first_of_each(row for row in flags if row.identity in inserted)
        self._office.protect(self._known({row.key for row in new}))
        return new

    def _known(self, keys: set[Key]) -> dict[Key, Person]:
        return {key: fold(told) for key, told in self._office.history(keys).items()} if keys else {}

    def _hide(self, keys: set[Key]) -> None:
        """What is parked of persons who are protected loses what tells where they are."""
        hidden = {key.pairwise_id for key, person in self._known(keys).items() if person.protection in HIDING}
        if hidden:
            self._office.strip(hidden, partial(without_location, member=self._channel.member))

    def _drain(self, released: set[Key], turn: Turn) -> None:
        for key in sorted(released):
            queue = self._office.queue(key)
            while queue and self._redrive(parked := queue.pop(0), turn):
                if parked.overtakes:
                    self._hide({key})
                    queue = self._office.queue(key)

    def _redrive(self, parked: Parked, turn: Turn) -> bool:
        """Applies what was parked; whether the person's next may follow."""
        delivery = decode(parked.delivery, parked.offset)
        row = next(row for row in rows([delivery]) if row.business == parked.key.business)
        try:
            with self._office.attempt():
                new = (self._flag if row.overtakes else self._effect)([row])
        except CannotApplyError as error:
            self._office.stay(parked, error.reason)
            return False
        self._office.unpark(parked)
        turn.released(row)
        turn.applied(new)
        return True


def read(batch: Iterable[Incoming]) -> tuple[list[Delivery], list[Refused]]:
    """What is a delivery, and what is none."""
    readable, unreadable = [], []
    for record in batch:
        try:
            readable.append(decode(record.value, record.offset))
        except UnreadableError as error:
            value = record.value or b""
            unreadable.append(Refused(record.offset, error.reason, hashlib.sha256(value).digest(), len(value)))
    return readable, unreadable


def by_person(due: Iterable[Row]) -> list[list[Row]]:
    """The rows of each person, in their order."""
    people: dict[Key, list[Row]] = {}
    for row in due:
        people.setdefault(row.key, []).append(row)
    return list(people.values())


def first_of_each(new: Iterable[Row]) -> list[Row]:
    """A double inside one batch is inserted once, so it counts once."""
    found: dict[tuple[bytes, str], Row] = {}
    for row in new:
        found.setdefault(row.identity, row)
    return list(found.values())
