"""
What admission remembers, as values: which events there are, who is who, who is on the way.

``Facts`` is the working copy for one batch: what was looked up, and what the batch itself has added so far.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from kairan.stream import Position


class Known(NamedTuple):
    """An event that is in the log: the digest of its statement, and where it lies."""

    digest: bytes
    position: Position


class Stated(NamedTuple):
    """This member has stated something of this subject but measures: from then on its number stays with it."""

    municipality: str
    handle: bytes


class Entry(NamedTuple):
    """A member's own number of a subject."""

    municipality: str
    atena_number: str
    handle: bytes

    @property
    def stated(self) -> Stated:
        """As what is stated of it is noted."""
        return Stated(self.municipality, self.handle)


class Opened(NamedTuple):
    """A departure that named its destination."""

    handle: bytes
    event: bytes
    destination: str


class Withdrawn(NamedTuple):
    """A departure that was corrected or annulled."""

    handle: bytes
    event: bytes


class Arrived(NamedTuple):
    """An arrival: it answers every open departure of the person to this municipality."""

    handle: bytes
    event: bytes
    destination: str


class Reopened(NamedTuple):
    """An arrival that was corrected or annulled: the departures it answered are open again."""

    handle: bytes
    event: bytes


FLAG = "protection.ProtectionChanged"
DepartureChange: TypeAlias = Opened | Withdrawn | Arrived | Reopened


class Departure(NamedTuple):
    """Somebody left for a destination; ``arrival`` is the event that answered it."""

    handle: bytes
    event: bytes
    destination: str
    arrival: bytes | None = None


class Question(NamedTuple):
    """What a batch has to know; each part without doubles."""

    events: frozenset[bytes]
    subjects: frozenset[tuple[str, str]]
    handles: frozenset[tuple[str, bytes]]
    """Claimed by a pairwise id of this municipality: which number has it there, which departures are open?"""


class Facts:
    """Events, subjects and departures by their keys."""

    def __init__(self) -> None:
        self.events: dict[bytes, Known] = {}
        self.corrected: set[bytes] = set()
        """Which events a further one has corrected or annulled: that one is their newest record now."""
        self.departures: dict[bytes, dict[bytes, Departure]] = {}
        self.stated: set[Stated] = set()
        self.protected: set[Stated] = set()
        """Of whom this member has stated a measure that is not ended."""
        self._handles: dict[tuple[str, str], bytes] = {}
        self._numbers: dict[tuple[str, bytes], str] = {}

    def handle(self, municipality: str, atena_number: str) -> bytes | None:
        return self._handles.get((municipality, atena_number))

    def atena_number(self, municipality: str, handle: bytes) -> str | None:
        return self._numbers.get((municipality, handle))

    def is_expected(self, municipality: str, handle: bytes) -> bool:
        """Is this person on the way there?"""
        departures = self.departures.get(handle, {}).values()
        return any(each.destination == municipality and each.arrival is None for each in departures)

    def has_history(self, municipality: str, atena_number: str) -> bool:
        """Was anything stated of whoever has this number? Being named as related is no history."""
        handle = self.handle(municipality, atena_number)
        return handle is not None and (municipality, handle) in self.stated

    def is_protected(self, municipality: str, atena_number: str) -> bool:
        """Do measures last of whoever has this number, as far as admitted flags tell?"""
        handle = self.handle(municipality, atena_number)
        return handle is not None and (municipality, handle) in self.protected

    def named(self) -> set[Stated]:
        """Everybody who has a number with a member, stated or not."""
        return {Stated(*key) for key in self._numbers}

    def add(self, entry: Entry) -> str | None:
        """With a member a number means one handle, and a handle has one number: the one that it loses, if any."""
        municipality, number, handle = entry
        former, other = self._handles.get((municipality, number)), self._numbers.get((municipality, handle))
        if former is not None:
            del self._numbers[municipality, former]
        self._handles[municipality, number] = handle
        self._numbers[municipality, handle] = number
        if other in (None, number):
            return None
        del self._handles[municipality, other]
        return other

    def keeps(self, entry: Entry) -> bool:
        """Has the number, or the handle under another number, a history? Then no name changes it."""
        number = self.atena_number(entry.municipality, entry.handle)
        return self.has_history(entry.municipality, entry.atena_number) or (
            number not in (None, entry.atena_number) and (entry.municipality, entry.handle) in self.stated
        )

    def protect(self, flags: Mapping[Stated, bool]) -> None:
        """What flags say: protected from now on, or not any more."""
        for each, lasts in flags.items():
            (self.protected.add if lasts else self.protected.discard)(each)

    def restore(self, departure: Departure) -> None:
        self.departures.setdefault(departure.handle, {})[departure.event] = departure

    def change(self, changes: Iterable[DepartureChange]) -> None:
        for change in changes:
            self._change(change)

    def _change(self, change: DepartureChange) -> None:
        known = self.departures.setdefault(change.handle, {})
        match change:
            case Opened(handle, event, destination):
                known[event] = Departure(handle, event, destination)
            case Withdrawn(_, event):
                known.pop(event, None)
            case Arrived(_, event, destination):
                for each in list(known.values()):
                    if each.destination == destination and each.arrival is None:
                        known[each.event] = each._replace(arrival=event)
            case Reopened(_, event):
                for each in list(known.values()):
                    if each.arrival == event:
                        known[each.event] = each._replace(arrival=None)


def stated_by(envelope: Mapping[str, Any]) -> set[Stated]:
    """
    Whose number this event makes permanent, and with which member.

    A measure is no history: at the counter it may be registered before the arrival, which only then tells whose it is.
    """
    if envelope["type"] == FLAG:
        return set()
    return {Stated(envelope["source"]["municipality"], envelope["subject"]["handle"])}


def protected_by(envelope: Mapping[str, Any]) -> dict[Stated, bool]:
    """Whether measures last of whom a flag is about: its envelope says it of all measures together."""
    if envelope["type"] != FLAG:
        return {}
    return {Stated(envelope["source"]["municipality"], envelope["subject"]["handle"]): envelope["protection"] != "none"}


def departure_changes(envelope: Mapping[str, Any]) -> list[DepartureChange]:
    """What an admitted event does to departures: a function of its envelope, so a rebuild gives the same."""
    match envelope["type"], envelope["change"]:
        case "residence.MoveOutDeclared", _:
            return _of_departure(envelope)
        case "residence.MovedIn", "created" | "corrected" | "annulled":
            return _of_arrival(envelope)
    return []


def _of_departure(envelope: Mapping[str, Any]) -> list[DepartureChange]:
    handle, changes = envelope["subject"]["handle"], list[DepartureChange]()
    if envelope["corrects"] is not None:
        changes.append(Withdrawn(handle, envelope["corrects"]))
    if envelope["change"] in ("created", "corrected"):
        changes += [Opened(handle, envelope["id"], destination) for destination in _destinations(envelope)]
    return changes


def _of_arrival(envelope: Mapping[str, Any]) -> list[DepartureChange]:
    handle, changes = envelope["subject"]["handle"], list[DepartureChange]()
    if envelope["corrects"] is not None:
        changes.append(Reopened(handle, envelope["corrects"]))
    if envelope["change"] != "annulled":
        changes.append(Arrived(handle, envelope["id"], envelope["source"]["municipality"]))
    return changes


def _destinations(envelope: Mapping[str, Any]) -> list[str]:
    return [each["code"] for each in envelope["municipalities"] if each["role"] == "destination"][:1]
