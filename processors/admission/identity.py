"""
Who is meant: from a member's own numbers to handles (design.md §4).

A person's first number on the bus makes the handle. Whoever arrives against a departure brings the handle along, as
the pairwise id that the departure's delivery gave to this municipality. A number stays with its subject.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kairan.keys import BusKeys, ForgedPairwiseIdError
from processors.admission.facts import Facts, Question
from processors.admission.reading import Reading
from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement

_PAIRWISE = "envelope.subject.pairwise_id"
_NUMBER = "envelope.subject.atena_number"

Claims = Mapping[tuple[str, str], bytes]
"""Whom the statements of a batch name by which number; a household names its members before they are stated."""


class Person(NamedTuple):
    """A related person's handle; ``is_stated``: is it sure that this is the handle under which the person is known?"""

    handle: bytes
    is_stated: bool


def question(keys: BusKeys, readings: Iterable[Reading]) -> Question:
    """All that memory must tell about a batch."""
    events, subjects, handles = set[bytes](), set[tuple[str, str]](), set[tuple[str, bytes]]()
    for reading in readings:
        municipality = reading.sender.municipality
        if reading.flag is not None:
            subjects.add((municipality, reading.flag.atena_number))
        if reading.statement is None:
            continue
        envelope = reading.statement.envelope
        events.add(envelope["id"])
        if envelope["corrects"] is not None:
            events.add(envelope["corrects"])
        subjects.add((municipality, envelope["subject"]["atena_number"]))
        subjects.update((municipality, each["atena_number"]) for each in envelope["related"])
        if (handle := claimed(keys, municipality, envelope["subject"]["pairwise_id"])) is not None:
            handles.add((municipality, handle))
    return Question(frozenset(events), frozenset(subjects), frozenset(handles))


def claimed(keys: BusKeys, municipality: str, pairwise_id: bytes | None) -> bytes | None:
    """The handle behind a pairwise id; None where none was given or it is forged."""
    if pairwise_id is None:
        return None
    try:
        return keys.handle_of(municipality, pairwise_id)
    except ForgedPairwiseIdError:
        return None


def subject(keys: BusKeys, facts: Facts, statement: Statement) -> bytes | Problem:
    """The handle of whom the statement is about."""
    municipality, stated = statement.sender.municipality, statement.envelope["subject"]
    number = stated["atena_number"]
    known = facts.handle(municipality, number)
    if stated["pairwise_id"] is None:
        return known or keys.handle(municipality, number)
    handle = claimed(keys, municipality, stated["pairwise_id"])
    if handle is None:
        return problem("subject.pairwise_forged", _PAIRWISE)
    if handle == known:
        return handle
    return _arriving(facts, municipality, number, handle)


def _arriving(facts: Facts, municipality: str, number: str, handle: bytes) -> bytes | Problem:
    """Somebody who is not known here under this number yet."""
    if facts.has_history(municipality, number):
        return problem("subject.other_history", _NUMBER)
    if facts.atena_number(municipality, handle) is not None:
        return problem("subject.other_number", _NUMBER)
    if not facts.is_expected(municipality, handle):
        return problem("subject.no_open_departure", _PAIRWISE)
    return handle


def claims(keys: BusKeys, facts: Facts, statements: Sequence[Statement]) -> Claims:
    """Who the subjects of a batch are that are named as related before they are stated for the first time."""
    named = {
        (statement.sender.municipality, each["atena_number"])
        for statement in statements
        for each in statement.envelope["related"]
    }
    unstated = {key for key in named if not facts.has_history(*key)}
    found = {}
    for statement in statements if unstated else ():
        key = (statement.sender.municipality, statement.envelope["subject"]["atena_number"])
        if key in unstated and not isinstance(handle := subject(keys, facts, statement), Problem):
            found[key] = handle
    return found


def related(keys: BusKeys, facts: Facts, claims: Claims, municipality: str, number: str) -> Person:
    """A person named beside the subject; one who was never stated gets the handle of a first statement."""
    if facts.has_history(municipality, number):
        return Person(facts.handle(municipality, number) or b"", is_stated=True)
    if (handle := claims.get((municipality, number))) is not None:
        return Person(handle, is_stated=True)
    return Person(facts.handle(municipality, number) or keys.handle(municipality, number), is_stated=False)
