"""One household's move between two members, as both of its clerks will see it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sandbox import forms
from sandbox.acts import Act, Brought, Step, Waits
from sandbox.nation import Nation
from sandbox.people import Address, Record

CARD, PAPER, SUBSTITUTE = "特例", "証明書", "準ずる証明書"
WHOLE, PART = "全部", "一部"


@dataclass
class Move:
    """One household's move; ``leaving`` and ``arrived`` are its persons' records at the two places, heads first."""

    leaving: list[Record]
    household: list[Record]
    planned_destination: str
    destination: str
    procedure: str
    variant: str
    number: str
    planned: date
    moved_in: date
    noticed: date
    arrived: list[Record] = field(default_factory=list)
    address: Address | None = None
    """Where they will live; None: somewhere in the destination."""

    @property
    def origin(self) -> str:
        return self.leaving[0].member

    @property
    def size(self) -> int:
        return len(self.leaving)

    @property
    def scope(self) -> str:
        return WHOLE if len(self.leaving) == len(self.household) else PART

    @property
    def is_announced(self) -> bool:
        """The destination learns of the departure by the bus."""
        return self.procedure == CARD and self.destination == self.planned_destination

    @property
    def is_noticed_early(self) -> bool:
        """The notice comes before the planned day: the record is closed by the notice."""
        return self.noticed < self.planned and self.variant != "no notice"

    @property
    def left(self) -> Address:
        """Where they lived before."""
        return self.leaving[0].address

    def group(self) -> dict[str, Any]:
        """異動単位 and the number of the procedure."""
        return {"procedure_id": self.number, **forms.group(f"G-{self.number}", self.size)}

    def act(self, what: str, on: date, steps: list[Step], waits: Waits | None = None) -> Act:
        """One transaction at the origin or at the destination."""
        member = self.destination if what.startswith("arrival") else self.origin
        persons = frozenset(record.person for record in self.leaving)
        return Act(what, member, on, persons, tuple(steps), waits)

    def waits(self, nation: Nation, of: Brought, day: date) -> Waits:
        movers = tuple(forms.mover(nation.people[record.person]) for record in self.leaving)
        return Waits(of, movers, day.isoformat())
