"""Where a process may die: the failpoints of the real code, and between two records of a wave."""

import sys
from collections import Counter
from collections.abc import Sequence

import pytest

from connectors.postgres import sink
from kairan import loops
from kairan.failpoints import failpoint
from kairan.stream import Position
from kairan.testing import MemoryWriter
from processors.admission import process as admission_process


class Killed(BaseException):
    """What SIGKILL is to a process: no ``except`` of its own sees it."""


def seam(name: str) -> None:
    """A place where a process may die."""
    failpoint(name)


class Seams:
    """Stands where the failpoints are: counts which are passed, and kills at one of them, once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, kill: str | None = None, passing: int = 1) -> None:
        self.passed: Counter[str] = Counter()
        self.killed = False
        self._kill = kill
        self._passing = passing
        for module in (loops, sink, admission_process, sys.modules[__name__]):
            monkeypatch.setattr(module, "failpoint", self)

    def __call__(self, name: str) -> None:
        self.passed[name] += 1
        if name == self._kill and self.passed[name] == self._passing:
            self.killed = True
            raise Killed(name)


class TornWriter(MemoryWriter):
    """Stores one record after the other, so that a death leaves a part of what was sent."""

    def confirm(self) -> Sequence[Position]:
        positions, sent = [], self._sent
        self._sent = []
        for record in sent:
            positions.append(self._broker.append(record))
            failpoint("writer.between-records")
        return positions
