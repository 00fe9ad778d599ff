"""
Minimising a body by splicing bytes: a granted field's bytes are copied, any other becomes null.

Nothing is decoded or encoded: a null is the single byte ``00``, because every body field is ``["null", T]``.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby


def body(value: bytes, boundaries: Sequence[int], granted: frozenset[int]) -> bytes:
    """The body with the granted fields only, by their indexes; ``boundaries`` are the scanner's."""
    return b"".join(
        [
            value[boundaries[start] : boundaries[end]] if copied else NULLS[end - start]
            for copied, start, end in runs(granted, len(boundaries) - 1)
        ]
    )


NULLS = tuple(bytes(count) for count in range(256))


@lru_cache(maxsize=4096)
def runs(granted: frozenset[int], fields: int) -> tuple[tuple[bool, int, int], ...]:
    """Neighbours of the same kind as one run: copied or not, first field, field behind the last."""
    found = []
    for copied, members in groupby(range(fields), granted.__contains__):
        indexes = list(members)
        found.append((copied, indexes[0], indexes[-1] + 1))
    return tuple(found)
