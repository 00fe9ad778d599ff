"""Admission with everything real but the servers: a broker and a memory in dicts."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from kairan import topics, wire
from kairan.keys import BusKeys
from kairan.loops import transform_batch
from kairan.partitioning import LOG_PARTITIONS
from kairan.register import Member, Register
from kairan.stream import Incoming, Outgoing
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from processors.admission.log import Log, catch_up
from processors.admission.members import Members
from processors.admission.memory import DictMemory, Memory
from processors.admission.process import Admission
from tests.unit.processors.admission import statements as s

KEYS = BusKeys(1, bytes(range(32)))
MEMBERS = (s.YOKOHAMA, s.EDOGAWA, s.NAGANO, s.HAYAMA)
LOG_TOPICS = ("life-events", "life-events.bulk")
PREPARED, LEFT = s.NAGANO, s.HAYAMA


@cache
def register() -> Register:
    states: dict[str, Any] = {PREPARED: "prepared", LEFT: "left"}
    members = [Member(code=code, name="", kind="municipality", state=states.get(code, "active")) for code in MEMBERS]
    return Register(members=tuple(members), channels=(), performers=())


class World:
    """The bus from ``in.<code>`` to the log; ``clock`` is the time, a millisecond later for each record appended."""

    def __init__(self) -> None:
        self.clock = s.REGISTERED
        self.broker = MemoryBroker(self._partitions(), self._tick)
        self.memory: Memory = DictMemory()
        self.inputs = MemoryReader(self.broker, "admission", list(Members(register()).ingress))
        self.admission = self.process()

    def process(self) -> Admission:
        """A process that has just started: it knows what memory and the log tell."""
        log_and_names = [*LOG_TOPICS, *(f"subjects.{code}" for code in MEMBERS)]
        catch_up(MemoryReader(self.broker, "admission.start", log_and_names), self.memory, KEYS)
        log = Log(MemoryReader(self.broker, "admission.log", LOG_TOPICS))
        return Admission(KEYS, Members(register()), self.memory, log, lambda: self.clock)

    def send(self, *values: bytes | None, topic: str = f"in.{s.YOKOHAMA}") -> None:
        for value in values:
            self.broker.append(Outgoing(topic, b"", value))

    def run(self) -> None:
        """Admits all that was sent, as one batch."""
        batch = self.inputs.poll(0, 10_000)
        transform_batch("admission", MemoryWriter(self.broker), self.admission.handle(batch))

    def admit(self, *values: bytes | None, topic: str | None = None) -> list[dict[str, Any]]:
        """Sends and admits; the envelopes of the events that this appended, lane by lane."""
        before = len(self.values())
        for value in values:
            self.send(value, topic=topic_of(value) if topic is None else topic)
        self.run()
        return self.events(before)

    def events(self, first: int = 0) -> list[dict[str, Any]]:
        """All envelopes in the log by their order of arrival; those before ``first`` are passed over."""
        return [wire.decode_envelope(value).record for value in self.values()[first:]]

    def values(self) -> list[bytes]:
        records = [record for topic in LOG_TOPICS for record in self.broker.records(topic)]
        return [record.value or b"" for record in sorted(records, key=lambda record: record.timestamp)]

    @staticmethod
    def decoded(value: bytes) -> dict[str, Any]:
        return wire.decode_record(value)[1]

    def records(self, topic: str) -> list[dict[str, Any]]:
        return [wire.decode_record(each.value)[1] for each in self.broker.records(topic) if each.value is not None]

    def refusals(self) -> list[dict[str, Any]]:
        return [refusal for code in MEMBERS for refusal in self.records(f"refusals.{code}")]

    def codes(self) -> list[str]:
        """The reason codes of all refusals."""
        return [each["code"] for refusal in self.refusals() for each in refusal["problems"]]

    def paths(self) -> list[str]:
        return [each["path"] for refusal in self.refusals() for each in refusal["problems"]]

    def everything_written(self) -> Iterable[tuple[str, Incoming]]:
        for topic in self.broker.partitions:
            if not topic.startswith("in."):
                for record in self.broker.records(topic):
                    yield topic, record

    def _tick(self) -> int:
        self.clock += 1
        return self.clock

    @staticmethod
    def _partitions() -> dict[str, int]:
        found = {"quarantine": 1, "protection": LOG_PARTITIONS} | dict.fromkeys(LOG_TOPICS, LOG_PARTITIONS)
        for code in MEMBERS:
            for kind in (topics.IN, topics.IN_BULK, topics.REFUSALS, topics.SUBJECTS):
                found[topics.name(kind, code)] = 1
        return found


def topic_of(value: bytes | None) -> str:
    """Where its source would send this statement."""
    shape, envelope, _ = wire.decode_envelope(value or b"")
    return topics.name(topics.IN if shape.lane == "live" else topics.IN_BULK, envelope["source"]["municipality"])


def refused(value: bytes | None, topic: str | None = None) -> list[str]:
    """The codes with which a lone statement is refused."""
    world = World()
    world.admit(value, topic=topic)
    return world.codes()


def admitted(values: Sequence[bytes]) -> list[dict[str, Any]]:
    """What a fresh bus admits of these."""
    return World().admit(*values)
