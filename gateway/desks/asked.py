"""What the notices of persons and the moves of households ask of a desk: rows that their processes show."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol, TypeAlias

from gateway.desks.staff import Staff
from kairan.postgres import Connection
from processors.moving.feeds import HOUSEHOLD
from processors.moving.household import Gathered
from processors.notices import process
from processors.notices.rules import Rule, load
from processors.notices.showing import TASK

_TASKS = "select instance, item, facts from processes.standing where process = %(process)s and kind = %(kind)s and "
_OF_MEMBER = _TASKS + "desks @> array[%(member)s] order by instance, item"
_ONE = _TASKS + "instance = %(instance)s and item = %(item)s and desks @> array[%(member)s]"
_APART = """
select kind, facts from processes.standing
where process = %(process)s and kind = any(%(kinds)s) and desks @> array[%(member)s] order by instance"""


class Asked(NamedTuple):
    """
    What staff has to decide about a notice: ``facts`` as ``processors.notices.showing`` has them.

    ``instance``: whom the notice would tell; ``item``: the task's id.
    """

    instance: bytes
    item: bytes
    facts: Any

    @property
    def about(self) -> bytes:
        """Of whom it would tell."""
        return bytes.fromhex(self.facts["about"])

    @property
    def root(self) -> bytes:
        """The fact's first record."""
        return bytes.fromhex(self.facts["root"])

    @property
    def rule(self) -> Rule:
        return load().by_id[self.facts["rule"]]


class Apart(NamedTuple):
    """A household that has not arrived as a whole; ``facts`` as ``processors.moving.household`` has them."""

    kind: Gathered
    facts: Any

    @property
    def until(self) -> int | None:
        """When all should have arrived (milliseconds since 1970 UTC); None: nobody has."""
        found: int | None = self.facts["behind_since"] or self.facts["overdue_at"]
        return found

    @property
    def items(self) -> list[bytes]:
        """Moves of those of whom anything was told."""
        return [bytes.fromhex(each) for each in self.facts["moves"]]


class Asking(Protocol):
    """Looks up what is asked of a municipality, and never of another."""

    def of(self, member: str) -> Sequence[Asked]: ...

    def one(self, member: str, instance: bytes, item: bytes) -> Asked | None: ...

    def apart(self, member: str) -> Sequence[Apart]:
        """Households that left this municipality, some of whom have arrived, and some not."""


Settle: TypeAlias = Callable[[Asked, Staff], None]
"""Returns when it is kept that this was done, by whom, as an input of the person's notices."""


class PostgresAsking:
    """``opened``: a connection for each look."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._opened = opened

    def of(self, member: str) -> Sequence[Asked]:
        return [Asked(*row) for row in self._all(_OF_MEMBER, process.NAME, member=member, kind=TASK)]

    def one(self, member: str, instance: bytes, item: bytes) -> Asked | None:
        found = self._all(_ONE, process.NAME, member=member, kind=TASK, instance=instance, item=item)
        return next((Asked(*row) for row in found), None)

    def apart(self, member: str) -> Sequence[Apart]:
        kinds = [Gathered.BEHIND, Gathered.EXPECTED]
        found = (
            Apart(Gathered(kind), facts) for kind, facts in self._all(_APART, HOUSEHOLD, member=member, kinds=kinds)
        )
        return [each for each in found if each.until is not None]

    def _all(self, statement: str, of: str, **values: Any) -> list[tuple[Any, ...]]:
        with self._opened() as connection:
            return connection.execute(statement.encode(), values | {"process": of}).fetchall()
