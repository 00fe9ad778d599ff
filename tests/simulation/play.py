"""
One run: a small history through all processes of the bus, with the faults of one seed, until nothing moves any more.

Everything that a run depends on is drawn from its seed, so a seed that failed fails again.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any
from unittest import mock

from structlog.testing import capture_logs

from connectors.postgres import sink
from connectors.postgres.turn import Channel
from kairan import loops, topics, wire
from kairan.stream import Incoming, Outgoing
from processors.admission import process as admission_process
from processors.admission import reading
from processors.admission.members import Lane
from processors.admission.reading import Reading
from processors.admission.statement import Sender
from processors.routing.bundle import Bundle
from processors.runtime import clock, runtime
from tests.journeys.in_memory import LOG, START
from tests.simulation import moving, world
from tests.simulation.broker import Broker, Killed, Stalled
from tests.simulation.chance import Chance
from tests.simulation.databases import DEADLY, Ledger, Memory, Office
from tests.simulation.life import Stated, lives
from tests.simulation.moving import MovingSlot
from tests.simulation.notices import NoticesSlot
from tests.simulation.outboxes import Outbox, ReceiptOutbox, Row
from tests.simulation.processes import AdmissionSlot, LedgerSlot, Life, Names, Relay, RoutingSlot, SinkSlot, Slot

LAST_ROUND = 1500
LONGEST_TRANSACTION = 6
SLOWNESS = 5
"""A slow process works in one round of so many."""
HOUR = 3_600_000
LEAPS = (HOUR, 2 * HOUR, 26 * HOUR, 26 * HOUR, 2 * 24 * HOUR, 3 * 24 * HOUR, 3 * 24 * HOUR, 36 * 24 * HOUR)
"""For what is waited for minutes, for days, for weeks."""
WITH_MOVES, WITH_LEAPS = 0.35, 0.7
"""Of the seeds have a moving process, and of these and those with notices weeks in which timers come: all take long."""
ONE_WITH_NOTICES = 8
"""Of so many seeds one tells residents, which takes as long; it is not drawn, so that the others stay as they are."""
PARTITIONS = {topic.name: topic.kind.partitions for topic in topics.topics(world.register())}


class NoRestError(AssertionError):
    """The bus goes round and round."""


class Play:
    """All that there is of one run."""

    def __init__(self, seed: int, bundle: Bundle | None = None) -> None:
        self.seed, self.chance = seed, (chance := Chance(seed))
        self.register, self.keys, self.bundle = world.register(), world.KEYS, bundle or world.bundle()
        self.clock, self.round = START, 0
        self.broker = Broker(PARTITIONS, self.tick, chance)
        self.memory, self.ledger = Memory(), Ledger(chance)
        self.outboxes = {member: Outbox(self) for member in (world.CITY, world.WARD)}
        names = {member.code: Names(self, member.code) for member in self.register.members}
        self.sinks = [
            SinkSlot(self, Channel(each.member, each.channel), self._office(), names[each.member])
            for each in self.register.channels
        ]
        self.lanes = [RoutingSlot(self, topic) for topic in LOG]
        self.moving = MovingSlot(self) if chance.is_likely(WITH_MOVES) else None
        self.notices = NoticesSlot(self) if seed % ONE_WITH_NOTICES == 1 else None
        self._leaps = bool(self.moving or self.notices) and chance.is_likely(WITH_LEAPS)
        self._slots = self._all_slots()
        self._lives = [self._started(slot) for slot in self._slots]
        self._standing: list[Life] = []
        self._waited_at = [-1] * len(self._slots)
        self._slow = {place for place in range(len(self._slots)) if chance.of("slow")}
        self._is_disturbed = True
        self.garbage: list[tuple[str, int]] = []

    def _office(self) -> Office:
        return Office(self.chance, is_old=self.chance.is_likely(0.5))

    def _all_slots(self) -> list[Slot]:
        receipts = [Relay(self, "receipts", ReceiptOutbox(each.office, each.channel)) for each in self.sinks]
        relays = [Relay(self, "relay", outbox) for outbox in self.outboxes.values()]
        processes = [each for each in (self.moving, self.notices) if each]
        return [*relays, AdmissionSlot(self), *self.lanes, *self.sinks, *receipts, LedgerSlot(self), *processes]

    def tick(self) -> int:
        self.clock += 1
        return self.clock

    def live(self) -> None:
        """The whole history; then the faults end, offices are mended, and who was parked is released."""
        for stretch in lives(self.chance):
            self._register(stretch)
            self._run()
            if self._leap():
                self._run()
        self.chance.calm()
        self._is_disturbed = False
        self._mend()
        self._run()

    def _register(self, stretch: Sequence[Stated]) -> None:
        """Clerks' transactions end late, those of one household in their order."""
        ends: dict[str, int] = {}
        for stated in stretch:
            delay = self.chance.below(LONGEST_TRANSACTION) if self.chance.is_likely(0.3) else 0
            ends[stated.household] = max(ends.get(stated.household, 0), self.round + delay)
            rows = self.outboxes[stated.member].rows
            row = Row(len(rows) + 1, _topic(stated), stated.value, self.tick(), kind=stated.kind)
            row.visible_at = ends[stated.household]
            rows.append(row)

    def _run(self) -> None:
        for _ in range(LAST_ROUND):
            self.round += 1
            moved = [self._step(place) for place in self._in_turn()]
            if not any(moved) and not self._goes_on():
                return
            if self._is_disturbed and self.chance.is_likely(0.1):
                self._disturb()
        raise NoRestError

    def _in_turn(self) -> list[int]:
        places = [place for place in range(len(self._slots)) if place not in self._slow or self.round % SLOWNESS == 0]
        self.chance.shuffle(places)
        return places

    def _step(self, place: int) -> bool:
        """Whether anything changed; a process dies and is started again."""
        life, before = self._lives[place], self.broker.moves
        if self._waited_at[place] == before or self._waits(place):
            return False
        try:
            life.step()
            return before != self.broker.moves
        except DEADLY:
            pass
        except Stalled:
            self._standing.append(life)
        self._lives[place] = self._started(self._slots[place])
        self.broker.moves += 1
        return True

    def _waits(self, place: int) -> bool:
        """Until something moves; a source's relay only until its clerk's transaction ends."""
        waits = self._lives[place].waits
        if waits and place >= len(self.outboxes):
            self._waited_at[place] = self.broker.moves
        return waits

    def _started(self, slot: Slot) -> Life:
        """However often it dies while it starts."""
        while True:
            try:
                return slot.start()
            except DEADLY:
                continue

    def _goes_on(self) -> bool:
        """Something late comes, or somebody who stood still goes on, or a transaction of a clerk ends."""
        waits = any(row.visible_at >= self.round for outbox in self.outboxes.values() for row in outbox.rows)
        if self._slow and self.round % SLOWNESS:
            self.round += SLOWNESS - 1 - self.round % SLOWNESS
            return True
        is_late_let_in = not self._is_disturbed or self.chance.is_likely(0.5)
        return (is_late_let_in and self.broker.let_in()) or self._wake() or waits

    def _disturb(self) -> None:
        """Anything may come back at any time; an operator releases whom nobody has mended."""
        self.chance.one_of((self.broker.let_in, self._wake, self._release, self._write_garbage, self._leap))()

    def _leap(self) -> bool:
        """Hours, days or weeks in which nobody did anything: the bus stood still, or there was nothing to do."""
        if self._leaps:
            self.clock += self.chance.one_of(LEAPS)
            self.broker.moves += 1
        return self._leaps

    def _wake(self) -> bool:
        """A life that stood still ends its round, and then learns that it is over."""
        if not self._standing:
            return False
        self.broker.moves += 1
        try:
            self._standing.pop(self.chance.below(len(self._standing))).step()
        except (*DEADLY, Stalled):
            pass
        return True

    def _release(self) -> None:
        each = self.chance.one_of(self.sinks)
        for key in {waiting.parked.key for waiting in each.office.tables.parked.values()}:
            each.office.release(key)

    def _write_garbage(self) -> None:
        """Into a channel's topic: no delivery, and nothing may be lost of what stands behind it."""
        if not self.chance.is_likely(0.2):
            return
        at = self.broker.append(Outgoing(self.chance.one_of(self.sinks).channel.topic, None, world.GARBAGE))
        self.garbage.append((at.topic, at.offset))

    def _mend(self) -> None:
        for each in self.sinks:
            each.office.stores_all_characters = True
            for key in {waiting.parked.key for waiting in each.office.tables.parked.values()}:
                each.office.release(key)
        self._run()
        for each in self.sinks:
            each.sink().drain()
            each.note()


def _topic(stated: Stated) -> str:
    is_bulk = stated.kind != "garbage" and wire.decode_envelope(stated.value).shape.lane == "bulk"
    return topics.name(topics.IN_BULK if is_bulk else topics.IN, stated.member)


@contextmanager
def seams(chance: Chance) -> Iterator[None]:
    """The failpoints ask chance, a statement is read once however often it comes; afterwards all is as it was."""

    def passed(name: str) -> None:
        if chance.of("kill", name):
            raise Killed(name)

    modules: list[Any] = [loops, sink, admission_process, runtime, clock]
    with ExitStack() as patched:
        for module in modules:
            patched.enter_context(mock.patch.object(module, "failpoint", passed))
        patched.enter_context(mock.patch.object(admission_process, "read", _read_once))
        patched.enter_context(moving.remembered())
        patched.enter_context(capture_logs())
        yield


def _read_once(record: Incoming, sender: Sender, lane: Lane, _: int) -> Reading:
    """``reading.read``, which knows nothing but its arguments and the day."""
    return _read(record.value or b"", sender, lane)._replace(record=record)


@lru_cache(maxsize=4096)
def _read(value: bytes, sender: Sender, lane: Lane) -> Reading:
    return reading.read(Incoming("", 0, 0, START, b"", value), sender, lane, START)


def play(seed: int, bundle: Bundle | None = None) -> Play:
    """The run of this seed, at rest."""
    its = Play(seed, bundle)
    with seams(its.chance):
        its.live()
    return its
