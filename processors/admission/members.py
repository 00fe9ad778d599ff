"""The register as admission asks it: whose topic is this, and what was that member then?"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from kairan import topics
from kairan.register import Member, Register
from processors.admission.statement import Sender

Lane = Literal["live", "bulk"]
LANES: tuple[tuple[topics.Kind, Lane], ...] = ((topics.IN, "live"), (topics.IN_BULK, "bulk"))


class Ingress(NamedTuple):
    """A topic in which one member states facts."""

    municipality: str
    lane: Lane


class Members:
    """All municipalities that were ever declared, and what they were from when on."""

    def __init__(self, register: Register) -> None:
        self._rows: dict[str, list[Member]] = defaultdict(list)
        for row in sorted(register.municipalities(), key=lambda row: row.valid_from):
            self._rows[row.code].append(row)
        self._since = {code: [row.valid_from for row in rows] for code, rows in self._rows.items()}
        self._senders = {code: _senders(code, rows) for code, rows in self._rows.items()}
        self.ingress = {
            topics.name(kind, code): Ingress(code, lane) for code in sorted(self._rows) for kind, lane in LANES
        }

    def present(self, instant: int) -> list[str]:
        """Codes of the municipalities that have not left."""
        return [code for code in sorted(self._rows) if self.sender(code, instant).state != "left"]

    @staticmethod
    def topics(municipalities: Iterable[str]) -> list[str]:
        """The topics in which these state facts."""
        return [topics.name(kind, code) for code in municipalities for kind, _ in LANES]

    def sender(self, code: str, instant: int) -> Sender:
        """What the register says of a member at that time; before its first row it had not joined."""
        return self._senders[code][bisect_right(self._since[code], instant)]


def _senders(code: str, rows: Sequence[Member]) -> list[Sender]:
    """What the register says of a member before its first row, from that on, from the next on …"""
    return [Sender(code, "left", rows[0].atena_scheme), *(Sender(code, row.state, row.atena_scheme) for row in rows)]
