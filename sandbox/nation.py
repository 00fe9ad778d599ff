"""Everybody and where each lives now: what the sandbox knows of its nation, which no single register does."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.people import HEAD, Person, Record


@dataclass(slots=True)
class Nation:
    """Nobody lives at two places: ``home`` holds a person's one open record."""

    members: tuple[str, ...]
    people: dict[int, Person] = field(default_factory=dict)
    home: dict[int, Record] = field(default_factory=dict)
    closed: dict[tuple[str, int], Record] = field(default_factory=dict)
    """The last record of whoever left or died, per member: a re-entrant gets his old number back."""
    protected: dict[int, "Protection"] = field(default_factory=dict)
    """The measure in force at the member where the person lives."""
    notices: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    """転入通知 sent of a person so far, per member."""
    applications: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    """What a person applied for or announced online so far, per member."""
    older: set[tuple[str, int]] = field(default_factory=set)
    """Whose record has a first version from before the bus, per member."""
    known_as: dict[tuple[str, int], int] = field(default_factory=dict)
    """Which of a person's records the bus can know to be one person's: an arrival on paper begins anew."""
    households: dict[tuple[str, str], set[int]] = field(default_factory=lambda: defaultdict(set))

    def household(self, record: Record) -> list[Record]:
        """Everyone in the record's household, its head first."""
        inside = (self.home[person] for person in self.households[record.member, record.household])
        return sorted(inside, key=lambda other: (other.relationship != HEAD, other.person))

    def at(self, member: str) -> Iterator[Record]:
        return (record for record in self.home.values() if record.member == member)

    def head(self, record: Record) -> Person:
        """世帯主; of a closed household the person himself."""
        inside = self.household(record)
        return self.people[inside[0].person if inside else record.person]

    def put(self, record: Record) -> Record:
        """The record is now a person's last at that member; by a closed one he has no home there."""
        before = self.home.get(record.person)
        if before and (record.state == "resident" or before.member == record.member):
            self.households[before.member, before.household].discard(record.person)
            del self.home[record.person]
        if record.state == "resident":
            self.closed.pop((record.member, record.person), None)
            self.home[record.person] = record
            self.households[record.member, record.household].add(record.person)
        else:
            self.closed[record.member, record.person] = record
        return record

    def next_version(self, record: Record, **to: Any) -> Record:
        return self.put(replace(record, version=record.version + 1, **to))

    def next_notice(self, record: Record) -> int:
        self.notices[record.member, record.person] += 1
        return self.notices[record.member, record.person]

    def next_application(self, record: Record) -> int:
        self.applications[record.member, record.person] += 1
        return self.applications[record.member, record.person]

    def identity(self, record: Record) -> int:
        """Records with the same number are one person's to the bus."""
        return self.known_as.setdefault((record.member, record.person), len(self.known_as))


@dataclass(frozen=True, slots=True)
class Protection:
    """A measure (支援措置) that is in force, at the member that decided it."""

    member: str
    measure: str
    version: int
    kind: str
    role: str
    """申出者 or 併せて支援."""
    category: str
