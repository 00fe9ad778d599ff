"""Stores of the desks' pages in memory: they keep the contract of those on PostgreSQL."""

from collections.abc import Callable, Collection, Mapping, Sequence

from connectors.postgres.offices.announced import Announced
from gateway.desks.asked import Apart, Asked
from gateway.desks.enrolled import What, issued
from gateway.desks.keeping import Records
from gateway.desks.safe import Named, address
from gateway.desks.sessions import Session
from gateway.desks.staff import Staff
from gateway.desks.standing import Row
from gateway.desks.viewings import Viewing
from gateway.residents import codes, enrolling
from gateway.residents.enrolling import Counter
from gateway.residents.protection import Ending  # noqa: TC001
from gateway.sign_in.browser import digest
from gateway.sign_in.testing import MemoryStore
from kairan.identifiers import Handle
from processors.channels import addresses, naming
from processors.channels.addresses import Means
from processors.channels.testing import MemoryQueue
from processors.moving.household import Gathered
from processors.moving.steps import Step


class MemoryStanding:
    """``gateway.desks.standing.Standing``."""

    def __init__(self, rows: Collection[Row] = ()) -> None:
        self.rows = list(rows)

    def of(self, member: str, steps: Collection[Step]) -> Sequence[Row]:
        return sorted((row for row in self.rows if member in row.desks and row.step in steps), key=_key)

    def one(self, member: str, instance: bytes, item: bytes) -> Row | None:
        return next((row for row in self.rows if _key(row) == (instance, item) and member in row.desks), None)

    def asked(self, member: str) -> Sequence[Row]:
        asked = (row for row in self.rows if any(task["desk"] == member for task in row.facts["tasks"]))
        return sorted(asked, key=_key)

    def moves(self, member: str, items: Collection[bytes]) -> Sequence[Row]:
        return sorted((row for row in self.rows if row.item in items and member in row.desks), key=_key)

    def together(self, groups: Collection[str]) -> Sequence[Row]:
        return sorted((row for row in self.rows if row.groups & set(groups)), key=_key)


class MemoryAsking:
    """``gateway.desks.asked.Asking``; ``households``: with the municipalities they left."""

    def __init__(self, tasks: Collection[Asked] = (), households: Collection[tuple[str, Apart]] = ()) -> None:
        self.tasks = list(tasks)
        self.households = list(households)

    def of(self, member: str) -> Sequence[Asked]:
        return sorted((each for each in self.tasks if each.facts["office"] == member), key=lambda each: each[:2])

    def one(self, member: str, instance: bytes, item: bytes) -> Asked | None:
        return next((each for each in self.of(member) if each[:2] == (instance, item)), None)

    def apart(self, member: str) -> Sequence[Apart]:
        open_ones = (its for whose, its in self.households if whose == member and its.kind is not Gathered.WHOLE)
        return [each for each in open_ones if each.until is not None]


class MemoryOffices:
    """``gateway.desks.offices.Offices``: what each member's 001 holds, by pairwise id."""

    def __init__(self) -> None:
        self.arrivals: dict[tuple[str, bytes], Announced] = {}
        self.known: dict[tuple[str, bytes], str] = {}

    def announced(self, member: str, pairwise_ids: Collection[bytes]) -> Mapping[bytes, Announced]:
        return {each: self.arrivals[member, each] for each in pairwise_ids if (member, each) in self.arrivals}

    def numbers(self, member: str, pairwise_ids: Collection[bytes]) -> Mapping[bytes, str]:
        return {each: self.known[member, each] for each in pairwise_ids if (member, each) in self.known}

    def people(self, member: str, number: str) -> Sequence[bytes]:
        return sorted(person for (whose, person), its in self.known.items() if (whose, its) == (member, number))


class MemoryKeeping:
    """``gateway.desks.keeping.Keeping``; ``stated``: whose resident records stated something of whom."""

    def __init__(self, standing: MemoryStanding) -> None:
        self._standing = standing
        self.stated: dict[bytes, frozenset[str]] = {}

    def of(self, person: Handle) -> Records:
        moves = [(row.step.value, row.facts) for row in self._standing.rows if row.instance == person]
        return Records(moves, self.stated.get(person, frozenset()))


class MemorySafeChannels:
    """``gateway.desks.safe.SafeChannels``; ``book``: who did what for whom."""

    means: tuple[Means, ...] = ("mail", "line", "portal")

    def __init__(self, now: Callable[[], int]) -> None:
        self.queue = MemoryQueue()
        self.book: list[tuple[Staff, Handle, bool]] = []
        self._now = now

    def name(self, staff: Staff, person: Handle, named: Named) -> None:
        self.book.append((staff, person, True))
        addresses.entrust(self.queue, address(person, named, self._now()), self._now())

    def remove(self, staff: Staff, person: Handle) -> None:
        self.book.append((staff, person, False))
        addresses.distrust(self.queue, person, self._now())


class MemoryEnrolling:
    """``gateway.desks.enrolled.Enrolling``; ``book``: who did what for whom; ``queue``: where addresses are."""

    def __init__(self, counter: Counter, now: Callable[[], int]) -> None:
        self.counter, self._now = counter, now
        self.queue = MemoryQueue()
        self.book: list[tuple[Staff, Handle, What]] = []
        self.endings: list[Ending] = []

    def issue(self, staff: Staff, person: Handle) -> str:
        self.book.append((staff, person, "issued"))
        code, act = codes.new(staff.member), len(self.book).to_bytes(16)
        enrolling.issue(self.counter, issued(staff, person, digest(code), act, self._now()))
        return code

    def end(self, staff: Staff, person: Handle) -> None:
        self.book.append((staff, person, "ended"))
        enrolling.end(self.counter, person)
        for each in self.endings:
            each.close_all([person])
        naming.take_all_back(self.queue, person, self._now())


class MemoryViewings:
    """``gateway.desks.viewings.Viewings``."""

    def __init__(self) -> None:
        self.written: list[Viewing] = []

    def write(self, viewing: Viewing) -> None:
        self.written.append(viewing)


class MemorySessions(MemoryStore[Session]):
    """``gateway.desks.sessions.SessionStore``."""

    def open(self, key: bytes, staff: Staff, now: int) -> None:
        self._put(key, Session(key, staff, now, now), now)

    def close_all(self, member: str, clerk: str) -> int:
        return self._close_if(lambda each: (each.staff.member, each.staff.clerk) == (member, clerk))


def _key(row: Row) -> tuple[bytes, bytes]:
    return row.instance, row.item
