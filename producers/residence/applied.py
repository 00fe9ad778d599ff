"""
What 申請管理 (029) is told before a departure is booked: 転出届 online, 来庁予定の連絡.

A return for correction and what is sent again correct the application, a withdrawal annuls it.
"""

from collections.abc import Mapping
from typing import Any, Literal

from kairan.keys import SourceKey
from producers.change import Instant, PairwiseId, Party, in_bytes, parse
from producers.residence.departures import MaybeDestination, destination_party, in_its_city
from producers.snapshot import Day, MaybeDay, Name, Row
from producers.statement import Fact, FactName, Statement, state

TYPES = {"move_out": "residence.MoveOutApplied", "visit": "residence.VisitPlanned"}
TOLD = {"move_out": ("stage", "planned_date", "mover_scope"), "visit": ("visit_date",)}


class Application(Row):
    """``version`` counts what was applied for and announced by a person; ``origin``: empty where it is this one."""

    atena_number: str
    version: int
    kind: Literal["move_out", "visit"]
    stage: str | None = None
    corrects_version: int | None = None
    cancels_version: int | None = None
    received: Day
    registered: Instant
    receipt_number: str | None = None
    pairwise_id: PairwiseId | None = None
    name: Name
    birth_date: Day
    origin: str | None = None
    planned_destination: MaybeDestination = None
    planned_date: MaybeDay = None
    mover_scope: str | None = None
    visit_date: MaybeDay = None

    @property
    def change(self) -> str:
        if self.cancels_version is not None:
            return "annulled"
        return "created" if self.corrects_version is None else "corrected"


class NamedApplication(Row):
    """What it corrects or withdraws."""

    version: int
    published: bool


class Applied(Row):
    """What the core system writes down; ``protected``: does the municipality know of a measure?"""

    municipality: str
    application: Application
    protected: bool
    named: NamedApplication | None = None


def statement(payload: Mapping[str, Any], key: SourceKey) -> Statement:
    applied = parse(Applied, payload)
    application = applied.application
    counter = _counter(application)
    fact = _fact(applied, counter)
    if applied.named is not None:
        fact = fact.naming(FactName(fact.name.type, applied.named.version), published=applied.named.published)
    return state(fact, {} if fact.change == "annulled" else _body(application) | counter, key)


def _counter(application: Application) -> dict[str, Any]:
    planned = in_its_city(application.planned_destination)
    return {"planned_destination": planned and planned.model_dump()}


def _fact(applied: Applied, counter: dict[str, Any]) -> Fact:
    application = applied.application
    origin = Party(role="origin", code=application.origin or applied.municipality)
    return Fact(
        name=FactName(TYPES[application.kind], application.version),
        municipality=applied.municipality,
        atena_number=application.atena_number,
        # That nobody needs protection is for the resident record to say.
        protection="protected" if applied.protected else "unknown",
        effective=application.received,
        registered=application.registered,
        change=application.change,
        parties=(origin, *destination_party(counter)),
        correlation=application.receipt_number,
        pairwise_id=in_bytes(application.pairwise_id),
    )


def _body(application: Application) -> dict[str, Any]:
    return application.model_dump(include={"name", "birth_date", *TOLD[application.kind]})
