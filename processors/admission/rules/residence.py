"""Cross-field rules of the residence family and of the resident's record that it carries."""

from collections.abc import Iterator
from typing import Any

from processors.admission import days
from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement

ABROAD = "22"
"""異動事由 国外転出: no certificate, no notice, no destination in the country."""
_WITH_ORIGIN = frozenset({"特例", "証明書"})
"""Arrivals that follow a departure declared elsewhere."""


def snapshot(statement: Statement) -> Iterator[Problem]:
    """What the resident's record must agree in (本籍・筆頭者 is never empty, 1.1.6; a foreigner has a status)."""
    body = statement.body
    if not statement.is_restoring:
        if body["resident_kind"] == "japanese" and body["koseki"] is None:
            yield problem("field.required", "koseki")
        if body["resident_kind"] == "foreign" and body["foreign_status"] is None:
            yield problem("field.required", "foreign_status")
    yield from happened(statement, "birth_date")
    for name, period in (body["entitlements"] or {}).items():
        if period is not None and period["end"] is not None and period["end"] < period["start"]:
            yield problem("date.order", f"entitlements.{name}.end")


def parties(statement: Statement) -> Iterator[Problem]:
    """One person leaves one place for one other; several would show the record to whoever is named beside."""
    roles = [each["role"] for each in statement.envelope["municipalities"]]
    if roles.count("origin") > 1 or roles.count("destination") > 1:
        yield problem("party.contradicts", "envelope.municipalities")


def amended(statement: Statement) -> Iterator[Problem]:
    """A field that is amended is named once: corrections inherit the list."""
    names = statement.body["amended"] or ()
    if len(set(names)) < len(names):
        yield problem("amended.repeated", "amended")


def move_out_declared(statement: Statement) -> Iterator[Problem]:
    """転出届: the destination that routing sees is the one that was planned."""
    body, reason = statement.body, statement.envelope["reason"]
    abroad = reason is not None and reason["code"] == ABROAD
    if body["procedure"] is None and not abroad and not statement.is_restoring:
        yield problem("field.required", "procedure")
    planned = (body["planned_destination"] or {}).get("municipality")
    if planned is not None and planned != party(statement, "destination"):
        yield problem("party.contradicts", "envelope.municipalities")


def moved_in(statement: Statement) -> Iterator[Problem]:
    """転入: it is stated where the person arrives; whoever comes with a departure comes from somewhere."""
    yield from happened(statement, "moved_in_date")
    if party(statement, "destination") not in (None, statement.envelope["source"]["municipality"]):
        yield problem("party.contradicts", "envelope.municipalities")
    if statement.body["arrival_kind"] in _WITH_ORIGIN:
        yield from _requires_party(statement, "origin")
        if statement.body["previous_address"] is None:
            yield problem("field.required", "previous_address")


def move_in_notified(statement: Statement) -> Iterator[Problem]:
    """転入通知: told to the origin; a repeated notice names an earlier one."""
    yield from _requires_party(statement, "origin")
    yield from happened(statement, "birth_date")
    yield from happened(statement, "moved_in_date")
    notice = statement.body["notice"]
    if notice is not None and notice["resend_of"] is not None and notice["resend_of"] >= notice["sequence"]:
        yield problem("notice.resend_of", "notice.resend_of")


def move_out_confirmed(statement: Statement) -> Iterator[Problem]:
    """消除・転出確定: confirmed means that the actual departure is known."""
    closing = statement.body["closing"]
    if closing is not None and closing["stage"] == "confirmed" and statement.body["confirmed_date"] is None:
        yield problem("field.required", "confirmed_date")


def relocated(statement: Statement) -> Iterator[Problem]:
    """転居・区間異動: from somewhere; between wards both are named."""
    yield from happened(statement, "relocated_date")
    if statement.envelope["change"] == "created" and statement.body["previous_address"] is None:
        yield problem("field.required", "previous_address")
    scope = statement.body["scope"]
    if scope is None or scope["kind"] != "区間異動":
        return
    for name in ("former_ward", "new_ward"):
        if scope[name] is None:
            yield problem("field.required", f"scope.{name}")
        elif not days.is_ward_of(scope[name], statement.sender.municipality):
            yield problem("ward.not_of_city", f"scope.{name}")


def happened(statement: Statement, name: str) -> Iterator[Problem]:
    """A date of the body that cannot lie in the future."""
    stated: dict[str, Any] | None = statement.body[name]
    if stated is not None and days.is_future(stated["value"], stated["certain"], statement.days.today):
        yield problem("date.future", name)


def party(statement: Statement, role: str) -> str | None:
    return next((each["code"] for each in statement.envelope["municipalities"] if each["role"] == role), None)


def _requires_party(statement: Statement, role: str) -> Iterator[Problem]:
    if party(statement, role) is None:
        yield problem("party.required", "envelope.municipalities")
