"""
Does any office know where a protected person is, although its rules hide it?

By field: what a delivery or its envelope tells of places. By value: the address itself must not stand anywhere at
another municipality than the one it lies in, in whatever field, but where a rule tells it. 001's rows are left out of
the search by value: its channel is the restricted one. It alone learns from elsewhere who issued a measure, be it one
that has ended.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sandbox.checker.cases import Case, Cases, Waiting
from sandbox.checker.due import Due
from sandbox.checker.entitlements import own_codes
from sandbox.checker.facts import LOCATION, PROTECTION, RESIDENT_RECORD, Fact, Person, is_empty
from sandbox.checker.findings import Finding
from sandbox.checker.identity import Identities
from sandbox.checker.performers import Receiver, city_of
from sandbox.checker.protection import Shield, concerned
from sandbox.checker.texts import Address, AddressSearch, holds, strings

SHORTEST = 4
"""A shorter text is not looked for in bytes: it stands there by chance."""


@dataclass(frozen=True)
class Inspector:
    """What judging needs beside the rows themselves."""

    identities: Identities
    shield: Shield
    search: AddressSearch


def disclosed(cases: Cases, facts: Sequence[Fact], identities: Identities, shield: Shield) -> list[Finding]:
    """Each once: what was found by field is not counted again by value."""
    inspector = Inspector(identities, shield, AddressSearch(set(_addresses(facts, identities, shield))))
    found = [finding for case in cases.applied for finding in _of_case(case, inspector)]
    found += [finding for waiting in cases.parked for finding in _of_parked(waiting, shield)]
    return [*found, *_of_known(cases, inspector)]


def _addresses(facts: Iterable[Fact], identities: Identities, shield: Shield) -> Iterator[Address]:
    """Of everybody protected at the end: the last one before the first measure, and what was registered since."""
    latest: dict[Person, Address] = {}
    for fact in sorted(facts, key=lambda fact: fact.registered_at):
        address = _address(fact, identities)
        if address is not None and shield.is_hidden_now(fact.person):
            if fact.registered_at >= shield.hidden_since(fact.person):
                yield address
            else:
                latest[fact.person] = address
    yield from latest.values()


def _address(fact: Fact, identities: Identities) -> Address | None:
    told = fact.body.get("address") or fact.body.get("confirmed_address") or {}
    place, town, lot = (told.get(part) for part in ("municipality_or_ward", "town", "lot"))
    return Address(identities.of(fact.person), city_of(place), town, lot) if place and town and lot else None


def _of_case(case: Case, inspector: Inspector) -> Iterator[Finding]:
    paths = set(_told_of_places(case)) if inspector.shield.must_hide(case) else set[str]()
    if case.row.type == PROTECTION and case.row.business != RESIDENT_RECORD:
        paths |= set(_places_in_envelope(case))
    paths |= set(_found_in(case, inspector))
    yield from (case.finding("protected_disclosed", path) for path in sorted(paths))


def _told_of_places(case: Case) -> Iterator[str]:
    """Of somebody who had to be hidden: the fields and parts that are not left of the mask."""
    lawful = case.due.grant.told_of_a_protected if case.due else frozenset[str]()
    for name in LOCATION - lawful:
        if not is_empty(case.row.body.get(name)):
            yield f"body.{name}"
    if case.due is None or not case.due.grant.knows_the_flag:
        yield from _places_in_envelope(case)


def _places_in_envelope(case: Case) -> Iterator[str]:
    """A foreign source or party tells where somebody went."""
    own = _own(case.receiver, [case.due])
    if case.row.source_municipality not in {None, *own}:
        yield "envelope.source"
    for party in case.row.envelope.get("municipalities", ()):
        if city_of(party["code"]) not in own:
            yield f"envelope.municipalities.{party['role']}"


def _own(receiver: Receiver, due: Iterable[Due | None]) -> frozenset[str]:
    return frozenset({receiver.member}).union(*(own_codes(each.grant, receiver) for each in due if each))


def _found_in(case: Case, inspector: Inspector) -> Iterator[str]:
    """Where an address stands that lies elsewhere, in a field in which no rule tells it."""
    if case.row.business == RESIDENT_RECORD:
        return
    told = case.due.grant.told & LOCATION if case.due else frozenset[str]()
    for part, content in (("body", case.row.body), ("envelope", case.row.envelope)):
        for name, address in inspector.search.found_in(content):
            is_elsewhere = address.city not in _own(case.receiver, [case.due])
            if is_elsewhere and name not in told and not _is_a_neighbours(case.fact, name, address, inspector):
                yield f"{part}.{name}"


def _is_a_neighbours(fact: Fact | None, name: str, address: Address, inspector: Inspector) -> bool:
    """Somebody's own record states the same address, and he has nothing to do with the protected person."""
    if fact is None or address.person in {inspector.identities.of(person) for person in concerned(fact)}:
        return False
    return holds(fact.body.get(name), address)


def _of_parked(waiting: Waiting, shield: Shield) -> Iterator[Finding]:
    """Its bytes are searched for what the record states of places."""
    if _names_issuer(waiting):
        yield waiting.finding("protected_disclosed", "source")
    if waiting.fact is None or not shield.must_hide_parked(waiting):
        return
    told = waiting.due.grant.told_of_a_protected if waiting.due else frozenset[str]()
    lawful = {text for name in told for text in strings(waiting.fact.body.get(name))}
    found = {
        name: {text for text in strings(waiting.fact.body[name]) if text not in lawful and _stands_in(waiting, text)}
        for name in LOCATION & waiting.fact.body.keys() - told
    }
    for name in sorted(found):
        others = [text for other, texts in found.items() if other != name for text in texts]
        if any(not any(text in longer and text != longer for longer in others) for text in found[name]):
            yield waiting.finding("protected_disclosed", name)


def _names_issuer(waiting: Waiting) -> bool:
    """A measure from elsewhere, whose bytes hold the code of whoever issued it; unless a granted field tells that."""
    fact = waiting.fact
    if fact is None or fact.type != PROTECTION or waiting.row.business == RESIDENT_RECORD:
        return False
    code = fact.source.municipality
    told = waiting.due.grant.told if waiting.due else frozenset[str]()
    lawful = {text for name in told for text in strings(fact.body.get(name))}
    is_own = code in _own(waiting.receiver, [waiting.due])
    return not is_own and code not in lawful and code.encode() in waiting.row.delivery


def _stands_in(waiting: Waiting, text: str) -> bool:
    return len(text) >= SHORTEST and not text.isdecimal() and text.encode() in waiting.row.delivery


def _of_known(cases: Cases, inspector: Inspector) -> Iterator[Finding]:
    """An address in what a business holds of a person, that came with no delivery: those are judged by themselves."""
    for receiver, known in cases.known:
        hits = inspector.search.found_in(known.fields) if known.business != RESIDENT_RECORD else []
        came = cases.told_of(receiver, known) if hits else ()
        own = _own(receiver, (case.due for case in came))
        for name in sorted({name for name, address in hits if address.city not in own}):
            if not any(case.row.body.get(name) == known.fields[name] for case in came):
                path = f"person.{name}"
                yield Finding("protected_disclosed", receiver, known.business, known.pairwise_id.hex(), path)
