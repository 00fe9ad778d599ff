"""Looking for addresses in whatever was told: as the parts of one group or as one written text."""

import re
from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from sandbox.checker.facts import Json, Person


class Address(NamedTuple):
    """Where somebody lives, as it would be written; ``city``: the municipality it lies in."""

    person: Person
    city: str
    town: str
    lot: str


class AddressSearch:
    """
    Finds these addresses in the fields of a body.

    Bodies are many and hits are few: one look at all texts decides whether the fields are searched one by one. Bodies
    that are the same object are looked at once.
    """

    def __init__(self, addresses: Iterable[Address]) -> None:
        self._addresses = sorted(addresses)
        self._lots = frozenset(address.lot for address in self._addresses)
        written = sorted({re.escape(f"{address.town}{address.lot}") for address in self._addresses})
        self._written = re.compile("|".join(written) or r"(?!)")
        self._seen: dict[Hashable, list[tuple[str, Address]]] = {}

    def found_in(self, content: Json) -> list[tuple[str, Address]]:
        """Field and address. The content must outlive the search."""
        if id(content) not in self._seen:
            self._seen[id(content)] = list(self._search(content))
        return self._seen[id(content)]

    def _search(self, content: Json) -> Iterator[tuple[str, Address]]:
        texts = list(strings(content))
        if self._lots.isdisjoint(texts) and not self._written.search("\n".join(texts)):
            return
        for name, value in content.items():
            yield from ((name, address) for address in self._addresses if holds(value, address))


def holds(value: object, address: Address) -> bool:
    """Town and lot stand behind each other in one text, or are both parts of one group."""
    if isinstance(value, str):
        return f"{address.town}{address.lot}" in value
    if isinstance(value, dict):
        inside = [inner for inner in value.values() if isinstance(inner, str)]
        if address.lot in inside and any(address.town in inner for inner in inside):
            return True
        return any(holds(inner, address) for inner in value.values())
    return isinstance(value, list) and any(holds(inner, address) for inner in value)


def strings(value: object) -> Iterator[str]:
    """Every text inside."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
