"""Residents' notices and moves as their processes show them (``processes.standing``): read, and nothing else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.residents.ports import Moved, Told
from kairan.identifiers import Handle, MunicipalityCode
from kairan.postgres import Opened, rows
from processors.notices.notices import NoticeId, OfficeOf, Status
from processors.notices.showing import TASK

HOLDS = frozenset({Status.QUEUED, Status.SENT})
SHOWN = HOLDS | {Status.WITHDRAWN}
"""What a later fact shows done, and what another wording has replaced, is not on the page any more."""


@dataclass(frozen=True)
class PostgresEntries:
    """
    See ``gateway.residents.ports.Entries``.

    A closed page has no rows, and looks like one on which nothing is; nor has what was not told yet, or never was.
    """

    opened: Opened

    def of(self, person: Handle) -> Sequence[Told]:
        found = rows(
            self.opened,
            "select item, kind, facts from processes.standing where process = 'notices' and instance = %s",
            (bytes(person),),
        )
        return on_the_page(found)

    def versions(self, people: Collection[Handle]) -> Mapping[Handle, str]:
        found = rows(
            self.opened,
            "select instance, md5(string_agg(encode(item, 'hex') || kind || facts::text, ',' order by item))"
            " from processes.standing where process = 'notices' and kind <> %s and instance = any(%s)"
            " group by instance",
            (TASK, [bytes(each) for each in people]),
        )
        return {Handle(instance): version for instance, version in found}


@dataclass(frozen=True)
class PostgresMoves:
    """See ``gateway.residents.ports.Moves``."""

    opened: Opened

    def of(self, person: Handle) -> Sequence[Moved]:
        statement = "select kind, facts from processes.standing where process = 'moving' and instance = %s"
        found = rows(self.opened, statement, (bytes(person),))
        return sorted((Moved.of(kind, facts) for kind, facts in found), key=lambda move: -move.begun)


def on_the_page(rows: Iterable[tuple[bytes, str, Mapping[str, Any]]]) -> Sequence[Told]:
    """Of what the process shows (item, status, facts), the newest first."""
    told = [_told(*row) for row in rows if row[1] in SHOWN and row[2]["told"] is not None]
    return sorted(told, key=lambda each: (-each.at, each.id))


def _told(item: bytes, kind: str, facts: Mapping[str, Any]) -> Told:
    return Told(
        NoticeId(item),
        facts["rule"],
        OfficeOf(MunicipalityCode(facts["office"]), facts["business"]),
        date.fromisoformat(facts["due"]) if facts["due"] else None,
        facts["told"],
        kind in HOLDS,
        facts["wording"],
        facts.get("why"),
        facts.get("over"),
    )
