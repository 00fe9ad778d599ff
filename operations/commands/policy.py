"""``policy``: which business may receive which fields of which event, and why."""

from typing import TYPE_CHECKING, Any

from operations.output import as_json, table

if TYPE_CHECKING:
    from processors.routing.policy import Rule


def policy(*, event: str | None = None, business: str | None = None, json: bool = False) -> None:
    """
    Show the rules in force: who receives what of which event, on which basis. An assumed basis says so.

    Parameters
    ----------
    event
        Only of this type, e.g. `residence.MovedIn`.
    business
        Only for this 業務ID, e.g. `024`.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import names  # noqa: PLC0415
    from processors.routing import policy as of  # noqa: PLC0415

    wanted_event = event and names.event_type(event)
    wanted_business = business and names.business(business)
    rules = [
        rule
        for rule in of.load().at(here.now()).rules
        if wanted_event in {None, rule.event} and wanted_business in {None, rule.business}
    ]
    if json:
        as_json([_plain(rule) for rule in rules])
    elif not rules:
        print("No rule gives anything.")
    else:
        columns = ("event", "role", "business", "fields", "if", "duty", "protected", "basis", "status")
        table(columns, [_row(rule) for rule in rules])


def _row(rule: "Rule") -> tuple[str, ...]:
    basis = f"{rule.basis}{rule.article}"
    who = f"{rule.business} {_named(rule.business)}"
    fields, condition = " ".join(rule.fields), rule.condition.text
    return (rule.event, rule.role, who, fields, condition, rule.duty, rule.when_protected, basis, rule.status)


def _named(business: str) -> str:
    from kairan.codes import BUSINESSES  # noqa: PLC0415

    return BUSINESSES[business].name


def _plain(rule: "Rule") -> dict[str, Any]:
    return {
        "event": rule.event,
        "role": rule.role,
        "business": rule.business,
        "fields": list(rule.fields),
        "condition": rule.condition.text,
        "duty": rule.duty,
        "when_protected": rule.when_protected,
        "basis": rule.basis,
        "article": rule.article,
        "status": rule.status,
        "note": rule.note,
        "valid_from": rule.valid_from,
    }
