"""A task whose statement the member's database gave up begins again, by itself: nobody else is stopped for it."""

from collections.abc import Callable
from functools import partial
from threading import Event

from psycopg import Error

from kairan.logs import log
from kairan.loops import Stop

GIVEN_UP = frozenset({"40001", "40P01", "55P03", "57014"})
"""
SQLSTATEs of a transaction that the server undid for the sake of others, and that may go well when it is tried again:
it could not be serialized, met a deadlock, waited too long for a lock, or lasted too long for who runs the database.
"""
PAUSE_SECONDS = 1.0


def patient(task: Callable[[Stop], None]) -> Callable[[Stop], None]:
    """
    The task, begun again after a pause for as long as its statements are given up.

    It begins as after a crash, where the database says: what was undone is read and applied again.
    """
    return partial(_patiently, task)


def _patiently(task: Callable[[Stop], None], stop: Stop) -> None:
    while not stop():
        try:
            task(stop)
        except Error as error:
            if error.sqlstate not in GIVEN_UP:
                raise
            log().warning("begun again", alarm="the member's database gave a statement up", error=error.sqlstate)
            Event().wait(PAUSE_SECONDS)
