"""The residents' stores in memory; they keep the same contracts as those on PostgreSQL (tests/contract)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from threading import Lock

from gateway.residents.addressing import StoredAddresses
from gateway.residents.disclosing import disclosed
from gateway.residents.enrolling import Enrolments, Issued, Pending, Subject
from gateway.residents.ports import Disclosed, Moved, Told, Verdict
from gateway.residents.proxies import INVITED_MILLISECONDS, VIEWS_SHOWN, Proxy, Scope
from gateway.residents.sessions import Session
from gateway.sign_in.browser import digest
from gateway.sign_in.testing import MemoryStore
from kairan.identifiers import Handle
from kairan.stream import Incoming
from processors.channels.testing import MemoryQueue
from processors.disclosures import entries
from processors.notices.notices import NoticeId


class MemorySessions(MemoryStore[Session]):
    """See ``gateway.residents.sessions.Sessions``."""

    def open(self, key: bytes, handle: Handle, now: int) -> None:
        self._put(key, Session(key, handle, now, now), now)

    def lasting(self, keys: Collection[bytes], now: int) -> Mapping[bytes, Session]:
        return {key: found for key in keys if (found := self.find(key, now))}

    def act_for(self, key: bytes, person: Handle | None) -> None:
        if key in self._open:
            self._open[key] = replace(self._open[key], acting_for=person)

    def close_all(self, handles: Collection[Handle]) -> int:
        named = set(handles)
        return self._close_if(lambda each: bool({each.handle, each.acting_for} & named))

    def people(self) -> frozenset[Handle]:
        return frozenset(who for each in self._open.values() for who in (each.handle, each.shown))


class MemoryResidents:
    """See ``gateway.sign_in.door.Residents`` and ``gateway.residents.enrolling.Residents``."""

    def __init__(self) -> None:
        self._known: dict[Subject, Handle] = {}
        self.acts: dict[Subject, bytes | None] = {}

    def bind(self, subject: Subject, person: Handle, act: bytes | None = None) -> None:
        self._known[subject], self.acts[subject] = person, act

    def unbind(self, person: Handle) -> None:
        self._known = {subject: its for subject, its in self._known.items() if its != person}

    def behind(self, subject: Subject) -> Handle | None:
        return self._known.get(subject)


class MemoryCounter:
    """See ``gateway.residents.enrolling.Counter``; ``residents``: where it writes who somebody is."""

    def __init__(self, residents: MemoryResidents) -> None:
        self.bind, self.unbind, self.behind = residents.bind, residents.unbind, residents.behind
        self._pending: dict[bytes, Pending] = {}
        self._issued: dict[Handle, Issued] = {}
        self._wrong: list[tuple[str, int]] = []
        self._lock = Lock()

    def transaction(self) -> Lock:
        return self._lock

    def put_pending(self, key: bytes, pending: Pending) -> None:
        others = {name: its for name, its in self._pending.items() if its.subject != pending.subject}
        self._pending = others | {key: pending}

    def pending(self, key: bytes, since: int) -> Pending | None:
        found = self._pending.get(key)
        return found if found and found.began > since else None

    def forget_pending(self, key: bytes) -> None:
        self._pending.pop(key, None)

    def put_issued(self, issued: Issued) -> None:
        self._issued[issued.person] = issued

    def issued(self, code: bytes, since: int) -> Issued | None:
        return next((its for its in self._issued.values() if its.code == code and its.at > since), None)

    def forget_issued(self, person: Handle) -> None:
        self._issued.pop(person, None)

    def note_wrong(self, of: str, at: int) -> None:
        self._wrong.append((of, at))

    def wrong(self, of: str, since: int) -> int:
        return sum(its == of and at > since for its, at in self._wrong)

    def forget(self, until: int) -> None:
        self._pending = {key: its for key, its in self._pending.items() if its.began > until}
        self._issued = {person: its for person, its in self._issued.items() if its.at > until}
        self._wrong = [its for its in self._wrong if its[1] > until]


def enrolments(counter: MemoryCounter) -> Enrolments:
    return Enrolments(lambda: nullcontext(counter), digest)


class MemoryEntries:
    """See ``gateway.residents.ports.Entries``."""

    def __init__(self) -> None:
        self._told: dict[Handle, dict[NoticeId, Told]] = {}
        self.closed: set[Handle] = set()

    def tell(self, person: Handle, told: Told) -> Told:
        """The same notice again takes the place of what it said."""
        self._told.setdefault(person, {})[told.id] = told
        return told

    def forget(self, person: Handle, told: Told) -> None:
        del self._told[person][told.id]

    def of(self, person: Handle) -> Sequence[Told] | None:
        if person in self.closed:
            return None
        return sorted(self._told.get(person, {}).values(), key=lambda told: (-told.at, told.id))

    def versions(self, people: Collection[Handle]) -> Mapping[Handle, str]:
        return {person: repr(sorted(self._told[person].items())) for person in people if person in self._told}


class MemoryMoves(dict[Handle, Sequence[Moved]]):
    """See ``gateway.residents.ports.Moves``."""

    def of(self, person: Handle) -> Sequence[Moved]:
        return self.get(person, ())


class MemoryDisclosures:
    """See ``gateway.residents.ports.Disclosures``; ``apply`` takes what routing writes."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._now = now
        self._kept: dict[tuple[object, bytes], entries.Noted] = {}

    def apply(self, batch: Sequence[Incoming]) -> None:
        for each in map(entries.noted, batch):
            self._kept.setdefault((each.at, each.digest), each)

    def of(self, person: Handle) -> Disclosed:
        hers = [entries.decode(each.value, each.written) for each in self._kept.values() if each.handle == person]
        return disclosed(sorted(hers, key=lambda entry: -entry.written), self._now())


class MemoryAddresses(StoredAddresses):
    """See ``gateway.residents.ports.Addresses``; ``queue``: where they are kept."""

    def __init__(self) -> None:
        self.queue = MemoryQueue()
        super().__init__(lambda: nullcontext(self.queue))


class MemoryFeedback:
    """See ``gateway.residents.ports.Feedback``."""

    def __init__(self) -> None:
        self._said: dict[Handle, dict[NoticeId, Verdict]] = {}

    def say(self, person: Handle, notice: NoticeId, verdict: Verdict, now: int) -> None:  # noqa: ARG002 - as above
        self._said.setdefault(person, {})[notice] = verdict

    def of(self, person: Handle) -> Mapping[NoticeId, Verdict]:
        return self._said.get(person, {})


class MemoryProxies:
    """See ``gateway.residents.proxies.Proxies``."""

    def __init__(self) -> None:
        self._all: dict[bytes, Proxy] = {}
        self._ended: set[bytes] = set()
        self._invitations: dict[bytes, bytes] = {}
        self._views: list[tuple[bytes, Scope, int]] = []

    def ask(self, asked: Proxy, invitation: bytes) -> None:
        self._all[asked.id] = asked
        self._invitations[invitation] = asked.id

    def invited(self, invitation: bytes, now: int) -> Proxy | None:
        name = self._invitations.get(invitation, b"")
        found = next((each for each in self._live() if each.id == name), None)
        return found if found and not found.proxy and now - found.asked < INVITED_MILLISECONDS else None

    def confirm(self, invitation: bytes, proxy: Handle, now: int) -> bool:
        found = self.invited(invitation, now)
        if found is None or found.represented == proxy:
            return False
        self._all[found.id] = replace(found, proxy=proxy)
        return True

    def between(self, proxy: Handle, represented: Handle, today: date) -> Proxy | None:
        found = [each for each in self._live() if (each.proxy, each.represented) == (proxy, represented)]
        return max((each for each in found if each.until >= today), key=lambda each: each.asked, default=None)

    def of(self, person: Handle, today: date) -> Sequence[Proxy]:
        found = [each for each in self._live() if person in each.sides and each.until >= today]
        return sorted(found, key=lambda each: (each.asked, each.id))

    def end(self, name: bytes, person: Handle, now: int) -> bool:  # noqa: ARG002 - memory keeps no times
        found = [each.id for each in self._live() if each.id == name and person in each.sides]
        self._ended.update(found)
        return bool(found)

    def expire(self, today: date) -> int:
        found = [each.id for each in self._live() if each.until < today]
        self._ended.update(found)
        return len(found)

    def people(self) -> frozenset[Handle]:
        return frozenset(who for each in self._live() for who in each.sides)

    def close_all(self, handles: Collection[Handle]) -> int:
        found = [each.id for each in self._live() if each.sides & set(handles)]
        self._ended.update(found)
        return len(found)

    def note(self, name: bytes, page: Scope, now: int) -> None:
        self._views.append((name, page, now))

    def views(self, person: Handle) -> Sequence[tuple[Scope, int]]:
        mine = {name for name, each in self._all.items() if each.represented == person}
        return [(page, at) for name, page, at in reversed(self._views) if name in mine][:VIEWS_SHOWN]

    def _live(self) -> list[Proxy]:
        return [each for name, each in self._all.items() if name not in self._ended]
