"""Asks the separate checker and the ledger about the stack, and remembers what was already wrong."""

from collections.abc import Iterable

from kairan.settings import Settings
from operations.look.reconciling import compare
from sandbox import checker
from sandbox.checker import Findings, Planted

PROMISES = (
    "lost",
    "duplicate_effects",
    "out_of_order",
    "unentitled_fields",
    "protected_disclosed",
    "altered_values",
    "missing_fields",
)


class Auditor:
    """
    One for all journeys.

    What one of them broke stays broken: only that one shall fail, so each is asked for what it has added.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._planted: set[Planted] = set()
        self._known = dict.fromkeys((*PROMISES, "differences between log and ledger"), 0)

    def plant(self, rows: Iterable[Planted]) -> None:
        """Outbox rows that are meant to be refused."""
        self._planted.update(rows)

    def finds_nothing(self) -> Findings:
        """Nothing was lost, doubled, out of order or disclosed since the last time, and log and ledger agree."""
        found = checker.check(self._settings, self._planted)
        compared = compare(self._settings)
        answer = compared.answer
        differences = len(answer.findings) + len(answer.unreceipted) + len(compared.seams)
        now = {name: getattr(found, name) for name in PROMISES} | {"differences between log and ledger": differences}
        before, self._known = self._known, now
        more = {name: now[name] - before[name] for name in now if now[name] != before[name]}
        assert not more, (more, found.examples, answer.findings[:5], answer.unreceipted[:5], compared.seams[:5])
        return found
