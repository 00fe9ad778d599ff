"""
Envelopes that are alike in all that rules look at are judged once: of a night's assessments nearly all are.

Whatever is one's own (numbers, versions, times) is looked at each time. Only envelopes with which nothing is wrong are
remembered, so codes and dates of the closed lists are all that can fill the memory. What is wrong with the others, and
in which order, the rules themselves say.
"""

from collections.abc import Hashable, Sequence

from kairan import codes, shapes
from processors.admission import days
from processors.admission.reasons import Problem
from processors.admission.rules import envelope as rules
from processors.admission.statement import Statement

MOST = 4096
"""Envelopes that are remembered: kinds of statement times members times days times the municipalities beside them."""
MOST_BYTES = 512
"""Of each of its parts; an envelope with more is judged each time."""
_OWN = shapes.shape("statement", shapes.TYPES[0]).envelope_fields
_TYPE, _SUBJECT, _REASON, _CORRECTS = (_OWN.index(name) for name in ("type", "subject", "reason", "corrects"))
_PROTECTION, _RELATED = _OWN.index("protection"), _OWN.index("related")
_EFFECTIVE, _REGISTERED = _OWN.index("effective"), _OWN.index("registered")


class Alike:
    """Which envelopes were found sound."""

    def __init__(self) -> None:
        self._sound: set[Hashable] = set()

    def problems_of(self, statement: Statement, value: bytes, boundaries: Sequence[int]) -> list[Problem]:
        """
        What the rules of the envelope say.

        Args:
            statement: whose envelope.
            value: its bytes, canonical: equal bytes are equal fields.
            boundaries: where in them each field of the envelope begins.

        """
        aspects = _aspects(statement, value, boundaries)
        if aspects in self._sound and _is_sound_of_its_own(statement):
            return []
        found = [each for rule in (rules.party, rules.change, rules.relations) for each in rule(statement)]
        if not found and boundaries[_REGISTERED] - boundaries[_TYPE] < MOST_BYTES:
            self._remember(aspects)
        return found

    def _remember(self, aspects: Hashable) -> None:
        if len(self._sound) >= MOST:
            self._sound.clear()
        self._sound.add(aspects)


def _aspects(statement: Statement, value: bytes, boundaries: Sequence[int]) -> Hashable:
    """All but the subject's number, related persons, version, what is corrected, time of registration and group."""
    envelope = statement.envelope
    return (
        statement.shape,
        statement.sender,
        statement.days.today,
        value[boundaries[_TYPE] : boundaries[_SUBJECT]],
        envelope["subject"]["kind"],
        value[boundaries[_REASON] : boundaries[_CORRECTS]],
        envelope["corrects"] is None,
        envelope["corrects_version"] is None,
        value[boundaries[_PROTECTION] : boundaries[_RELATED]],
        value[boundaries[_EFFECTIVE] : boundaries[_REGISTERED]],
    )


def _is_sound_of_its_own(statement: Statement) -> bool:
    """Whether the rules find nothing in what ``_aspects`` leaves out."""
    envelope, scheme = statement.envelope, statement.sender.scheme
    group, related = envelope["group"], envelope["related"]
    return (
        1 <= envelope["version"] <= rules.MOST_VERSION
        and rules.YEAR_1900 <= envelope["registered"] <= statement.received + days.TOLERANCE
        and envelope["resend"] >= 0
        and (group is None or (group["size"] >= 1 and bool(group["id"])))
        and rules.atena_rule(envelope["subject"]["atena_number"], scheme) is None
        and len(related) <= rules.MOST_RELATED
        and all(
            each["role"] in codes.RELATIONS and rules.atena_rule(each["atena_number"], scheme) is None
            for each in related
        )
    )
