"""Change record → bytes of a statement: pure, so the same row gives the same bytes whenever it is mapped."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.source import LARGEST_STATEMENT, Change, Mapped, Mapper, Problem, Unmappable
from kairan import free_text, shapes, topics, wire
from kairan.keys import SourceKey
from kairan.number_guard import MOST_DIGITS
from producers import resident
from producers.change import UnmappableError
from producers.protection import doubt, protection_changed
from producers.residence import applied, move_in_notified, record_loaded
from producers.statement import Statement
from producers.tax import resident_tax_assessed

TABLES: Mapping[str, Callable[[Mapping[str, Any], SourceKey], Statement]] = {
    "resident_history": resident.statement,
    "record_load": record_loaded.statement,
    "move_in_notice": move_in_notified.statement,
    "application": applied.statement,
    "support_measure": protection_changed.statement,
    "tax_assessment": resident_tax_assessed.statement,
}
"""Which table's changes are stated, and by what; no other change leaves the core system."""


_NUMBER_RULE = "neither an individual number nor a resident record code ever enters the bus"
_RULES = {
    free_text.INDIVIDUAL_NUMBER: _NUMBER_RULE,
    free_text.RESIDENT_CODE: _NUMBER_RULE,
    free_text.TOO_MANY_DIGITS: f"the texts of a statement hold at most {MOST_DIGITS} digits together",
}
LANES = {"live": topics.IN, "bulk": topics.IN_BULK}


def mapper(member: str, key: SourceKey) -> Mapper:
    """The mapping of one member's core system; its topics are the member's, whatever a record claims."""

    def _map(change: Change) -> Mapped | Unmappable:
        try:
            return mapped(member, statement(change, key))
        except UnmappableError as error:
            return Unmappable(error.problems, _doubt(member, change, key))
        except UnicodeEncodeError:  # of a text from which the id is made; its own text holds the value
            problem = Problem("change.malformed", "", "must be text without lone surrogates")
            return Unmappable((problem,), _doubt(member, change, key))

    return _map


def _doubt(member: str, change: Change, key: SourceKey) -> Mapped | None:
    """What hides the person of a flag that cannot be stated; None where nobody can tell who that is."""
    if TABLES.get(change.table) is not protection_changed.statement:
        return None
    try:
        stated = doubt.statement(change, member, key)
        if stated is None:
            return None
        return _if_mappable(member, stated) or _if_mappable(member, doubt.nameless(stated))
    except UnicodeEncodeError:  # what stands for a 宛名番号 is no text
        return None


def _if_mappable(member: str, stated: Statement) -> Mapped | None:
    """None where what names the measure or the person may not enter: the row's own refusal tells why."""
    try:
        return mapped(member, stated)
    except UnmappableError:
        return None


def statement(change: Change, key: SourceKey) -> Statement:
    """Raises UnmappableError."""
    stated = TABLES.get(change.table)
    if stated is None:
        raise UnmappableError(Problem("change.table", "", "changes of this table are not stated"))
    return stated(change.payload, key)


def mapped(member: str, stated: Statement) -> Mapped:
    """Raises UnmappableError."""
    shape = shapes.shape("statement", stated.type)
    if found := free_text.found(shape, {"envelope": stated.envelope, **stated.body}):
        raise UnmappableError(*(Problem(each.code, each.path, _RULES[each.code]) for each in found))
    try:
        value = wire.encode(shape, stated.envelope, stated.body)
    except wire.NotEncodableError as error:
        raise UnmappableError(Problem("change.malformed", "", str(error))) from error
    if len(value) > LARGEST_STATEMENT:
        raise UnmappableError(Problem("size.too_large", "", f"a record has at most {LARGEST_STATEMENT} bytes"))
    return Mapped(stated.envelope["id"], topics.name(LANES[shape.lane], member), value)
