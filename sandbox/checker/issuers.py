"""
Does the word for a measure's issuer tell measures apart, and nothing else?

Of one person at one member every issuing municipality has one word of its own, or the end of one's measure ended
another's. Whoever met the same word elsewhere could compare, and find out by one case where the others went.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TypeVar

from sandbox.checker.cases import Case, Cases
from sandbox.checker.facts import PROTECTION
from sandbox.checker.findings import Finding

Person = tuple[str, bytes]
"""Under a member's pairwise id."""
One = TypeVar("One")
Other = TypeVar("Other")


def mixed_up(cases: Cases) -> list[Finding]:
    """Measures of one person whose issuers have no word, several, or the same one."""
    measures = _measures(cases)
    named = [case for case in measures if _word(case)]
    words = _grouped(((_person(case), _issuer(case)), _word(case)) for case in named)
    issuers = _grouped(((_person(case), _word(case)), _issuer(case)) for case in named)
    mixed = [
        case
        for case in named
        if len(words[_person(case), _issuer(case)]) > 1 or len(issuers[_person(case), _word(case)]) > 1
    ]
    nameless = [case for case in measures if not _word(case)]
    return [case.finding("altered_values", "envelope.issuer") for case in (*mixed, *nameless)]


def comparable(cases: Cases) -> list[Finding]:
    """A word that stands at two members, or of two persons."""
    named = [case for case in _measures(cases) if _word(case)]
    persons = _grouped((_word(case), _person(case)) for case in named)
    return [case.finding("protected_disclosed", "envelope.issuer") for case in named if len(persons[_word(case)]) > 1]


def _measures(cases: Cases) -> list[Case]:
    """Those that somebody registered; others are counted by themselves."""
    return [case for case in cases.applied if case.fact is not None and case.row.type == PROTECTION]


def _person(case: Case) -> Person:
    return case.receiver.member, case.row.pairwise_id


def _issuer(case: Case) -> str | None:
    return case.fact.source.municipality if case.fact else None


def _word(case: Case) -> str | None:
    return case.row.envelope.get("issuer")


def _grouped(pairs: Iterable[tuple[One, Other]]) -> Mapping[One, set[Other]]:
    found: dict[One, set[Other]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return found
