"""
How workers share a process: by partition, for an instance's inputs lie in the same one of every topic.

The first worker also keeps the clock, sends letters and hears answers for all: none of it grows with the load.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kairan.partitioning import LOG_PARTITIONS, partition_of

_SHARE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})")


class ShareError(ValueError):
    """What is no share of a process."""


class Share(NamedTuple):
    """Worker ``number``, from 0, ``of`` so many."""

    number: int = 0
    of: int = 1

    @classmethod
    def parse(cls, text: str) -> "Share":
        """``0/3``: the first of three; raises ShareError."""
        found = _SHARE.fullmatch(text)
        share = cls(*map(int, found.groups())) if found else cls(0, 0)
        if not share.number < share.of <= LOG_PARTITIONS:
            raise ShareError(f"a share is a worker's number and how many there are, 0/1 to 23/24, not {text!r}")
        return share

    @property
    def is_first(self) -> bool:
        return self.number == 0

    @property
    def partitions(self) -> frozenset[int]:
        return frozenset(range(self.number, LOG_PARTITIONS, self.of))

    def has(self, instance: bytes) -> bool:
        return partition_of(instance) in self.partitions

    def rights(self, principal: str) -> Iterator[str]:
        """The locks that it holds as long as it lives, so that no two consume the same."""
        if self.is_first:
            yield principal
        yield from (f"{principal}.{partition}" for partition in sorted(self.partitions))


WHOLE = Share()


def given(module: str, arguments: Sequence[str]) -> Share:
    """What ``python -m module`` was told; nothing: the whole. Ends the program where that is no share."""
    try:
        return Share.parse(arguments[0]) if arguments else WHOLE
    except ShareError as error:
        sys.exit(f"usage: python -m {module} [0/1]: {error}")
