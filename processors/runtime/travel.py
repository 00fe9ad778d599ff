"""What time it is for a process that runs: the log's, or a sandbox's, whose clock can leap (docs/adr/0030)."""

from functools import partial

from kairan.postgres import Connection
from kairan.settings import Settings
from processors.runtime import tables
from processors.runtime.leaps import LeapError, Leaps


def played(settings: Settings, connection: Connection) -> Leaps:
    """
    The leaps that are written down in this database, looked for again and again.

    Raises:
        LeapError: servers are not the local stack's; deadlines of people would come weeks too early.

    """
    if (settings.postgres or settings.bootstrap) and tables.leaps(connection):
        raise LeapError("processes.leap is not empty: this database has been a sandbox's")
    return Leaps(partial(tables.leaps, connection))
