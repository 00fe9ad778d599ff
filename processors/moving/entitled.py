"""
Who has to answer an event, and who is on the bus: asked of routing's own pure functions, with the rows of its time.

The one rule of another processor that is asked: written again here it would differ some day, and a procedure would wait
for an office that never got anything.
"""

from kairan.identifiers import MunicipalityCode
from kairan.keys import BusKeys
from kairan.stream import Incoming
from processors.moving.facts import Receiver
from processors.moving.steps import RESIDENT_RECORD
from processors.routing import deliveries
from processors.routing.bundle import Bundle
from processors.routing.process import CANNOT_BE_ROUTED


class NotRoutedError(ValueError):
    """This release cannot route a record: nobody knows yet who will have to answer it."""


class ByRouting:
    """``processors.moving.reading.Entitled``."""

    def __init__(self, bundle: Bundle, keys: BusKeys) -> None:
        self._bundle = bundle
        self._keys = keys

    def awaited(self, record: Incoming) -> frozenset[Receiver]:
        """Raises NotRoutedError: whoever this release cannot route waits here as well, until a newer one starts."""
        try:
            due = deliveries.due(record, self._bundle, self._keys)
        except CANNOT_BE_ROUTED as error:
            raise NotRoutedError(type(error).__name__) from error
        return frozenset(Receiver(each.member, each.business) for each in due)

    def group(self, municipality: MunicipalityCode, number: str) -> str:
        """What members call it is theirs to choose, be it somebody's name: as deliveries have it."""
        return self._keys.opaque(municipality, number)

    def is_member(self, municipality: MunicipalityCode, instant: int) -> bool:
        edition = self._bundle.at(instant)
        performer = edition.performer(municipality, RESIDENT_RECORD)
        return performer is not None and edition.reaches(performer)
