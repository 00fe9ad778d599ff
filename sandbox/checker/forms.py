"""
What stands in the columns that take any JSON: lists of parties and persons, an object of the event's own items.

The bus refuses a row whose columns are anything else, whole and by itself. Here such a row is still a fact, because a
municipality registered it, with nothing in those columns and nobody to whom it is due.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from sandbox.checker.core import Core, Row

Form = Callable[[object], bool]
DESTINATIONS = ("confirmed_destination", "planned_destination")


def legible(core: Core) -> Core:
    """The same rows, and of each whether it has to be refused."""
    return replace(
        core,
        history=[_legible(row) for row in core.history],
        measures=[_legible(row) for row in core.measures],
        assessments=[_legible(row) for row in core.assessments],
    )


def is_destination(value: object) -> bool:
    """Nothing, or items of text."""
    return value is None or (isinstance(value, dict) and all(map(_is_text_or_nothing, value.values())))


def names_destinations(particulars: Mapping[str, Any]) -> bool:
    """Whether every destination among them is one."""
    return all(is_destination(particulars.get(name)) for name in DESTINATIONS)


def _legible(row: Row) -> Row:
    unread = {name: empty for name, (form, empty) in _FORMS.items() if not form(row.values.get(name, empty))}
    return row._replace(values={**row.values, **unread}, is_malformed=True) if unread else row


def _is_text_or_nothing(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _each(*texts: str) -> Form:
    """A list of objects that have at least these items, as texts."""

    def _is_one(value: object) -> bool:
        return isinstance(value, dict) and all(isinstance(value.get(name), str) for name in texts)

    return lambda value: isinstance(value, list) and all(map(_is_one, value))


_FORMS: Mapping[str, tuple[Form, Any]] = {
    "particulars": (_is_object, {}),
    "parties": (_each("role", "code"), []),
    "related": (_each("role", "atena_number"), []),
    "forwarded_to": (_each("municipality"), []),
    "perpetrators": (_each(), []),
}
"""Of each such column its form, and what stands for what has not got it."""
