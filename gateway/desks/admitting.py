"""
Enrolment (利用登録): a clerk has seen her and her document; she is handed a code, and signs in by it as herself.

Only where she lives, by what the bus knows, and of whoever hides by 支援措置責任者 alone. Everybody else's number is
answered alike and asked about alike, so that a number that was tried tells nothing of anybody.

To end it less is asked, for she may have to on the day on which she flees: also where her record was kept last, whether
or not she hides, and while nobody can tell who hides.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from gateway.desks import looking
from gateway.desks.entrusting import NUMBER
from gateway.desks.keeping import keeper, last_keepers
from gateway.desks.looking import Desk
from gateway.desks.staff import Role, Staff
from gateway.residents import codes
from gateway.residents.enrolling import MINUTES, NOBODY
from kairan.identifiers import Handle

__all__ = ["MINUTES", "Fault", "Given", "end", "faults", "issue"]
Given: TypeAlias = Mapping[str, str]
Fault = Literal["number", "again", "act", "confirmed", "nobody"]


def faults(given: Given) -> tuple[Fault, ...]:
    """By the names of the form's fields; the number is asked for twice, for nobody is told whose it is."""
    found: dict[Fault, bool] = {
        "number": NUMBER.fullmatch(given.get("number", "")) is None,
        "again": given.get("again") != given.get("number"),
        "act": given.get("act") not in {"issue", "end"},
        "confirmed": given.get("confirmed") != "yes",
    }
    return tuple(name for name, is_one in found.items() if is_one)


def issue(desk: Desk, staff: Staff, number: str) -> str | None:
    """The code, as it is written on paper; None: there is none for whoever that is."""
    person = _may_have_one(desk, staff, number)
    return codes.shown(desk.enrolling.issue(staff, person)) if person else None


def end(desk: Desk, staff: Staff, number: str) -> None:
    """Whatever comes of it, nothing is told; of nobody the same is asked as of somebody."""
    person = looking.person(desk, staff.member, number)
    kept_her = last_keepers(desk.keeping.of(person or NOBODY))
    if person and staff.member in kept_her:
        desk.enrolling.end(staff, person)


def _may_have_one(desk: Desk, staff: Staff, number: str) -> Handle | None:
    """Whom this clerk may enrol; of nobody the same is asked as of somebody."""
    found = looking.person(desk, staff.member, number)
    asked = found or NOBODY
    lives_here = keeper(desk.keeping.of(asked)) == staff.member
    hides = bool(desk.hiding([asked]))
    return found if lives_here and (staff.role is Role.PROTECTION or not hides) else None
