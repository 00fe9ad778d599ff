"""Admission as the transform loop calls it: a batch in, three waves of records out, then memory."""

from collections import Counter
from collections.abc import Callable, Sequence

from kairan import logs
from kairan.failpoints import failpoint
from kairan.keys import BusKeys
from kairan.loops import Waves
from kairan.stream import Incoming
from processors.admission import identity
from processors.admission.decisions import Batch, Decisions
from processors.admission.facts import Facts
from processors.admission.lineage import LogReader
from processors.admission.members import Members
from processors.admission.memory import Memory, Notes
from processors.admission.reading import Reading, read


class Admission:
    """
    The only writer of the log.

    A crash repeats the batch: names and measures are the same again, events that were appended are known by then,
    because memory reads the log first. Whatever fails here in a way nobody foresaw ends the process: a statement
    is never skipped.
    """

    def __init__(
        self, keys: BusKeys, members: Members, memory: Memory, log: LogReader, clock: Callable[[], int]
    ) -> None:
        self._keys = keys
        self._members = members
        self._memory = memory
        self._log = log
        self._clock = clock
        self.counts: Counter[str] = Counter()

    def handle(self, batch: Sequence[Incoming]) -> Waves:
        """Measures first, then names, then events and refusals; noted when all is stored."""
        readings = [self._read(record) for record in sorted(batch, key=self._is_bulk)]
        facts = self._memory.recall(identity.question(self._keys, readings))
        corrected = self._corrected(readings, facts)
        decisions = Batch(self._keys, facts, corrected, self._clock()).decide(readings)
        notes = Notes(stated=decisions.stated)
        if decisions.protection:
            yield decisions.protection
        failpoint("admission.before-names")
        if decisions.names:
            positions = yield [record for record, _ in decisions.names]
            for (_, entry), position in zip(decisions.names, positions, strict=True):
                notes.entry(entry, position)
        failpoint("admission.between-waves")
        if decisions.events:
            positions = yield [record for record, _ in decisions.events]
            for (_, envelope), position in zip(decisions.events, positions, strict=True):
                if envelope is not None:
                    notes.event(envelope, position)
        failpoint("admission.before-note")
        self._memory.note(notes)
        self._report(decisions)

    def _is_bulk(self, record: Incoming) -> bool:
        """
        Of a batch the live lane is decided first, each lane in its order.

        An arrival brings the handle of its 宛名番号. An assessment of that number that is decided before it would have
        taken the number for somebody new, and the arrival would be refused.
        """
        return self._members.ingress[record.topic].lane == "bulk"

    def _read(self, record: Incoming) -> Reading:
        municipality, lane = self._members.ingress[record.topic]
        return read(record, self._members.sender(municipality, record.timestamp), lane)

    def _corrected(self, readings: Sequence[Reading], facts: Facts) -> dict[bytes, bytes]:
        """The events that the batch corrects, as far as they are in the log already."""
        wanted = {
            each.statement.envelope["corrects"]: facts.events[each.statement.envelope["corrects"]].position
            for each in readings
            if each.statement is not None and each.statement.envelope["corrects"] in facts.events
        }
        found = self._log.read(set(wanted.values())) if wanted else {}
        return {event_id: found[position] for event_id, position in wanted.items()}

    def _report(self, decisions: Decisions) -> None:
        """Counts, and one line for each refused flag: where it lies and why, not whose it is."""
        self.counts += decisions.counts
        for reading, problems in decisions.alarms:
            at = reading.record
            codes = sorted({each.code for each in problems})
            logs.log().error(
                "flag refused",
                alarm="refused flag",
                topic=at.topic,
                partition=at.partition,
                offset=at.offset,
                codes=codes,
            )
