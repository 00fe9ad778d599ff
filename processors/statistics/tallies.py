"""
What a person and a cell remember, and what a record of the log does to them (ADR 52).

A person's value has each record of hers once: where it lay and what it added. A record that comes again at its place
adds exactly that; one that tells elsewhere what is known adds nothing. A cell's value tells how far it was read: what
comes again is passed over. So each of the two may be as old as it likes, as long as reading begins before both.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from kairan import wire
from kairan.identifiers import EventId
from kairan.stream import Incoming
from processors.statistics.counting import Counts, counted, month
from processors.statistics.datasets import Cell
from processors.statistics.reading import Told, told

PERSON, CELL = "kairan.bus.CountedPerson", "kairan.bus.CountedCell"
OF_NOTHING = ""
"""The window of what corrects something that is not known: it counts nowhere, nor does what corrects it."""


class Counted(NamedTuple):
    """A record: ``fact`` is the first record of the same fact, ``window`` the month in which that one was appended."""

    topic: str
    offset: int
    event: EventId
    fact: EventId
    window: str
    hides: bool
    added: Counts


Person = tuple[Counted, ...]


class Tally(NamedTuple):
    """A cell, as one partition counts it; ``read``: by topic, behind the last record that was added."""

    cell: Cell
    total: int
    read: Mapping[str, int]


class Table(Protocol):
    """Bytes under bytes: Faust's, or a test's dict."""

    def get(self, key: bytes, /) -> bytes | None: ...
    def __setitem__(self, key: bytes, value: bytes, /) -> None: ...


def count(persons: Table, cells: Table, record: Incoming) -> list[Tally]:
    """
    The cells that it adds to, as they stand. Raises what ``wire`` raises for bytes that are no event.

    What is known is written again: the store that knows it may be ahead of the changelog from which it is built again.
    """
    said = told(record)
    if said is None:
        return []
    handle = record.key or b""
    person, added = take(read_person(persons.get(handle)), said, record)
    persons[handle] = write_person(person)
    return [_add(cells, record, cell, number) for cell, number in added.items()]


def take(person: Person, said: Told, record: Incoming) -> tuple[Person, Counts]:
    """Her value after a record, and what the record adds."""
    for known in person:
        if (known.topic, known.offset) == (record.topic, record.offset):
            return person, known.added
        if known.event == said.event:
            return person, {}
    new = _new(person, said, record)
    return (*person, new), new.added


def _new(person: Person, said: Told, record: Incoming) -> Counted:
    at = (record.topic, record.offset, said.event)
    if said.corrects is None:
        window = month(record.timestamp)
        return Counted(*at, said.event, window, said.hides, counted(said, window, hides=said.hides))
    former = next((each for each in person if each.event == said.corrects), None)
    if former is None or former.window == OF_NOTHING:
        return Counted(*at, said.corrects, OF_NOTHING, said.hides, {})
    return Counted(*at, former.fact, former.window, *_instead(person, said, former))


def _instead(person: Person, said: Told, former: Counted) -> tuple[bool, Counts]:
    """What is counted of a fact from now on; who hid when it was counted first stays hidden (frozen at counting)."""
    of_it = [each for each in person if each.fact == former.fact]
    hides = said.hides or any(each.hides for each in of_it)
    changed = Counter({} if said.is_annulled else counted(said, former.window, hides=hides))
    for each in of_it:
        changed.subtract(each.added)
    return hides, {cell: number for cell, number in changed.items() if number}


def _add(cells: Table, record: Incoming, cell: Cell, number: int) -> Tally:
    key = cell_key(record.partition, cell)
    found = cells.get(key)
    tally = read_cell(found) if found else Tally(cell, 0, {})
    if record.offset >= tally.read.get(record.topic, 0):
        tally = Tally(cell, tally.total + number, {**tally.read, record.topic: record.offset + 1})
    cells[key] = write_cell(tally)
    return tally


def cell_key(partition: int, cell: Cell) -> bytes:
    """Partitions may share a store: each counts for itself."""
    return "\x1f".join((str(partition), cell.dataset, cell.window, *cell.place)).encode()


def partition_of(key: bytes) -> int:
    return int(key.partition(b"\x1f")[0])


def write_person(person: Person) -> bytes:
    records = [each._asdict() | {"added": [_count(*line) for line in each.added.items()]} for each in person]
    return wire.encode_record(PERSON, {"records": records})


def read_person(value: bytes | None) -> Person:
    if value is None:
        return ()
    _, found = wire.decode_record(value)
    return tuple(_counted(each) for each in found["records"])


def _counted(found: Mapping[str, Any]) -> Counted:
    ids = {name: EventId(found[name]) for name in ("event", "fact")}
    return Counted(**{**found, **ids, "added": {_cell(each): each["count"] for each in found["added"]}})


def write_cell(tally: Tally) -> bytes:
    read = [{"topic": topic, "offset": offset} for topic, offset in sorted(tally.read.items())]
    return wire.encode_record(CELL, {"cell": _count(tally.cell, tally.total), "read": read})


def read_cell(value: bytes) -> Tally:
    _, found = wire.decode_record(value)
    read = {each["topic"]: each["offset"] for each in found["read"]}
    return Tally(_cell(found["cell"]), found["cell"]["count"], read)


def _count(cell: Cell, number: int) -> dict[str, Any]:
    return {"dataset": cell.dataset, "window": cell.window, "place": cell.place, "count": number}


def _cell(found: Mapping[str, Any]) -> Cell:
    return Cell(found["dataset"], found["window"], tuple(found["place"]))
