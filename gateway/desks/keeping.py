"""Which municipality keeps somebody's current resident record, by what the bus knows; in doubt none does."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from kairan.identifiers import Handle
from kairan.postgres import Connection
from processors.disclosures import store
from processors.moving.steps import Step

_MOVES = "select kind, facts from processes.standing where process = 'moving' and instance = %s"
_READABLE = frozenset(Step) - {Step.CONFLICT}
_LEFT = ("departure", "notice", "closing")


class Records(NamedTuple):
    """
    What is known of one person.

    ``moves``: the step and the facts of each, as ``processes.standing`` has them. ``stated``: every municipality whose
    resident record ever stated anything of her.
    """

    moves: Sequence[tuple[str, Mapping[str, Any]]]
    stated: frozenset[str]


def keeper(known: Records) -> str | None:
    """None: she is on her way, has two records, or nobody can tell."""
    if any(step not in _READABLE or facts["rival"] for step, facts in known.moves):
        return None
    moved = _moved(known)
    lives = _lives(moved) if moved else known.stated
    return next(iter(lives)) if len(lives) == 1 else None


def last_keepers(known: Records) -> frozenset[str]:
    """
    Who keeps her record; where nobody can tell, each that kept it last: of who is on her way the origin.

    A place where she is only expected is none of them.
    """
    if place := keeper(known):
        return frozenset({place})
    doubted = [facts for step, facts in known.moves if step not in _READABLE or facts["rival"]]
    last = doubted or _moved(known)[-1:]
    kept = {facts[name] for facts in last for name in ("origin", "rival")}
    kept |= {facts["destination"] for facts in last if facts["arrival"]}
    return frozenset(filter(None, kept)) or known.stated


def _moved(known: Records) -> Sequence[Mapping[str, Any]]:
    """The moves of which anything was booked, in their order."""
    moved = [facts for _, facts in known.moves if facts["arrival"] or any(facts[name] for name in _LEFT)]
    return sorted(moved, key=lambda facts: int(facts["begun"]))


def _lives(moved: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Where she arrived and did not leave; who only left is nowhere, also while the old record is still open."""
    lives = frozenset[str]()
    for facts in moved:
        lives -= {facts["origin"]}
        lives |= {facts["destination"]} if facts["arrival"] else set()
    return lives


class Keeping(Protocol):
    """Asked of one person at a time, whoever looks; a page shows nothing of it."""

    def of(self, person: Handle) -> Records: ...


@dataclass(frozen=True)
class PostgresKeeping:
    """See ``Keeping``: on the bus's own database."""

    opened: Callable[[], AbstractContextManager[Connection]]

    def of(self, person: Handle) -> Records:
        with self.opened() as connection:
            moves = connection.execute(_MOVES, (bytes(person),)).fetchall()
            entries = store.of(connection, person)
        return Records(moves, frozenset(entry.municipality for entry in entries if entry.is_of_her_home))
