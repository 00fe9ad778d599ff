"""
Households arrive together: a batch is read on until the group of its last statement is complete, if that comes soon.

Members of a household name each other, and only a statement of each tells which handle is whose (``decisions.py``).
No atomicity is promised: what does not come soon is admitted without.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from kairan import wire
from kairan.shapes import UnknownSchemaIdError
from kairan.stream import Incoming
from kairan.wire import NotDecodableError, NotFramedError

TRIES = 2
Group = tuple[str, int]


def completed(batch: Sequence[Incoming], more: Callable[[], Sequence[Incoming]]) -> list[Incoming]:
    """The batch, and what ``more`` brings as long as a household is incomplete."""
    found = list(batch)
    for _ in range(TRIES):
        if not _is_cut(found):
            break
        found += more()
    return found


def _is_cut(batch: Sequence[Incoming]) -> bool:
    """Does a topic's last statement belong to a group of which there should be more?"""
    topics = {record.topic: record for record in batch}
    return any(_is_incomplete(last, [each for each in batch if each.topic == last.topic]) for last in topics.values())


def _is_incomplete(last: Incoming, records: Sequence[Incoming]) -> bool:
    group = _group(last)
    if group is None or group[1] <= 1:
        return False
    return _count(takewhile(lambda record: _group(record) == group, reversed(records))) < group[1]


def _count(records: Iterable[Incoming]) -> int:
    return sum(1 for _ in records)


def _group(record: Incoming) -> Group | None:
    """Id and size of a statement's group; None where it has none or cannot be read."""
    try:
        group = wire.decode_envelope(record.value or b"").record.get("group")
    except (NotFramedError, UnknownSchemaIdError, NotDecodableError):
        return None
    return None if group is None else (group["id"], group["size"])
