"""
What becomes of each statement of a batch: admitted, refused, quarantined or dropped.

One after the other, so that a statement sees what those before it in the batch have changed. Pure: the answers of
memory and of the log come in, records to append come out.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kairan import shapes
from kairan.keys import BusKeys
from processors.admission import identity, lineage, measures, records
from processors.admission.claims import Claimed
from processors.admission.decisions import Decisions, Refused
from processors.admission.facts import FLAG, Facts, departure_changes, protected_by, stated_by
from processors.admission.naming import Naming
from processors.admission.reading import Reading
from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement

_EVENT_IDS = 10_000
"""From the schema id of a statement shape to that of its event: same number, same release, same body."""


class Appended(NamedTuple):
    """An event of this batch: later statements may repeat or correct it."""

    digest: bytes
    value: bytes


class Batch:
    """
    The decisions of one batch, made statement by statement.

    Args:
        keys: of the bus.
        facts: what memory knows of the batch; changed as statements are admitted.
        corrected: events that the batch corrects, by id, as they lie in the log.
        claimed: whom refused statements named before; changed as further ones are refused.
        now: the time of admission in milliseconds.

    """

    def __init__(
        self, keys: BusKeys, facts: Facts, corrected: Mapping[bytes, bytes], claimed: Claimed, now: int
    ) -> None:
        self._keys = keys
        self._facts = facts
        self._corrected = corrected
        self._now = now
        self._claims: identity.Claims = {}
        self._appended: dict[bytes, Appended] = {}
        self.decisions = Decisions()
        self._naming = Naming(keys, facts, claimed, self.decisions)

    def decide(self, readings: Sequence[Reading]) -> Decisions:
        self._claims = identity.claims(self._facts, _sound(readings))
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
        found = lineage.problems_of(statement.envelope, self._naming.handles(statement, handle), corrected)
        return [*found, lineage.superseded()] if statement.envelope["corrects"] in self._facts.corrected else found

    def _corrected_by(self, statement: Statement) -> bytes | None:
        event_id = statement.envelope["corrects"]
        appended = self._appended.get(event_id)
        return self._corrected.get(event_id) if appended is None else appended.value

    def _refuse(self, reading: Reading, problems: tuple[Problem, ...]) -> str:
        self.decisions.events.append((records.refusal(reading, problems, self._now), None))
        aside = records.quarantined(reading, problems, self._now)
        if aside is not None:
            self.decisions.events.append((aside, None))
        if reading.statement is not None:
            self._naming.believe(reading, reading.statement)
        if reading.type == FLAG:
            self._doubt(reading, problems)
        return "refused" if aside is None else "quarantined"

    def _doubt(self, reading: Reading, problems: tuple[Problem, ...]) -> None:
        self.decisions.alarms.append(Refused(reading, problems))
        if reading.flag is not None:
            municipality, number = reading.sender.municipality, reading.flag.atena_number
            handle = self._naming.handle(municipality, number)
            self.decisions.protection.append(measures.doubted(reading, reading.flag, handle, self._now))
            self._naming.name(municipality, number, handle)

    def _admit(self, reading: Reading, statement: Statement, handle: bytes) -> str:
        envelope = self._event_envelope(reading, statement, handle)
        shape = shapes.by_id(statement.shape.schema_id + _EVENT_IDS)
        event = records.event(shape, envelope, reading)
        handles = self._naming.handles(statement, handle) if reading.type == FLAG else ()
        self.decisions.protection += measures.told(statement, envelope, handles, self._now)
        self.decisions.events.append((event, envelope))
        self._appended[envelope["id"]] = Appended(reading.digest, event.value or b"")
        new = stated_by(envelope) - self._facts.stated
        self._facts.stated |= new
        self.decisions.stated |= new
        self._facts.protect(protected_by(envelope))
        if envelope["corrects"] is not None:
            self._facts.corrected.add(envelope["corrects"])
        self._facts.change(departure_changes(envelope))
        return "admitted"

    def _event_envelope(self, reading: Reading, statement: Statement, handle: bytes) -> dict[str, Any]:
        stated = statement.envelope
        self._naming.tell(statement, stated["subject"]["atena_number"], handle)
        related, hides = self._naming.related(statement, self._claims)
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


def _sound(readings: Iterable[Reading]) -> list[Statement]:
    return [each.statement for each in readings if each.statement is not None and not each.problems]
