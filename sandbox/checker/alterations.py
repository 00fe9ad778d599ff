"""
Is what arrived what was registered: the values, the person, the event that is corrected, and all of what is granted?

The comparison goes from the core system's own columns to the office's, so it also sees what a mapping turned around.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sandbox.checker.cases import Case, Cases
from sandbox.checker.due import Due, EventRef
from sandbox.checker.facts import LOCATION, PROTECTION, RELATED, SNAPSHOT, Fact, Person, is_empty
from sandbox.checker.findings import Finding
from sandbox.checker.identity import Identities
from sandbox.checker.protection import Shield


def altered(cases: Cases, identities: Identities, shield: Shield, event_ref: EventRef) -> list[Finding]:
    found = [
        case.finding("altered_values", path)
        for case in cases.applied
        if case.due
        for path in (*_envelope(case, case.due, event_ref), *_values(case, case.due))
    ]
    return [*found, *_of_another(cases, identities), *_known_otherwise(cases, shield)]


def missing(cases: Cases, shield: Shield) -> list[Finding]:
    """
    Granted and registered, but not told.

    Of places nothing can be said where a measure may have hidden them: a flag also strips what is parked.
    """
    return [
        case.finding("missing_fields", f"body.{name}")
        for case in cases.applied
        if case.due
        for name in _untold(case, case.due, shield)
    ]


def agrees(registered: object, told: object) -> bool:
    """The same but for what is empty: a group's unset items may be there as null, false or not at all."""
    if registered == told:
        return True
    if isinstance(registered, dict) and isinstance(told, dict):
        return all(agrees(registered.get(name), told.get(name)) for name in registered.keys() | told.keys())
    if isinstance(registered, list) and isinstance(told, list):
        pairs = zip(registered, told, strict=False)
        return len(registered) == len(told) and all(agrees(one, other) for one, other in pairs)
    return not registered and not told


def _envelope(case: Case, due: Due, event_ref: EventRef) -> Iterator[str]:
    row, fact = case.row, due.fact
    stated = {
        "type": (fact.type, row.type),
        "change": (due.change, row.change),
        "version": (fact.version, row.version),
        "effective": (_effective(due), row.effective),
        "corrects": (_reference(due.names, case, event_ref), row.corrects_ref),
    }
    yield from (f"envelope.{name}" for name, (registered, told) in stated.items() if registered != told)
    if row.source_municipality and (row.source_municipality, row.source_business) != fact.source:
        yield "envelope.source"


def _effective(due: Due) -> str:
    """A bare annulment keeps the date of what it takes back: the new one is not for everybody."""
    about = due.names if due.grant.is_bare and due.names else due.fact
    value: str = about.effective["value"]
    return value


def _reference(named: Fact | None, case: Case, event_ref: EventRef) -> bytes | None:
    if named is None or named.sending is None or named.sending.event_id is None:
        return None
    return event_ref(case.receiver.member, named.sending.event_id)


def _values(case: Case, due: Due) -> Iterator[str]:
    """Fields beyond the mask are counted elsewhere."""
    for name in case.row.body.keys() & due.grant.told:
        told = case.row.body[name]
        if name == RELATED:
            roles = Counter(each["role"] for each in told if each["role"] in due.grant.relations)
            if roles != Counter(_relations(due)):
                yield f"body.{name}"
        elif _is_stated(due.fact, name) and not agrees(due.fact.body.get(name), told):
            yield f"body.{name}"


def _relations(due: Due) -> list[str]:
    """The roles in which somebody is to be named."""
    return [role for role, _ in due.fact.related if role in due.grant.relations]


def _is_stated(fact: Fact, name: str) -> bool:
    """An annulment states the restored record; what else it repeats of the annulled event is not compared."""
    return fact.change != "annulled" or name in SNAPSHOT


def _untold(case: Case, due: Due, shield: Shield) -> Iterator[str]:
    granted = _granted(due, shield)
    for name in granted & due.fact.body.keys():
        if _is_stated(due.fact, name) and is_empty(case.row.body.get(name)):
            yield name
    if RELATED in granted and _relations(due) and is_empty(case.row.body.get(RELATED)):
        yield RELATED


def _granted(due: Due, shield: Shield) -> frozenset[str]:
    """What must be told, whatever a measure hides."""
    return due.grant.told - LOCATION if shield.may_hide(due.fact) else due.grant.told


def _of_another(cases: Cases, identities: Identities) -> Iterator[Finding]:
    """At one member a pairwise id is one person: whoever is told under most people's deliveries owns it."""
    told: dict[tuple[str, bytes], list[tuple[Case, Person]]] = defaultdict(list)
    for case in cases.applied:
        if case.fact is not None:
            told[case.receiver.member, case.row.pairwise_id].append((case, identities.of(case.fact.person)))
    for rows in told.values():
        (owner, _), *others = Counter(person for _, person in rows).most_common()
        if others:
            yield from (case.finding("altered_values", "subject") for case, person in rows if person != owner)


def _known_otherwise(cases: Cases, shield: Shield) -> Iterator[Finding]:
    """What is known of a person is something that a delivery told, and that no later one told to be empty."""
    for receiver, known in cases.known:
        told = cases.told_of(receiver, known)
        came, emptied = _by_field(told), _emptied(told, shield)
        for name, value in known.fields.items():
            if name in came and (value not in came[name] or name in emptied):
                path = f"person.{name}"
                yield Finding("altered_values", receiver, known.business, known.pairwise_id.hex(), path)


def _emptied(came: Sequence[Case], shield: Shield) -> set[str]:
    """
    Granted fields that the newest fact has not.

    Not judged: what more than one source or a hidden one told, because versions are not compared there, and whom an
    annulment took something away from.
    """
    if any(case.row.change == "annulled" for case in came):
        return set()
    tellers: dict[str, list[tuple[Case, Fact]]] = defaultdict(list)
    for case in came:
        if case.fact is not None and case.due is not None and case.fact.type != PROTECTION:
            for name in _granted(case.due, shield) - {RELATED}:
                tellers[name].append((case, case.fact))
    return {name for name, told in tellers.items() if _is_of_one_source(told) and _is_empty_in_newest(name, told)}


def _is_of_one_source(told: Sequence[tuple[Case, Fact]]) -> bool:
    sources = {(case.row.source_municipality, case.row.source_business) for case, _ in told}
    return len(sources) == 1 and (None, None) not in sources


def _is_empty_in_newest(name: str, told: Sequence[tuple[Case, Fact]]) -> bool:
    newest = max((fact for _, fact in told), key=lambda fact: fact.version)
    return is_empty(newest.body.get(name))


def _by_field(came: Iterable[Case]) -> Mapping[str, list[object]]:
    found: dict[str, list[object]] = defaultdict(list)
    for case in came:
        for name, value in case.row.body.items():
            found[name].append(value)
    return found
