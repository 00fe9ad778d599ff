"""
How many notices stand how, and by what residents were told; no person, no municipality.

Counted is what pages may show, and what was decided altogether. Of whoever hides no page shows anything, and what went
by a safe channel is not counted: how many there are is nobody's business either.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kairan.postgres import Connection
from kairan.settings import Settings
from operations.look import databases
from operations.look.procedures import Owed, demand_tables, owed
from processors.notices.feeds import READ
from processors.notices.showing import TASK

_STANDING = """
select facts ->> 'rule', facts ->> 'kind', kind, count(*) from processes.standing
where process = 'notices' and item <> '' and kind <> %s group by 1, 2, 3 order by 1, 2, 3"""
_FEEDBACK = """
select shown.facts ->> 'rule', said.verdict, count(*) from gateway.feedback said
join processes.standing shown on shown.process = 'notices' and (shown.instance, shown.item) = (said.handle, said.notice)
group by 1, 2 order by 1, 2"""
"""Of what its page still shows; what hides is not counted here either."""
_DECIDED = """
select each ->> 'word', coalesce(each -> 'sending' ->> 2, ''), coalesce(each -> 'sending' ->> 3, ''), count(*)
from processes.journal, jsonb_path_query(sent, '$[*]') each
where process = 'notices' and each ->> 'word' in ('Queue', 'Withdraw', 'StaffTask', 'Send')
group by 1, 2, 3 order by 2, 3"""
_SAFE = "safe"


class Standing(NamedTuple):
    """Notices of one rule that stand alike."""

    rule: str
    kind: str
    status: str
    notices: int


class Feedback(NamedTuple):
    """What residents say of the notices of one rule: it helped, it is unclear, it is wrong."""

    rule: str
    verdict: str
    residents: int


class Overview(NamedTuple):
    """
    ``told``, ``withdrawn``: how often so far; ``asked``: tasks for staff; ``sendings`` by class of channel.

    ``reminded``: how many of the sendings told of a day once more, before it came.
    """

    standing: list[Standing]
    told: int
    reminded: int
    withdrawn: int
    asked: int
    sendings: Mapping[str, int]
    feedback: Sequence[Feedback]
    owed: Owed

    def is_well(self) -> bool:
        """Nobody has to look."""
        return not (self.owed.held or self.owed.overdue)


def count(settings: Settings, now: int) -> Overview:
    """
    ``now`` is the wall's clock.

    Raises:
        StackError: the servers do not answer, or no process ever ran.

    """
    with databases.opened(settings, databases.BUS) as connection:
        demand_tables(connection)
        standing = [Standing(*row) for row in connection.execute(_STANDING, (TASK,)).fetchall()]
        decided = connection.execute(_DECIDED).fetchall()
        feedback = feedback_of(connection)
        waits = owed(connection, READ, now)
    counts, sendings, reminded = Counter[str](), Counter[str](), 0
    for word, channel, purpose, number in decided:
        counts[word] += number
        if word == "Send" and channel != _SAFE:
            sendings[channel] += number
            reminded += number * (purpose == "reminder")
    told, withdrawn, asked = (counts[word] for word in ("Queue", "Withdraw", "StaffTask"))
    return Overview(standing, told, reminded, withdrawn, asked, sendings, feedback, waits)


def feedback_of(connection: Connection) -> list[Feedback]:
    """None where the front door has not made its tables."""
    if not databases.has(connection, "gateway.feedback"):
        return []
    return [Feedback(*row) for row in connection.execute(_FEEDBACK).fetchall()]
