"""Did everything that was due take effect, once, in its order?"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence

from sandbox.checker.cases import Case, Cases, Place
from sandbox.checker.due import Due
from sandbox.checker.facts import PROTECTION, Fact
from sandbox.checker.findings import Finding


def arrived(cases: Cases) -> set[Place]:
    """The deliveries due that took effect."""
    return {_place(case) for case in cases.applied if case.due}


def waiting(cases: Cases) -> set[Place]:
    """Those that are parked and did not take effect."""
    parked = {Place(each.receiver, each.row.event_ref, each.row.business) for each in cases.parked if each.due}
    return parked - arrived(cases)


def lost(cases: Cases) -> list[Finding]:
    missing = cases.places.keys() - arrived(cases) - waiting(cases) - cases.discarded
    never_sent = [_lost(due, due.fact.place) for due in cases.unsent]
    return [*never_sent, *(_lost(cases.places[place], place.event_ref.hex()) for place in missing)]


def doubled(cases: Cases) -> list[Finding]:
    """
    More than one effect of the same fact on the same business.

    By its reference, and by what names a fact whatever its reference: two events that a core system registered once.
    """
    groups: dict[Hashable, list[Case]] = defaultdict(list)
    for case in cases.applied:
        groups[_natural_key(case)].append(case)
    return [case.finding("duplicate_effects") for group in groups.values() for case in _surplus(group)]


def swapped(cases: Cases) -> list[Finding]:
    """
    What took effect behind something that its source registered later, for the same business and person.

    The two lanes are separate, so are flags, which overtake what is parked.
    """
    people: dict[Hashable, list[tuple[Case, Fact]]] = defaultdict(list)
    for case in cases.applied:
        if fact := case.fact:
            lane = (fact.is_bulk, fact.type == PROTECTION)
            people[case.receiver, case.row.business, fact.source, fact.person, lane].append((case, fact))
    return [case.finding("out_of_order") for told in people.values() for case in _late(told)]


def milliseconds(cases: Cases, until: float) -> Iterator[float]:
    """From the outbox row to the effect, of everything due on the live lane that was registered before."""
    for case in cases.applied:
        if case.due and not case.due.fact.is_bulk and case.due.fact.registered_at < until:
            yield case.row.applied_at - case.due.fact.registered_at


def _place(case: Case) -> Place:
    return Place(case.receiver, case.row.event_ref, case.row.business)


def _lost(due: Due, about: str) -> Finding:
    return Finding("lost", due.receiver, due.business, about)


def _natural_key(case: Case) -> Hashable:
    row = case.row
    parts = (row.pairwise_id, row.type, row.version, row.change, row.corrects_ref, row.registered, row.effective)
    return (case.receiver, row.business, parts, _sub_number(case))


def _sub_number(case: Case) -> Hashable:
    """What tells apart facts of one version: of several notices and measures each is a fact."""
    body = case.row.body
    parts = (("notice", "sequence"), ("measure", "id"), ("assessment", "number"))
    return tuple((body.get(group) or {}).get(item) for group, item in parts)


def _surplus(group: Sequence[Case]) -> Iterable[Case]:
    """Beyond one for each fact; what no fact explains repeats one."""
    if len(group) == 1:
        return ()
    seen: set[Fact] = set()
    surplus = []
    for case in sorted(group, key=lambda case: (case.fact is None, case.row.applied_at, case.row.topic_offset)):
        if case.fact is None or case.fact in seen:
            surplus.append(case)
        else:
            seen.add(case.fact)
    return surplus if seen else surplus[1:]


def _late(told: Iterable[tuple[Case, Fact]]) -> Iterator[Case]:
    """A repetition is a double, not a swap: only the first effect of a fact counts here."""
    highest, seen = 0, set[Fact]()
    for case, fact in sorted(told, key=lambda each: (each[0].row.applied_at, each[0].row.topic_offset)):
        if fact in seen:
            continue
        if fact.sequence < highest:
            yield case
        highest = max(highest, fact.sequence)
        seen.add(fact)
