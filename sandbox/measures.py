"""支援措置: begun, extended, followed over a move, ended by a human's decision; lifted for an hour in secret."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sandbox import forms
from sandbox.acts import Act, Step
from sandbox.calendar import years_on
from sandbox.draw import Draw
from sandbox.life import Life
from sandbox.nation import Protection
from sandbox.people import HEAD, Record

APPLICANT, TOGETHER = "申出者", "併せて支援"
MEASURE, PROVISIONAL, ENDED = "1", "2", "3"
CATEGORIES = ("配偶者暴力", "ストーカー行為等", "児童虐待", "準ずる行為")


def new(draw: Draw, record: Record, kind: str = MEASURE) -> Protection:
    """The head of the household applies; those who live with him are protected with him."""
    role = APPLICANT if record.relationship == HEAD else TOGETHER
    measure = f"S{draw.number('measure')}"
    found = Protection(record.member, measure, 1, kind, role, draw.random.choice(CATEGORIES))
    draw.nation.protected[record.person] = found
    return found


def row(draw: Draw, record: Record, measure: Protection, day: date, **more: Any) -> Step:
    """A version of the measure, as the clerk of 001 enters it."""
    person = draw.nation.people[record.person]
    values = {
        "measure_id": measure.measure,
        "version": measure.version,
        "atena_number": record.atena,
        "kind": measure.kind,
        "period_start": forms.partial(day),
        "period_end": forms.partial(years_on(day, 1)),
        "category": measure.category,
        "subject_role": measure.role,
        "first_received_by": record.member,
        "parties": forms.parties(person),
        "effective": forms.partial(day),
        "decision_date": forms.partial(day),
        **_told(draw, measure),
    }
    return Step("support_measure", {**values, **more})


def follow(draw: Draw, record: Record, destination: str, day: date) -> Step:
    """Before a protected person leaves: the origin goes on with a provisional measure and forwards the form."""
    measure = _next(draw, record, PROVISIONAL)
    return row(draw, record, measure, day, forwarded_to=[{"municipality": destination, "date": forms.partial(day)}])


def begin(life: Life, day: date) -> Iterator[Act]:
    """Somebody applies; the household is protected with him."""
    first = _free_head(life, protected=False)
    if first is None:
        return
    household = life.nation.household(first)
    kind = PROVISIONAL if life.draw.chance(0.3) else MEASURE
    steps = [row(life.draw, record, new(life.draw, record, kind), day) for record in household]
    yield _act("protection begun", household, day, steps)
    if kind == PROVISIONAL:
        life.begin(household)
        life.later(day + timedelta(days=20), len(household), lambda life, on: _decide(life, household, on))


def extend_or_end(life: Life, day: date) -> Iterator[Act]:
    """A year later: extended, or an official decides that it ends. It never ends by itself."""
    first = _free_head(life, protected=True)
    if first is None:
        return
    household = [record for record in life.nation.household(first) if record.person in life.nation.protected]
    if life.draw.chance(0.6):
        steps = [row(life.draw, record, _next(life.draw, record, MEASURE), day) for record in household]
        yield _act("protection extended", household, day, steps)
    else:
        steps = [_end(life.draw, record, day) for record in household]
        yield _act("protection ended", household, day, steps)


def lift(life: Life, day: date) -> Iterator[Act]:
    """抑止の一時解除: for one certificate. No fact: nothing of it may leave the office."""
    record = life.pick(lambda record: record.person in life.nation.protected)
    if record is None:
        return
    until = f"{day.isoformat()}T17:15:00+09:00"
    values = {"atena_number": record.atena, "relocks_at": until, "purpose": "本人への住民票の写しの交付"}
    yield _act("lift", [record], day, [Step("suppression_lift", values, facts=0)])


def _decide(life: Life, household: list[Record], day: date) -> Iterator[Act]:
    steps = [row(life.draw, record, _next(life.draw, record, MEASURE), day) for record in household]
    yield _act("protection decided", household, day, steps)
    life.end(household)


def _next(draw: Draw, record: Record, kind: str) -> Protection:
    before = draw.nation.protected[record.person]
    after = replace(before, version=before.version + 1, kind=kind)
    draw.nation.protected[record.person] = after
    return after


def _end(draw: Draw, record: Record, day: date) -> Step:
    measure = _next(draw, record, ENDED)
    del draw.nation.protected[record.person]
    return row(draw, record, measure, day, human_end=True, period_end=forms.partial(day))


def _told(draw: Draw, measure: Protection) -> dict[str, Any]:
    """What only the applicant tells: whom she fears, and where she can be reached."""
    if measure.role == TOGETHER:
        return {}
    feared = forms.written(draw.name("1"))
    return {"perpetrators": [{"name": feared, "sex": "1"}], "safe_contact": "女性相談支援センター"}


def _free_head(life: Life, *, protected: bool) -> Record | None:
    def suits(record: Record) -> bool:
        household = life.nation.household(record)
        is_protected = record.person in life.nation.protected
        return record.relationship == HEAD and is_protected is protected and len(household) <= 4

    return life.pick(lambda record: suits(record) and life.household_is_free(record))


def _act(what: str, household: list[Record], day: date, steps: list[Step]) -> Act:
    persons = frozenset(record.person for record in household)
    return Act(what, household[0].member, day, persons, tuple(steps))
