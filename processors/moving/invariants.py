"""
What must hold of all procedures at any time (⊕ but for the notice, 住基法9条1項), asked of what they show.

A procedure's step follows from its facts by rules that keep these; here they are asked again, of the rows, by others.
No person, no municipality: counts only.
"""

from collections.abc import Mapping
from enum import StrEnum

from kairan.postgres import Connection
from processors.moving.household import Gathered
from processors.moving.steps import ENDED, Step
from processors.moving.tasks import TaskKind
from processors.runtime.process import UNSHOWN


class Rule(StrEnum):
    """Broken by what is counted under it."""

    TWO_RECORDS = "persons with two active records whom no desk was asked about"
    DEPARTURE = "arrivals without exactly one departure, and without a reason"
    NOTICE = "confirmed without a notice of the arrival"
    ANSWER = "completed while an answer is missing"
    TIMER = "open, and nobody would ever look again"
    CONFLICT = "conflicts that no desk was asked to decide"
    SHOWN = "cannot be shown, by a mistake of ours"


_UNWAITED = """
unwaited as (
    select s.kind from processes.standing s
    where (s.process = 'moving' and s.kind = any(%(open)s)
            or s.process = 'household' and s.kind = %(expected)s and s.facts ->> 'overdue_at' is not null)
        and not exists (
            select from processes.timer t
            where (t.process, t.instance) = (s.process, s.instance)
                and (s.process <> 'moving' or t.told ->> 'move' = encode(s.item, 'hex'))))
"""
_MOVES = """
moves as materialized (
    select instance, kind, facts ->> 'origin' as origin, facts ->> 'destination' as destination,
        facts ->> 'arrival' is not null as arrived, facts ->> 'notice' is not null as is_noticed,
        facts ->> 'closing' is not null as closed, (facts ->> 'departures')::int as departures,
        facts ->> 'undeclared' is not null as undeclared, (facts ->> 'is_from_member')::bool as is_from_member,
        (facts ->> 'answered')::int as answered, (facts ->> 'awaited')::int as awaited,
        kind = %(conflict)s and coalesce(
            facts -> 'tasks' @> jsonb_build_array(jsonb_build_object('kind', %(decide)s::text)), false) as asked
    from processes.standing where process = 'moving'),
records as (
    select instance, destination as place, 1 as number from moves where arrived
    union all
    select instance, origin, -1 from moves where arrived or closed),
several as (select instance from moves where arrived group by 1 having count(*) > 1),
lives as (
    select instance, place from records join several using (instance)
    where place is not null group by 1, 2 having sum(number) > 0),
doubled as (select instance from lives group by 1 having count(*) > 1),
"""
_OF_A_MOVE: Mapping[Rule, str] = {
    Rule.DEPARTURE: "arrived and kind <> %(conflict)s and departures <> 1 and not (departures = 0 and undeclared)",
    Rule.NOTICE: "kind = any(%(confirmed)s) and is_from_member and not is_noticed",
    Rule.ANSWER: "kind = %(completed)s and answered < awaited",
    Rule.CONFLICT: "kind = %(conflict)s and not asked",
}
_OF_OTHERS: Mapping[Rule, str] = {
    Rule.TWO_RECORDS: "select count(*) from doubled where instance not in (select instance from moves where asked)",
    Rule.TIMER: "select count(*) from unwaited",
    Rule.SHOWN: "select count(*) from processes.standing where kind = %(unshown)s",
}
_FILTERED = ", ".join(f"count(*) filter (where {each})" for each in (*_OF_A_MOVE.values(), "undeclared"))
_COUNTED = ", ".join(f"({each})" for each in _OF_OTHERS.values())
_BROKEN = f"with {_MOVES} {_UNWAITED} select {_COUNTED}, {_FILTERED} from moves"  # noqa: S608 - texts of this file
_AT_STEPS = f"""
with {_UNWAITED}, missing as (select kind, count(*) as number from unwaited group by kind)
select kind, count(*), coalesce(max(number), 0) from processes.standing left join missing using (kind)
where process = 'moving' and kind <> %(unshown)s group by kind"""  # noqa: S608 - the same
_HOUSEHOLDS = "select count(*) from processes.standing where process = 'household' and kind = %(behind)s"
_WORDS = {
    "conflict": Step.CONFLICT,
    "completed": Step.COMPLETED,
    "confirmed": [Step.CONFIRMED, Step.COMPLETED],
    "open": [step for step in Step if step not in ENDED],
    "decide": TaskKind.DECIDE,
    "unshown": UNSHOWN.kind,
    "expected": Gathered.EXPECTED,
    "behind": Gathered.BEHIND,
}


def broken(connection: Connection) -> tuple[dict[Rule, int], int]:
    """How often each is; and arrivals that nobody had declared, which is lawful and worth a look."""
    [(*counts, undeclared)] = connection.execute(_BROKEN.encode(), _WORDS).fetchall()
    return dict(zip((*_OF_OTHERS, *_OF_A_MOVE), counts, strict=True)), undeclared


def at_steps(connection: Connection) -> list[tuple[str, int, int]]:
    """Moves at each step, and how many of them wait for nothing."""
    return connection.execute(_AT_STEPS.encode(), _WORDS).fetchall()


def households_behind(connection: Connection) -> int:
    """Of whom somebody stays behind, which may be as they want it."""
    [(count,)] = connection.execute(_HOUSEHOLDS.encode(), _WORDS).fetchall()
    return int(count)
