"""
The log read again for one receiver: what is due to it, as routing writes it, with today's protection state.

Most records of the log concern somebody else. Whoever gets something of an event performs a business for a
municipality that the event names: as its source, as a party, in its lineage or in its body. Avro writes a code as its
six digits, so a record without any of them is passed over undecoded; one that has them by chance is decided as any.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from kairan import municipalities
from kairan.keys import BusKeys
from kairan.register import Register
from kairan.stream import Incoming
from processors.routing.bundle import Bundle
from processors.routing.deliveries import Routed, route_to
from processors.routing.disclosing import Way
from processors.routing.editions import Receiver
from processors.routing.measures import Measures
from processors.routing.plans import city_of
from processors.routing.process import CANNOT_BE_ROUTED
from processors.routing.protection import ProtectionState

Concerns = Callable[[bytes], object]
"""Something true of a record that may concern the receiver."""
_NOTHING = b"(?!)"


class CannotBeRoutedError(Exception):
    """Says where the record lies and what is wrong with it, never what it holds."""


@dataclass
class Refill:
    """Writes again, batch by batch, what one receiver must have been told; ``way``: as the entries tell it."""

    receiver: Receiver
    bundle: Bundle
    keys: BusKeys
    measures: Measures
    way: Way
    _concerns: Concerns = field(init=False)

    def __post_init__(self) -> None:
        self._concerns = concerns(self.receiver, self.bundle.register)

    def routed(self, batch: Sequence[Incoming]) -> Iterator[Routed]:
        """
        Everything that is known of protection by now counts, as in a lane: what hides today hides the old facts.

        Raises:
            CannotBeRoutedError: a record of the log is not what admission writes.

        """
        state, may_concern = self.measures.catch_up(), self._concerns
        for record in batch:
            if record.value is None or may_concern(record.value):
                yield self._due(record, state)

    def _due(self, record: Incoming, state: ProtectionState) -> Routed:
        try:
            return route_to(self.receiver, record, state, self.bundle, self.keys, self.way)
        except CANNOT_BE_ROUTED as error:
            what = type(error).__name__
        raise CannotBeRoutedError(f"{record.topic} {record.partition} {record.offset}: {what}")


def concerns(receiver: Receiver, register: Register) -> Concerns:
    """By all rows that were ever declared: a municipality that it served once is one that it was told of."""
    served = {row.municipality for row in register.performers if (row.member, row.channel) == receiver}
    spelled = served | {code for code in municipalities.codes() if city_of(code) in served}
    return re.compile("|".join(sorted(spelled)).encode("ascii") or _NOTHING).search
