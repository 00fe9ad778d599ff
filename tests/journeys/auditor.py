"""Asks the separate checker and the ledger about the stack, and remembers what was already wrong."""

from collections.abc import Iterable

from kairan.settings import Settings
from operations.look.reconciling import compare
from operations.look.recounting import recount
from sandbox import checker
from sandbox.checker import FAULTS, Planted

DIFFERENCES = "differences between log and ledger"
CELLS = "cells of statistics that differ from the log"


class Auditor:
    """
    One for all journeys.

    What one of them broke stays broken: only that one shall fail, so each is asked for what it has added.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._planted: set[Planted] = set()
        self._known = dict.fromkeys((*FAULTS, DIFFERENCES, CELLS), 0)

    def plant(self, rows: Iterable[Planted]) -> None:
        """Outbox rows that are meant to be refused."""
        self._planted.update(rows)

    def found(self) -> list[str]:
        """What is lost, doubled, out of order or disclosed since the last time, or differs from the log."""
        findings = checker.check(self._settings, self._planted)
        compared = compare(self._settings)
        answer = compared.answer
        differences = len(answer.findings) + len(answer.unreceipted) + len(compared.seams)
        cells = sum(each.cells for each in recount(self._settings).differing)
        now = {name: getattr(findings, name) for name in FAULTS} | {DIFFERENCES: differences, CELLS: cells}
        before, self._known = self._known, now
        more = [f"{name}: {now[name] - before[name]} more" for name in now if now[name] != before[name]]
        examples = (*findings.examples, *answer.findings[:5], *answer.unreceipted[:5], *compared.seams[:5])
        return [*more, *map(str, examples)] if more else []
