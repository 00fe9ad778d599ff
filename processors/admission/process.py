"""Admission as the transform loop calls it: a batch in, three waves of records out, then memory."""

from collections import Counter
from collections.abc import Callable, Sequence

from kairan import logs
from kairan.failpoints import failpoint
from kairan.keys import BusKeys
from kairan.loops import Waves
from kairan.stream import Incoming
from processors.admission import identity
from processors.admission.batch import Batch
from processors.admission.claims import Claimed
from processors.admission.decisions import Decisions
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
    is never skipped. ``played``: what time it is in a sandbox when a record comes.
    """

    def __init__(
        self,
        keys: BusKeys,
        members: Members,
        memory: Memory,
        log: LogReader,
        clock: Callable[[], int],
        played: Callable[[int], int] = lambda instant: instant,
    ) -> None:
        self._keys = keys
        self._members = members
        self._memory = memory
        self._log = log
        self._clock = clock
        self._played = played
        self._claimed = Claimed()
        self.counts: Counter[str] = Counter()

    def handle(self, batch: Sequence[Incoming]) -> Waves:
        """Measures first, then names, then events and refusals; noted when all is stored."""
        readings = [self._read(record) for record in batch]
        facts = self._memory.recall(identity.question(self._keys, readings))
        corrected = self._corrected(readings, facts)
        decisions = Batch(self._keys, facts, corrected, self._claimed, self._clock()).decide(readings)
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

    def _read(self, record: Incoming) -> Reading:
        municipality, lane = self._members.ingress[record.topic]
        sender = self._members.sender(municipality, record.timestamp)
        return read(record, sender, lane, self._played(record.timestamp))

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
        if decisions.unbelieved:
            _report_unbelieved(decisions.unbelieved)


def _report_unbelieved(readings: Sequence[Reading]) -> None:
    """One line for a batch, which may hold nothing else: how many, and where the first lies."""
    at = readings[0].record
    logs.log().error(
        "too many claims",
        alarm="one number for many persons, many for one, or many of a member",
        topic=at.topic,
        partition=at.partition,
        offset=at.offset,
        count=len(readings),
    )
