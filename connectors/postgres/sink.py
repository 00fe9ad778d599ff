"""
The sink of one channel: deliveries take effect in an office, once, each person's in order.

A batch is one transaction: inbox, effects, what is parked, the receipt, the position. It is tried as if nothing stood
against it; only where something does, the office is asked what. A person whom the office refuses is parked with every
later delivery, the others flow. A flag overtakes. Released persons are drained before anything newer of theirs. What an
operator discards is never applied, however often it comes.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from itertools import zip_longest

from connectors.postgres import hiding
from connectors.postgres.ahead import ahead
from connectors.postgres.answers import is_answered
from connectors.postgres.batches import Batch, Parts, by_person, first_of_each, parts, read
from connectors.postgres.deliveries import Key, Row, decode, rows
from connectors.postgres.effects import Person
from connectors.postgres.office import CannotApplyError, Office, Parked, Standing, Stretch
from connectors.postgres.turn import Channel, Turn
from kairan.failpoints import failpoint
from kairan.receipts import TooLargeError
from kairan.stream import Incoming

BEHIND = "behind"
DRAINED = 500
"""Released deliveries that one look acts on, so that its receipt fits; the next look goes on."""
ALL = 1 << 62
"""Before a batch: what comes behind somebody who is still waiting would wait for another release."""
WAVES = 8
"""More deliveries of one person in one batch than this are folded at once."""

EffectOn = Callable[[Sequence[Row]], list[Row]]
"""Applies these rows; those that were new."""

Act = Callable[[list[list[Row]], Turn, EffectOn], None]
"""How the deliveries of several persons are applied: at once, or by halves."""


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
        self._somebody_waits = False  # by the last look: then the usual way would only be undone, batch after batch

    def apply(self, batch: Sequence[Incoming]) -> None:
        """
        Part after part, each in one transaction; where a receipt would not fit on its topic, in two halves, and so on.

        What was released before it may be too much, too: that is drained first, by as many as a receipt tells of.
        """
        for part, came in ahead(read, batch):
            self._apply_part(part, came)

    def _apply_part(self, batch: Sequence[Incoming], came: Batch) -> None:
        try:
            self._take(came)
        except TooLargeError:
            drained, middle = self._all_drained(), len(batch) // 2
            if not drained and not middle:
                raise
            for part in (batch,) if drained else (batch[:middle], batch[middle:]):
                self.apply(part)

    def _all_drained(self) -> bool:
        """Whether there was anything."""
        return sum(iter(self.drain, 0)) > 0

    def _take(self, came: Batch) -> None:
        self._translate({delivery.pairwise_id for delivery in came.readable})
        if self._somebody_waits or not self._as_usual(came):
            self._as_needed(came)
        self._receipted()

    def _as_usual(self, came: Batch) -> bool:
        """All in one statement, which most batches need no more than, or in a few behind it; whether that went."""
        due = rows(came.readable)
        turn = Turn(self._channel, came.first, came.last)
        turn.applied(due)
        turn.refused(came.unreadable)
        needed = parts(due)
        is_one_step = needed.is_one_step and not came.unreadable
        try:
            with nullcontext() if is_one_step else self._office.transaction():
                self._usual(came, needed, turn)
        except CannotApplyError:
            return False
        return True

    def _usual(self, came: Batch, needed: Parts, turn: Turn) -> None:
        read = Stretch(came.topic, came.partition, came.first, came.last + 1)
        self._office.usual(read, needed.first, [*needed.later, *needed.others], turn.receipt(self._clock()))
        if came.unreadable:
            self._office.refuse(came.unreadable)
        self._fold(needed.folded | self._overlay(needed.later))
        if needed.flagged:
            self._office.protect(self._known(needed.flagged))
        failpoint("sink.after-effect")

    def _as_needed(self, came: Batch) -> None:
        try:
            with self._office.transaction():
                self._apply(came, self._at_once)
        except CannotApplyError:
            with self._office.transaction():
                self._apply(came, self._by_halves)

    def pass_over(self, start: int) -> None:
        """
        What its topic no longer keeps, before this offset: a receipt says that nothing of it took effect.

        So the receipts join, and it is the sums that tell what is missing until it comes again.
        """
        with self._office.transaction():
            position = self._office.position(self._channel.topic, 0) or 0
            if position >= start:
                return
            gone = Turn(self._channel, first=position, last=start - 1)
            self._office.finish(self._channel.topic, 0, start, gone.receipt(self._clock()))
        self._receipted()

    def drain(self) -> int:
        """Acts on operators' marks although nothing new came; on how many deliveries."""
        with self._office.transaction():
            standing = self._office.standing(self._channel.topic, 0)
            position = standing.position or 0
            turn = Turn(self._channel, first=position, last=position - 1)
            if standing.anybody_released:
                self._drain(turn, DRAINED)
                self._office.finish(self._channel.topic, 0, position, turn.receipt(self._clock()))
        self._receipted()
        return len(turn.exceptions)

    def _apply(self, came: Batch, act: Act) -> None:
        standing = self._office.standing(came.topic, came.partition)
        position = standing.position or 0
        if came.last < position:
            return  # a whole batch that this office has consumed
        first = came.first if standing.position is None else position  # what lies between is no longer kept
        turn = Turn(self._channel, first=first, last=came.last)
        if unreadable := [refused for refused in came.unreadable if refused.offset >= position]:
            self._office.refuse(unreadable)
            turn.refused(unreadable)
        due = rows(delivery for delivery in came.readable if delivery.offset >= position)
        if standing.anything_discarded:
            due = self._not_discarded(due)
        flags = [row for row in due if row.overtakes]
        act(by_person(flags), turn, self._flag)
        self._hide(flags, standing, turn)
        if standing.anybody_released:
            self._drain(turn, ALL)
        in_turn = [row for row in due if not row.overtakes]
        act(by_person(self._not_behind(in_turn, turn) if standing.anybody_parked else in_turn), turn, self._effect)
        self._hide(flags, standing, turn)  # what this batch parked had come before the flag
        self._somebody_waits = standing.anybody_parked or bool(turn.exceptions)
        failpoint("sink.after-effect")
        self._office.finish(came.topic, came.partition, came.last + 1, turn.receipt(self._clock()))

    def _not_discarded(self, due: list[Row]) -> list[Row]:
        discarded = self._office.discarded(due)
        return [row for row in due if row.identity not in discarded]

    def _not_behind(self, due: list[Row], turn: Turn) -> list[Row]:
        """Those whose person is not parked; the others are parked behind."""
        waiting = self._office.waiting({row.key for row in due})
        self._park_behind([row for row in due if row.key in waiting], turn)
        return [row for row in due if row.key not in waiting]

    def _park_behind(self, late: list[Row], turn: Turn) -> None:
        if not late:
            return
        known = self._office.received(late)
        self._park([row for row in late if row.identity not in known], BEHIND, turn)

    def _at_once(self, people: list[list[Row]], turn: Turn, effect: EffectOn) -> None:
        """All of them, without a safety net: what the office refuses undoes the batch."""
        turn.applied(effect([row for person in people for row in person]))

    def _by_halves(self, people: list[list[Row]], turn: Turn, effect: EffectOn) -> None:
        """All of them; where the office refuses, each half by itself, down to one person."""
        try:
            with self._office.attempt():
                new = effect([row for person in people for row in person])
        except CannotApplyError:
            middle = len(people) // 2
            for part in (people[:middle], people[middle:]) if middle else ():
                self._by_halves(part, turn, effect)
            if not middle:
                self._one_by_one(people[0], turn, effect)
        else:
            turn.applied(new)

    def _one_by_one(self, person: list[Row], turn: Turn, effect: EffectOn) -> None:
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
        turn.parked(first_of_each(row for row in late if row.identity in parked))

    def _effect(self, due: Sequence[Row]) -> list[Row]:
        """Inbox and effect; the rows that are new."""
        if not due:
            return []
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
        if not flags:
            return []
        inserted = self._office.insert(flags)
        new = first_of_each(row for row in flags if row.identity in inserted)
        self._office.protect(self._known({row.key for row in new}))
        return new

    def _known(self, keys: set[Key]) -> dict[Key, Person]:
        return hiding.known(self._office, keys)

    def _hide(self, flags: Sequence[Row], standing: Standing, turn: Turn) -> None:
        """Where nobody waits, nor has come to wait in this turn, there is nothing to hide."""
        if flags and (standing.anybody_parked or turn.exceptions):
            hiding.hide(self._office, flags, self._channel.member)

    def _drain(self, turn: Turn, at_most: int) -> None:
        most = len(turn.exceptions) + at_most
        for key in sorted(self._office.released()):
            queue = self._office.queue(key)
            while queue and len(turn.exceptions) < most and self._redrive(parked := queue.pop(0), turn):
                if parked.overtakes:
                    hiding.hide_person(self._office, key, self._channel.member)
                    queue = self._office.queue(key)

    def _redrive(self, parked: Parked, turn: Turn) -> bool:
        """Applies what was parked, or discards it; whether the person's next may follow."""
        delivery = decode(parked.delivery, parked.offset)
        row = next(row for row in rows([delivery]) if row.business == parked.key.business)
        if parked.is_discarded:
            self._office.discard(parked, answered=is_answered(delivery))
            turn.discarded(row)
            return True
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
