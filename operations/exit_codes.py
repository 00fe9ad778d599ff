"""What every command of ``kairan`` tells the script that called it. This is the one place that says so."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status."""

    FINE = 0
    """Done, and nothing to look at."""
    FAILED = 1
    """Not done; the last line says why and what to do."""
    USAGE = 2
    """The command line is wrong; nothing was done."""
    LOOK = 3
    """Done, and the answer wants attention: something differs, is parked, refused or does not run."""
