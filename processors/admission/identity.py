"""
Who is meant: from a member's own numbers to handles.

A person's first number on the bus makes the handle. Whoever arrives against a departure brings the handle along, as
the pairwise id that the departure's delivery gave to this municipality. A number stays with its subject.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kairan.keys import BusKeys, ForgedPairwiseIdError
from processors.admission.facts import FLAG, Facts, Question
from processors.admission.reading import Reading
from processors.admission.reasons import Problem, problem
from processors.admission.statement import Statement

_PAIRWISE = "envelope.subject.pairwise_id"
_NUMBER = "envelope.subject.atena_number"

Claims = Mapping[tuple[str, str], Statement]
"""What a batch states of numbers that it names as related; a household names its members before they are stated."""


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
    if facts.has_history(municipality, number):
        return handle if handle == known else problem("subject.other_history", _NUMBER)
    return _arriving(facts, statement, handle)


def _arriving(facts: Facts, statement: Statement, handle: bytes) -> bytes | Problem:
    """Somebody of whom nothing was stated under this number yet; whoever was only named under it is judged anew."""
    municipality, number = statement.sender.municipality, statement.envelope["subject"]["atena_number"]
    if facts.atena_number(municipality, handle) not in (None, number):
        return problem("subject.other_number", _NUMBER)
    if facts.is_protected(municipality, number) and _uncovers(statement):
        return problem("subject.other_measure", _NUMBER)
    if not facts.is_expected(municipality, handle):
        return problem("subject.no_open_departure", _PAIRWISE)
    return handle


def claims(facts: Facts, statements: Sequence[Statement]) -> Claims:
    """
    The first statement of each number that is named as related before anything was stated of it.

    Measures are none: a number that has only those may still become an arrival's. Where one pairwise id comes under
    two numbers, one of them is wrong; nobody can tell which, so it tells of neither.
    """
    named = {
        (statement.sender.municipality, each["atena_number"])
        for statement in statements
        for each in statement.envelope["related"]
    }
    unstated = {key for key in named if not facts.has_history(*key)}
    if not unstated:
        return {}
    found, doubled = dict[tuple[str, str], Statement](), _doubled(statements)
    for statement in statements:
        key = (statement.sender.municipality, statement.envelope["subject"]["atena_number"])
        if key in unstated and not _is_flag(statement):
            found.setdefault(key, statement)
    return {key: each for key, each in found.items() if _announced(each) not in doubled}


def _doubled(statements: Iterable[Statement]) -> set[tuple[str, bytes | None]]:
    """The pairwise ids that come under more than one number."""
    numbers = defaultdict[tuple[str, bytes | None], set[str]](set)
    for statement in statements:
        if (announced := _announced(statement))[1] is not None:
            numbers[announced].add(statement.envelope["subject"]["atena_number"])
    return {announced for announced, its in numbers.items() if len(its) > 1}


def _announced(statement: Statement) -> tuple[str, bytes | None]:
    return statement.sender.municipality, statement.envelope["subject"]["pairwise_id"]


def _uncovers(statement: Statement) -> bool:
    """Does it say that nothing protects its person? A flag may: it ends the measure."""
    return statement.envelope["protection"] == "none" and not _is_flag(statement)


def _is_flag(statement: Statement) -> bool:
    return statement.shape.type == FLAG


def related(keys: BusKeys, facts: Facts, claims: Claims, municipality: str, number: str) -> Person:
    """
    A person named beside the subject; one who was never stated gets the handle of a first statement.

    A claim is judged where it is used: what was decided since the batch began may have taken the person away.
    """
    if facts.has_history(municipality, number):
        return Person(facts.handle(municipality, number) or b"", is_stated=True)
    claim = claims.get((municipality, number))
    if claim is not None and not isinstance(handle := subject(keys, facts, claim), Problem):
        return Person(handle, is_stated=True)
    return Person(facts.handle(municipality, number) or keys.handle(municipality, number), is_stated=False)
