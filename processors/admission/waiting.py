"""What waits in a process is counted in memory, for all its members together: it has 300 MB, whatever they send."""

from kairan.stream import Incoming

OF_LANES = 32 * 1024 * 1024
"""Bytes for bulk records that wait for their live lanes."""
OF_HOUSEHOLDS = 16 * 1024 * 1024
"""Bytes for households that wait for their rest."""
AT_ONCE = 4 * 1024 * 1024
"""Bytes that go on together, as much as is read ahead: a batch decoded is many times as large."""
_BESIDE = 320
"""What Python needs for a record beside its key and its value: six objects, their tuple and its place in a list."""


def cost(record: Incoming) -> int:
    """Bytes of memory that a record takes while it waits."""
    return _BESIDE + len(record.key or b"") + len(record.value or b"")
