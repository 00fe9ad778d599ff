"""
At a counter somebody has shown a document; from then on whoever signs in as this subject is she.

A clerk knows her by the 宛名番号 of his own member, the bus by a handle. What passes between them is the member's
pairwise id: the bus turns it back without a table, a forged one shows, and no clerk ever sees a handle (docs/adr/0041).
The clerk does not know the subject either: she is handed a code, and types it where she has signed in (docs/adr/0049).
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple, Protocol

from gateway.residents import codes
from gateway.sign_in.browser import digest
from kairan.identifiers import Handle
from kairan.keys import BusKeys

MINUTES = 30
LASTS = MINUTES * 60_000
"""So long is a code good, does a sign-in wait for one, and is a wrong one counted (milliseconds, assumed ⊕)."""
TRIES, TRIES_OF_PLACE = 5, 100
"""Wrong codes in that time: of one subject, however often it signs in; at one municipality, whoever tries (⊕)."""
NOBODY = Handle(bytes(16))
"""Asked about in the place of somebody who is not there, so that it takes as long."""
Fault = Literal["wrong", "over", "gone"]
"""Not right, or not any more; too often; there is no sign-in that waits."""


class Subject(NamedTuple):
    """As a provider calls somebody: of what it says ``key`` is the digest."""

    issuer: str
    key: bytes

    @classmethod
    def of(cls, issuer: str, subject: str) -> "Subject":
        return cls(issuer, digest(subject))

    @property
    def counted(self) -> str:
        return f"{self.issuer} {self.key.hex()}"


class Enrolment(NamedTuple):
    """``issuer`` and ``subject``: as the provider will name her."""

    member: str
    pairwise_id: bytes
    issuer: str
    subject: str


class Residents(Protocol):
    """Where it is written down."""

    def bind(self, subject: Subject, person: Handle, act: bytes | None = None) -> None:
        """
        Also in the place of whoever was behind this subject before.

        ``act``: by which the desks' book names it; an operator's has none.
        """


def enrol(residents: Residents, keys: BusKeys, its: Enrolment) -> None:
    """Raises ForgedPairwiseIdError: the bus has never given this member such an id."""
    residents.bind(Subject.of(its.issuer, its.subject), keys.handle_of(its.member, its.pairwise_id))


class Pending(NamedTuple):
    """Somebody whom the provider vouches for has signed in, and no page is hers."""

    subject: Subject
    began: int


class Issued(NamedTuple):
    """
    A code that was handed over.

    Args:
        code: what is kept of it.
        act: by which the desks' book names who did it.
        may_hide: 支援措置責任者 did: it is good for somebody who hides, too.

    """

    person: Handle
    code: bytes
    act: bytes
    at: int
    may_hide: bool


class Bound(NamedTuple):
    """Who the subject is from now on."""

    subject: Subject
    person: Handle


class Counter(Residents, Protocol):
    """The store."""

    def behind(self, subject: Subject) -> Handle | None:
        """Who the subject is already: no code makes somebody else of it."""

    def transaction(self) -> AbstractContextManager[object]:
        """One at a time, whichever process works: two guesses side by side are counted as two."""

    def put_pending(self, key: bytes, pending: Pending) -> None:
        """In the place of the subject's former one."""

    def pending(self, key: bytes, since: int) -> Pending | None:
        """If it began later than that."""

    def forget_pending(self, key: bytes) -> None: ...

    def put_issued(self, issued: Issued) -> None:
        """In the place of the person's former one."""

    def issued(self, code: bytes, since: int) -> Issued | None:
        """If it was handed over later than that."""

    def forget_issued(self, person: Handle) -> None: ...

    def note_wrong(self, of: str, at: int) -> None: ...

    def wrong(self, of: str, since: int) -> int:
        """How many were noted later than that."""

    def forget(self, until: int) -> None:
        """All that waits, was issued or was noted until then."""

    def unbind(self, person: Handle) -> None:
        """No subject is she any more."""


def issue(its: Counter, issued: Issued) -> None:
    with its.transaction():
        its.forget(issued.at - LASTS)
        its.put_issued(issued)


def end(its: Counter, person: Handle) -> None:
    """Also a code that was handed over and not brought yet."""
    with its.transaction():
        its.forget_issued(person)
        its.unbind(person)


class Enrolments:
    """
    What the residents' door asks of a counter.

    ``opened``: a store for one call, for transactions are of one thread. ``kept``: of a code, see ``BusKeys.code``.
    """

    def __init__(self, opened: Callable[[], AbstractContextManager[Counter]], kept: Callable[[str], bytes]) -> None:
        self._opened = opened
        self._kept = kept

    def wait(self, key: bytes, subject: Subject, now: int) -> None:
        """``key``: the digest of the browser's secret."""
        with self._opened() as store, store.transaction():
            store.forget(now - LASTS)
            store.put_pending(key, Pending(subject, now))

    def waits(self, key: bytes, now: int) -> bool:
        with self._opened() as store:
            return store.pending(key, now - LASTS) is not None

    def leave(self, key: bytes) -> None:
        with self._opened() as store:
            store.forget_pending(key)

    def person(self, text: str, now: int) -> Handle:
        """Of whom it has to be asked whether she hides, before the code is looked at."""
        with self._opened() as store:
            found = store.issued(self._kept(codes.read(text) or ""), now - LASTS)
        return found.person if found else NOBODY

    def refused(self, key: bytes, text: str, now: int) -> Fault | None:
        """Asked first: whose sign-in does not wait, or who tried too often, learns nothing and holds nobody up."""
        with self._opened() as store:
            its = _may_try(store, key, codes.read(text), now)
        return its if isinstance(its, str) else None

    def bring(self, key: bytes, text: str, now: int, *, hides: bool) -> Bound | Fault:
        """
        ``hides``: of ``person``. Whoever does is told that the code is wrong, whatever came of it.

        Her pages stay closed; what a desk handed over before she hid is good for nothing. Told the same is who is
        somebody else already: whose sign-in waits because she hides stays who she is.
        """
        if fault := self.refused(key, text, now):
            return fault
        code = codes.read(text)
        with self._opened() as store, store.transaction():
            subject = _may_try(store, key, code, now)
            if isinstance(subject, str):
                return subject
            found = store.issued(self._kept(code), now - LASTS) if code else None
            if found is None:
                return _noted(store, subject, code, now)
            store.forget_issued(found.person)
            is_free = store.behind(subject) in {None, found.person}
            if is_free and (found.may_hide or not hides):
                store.bind(subject, found.person, found.act)
            if hides or not is_free:
                return _noted(store, subject, code, now)
            store.forget_pending(key)
            return Bound(subject, found.person)


def _may_try(its: Counter, key: bytes, code: str | None, now: int) -> Subject | Fault:
    """Who has signed in there, unless it is nobody, or tries too often."""
    pending = its.pending(key, now - LASTS)
    if pending is None:
        return "gone"
    return "over" if _has_tried_too_often(its, pending.subject, code, now) else pending.subject


def _has_tried_too_often(its: Counter, subject: Subject, code: str | None, now: int) -> bool:
    since = now - LASTS
    if its.wrong(subject.counted, since) >= TRIES:
        return True
    return code is not None and its.wrong(_place(code), since) >= TRIES_OF_PLACE


def _noted(its: Counter, subject: Subject, code: str | None, now: int) -> Fault:
    """What could be no code is a guess at no municipality."""
    its.note_wrong(subject.counted, now)
    if code:
        its.note_wrong(_place(code), now)
    return "wrong"


def _place(code: str) -> str:
    return code[: codes.PLACE]
