"""
Who has to answer was asked of policy and register: of rows that say something new about that time nobody may start.

As routing's lanes do; whoever was waited for would not be those who got the event.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kairan.loops import Effect
from kairan.stream import Incoming
from processors.moving.feeds import LOG
from processors.routing.notes import Note


@dataclass(frozen=True, slots=True)
class Noting:
    """Notes up to when the log was read before ``target`` applies it (``kairan.loops.Effect``)."""

    note: Note
    target: Effect

    def apply(self, batch: Sequence[Incoming]) -> None:
        if appended := [record.timestamp for record in batch if record.topic == LOG]:
            self.note.write(max(appended))
        self.target.apply(batch)
