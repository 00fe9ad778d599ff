"""What every command of ``kairan`` tells the script that called it. This is the one place that says so."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status."""

    FINE = 0
    """Done, and nothing to look at."""
    FAILED = 1
    """Not done; the last line says why and what to do."""
    USAGE = 2
    """
    Not understood, nothing was done: the command line is wrong, or nothing here has a name on it.

    That is an event, an outbox row, a topic, a channel, a member or a business that is not known at all.
    """
    LOOK = 3
    """
    Done, and the answer wants attention: something differs, waits, is parked, refused or does not run.

    So a fact that is known and was refused, or is not admitted yet, is this for every command that shows it.
    """
