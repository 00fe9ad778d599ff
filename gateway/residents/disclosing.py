"""Who received what about a person, as routing wrote it down and the rules of display let her see it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from gateway.residents.items import items_of
from gateway.residents.ports import Disclosed, Lane, Received
from kairan.identifiers import Handle, MunicipalityCode
from kairan.postgres import Opened
from processors.disclosures import display, store
from processors.disclosures.display import Shown
from processors.disclosures.entries import Entry
from processors.notices.notices import OfficeOf
from processors.routing import policy
from processors.routing.policy import Rule

_NONE_FOUND = "assumed"
"""In the place of a law, where the policy has none yet."""


@dataclass(frozen=True)
class PostgresDisclosures:
    """
    See ``gateway.residents.ports.Disclosures``; on the bus's own database.

    ``now``: milliseconds.
    """

    opened: Opened
    now: Callable[[], int]

    def of(self, person: Handle) -> Disclosed:
        with self.opened() as connection:
            found = store.of(connection, person)
        return disclosed(found, self.now())


def disclosed(entries: Sequence[Entry], now: int) -> Disclosed:
    """What is shown of all entries of one person (``now``: milliseconds)."""
    found = display.sort(entries, now)
    return Disclosed(tuple(_received(each) for each in found.shown), found.withheld)


def _received(shown: Shown) -> Received:
    entry, told = shown
    rules = list(_rules(entry.type, told.business, told.rule))
    return Received(
        entry.written,
        OfficeOf(MunicipalityCode(told.member), told.business),
        entry.type,
        _joined(rule.basis for rule in rules if rule.basis != _NONE_FOUND),
        _joined(rule.article for rule in rules),
        None if entry.related else items_of(entry.type, told.fields),
        _lane(entry),
        told.takes_back,
        any(rule.status != "verified" for rule in rules),
    )


def _lane(entry: Entry) -> Lane:
    if entry.way == "refill":
        return "replay"
    return "bulk" if entry.at.lane == "bulk" else "live"


def _rules(event: str, business: str, names: str) -> Iterator[Rule]:
    """Rules are never taken out of the policy, so those of any entry are there."""
    known = _known()
    yield from (known[event, business, name] for name in names.split("+") if (event, business, name) in known)


@cache
def _known() -> Mapping[tuple[str, str, str], Rule]:
    return {(rule.event, rule.business, rule.name): rule for rule in policy.load().rules}


def _joined(words: Iterable[str]) -> str:
    return "・".join(dict.fromkeys(filter(None, words)))
