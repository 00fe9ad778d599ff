"""What the origin's clerk does: 転出届, 消除, the confirmation by the 転入通知, and taking it all back."""

from dataclasses import replace
from datetime import date
from typing import Any

from sandbox import forms, places
from sandbox.acts import Act, Step
from sandbox.life import Life
from sandbox.moving import Move
from sandbox.people import Address, Record

NOTIFICATIONS = (("世帯主", "online"), ("本人", "窓口"), ("代理人", "郵送"), ("世帯員", "窓口"))


def declare(life: Life, going: Move, day: date) -> Act:
    """転出届: the day and the place as planned; the day may lie ahead."""
    notifier, route = life.draw.random.choice(NOTIFICATIONS)
    particulars = {
        **_planned(going),
        "procedure": going.procedure,
        "mover_scope": going.scope,
        "notification": {"notifier": notifier, "route": route},
    }
    going.leaving = [life.nation.next_version(record) for record in going.leaving]
    forms_ = [_form(life, going, record, going.planned, particulars) for record in going.leaving]
    return going.act("declared", day, [Step("book", {**form, "notified": forms.partial(day)}) for form in forms_])


def close(life: Life, going: Move, day: date) -> Act:
    """消除 on the planned day, though no notice came."""
    particulars = {**_planned(going), "closing": {"removed_date": forms.partial(going.planned), "stage": "closed"}}
    return going.act("closed", day, _closing(life, going, going.planned, particulars))


def confirm(life: Life, going: Move, day: date) -> Act:
    """転出確定: the notice tells when and where they really went; what was planned stays beside it."""
    removed = min(going.planned, going.moved_in)
    particulars = {
        **_planned(going),
        "closing": {"removed_date": forms.partial(removed), "stage": "confirmed"},
        "confirmed_destination": destination(going.destination, going.arrived[0].address),
        "notice_date": forms.partial(going.noticed),
        "confirmed_date": forms.partial(going.moved_in),
    }
    steps = _closing(life, going, going.moved_in, particulars)
    return going.act("confirmed", day, steps, going.waits(life.nation, "notice", going.moved_in))


def cancel(life: Life, going: Move, day: date) -> Act:
    """They stay after all: 異動の取消し（増）."""
    return going.act(
        "departure cancelled", day, [step for record in going.leaving for step in _undo(life, record, 1, day)]
    )


def annul(life: Life, going: Move, day: date) -> Act:
    """The destination took its 転入 back: whatever was booked here since the departure is taken back, newest first."""
    booked = 2 if going.is_noticed_early else 3
    steps = [step for record in going.leaving for step in _undo(life, record, booked, day)]
    return going.act("departure annulled", day, steps, going.waits(life.nation, "annulled notice", going.moved_in))


def destination(code: str, address: Address | None) -> dict[str, Any]:
    """転出先: a municipality, or 未定; the address where it is known."""
    place = places.of(code)
    ward = address.municipality_or_ward if address else None
    written = place.prefecture + place.name + (f"{address.town}{address.lot}" if address else "")
    return {"municipality": code, "ward": None if ward == code else ward, "address": written, "country": None}


def _planned(going: Move) -> dict[str, Any]:
    return {
        "planned_date": forms.partial(going.planned),
        "planned_destination": destination(going.planned_destination, None),
    }


def _closing(life: Life, going: Move, effective: date, particulars: dict[str, Any]) -> list[Step]:
    going.leaving = [life.nation.next_version(record, state="moved_out") for record in going.leaving]
    return [
        Step("book", {**_form(life, going, record, effective, particulars), "resident_state": "moved_out"})
        for record in going.leaving
    ]


def _form(life: Life, going: Move, record: Record, effective: date, particulars: dict[str, Any]) -> dict[str, Any]:
    person = life.nation.people[record.person]
    where = going.destination if "confirmed_destination" in particulars else going.planned_destination
    parties = forms.parties(person, destination=where)
    return forms.booked(life.nation, record, "21", effective, parties=parties, particulars=particulars, **going.group())


def _undo(life: Life, record: Record, count: int, day: date) -> list[Step]:
    """The last so many versions are cancelled, each by a further one."""
    first, steps = record.version, []
    for cancelled in range(first, first - count, -1):
        state = "moved_out" if cancelled > first - count + 2 else "resident"
        record = replace(record, version=record.version + 1, state=state)
        steps.append(Step("restore", forms.cancelled(record, "09", cancelled, day)))
    life.nation.put(record)
    return steps
