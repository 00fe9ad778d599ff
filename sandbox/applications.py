"""
What people do at home before they go to a counter: 転出届 online and 来庁予定の連絡.

マイナポータル brings both to the origin's 申請管理 (029), some days before the clerk books the departure. A large
family goes to the counter.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sandbox import departures, forms
from sandbox.acts import Act, Step
from sandbox.life import Life
from sandbox.moving import CARD, Move
from sandbox.people import Record

ONLINE_SHARE, WITHDRAWN_SHARE, RETURNED_SHARE, VISIT_SHARE = 0.6, 0.15, 0.2, 0.7
"""Of moves by card; of those, who thinks better of it once, who has to mend it, who announces a visit."""
MOST = 3
APPLIED, RETURNED = "applied", "returned"
CORRECTS, CANCELS = "corrects_version", "cancels_version"


def online(life: Life, going: Move, day: date) -> Iterator[Act]:
    """All that comes before the departure is booked on that day, in a part of the moves."""
    draw = life.draw
    if going.procedure != CARD or going.size > MOST or not draw.chance(ONLINE_SHARE):
        return
    on = day - timedelta(days=draw.random.randint(1, 4))
    if draw.chance(WITHDRAWN_SHARE):
        yield apply(life, going, on)
        yield withdraw(life, going, on)
    yield apply(life, going, on)
    if draw.chance(RETURNED_SHARE):
        yield from give_back(life, going, day)
    if draw.chance(VISIT_SHARE):
        yield announce(life, going, day, going.planned + timedelta(days=draw.random.randint(0, 3)))


def apply(life: Life, going: Move, on: date) -> Act:
    """転出届 for everybody who moves."""
    return _act(life, going, "applied", on, _move_out(going, APPLIED))


def withdraw(life: Life, going: Move, on: date) -> Act:
    """取下げ, before the clerk has looked at what was told last."""
    return _act(life, going, "application withdrawn", on, _move_out(going, APPLIED), CANCELS)


def give_back(life: Life, going: Move, on: date) -> Iterator[Act]:
    """差戻し by the clerk, 再申請 by the resident."""
    yield _act(life, going, "application returned", on, _move_out(going, RETURNED), CORRECTS)
    yield _act(life, going, "applied again", on, _move_out(going, APPLIED), CORRECTS)


def announce(life: Life, going: Move, on: date, visit: date) -> Act:
    """来庁予定の連絡: on which day they will come to the destination's counter."""
    return _act(life, going, "visit planned", on, {"kind": "visit", "visit_date": forms.partial(visit)})


def _move_out(going: Move, stage: str) -> dict[str, Any]:
    planned = {"planned_date": forms.partial(going.planned), "mover_scope": going.scope}
    return {"kind": "move_out", "stage": stage, **planned}


def _act(life: Life, going: Move, what: str, on: date, told: dict[str, Any], names: str | None = None) -> Act:
    """``names``: as what the word before this one is named."""
    steps = []
    for record in going.leaving:
        version = life.nation.next_application(record)
        former = {names: version - 1} if names else {}
        steps.append(Step("application", {**_about(life, going, record, on), "version": version, **told, **former}))
    return going.act(what, on, steps)


def _about(life: Life, going: Move, record: Record, on: date) -> dict[str, Any]:
    person = life.nation.people[record.person]
    return {
        "atena_number": record.atena,
        "received": forms.partial(on),
        "receipt_number": going.number,
        "name": forms.name(person),
        "birth_date": forms.partial(person.birth_date),
        "planned_destination": departures.destination(going.planned_destination, None),
    }
