"""The residents' stores in memory; they keep the same contracts as those on PostgreSQL (tests/contract)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from gateway.residents.ports import CHOSEN, Choice, Disclosed, Moved, Told, Verdict
from gateway.residents.proxies import INVITED_MILLISECONDS, Proxy, Scope
from gateway.residents.sessions import Session
from gateway.sign_in.attempts import MILLISECONDS, Attempt
from kairan.identifiers import Handle
from processors.notices.notices import NoticeId


class MemorySessions:
    """See ``gateway.residents.sessions.Sessions``."""

    def __init__(self) -> None:
        self._open: dict[bytes, Session] = {}

    def open(self, key: bytes, handle: Handle, now: int) -> None:
        self._open = {name: each for name, each in self._open.items() if each.lasts(now)}
        self._open[key] = Session(key, handle, now, now)

    def find(self, key: bytes, now: int) -> Session | None:
        session = self._open.get(key)
        return session if session and session.lasts(now) else None

    def lasting(self, keys: Collection[bytes], now: int) -> Mapping[bytes, Session]:
        return {key: found for key in keys if (found := self.find(key, now))}

    def note(self, key: bytes, now: int) -> None:
        if session := self.find(key, now):
            self._open[key] = replace(session, seen=now)

    def act_for(self, key: bytes, person: Handle | None) -> None:
        if key in self._open:
            self._open[key] = replace(self._open[key], acting_for=person)

    def close(self, key: bytes) -> None:
        self._open.pop(key, None)

    def close_all(self, handles: Collection[Handle]) -> int:
        closed = [key for key, each in self._open.items() if {each.handle, each.acting_for} & set(handles)]
        for key in closed:
            self.close(key)
        return len(closed)

    def people(self) -> frozenset[Handle]:
        return frozenset(who for each in self._open.values() for who in (each.handle, each.shown))


class MemoryAttempts:
    """See ``gateway.sign_in.attempts.Attempts``."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, Attempt] = {}

    def put(self, key: bytes, attempt: Attempt) -> None:
        oldest = attempt.began - MILLISECONDS
        self._waiting = {name: each for name, each in self._waiting.items() if each.began >= oldest} | {key: attempt}

    def take(self, key: bytes) -> Attempt | None:
        return self._waiting.pop(key, None)


class MemoryResidents:
    """See ``gateway.sign_in.door.Residents``."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Handle] = {}

    def enrol(self, issuer: str, subject: str, handle: Handle) -> None:
        self._known[issuer, subject] = handle

    def handle_of(self, issuer: str, subject: str) -> Handle | None:
        return self._known.get((issuer, subject))


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


class MemoryDisclosures(dict[Handle, Disclosed]):
    """See ``gateway.residents.ports.Disclosures``."""

    def of(self, person: Handle) -> Disclosed:
        return self.get(person, Disclosed())


class MemoryAddresses:
    """See ``gateway.residents.ports.Addresses``; ``tokens``: what stands in mails."""

    def __init__(self) -> None:
        self._chosen: dict[Handle, dict[str, Choice]] = {}
        self.tokens: dict[str, Handle] = {}

    def of(self, person: Handle) -> Sequence[Choice]:
        chosen = self._chosen.get(person, {})
        return [chosen.get(each, Choice(each, has_address=False, is_wanted=False)) for each in CHOSEN]

    def choose(self, person: Handle, choice: Choice, now: int) -> None:  # noqa: ARG002 - memory keeps no times
        self._chosen.setdefault(person, {})[choice.channel] = choice

    def unsubscribe(self, token: str, now: int) -> bool:
        if not self.knows(token):
            return False
        person = self.tokens[token]
        mail = next(each for each in self.of(person) if each.channel == "mail")
        self.choose(person, replace(mail, is_wanted=False), now)
        return True

    def knows(self, token: str) -> bool:
        return token in self.tokens


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
        return [(page, at) for name, page, at in reversed(self._views) if name in mine]

    def _live(self) -> list[Proxy]:
        return [each for name, each in self._all.items() if name not in self._ended]
