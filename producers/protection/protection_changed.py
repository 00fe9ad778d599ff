"""支援措置: begun, provisional, prolonged, ended. It never says where the person lives."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from kairan.keys import SourceKey
from producers.change import Instant, Parties, Party, Protection, Relations, parse
from producers.snapshot import Absent, Address, Day, Group, MaybeDay, Name, Row
from producers.statement import Fact, FactName, Statement, city_of, state

TYPE = "protection.ProtectionChanged"
ENDED = "3"
OPEN_END = Day(value="9999-12-31", certain=True, text="")


class Forwarding(Group):
    """転送先: a municipality and the day it was told."""

    municipality: str
    date: Day


class Perpetrator(Group):
    """加害者, as far as known."""

    name: Name
    birth_date: MaybeDay = None
    sex: str | None = None
    address: Annotated[Address | None, Absent] = None


class Measure(Row):
    """A version of a measure."""

    measure_id: str
    version: int
    atena_number: str
    kind: str
    period_start: MaybeDay = None
    period_end: MaybeDay = None
    category: str | None = None
    subject_role: str
    scope: Annotated[tuple[str, ...], Field(strict=False)]
    first_received_by: str | None = None
    forwarded_to: Annotated[tuple[Forwarding, ...], Field(strict=False)] = ()
    parties: Parties = ()
    related: Relations = ()
    perpetrators: Annotated[tuple[Perpetrator, ...], Field(strict=False)] = ()
    safe_contact: str | None = None
    decision_date: MaybeDay = None
    human_end: bool
    effective: Day
    notified: MaybeDay = None
    registered: Instant
    corrects_version: int | None = None
    procedure_id: str | None = None

    @property
    def change(self) -> str:
        """Ending is its own kind of change; a further version without a mistake in the former is a new fact."""
        if self.kind == ENDED:
            return "ended"
        return "created" if self.corrects_version is None else "corrected"


class NamedMeasure(Row):
    """The version that a correction names."""

    version: int
    published: bool


class MeasureChange(Row):
    """What the core system writes down; ``protection`` is the person's state with all measures."""

    municipality: str
    measure: Measure
    protection: Protection
    named: NamedMeasure | None = None


def statement(payload: Mapping[str, Any], key: SourceKey) -> Statement:
    changed = parse(MeasureChange, payload)
    fact = _fact(changed)
    if changed.named is not None and fact.change == "corrected":
        former = FactName(TYPE, changed.named.version, changed.measure.measure_id)
        fact = fact.naming(former, published=changed.named.published)
    return state(fact, _body(changed.measure), key)


def _fact(changed: MeasureChange) -> Fact:
    measure = changed.measure
    told = (Party(role="destination", code=each.municipality) for each in measure.forwarded_to)
    return Fact(
        name=FactName(TYPE, measure.version, measure.measure_id),
        municipality=changed.municipality,
        atena_number=measure.atena_number,
        protection=changed.protection,
        effective=measure.effective,
        registered=measure.registered,
        change=measure.change,
        parties=(*measure.parties, *told),
        related=measure.related,
        notified=measure.notified,
        correlation=measure.procedure_id,
    )


def _body(measure: Measure) -> dict[str, Any]:
    told = measure.model_dump(
        include={"category", "subject_role", "perpetrators", "safe_contact", "first_received_by"}, mode="json"
    )
    return told | {
        "measure": {"id": measure.measure_id, "version": measure.version, "kind": measure.kind},
        "period": _period(measure),
        "scope": list(measure.scope),
        "forwarded_to": [
            {"municipality": city_of(each.municipality), "date": each.date.model_dump()}
            for each in measure.forwarded_to
        ],
        "decision": _decision(measure),
    }


def _period(measure: Measure) -> dict[str, Any] | None:
    if measure.period_start is None:
        return None
    end = measure.period_end or OPEN_END
    return {"start": measure.period_start.model_dump(), "end": end.model_dump()}


def _decision(measure: Measure) -> dict[str, Any] | None:
    if measure.decision_date is None:
        return None
    return {"date": measure.decision_date.model_dump(), "human_end": measure.human_end}
