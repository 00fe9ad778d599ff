"""Who looks, as what, at which page and for what: a table, and nothing beside it opens a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol


class Role(StrEnum):
    """What a clerk is of a member: 住民記録の窓口, 支援措置責任者, システム運用."""

    DESK = "desk"
    PROTECTION = "protection"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Staff:
    """
    One clerk; accounts are nobody's but one person's.

    Args:
        clerk: by a number of the member's own.
        subject: what the member's provider calls her for good; empty in the sign-in of development.

    """

    member: str
    role: Role
    clerk: str
    subject: str = ""


class Sessions(Protocol):
    """Who is signed in."""

    def staff(self, token: str) -> Staff | None:
        """None: nobody, or nobody any more."""


class Purpose(StrEnum):
    """What a view is for; written down with it."""

    OVERVIEW = "overview"
    RECEPTION = "reception"
    DEPARTURE = "departure"
    SEARCH = "search"
    DISPUTE = "dispute"
    PLANNING = "planning"
    INCIDENT = "incident"
    DUTIES = "duties"
    SHELTER = "shelter"
    ENROLMENT = "enrolment"


class Page(StrEnum):
    """Every page that a desk can open."""

    HOME = "home"
    ARRIVALS = "arrivals"
    SHEET = "sheet"
    DEPARTURES = "departures"
    LATE = "late"
    CONFLICTS = "conflicts"
    DECISION = "decision"
    PROCEDURE = "procedure"
    LOAD = "load"
    TASKS = "tasks"
    SAFE_CHANNEL = "safe-channel"
    ENROLMENT = "enrolment"


class Right(NamedTuple):
    """A page may be opened as this, for this; of several purposes one has to be named."""

    roles: frozenset[Role]
    purposes: tuple[Purpose, ...]


_CLERKS = frozenset({Role.DESK, Role.PROTECTION})
_ALL = frozenset(Role)
RIGHTS: Mapping[Page, Right] = {
    Page.HOME: Right(_ALL, (Purpose.OVERVIEW,)),
    Page.ARRIVALS: Right(_CLERKS, (Purpose.RECEPTION,)),
    Page.SHEET: Right(_CLERKS, (Purpose.RECEPTION,)),
    Page.DEPARTURES: Right(_ALL, (Purpose.DEPARTURE,)),
    Page.LATE: Right(_ALL, (Purpose.SEARCH,)),
    Page.CONFLICTS: Right(_ALL, (Purpose.DISPUTE,)),
    Page.DECISION: Right(_CLERKS, (Purpose.DISPUTE,)),
    Page.PROCEDURE: Right(
        _ALL, (Purpose.RECEPTION, Purpose.DEPARTURE, Purpose.SEARCH, Purpose.DISPUTE, Purpose.DUTIES, Purpose.INCIDENT)
    ),
    Page.LOAD: Right(_CLERKS, (Purpose.PLANNING,)),
    Page.TASKS: Right(_CLERKS, (Purpose.DUTIES,)),
    Page.SAFE_CHANNEL: Right(frozenset({Role.PROTECTION}), (Purpose.SHELTER,)),
    Page.ENROLMENT: Right(_CLERKS, (Purpose.ENROLMENT,)),
}
_OPERATORS = frozenset({Purpose.OVERVIEW, Purpose.DEPARTURE, Purpose.SEARCH, Purpose.DISPUTE, Purpose.INCIDENT})


def may_open(staff: Staff, page: Page) -> bool:
    return staff.role in RIGHTS[page].roles


def purposes(staff: Staff, page: Page) -> tuple[Purpose, ...]:
    """For what this clerk may open it. An incident is the operators', and they receive nobody."""
    if staff.role is Role.OPERATOR:
        return tuple(each for each in RIGHTS[page].purposes if each in _OPERATORS)
    return tuple(each for each in RIGHTS[page].purposes if each is not Purpose.INCIDENT)
