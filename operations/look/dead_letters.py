"""
What residents were to be told and were not, and nobody tries any more; no person, no municipality, no address.

Safe channels are counted too, unlike elsewhere: of somebody who was told nothing by the only way there is, somebody has
to know, and how many protected people there are a few dead letters do not say.
"""

from typing import NamedTuple

from kairan.settings import Settings
from operations.look import databases
from operations.stack.errors import StackError

_DEAD = """
select c.means, s.class, c.ended, count(*) from channels.copy c join channels.sending s on s.id = c.sending
where c.ended in ('expired', 'failed') group by 1, 2, 3
union all select '', '', error, count(*) from channels.unreadable group by error
order by 1, 2, 3"""


class Dead(NamedTuple):
    """
    Letters that died alike.

    ``reason``: ``expired`` (nobody could be reached in time), ``failed`` (a mistake of ours, twice), or the error by
    which a record could not be read at all; then nobody knows its ``means`` and its ``channel``, the class.
    """

    means: str
    channel: str
    reason: str
    letters: int


def count(settings: Settings) -> list[Dead]:
    """
    All that are kept.

    Raises:
        StackError: the servers do not answer, or no channel ever ran.

    """
    with databases.opened(settings, databases.BUS) as connection:
        if not databases.has(connection, "channels.copy"):
            raise StackError("The bus's database has no channels yet: run `kairan up`.")
        return [Dead(*row) for row in connection.execute(_DEAD).fetchall()]
