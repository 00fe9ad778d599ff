"""What time it is as the procedures and notices count it: in a sandbox its clock has leapt ahead."""

from collections.abc import Sequence

from kairan.postgres import Opened
from processors.runtime import tables
from processors.runtime.leaps import Leap, Leaps


def played(opened: Opened) -> Leaps:
    """By the leaps that are written down in the bus's own database."""

    def _read() -> Sequence[Leap]:
        with opened() as connection:
            return tables.leaps(connection)

    return Leaps(_read)
