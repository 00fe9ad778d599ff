"""What residents were told, by what rows of channels and of the journal hold: no counter of a process is asked."""

from typing import NamedTuple

from kairan.postgres import connect
from kairan.settings import Settings

_COUNTED = """
with wall as (select extract(epoch from now()) * 1000 as reads),
clock as (
    select reads + coalesce((select sum(forward) from processes.leap where since <= reads), 0) as now from wall),
copies as (
    select s.notice, c.ended,
        c.ended = 'expired' or coalesce(c.ended_at, (select now from clock)) > c.expires as is_late
    from channels.copy c join channels.sending s on s.id = c.sending
    where c.ended is null or c.ended in ('delivered', 'expired'))
select count(distinct notice) filter (where ended = 'delivered'), count(*) filter (where is_late) from copies"""
_WITHDRAWN = """
select count(distinct each -> 'notice' ->> 'id') from processes.journal, jsonb_path_query(sent, '$[*]') each
where process = 'notices' and each ->> 'word' = 'Withdraw'"""


class Told(NamedTuple):
    """
    Notices that were ``sent`` by any channel, and that were ``withdrawn`` later.

    ``late``: parts of sendings that reached nobody before there was nothing left to tell, or reached her after that.
    """

    sent: int
    withdrawn: int
    late: int


def told(settings: Settings) -> Told:
    """Of everybody together: not one person can be told from another."""
    with connect(settings.dsn("kairan")) as connection:
        [(sent, late)] = connection.execute(_COUNTED).fetchall()
        [(withdrawn,)] = connection.execute(_WITHDRAWN).fetchall()
    return Told(sent, withdrawn, late)
