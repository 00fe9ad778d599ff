"""
Watches every page while people hide: again and again, as every role at every place, and says what was told.

What must not be told is known in full only when they have arrived: until then answers are kept, and judged at the end.
"""

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from kairan import municipalities
from kairan.postgres import connect
from kairan.settings import Settings
from sandbox.checker.pages.logs import telling
from sandbox.checker.pages.visits import DESKS, MINE, NOBODY, RESIDENT, ROLES, Follows, Visit, walk
from sandbox.checker.pages.whereabouts import Answer, Disclosure, Hidden, Visitor, disclosures, is_seen

_NUMBERS = "select distinct atena_number from core_system.resident_history where (name).text = any(%s)"
_ARRIVED = """
select distinct (address).lot, (address).building, (resident_since).value from core_system.resident_history
where (name).text = any(%s)"""
_KNOWN_AS = "select encode(pairwise_id, 'hex') from public.subject where atena_number = any(%s)"
_DECLARED = "select count(*) from core_system.resident_history where (name).text = any(%s) and reason = '21'"
PATIENCE_SECONDS, LOOK_SECONDS = 30, 0.2
CLERK = "101"
FIRST = ("/", "/sign-in", MINE, DESKS)
"""What is opened without any sign-in."""
LIST = 2
"""So many slashes has the address of a list; what it leads to has more."""


class NoSightError(Exception):
    """Whoever may know where somebody is is not shown it, in all the time that is waited."""


class Family(NamedTuple):
    """Who hides, and where from: ``names`` as registers have them; ``role``: of the one who may know, there."""

    origin: str
    destination: str
    names: tuple[str, ...]
    role: str = "protection"


class Watched(NamedTuple):
    """
    ``opened``: how many pages were shown to whom; ``logs``: those that tell.

    ``is_seen``: whoever may know was told. If nobody was, nothing was looked at.
    """

    opened: Mapping[Visitor, int]
    disclosures: Sequence[Disclosure]
    logs: Sequence[str]
    is_seen: bool


class Watch:
    """On a front door that is open, until it is closed."""

    def __init__(self, settings: Settings, door: str, family: Family) -> None:
        self._settings, self._door, self._family = settings, door, family
        self._members = [member.code for member in settings.register().municipalities()]
        self._stayed = Visitor(RESIDENT, family.origin)
        self._opened = ExitStack()
        self._visits: dict[Visitor, Visit] = {}
        self._hers: dict[str, str] = {}
        """Their addresses, each with the member whose desk it was found at: to others it is that of nothing."""
        self._answers: list[Answer] = []

    def close(self) -> None:
        self._opened.close()

    def look(self) -> None:
        """
        Every list at both ends of the move, and what is opened from where they are named.

        Once they have declared that they go, whoever may know is waited for to be shown them; before, all only sign in.

        Raises:
            NoSightError: she is shown nothing, so there is nothing to be searched for.

        """
        ends = [self._family.origin, self._family.destination]
        if not self._have_declared():
            self._visits_of(ends)
            return
        if not self._hers:
            self._await_sight()
        self._look_at(ends, _lists_and_hers)

    def look_everywhere(self) -> None:
        """Every list at every place, every page at the origin; what is theirs, asked for by everybody."""
        origin = self._family.origin
        self._look_at([origin], lambda *_: True)
        self._look_at([member for member in self._members if member != origin], _lists_and_hers)
        for visit in self._visits.values():
            others = [address for address, member in self._hers.items() if member != visit.visitor.member]
            self._keep(visit.open(address, is_hers=True) for address in others)

    def look_as(self, subject: str) -> None:
        """All pages of the resident who stayed, by what the development provider calls him; and hers, by address."""
        visit = self._opened_for(self._stayed)
        visit.sign_in_as(subject)
        self._keep(walk(visit, [MINE], lambda *_: True, self._marks(self._stayed)))
        self._keep(visit.open(address, is_hers=True) for address in list(self._hers))

    def watched(self, folders: Sequence[Path]) -> Watched:
        """What all answers and the logs in these folders disclose."""
        hidden = self._hidden()
        logs = telling(folders, hidden.words | hidden.names)
        opened = Counter(each.visitor for each in self._answers if each.status == HTTPStatus.OK)
        return Watched(opened, disclosures(self._answers, hidden), logs, is_seen(self._answers, hidden))

    def _have_declared(self) -> bool:
        with connect(self._settings.dsn(f"core_{self._family.origin}")) as core:
            [(count,)] = core.execute(_DECLARED, (list(self._family.names),)).fetchall()
        return bool(count)

    def _await_sight(self) -> None:
        knows = Visitor(self._family.role, self._family.destination)
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._hers:
            if time.monotonic() > until:
                raise NoSightError("Nobody is shown who declared that they go.")
            self._keep(walk(self._visit(knows), [DESKS], _lists_and_hers, self._marks(knows)))
            time.sleep(LOOK_SECONDS)

    def _visits_of(self, members: Sequence[str]) -> list[Visit]:
        return [self._visit(Visitor(role, member)) for member in members for role in ROLES]

    def _look_at(self, members: Sequence[str], follows: Follows) -> None:
        visits = self._visits_of(members)
        for visit in visits:
            self._keep(walk(visit, [DESKS], follows, self._marks(visit.visitor)))
        self._keep(self._opened_for(NOBODY).open(address) for address in FIRST)
        for visit in visits:
            here = [address for address, member in self._hers.items() if member == visit.visitor.member]
            self._keep(visit.open(address, is_hers=True) for address in here)

    def _keep(self, answers: Iterable[Answer]) -> None:
        for each in answers:
            self._answers.append(each)
            if each.is_hers:
                self._hers.setdefault(each.address, each.visitor.member)

    def _visit(self, visitor: Visitor) -> Visit:
        """Signed in, and again where the front door was begun anew, which knows nobody then."""
        visit = self._opened_for(visitor)
        if visit.open(DESKS).status != HTTPStatus.OK:
            visit.sign_in_at_desk(CLERK)
        return visit

    def _opened_for(self, visitor: Visitor) -> Visit:
        if visitor not in self._visits:
            self._visits[visitor] = self._opened.enter_context(Visit(self._door, visitor))
        return self._visits[visitor]

    def _marks(self, visitor: Visitor) -> frozenset[str]:
        names = frozenset(self._family.names)
        return names | self._numbers(self._family.origin) if visitor.member == self._family.origin else names

    def _numbers(self, member: str) -> frozenset[str]:
        with connect(self._settings.dsn(f"core_{member}")) as core:
            return frozenset(number for (number,) in core.execute(_NUMBERS, (list(self._family.names),)))

    def _hidden(self) -> Hidden:
        its = self._family
        with connect(self._settings.dsn(f"core_{its.destination}")) as core:
            arrived = core.execute(_ARRIVED, (list(its.names),)).fetchall()
        with connect(self._settings.dsn(f"offices_{its.destination}")) as offices:
            known_as = offices.execute(_KNOWN_AS, (list(self._numbers(its.destination)),)).fetchall()
        place = municipalities.find(its.destination)
        return Hidden(
            origin=its.origin,
            names=frozenset(its.names),
            numbers=self._numbers(its.origin),
            words=frozenset(text for row in (*arrived, *known_as) for text in row[:2] if text),
            places=frozenset({its.destination, place.name, municipalities.full_name(its.destination)}),
            moved_in=date.fromisoformat(arrived[-1][2]),
            may_know=Visitor(its.role, its.destination),
            stayed=frozenset({self._stayed}),
        )


def _lists_and_hers(link: str, is_hers: bool) -> bool:  # noqa: FBT001 - what ``walk`` asks
    return is_hers or link.count("/") == LIST
