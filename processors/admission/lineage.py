"""
Lineage: what routing must know of the records that an event corrects, copied into the event itself.

The corrected record comes first, then those it had inherited; so routing reads no other record.
"""

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from kairan import scanner, wire
from kairan.stream import Position
from processors.admission.reasons import Problem, problem

ENVELOPE_FACTS = ("id", "version", "reason", "effective", "registered", "admitted", "municipalities", "related")
BODY_FACTS = ("birth_date", "resident_kind", "arrival_kind", "procedure", "entitlements", "amended")
"""Body fields on which the policy's conditions rest."""
MOST_FORMER = 16
_WHERE = "envelope.corrects"


class LogReader(Protocol):
    """Reads single records of the log again."""

    def read(self, positions: set[Position]) -> Mapping[Position, bytes]:
        """The records at these positions, all of them."""
        ...


def lineage(corrected: bytes) -> list[dict[str, Any]]:
    """
    What a correction inherits from the event that it corrects: of a long chain the newest former records.

    Inherited without end, an event would outgrow what the log takes, and admission would stop for everybody. Whoever
    only the oldest record concerned was told of MOST_FORMER corrections since.
    """
    shape, envelope, body_offset = wire.decode_envelope(corrected)
    names = {field.name for field in shape.body_fields}.intersection(BODY_FACTS)
    body = wire.decode_fields(shape, corrected, scanner.boundaries(shape, corrected, body_offset), names)
    former = {name: envelope[name] for name in ENVELOPE_FACTS} | {name: body.get(name) for name in BODY_FACTS}
    inherited: list[dict[str, Any]] = envelope["lineage"]
    return [former, *inherited][:MOST_FORMER]


def problems_of(envelope: Mapping[str, Any], handles: Collection[bytes], corrected: bytes) -> list[Problem]:
    """
    What a statement may not correct: another source's event, another subject's, another type.

    ``handles``: of the statement's subject; none where it could not be told.
    """
    found = wire.decode_envelope(corrected).record
    problems = []
    if found["source"] != envelope["source"]:
        problems.append(problem("corrects.other_source", _WHERE))
    if handles and found["subject"]["handle"] not in handles:
        problems.append(problem("corrects.other_subject", _WHERE))
    if found["type"] != envelope["type"]:
        problems.append(problem("corrects.other_type", _WHERE))
    return problems


def unknown() -> Problem:
    return problem("corrects.unknown", _WHERE)


def superseded() -> Problem:
    """It was corrected before: of two corrections side by side neither would inherit the other's receivers."""
    return problem("corrects.superseded", _WHERE)
