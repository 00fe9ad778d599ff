"""Where the moves of a municipality stand now: what ``processors.runtime`` shows of each (its README has the keys)."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from kairan.postgres import Opened
from processors.moving.process import NAME
from processors.moving.steps import Step

_COLUMNS = "select instance, item, kind, desks, facts from processes.standing where process = %(process)s and "
_OF_MEMBER = _COLUMNS + "desks @> array[%(member)s] and kind = any(%(steps)s) order by instance, item"
_ASKED = _COLUMNS + ("facts -> 'tasks' <> '[]' and facts -> 'tasks' @> %(tasks)s::jsonb order by instance, item")
_MOVES = _COLUMNS + "desks @> array[%(member)s] and item = any(%(items)s) order by instance, item"
_ONE = _COLUMNS + "instance = %(instance)s and item = %(item)s and desks @> array[%(member)s]"
_TOGETHER = _COLUMNS + "facts -> 'groups' ?| %(groups)s order by instance, item"


class Row(NamedTuple):
    """A move; ``desks``: every municipality that was ever named in it."""

    instance: bytes
    item: bytes
    step: Step
    desks: frozenset[str]
    facts: Mapping[str, Any]

    @property
    def group(self) -> Mapping[str, Any] | None:
        """異動単位: whom this person moves together with."""
        found: Mapping[str, Any] | None = self.facts["group"]
        return found

    @property
    def groups(self) -> frozenset[str]:
        """Names of every 異動単位 that this move was ever said to be of: by these others hide with whoever hides."""
        return frozenset(self.facts["groups"])


class Standing(Protocol):
    """Looks the moves up that name a municipality, and never one that does not."""

    def of(self, member: str, steps: Collection[Step]) -> Sequence[Row]: ...

    def one(self, member: str, instance: bytes, item: bytes) -> Row | None: ...

    def asked(self, member: str) -> Sequence[Row]:
        """In which this desk has something to do, be it that only an office of its municipality has a part in them."""

    def moves(self, member: str, items: Collection[bytes]) -> Sequence[Row]:
        """Those of these that name this municipality."""

    def together(self, groups: Collection[str]) -> Sequence[Row]:
        """Everybody of these 異動単位 (``Row.groups``), whoever looks: if one of them hides, so do all."""


class PostgresStanding:
    """``opened``: a connection for each look."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def of(self, member: str, steps: Collection[Step]) -> Sequence[Row]:
        return self._all(_OF_MEMBER, member=member, steps=list(steps))

    def one(self, member: str, instance: bytes, item: bytes) -> Row | None:
        return next(iter(self._all(_ONE, member=member, instance=instance, item=item)), None)

    def asked(self, member: str) -> Sequence[Row]:
        return self._all(_ASKED, tasks=json.dumps([{"desk": member}]))

    def moves(self, member: str, items: Collection[bytes]) -> Sequence[Row]:
        return self._all(_MOVES, member=member, items=list(items))

    def together(self, groups: Collection[str]) -> Sequence[Row]:
        return self._all(_TOGETHER, groups=list(groups)) if groups else []

    def _all(self, statement: str, **values: Any) -> list[Row]:
        with self._opened() as connection:
            found = connection.execute(statement, values | {"process": NAME}).fetchall()
        return [
            Row(instance, item, Step(step), frozenset(desks), facts) for instance, item, step, desks, facts in found
        ]
