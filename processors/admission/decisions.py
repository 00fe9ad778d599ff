"""
What becomes of each statement of a batch: admitted, refused, quarantined or dropped.

One after the other, so that a statement sees what those before it in the batch have changed. Pure: the answers of
memory and of the log come in, records to append come out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kairan import shapes
from kairan.keys import BusKeys
from kairan.stream import Outgoing
from processors.admission import identity, lineage, measures, records
from processors.admission.facts import FLAG, Entry, Facts, Stated, departure_changes, stated_by
from processors.admission.reading import Reading
from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement

_EVENT_IDS = 10_000
"""From the schema id of a statement shape to that of its event: same number, same release, same body."""


class Appended(NamedTuple):
    """An event of this batch: later statements may repeat or correct it."""

    digest: bytes
    value: bytes


class Refused(NamedTuple):
    """A refusal that somebody must look at."""

    reading: Reading
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Decisions:
    """
    What a batch appends, in three waves: records, where memory notes something of them beside it.

    A name takes a number away from the handle that it had; so what joins both must be stored before it, and both
    before the events. Otherwise a crash in between would leave a measure behind under the former handle.
    """

    protection: list[Outgoing] = field(default_factory=list)
    names: list[tuple[Outgoing, Entry]] = field(default_factory=list)
    events: list[tuple[Outgoing, Mapping[str, Any] | None]] = field(default_factory=list)
    """And refusals."""
    stated: set[Stated] = field(default_factory=set)
    """Of whom this batch is the first to state something."""
    alarms: list[Refused] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


class Batch:
    """
    The decisions of one batch, made statement by statement.

    Args:
        keys: of the bus.
        facts: what memory knows of the batch; changed as statements are admitted.
        corrected: events that the batch corrects, by id, as they lie in the log.
        now: the time of admission in milliseconds.

    """

    def __init__(self, keys: BusKeys, facts: Facts, corrected: Mapping[bytes, bytes], now: int) -> None:
        self._keys = keys
        self._facts = facts
        self._corrected = corrected
        self._now = now
        self._claims: identity.Claims = {}
        self._appended: dict[bytes, Appended] = {}
        self.decisions = Decisions()

    def decide(self, readings: Sequence[Reading]) -> Decisions:
        self._claims = identity.claims(self._keys, self._facts, _sound(readings))
        for reading in readings:
            self.decisions.counts[self._decide(reading)] += 1
        return self.decisions

    def _decide(self, reading: Reading) -> str:
        statement = reading.statement
        if statement is None:
            return self._refuse(reading, reading.problems)
        known = self._known(statement.envelope["id"])
        if known == reading.digest and statement.envelope["source"]["municipality"] == reading.sender.municipality:
            return "dropped"
        handle = identity.subject(self._keys, self._facts, statement)
        remembered = self._remembered(statement, known, handle)
        if reading.problems or remembered or isinstance(handle, Problem):
            return self._refuse(reading, (*reading.problems, *remembered))
        return self._admit(reading, statement, handle)

    def _known(self, event_id: bytes) -> bytes | None:
        """The digest of the statement that made this event."""
        event = self._appended.get(event_id) or self._facts.events.get(event_id)
        return None if event is None else event.digest

    def _remembered(self, statement: Statement, known: bytes | None, handle: bytes | Problem) -> list[Problem]:
        """What is wrong with a statement because of what came before it."""
        found = [] if known is None else [problem("id.reused", "envelope.id")]
        if isinstance(handle, Problem):
            found.append(handle)
        if statement.envelope["corrects"] is not None:
            found += self._of_correction(statement, None if isinstance(handle, Problem) else handle)
        return found

    def _of_correction(self, statement: Statement, handle: bytes | None) -> list[Problem]:
        corrected = self._corrected_by(statement)
        if corrected is None:
            return [lineage.unknown()]
        found = lineage.problems_of(statement.envelope, self._names(statement, handle), corrected)
        return [*found, lineage.superseded()] if statement.envelope["corrects"] in self._facts.corrected else found

    def _names(self, statement: Statement, handle: bytes | None) -> set[bytes]:
        """
        Under which handles the log may know the subject, as far as this member's number tells; empty if nobody knows.

        A measure that was stated before the arrival lies under the handle that the number alone makes.
        """
        number = statement.envelope["subject"]["atena_number"]
        return set() if handle is None else {handle, self._keys.handle(statement.sender.municipality, number)}

    def _corrected_by(self, statement: Statement) -> bytes | None:
        event_id = statement.envelope["corrects"]
        appended = self._appended.get(event_id)
        return self._corrected.get(event_id) if appended is None else appended.value

    def _refuse(self, reading: Reading, problems: tuple[Problem, ...]) -> str:
        self.decisions.events.append((records.refusal(reading, problems, self._now), None))
        aside = records.quarantined(reading, problems, self._now)
        if aside is not None:
            self.decisions.events.append((aside, None))
        self._join_claimed(reading)
        if reading.type == FLAG:
            self._doubt(reading, problems)
        return "refused" if aside is None else "quarantined"

    def _doubt(self, reading: Reading, problems: tuple[Problem, ...]) -> None:
        self.decisions.alarms.append(Refused(reading, problems))
        if reading.flag is not None:
            municipality, number = reading.sender.municipality, reading.flag.atena_number
            handle = self._handle(municipality, number)
            self.decisions.protection.append(measures.doubted(reading, reading.flag, handle, self._now))
            self._name(municipality, number, handle)

    def _join_claimed(self, reading: Reading) -> None:
        """Whoever is named by a refused statement hides with the number's subject: the person may have moved there."""
        if reading.statement is None:
            return
        municipality, stated = reading.sender.municipality, reading.statement.envelope["subject"]
        claimed = identity.claimed(self._keys, municipality, stated["pairwise_id"])
        if claimed is not None:
            self._join(reading.statement, self._handle(municipality, stated["atena_number"]), claimed)

    def _handle(self, municipality: str, number: str) -> bytes:
        """Whom a member means by a number alone."""
        return self._facts.handle(municipality, number) or self._keys.handle(municipality, number)

    def _admit(self, reading: Reading, statement: Statement, handle: bytes) -> str:
        envelope = self._event_envelope(reading, statement, handle)
        shape = shapes.by_id(statement.shape.schema_id + _EVENT_IDS)
        event = records.event(shape, envelope, reading.value[reading.body_offset :])
        self.decisions.protection += measures.told(statement, envelope, self._names(statement, handle), self._now)
        self.decisions.events.append((event, envelope))
        self._appended[envelope["id"]] = Appended(reading.digest, event.value or b"")
        new = stated_by(envelope) - self._facts.stated
        self._facts.stated |= new
        self.decisions.stated |= new
        if envelope["corrects"] is not None:
            self._facts.corrected.add(envelope["corrects"])
        self._facts.change(departure_changes(envelope))
        return "admitted"

    def _event_envelope(self, reading: Reading, statement: Statement, handle: bytes) -> dict[str, Any]:
        stated = statement.envelope
        self._tell(statement, stated["subject"]["atena_number"], handle)
        related, hides = self._related(statement)
        corrected = None if stated["corrects"] is None else self._corrected_by(statement)
        return stated | {
            "subject": {"kind": stated["subject"]["kind"], "handle": handle},
            "protection": "unknown" if hides and stated["protection"] == "none" else stated["protection"],
            "related": related,
            "admitted": self._now,
            "lineage": [] if corrected is None else lineage.lineage(corrected),
            "key_version": self._keys.version,
            "statement_digest": reading.digest,
        }

    def _related(self, statement: Statement) -> tuple[list[dict[str, Any]], bool]:
        """
        The handles of related persons, and whether the event must hide for their sake.

        Whoever arrives by a departure may bring others along whose own statements have not come yet: until then
        nobody can tell which handle, and so which measure, is theirs. In doubt, hide.
        """
        arrives, hides, found = statement.envelope["subject"]["pairwise_id"] is not None, False, []
        municipality = statement.sender.municipality
        for each in statement.envelope["related"]:
            person = identity.related(self._keys, self._facts, self._claims, municipality, each["atena_number"])
            self._tell(statement, each["atena_number"], person.handle)
            hides |= arrives and not person.is_stated
            found.append({"role": each["role"], "handle": person.handle})
        return found, hides

    def _tell(self, statement: Statement, number: str, handle: bytes) -> None:
        """Names a number's subject; whom the number meant before hides with it from then on."""
        former = self._facts.handle(statement.sender.municipality, number)
        if former is not None:
            self._join(statement, former, handle)
        self._name(statement.sender.municipality, number, handle)

    def _name(self, municipality: str, number: str, handle: bytes) -> None:
        """Tells the member which pairwise id is which of its numbers, once."""
        if self._facts.handle(municipality, number) != handle:
            entry = Entry(municipality, number, handle)
            self._facts.add(entry)
            self.decisions.names.append((records.entry(self._keys.pairwise_id(municipality, handle), entry), entry))

    def _join(self, statement: Statement, one: bytes, other: bytes) -> None:
        if one != other:
            municipality, event = statement.sender.municipality, statement.envelope["id"]
            self.decisions.protection.append(measures.joined(municipality, one, other, event))


def _sound(readings: Iterable[Reading]) -> list[Statement]:
    return [each.statement for each in readings if each.statement is not None and not each.problems]
