"""
Who looked at what, as what and for what: written before anything is shown, so that no view is without its line.

No personal value: procedures by their ids, clerks by their numbers and by what their provider calls them.
"""

from typing import NamedTuple, Protocol

from gateway.desks.staff import Page, Purpose, Staff
from kairan.postgres import Opened

_WRITE = """
insert into desks.viewing (member, role, clerk, subject, page, purpose, procedures)
values (%s, %s, %s, %s, %s, %s, %s)"""


class Viewing(NamedTuple):
    """``procedures``: those of which something was shown, by the ids of the events that they began with."""

    staff: Staff
    page: Page
    purpose: Purpose
    procedures: tuple[bytes, ...] = ()


class Viewings(Protocol):
    """Where views are written down."""

    def write(self, viewing: Viewing) -> None:
        """Returns when it is kept."""


class PostgresViewings:
    """In ``desks.viewing``."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def write(self, viewing: Viewing) -> None:
        its = viewing.staff
        what = (viewing.page, viewing.purpose, list(viewing.procedures))
        with self._opened() as connection:
            connection.execute(_WRITE, (its.member, its.role, its.clerk, its.subject, *what))
