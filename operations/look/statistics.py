"""What left of statistics, what cannot leave, and how far the log is counted; nothing that is hidden."""

from collections.abc import Sequence
from typing import NamedTuple

from kairan.postgres import Connection
from kairan.settings import Settings
from operations.look import databases, recounting
from operations.stack.errors import StackError

BEHIND_MILLISECONDS = 60_000
"""Who counts says every ten seconds how far it is."""
_RELEASES = """
select dataset, "window", vintage, released, is_told, count(release), count(release) filter (where count is null)
from statistics.release left join statistics.cell on release = number
group by number order by "window", dataset, vintage"""
_WITHHELD = 'select dataset, "window", since from statistics.withheld order by "window", dataset'


class Left(NamedTuple):
    """A table that left; ``hidden``: how many of its cells; ``is_told``: its topic has all of it."""

    dataset: str
    window: str
    vintage: int
    released: int
    is_told: bool
    cells: int
    hidden: int


class Withheld(NamedTuple):
    """A month that cannot leave."""

    dataset: str
    window: str
    since: int


class Overview(NamedTuple):
    """``until``: what was appended before is counted; None while a partition was never counted. Both by the wall."""

    until: int | None
    left: Sequence[Left]
    withheld: Sequence[Withheld]
    asked: int

    def is_well(self) -> bool:
        """Nobody has to look: it is counted, and what left is told."""
        counted = self.until is not None and self.asked - self.until < BEHIND_MILLISECONDS
        return counted and all(each.is_told for each in self.left)


def overview(settings: Settings, now: int) -> Overview:
    """
    ``now`` is the wall's clock.

    Raises:
        StackError: the servers do not answer, or the publisher never ran.

    """
    with databases.opened(settings, databases.BUS) as connection:
        if not databases.has(connection, "statistics.release"):
            raise StackError("No publisher ever ran here: run `kairan up`.")
        left, withheld = _told(connection)
    return Overview(recounting.told(settings).until(), left, withheld, now)


def _told(connection: Connection) -> tuple[list[Left], list[Withheld]]:
    left = [Left(*row) for row in connection.execute(_RELEASES).fetchall()]
    return left, [Withheld(*row) for row in connection.execute(_WITHHELD).fetchall()]
