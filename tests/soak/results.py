"""``docs/reliability/RESULTS.md``: which faults were played, how often, and what came of it."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

PAGE = Path(__file__).parents[2] / "docs/reliability/RESULTS.md"
IN_TIME = 15
"""Seconds from healing until nothing waits any more."""
HEAD = f"""# Faults: what was done to the bus, and what came of it

Written by the matrix (`make soak`; `.ci/run` plays a short one) and by nobody else; what each fault is,
[faults](faults.md) says. Clerks register ten facts a second meanwhile. "Nothing" means: nothing lost, no double effect,
order kept, nothing disclosed, and the log reconciles with the ledger. Recovery is the time from healing until nothing
waits any more, the slowest of all runs; the aim is {IN_TIME} s.

| fault | runs | seeds | found afterwards | slowest recovery |
|---|---|---|---|---|
"""


class Run(NamedTuple):
    """``found``: what was wrong afterwards; ``not_run``: why this machine does not allow it; seconds to recover."""

    fault: str
    seed: int
    found: str = ""
    not_run: str = ""
    recovery: float | None = None

    @property
    def failed(self) -> bool:
        return bool(self.found)

    def told(self) -> str:
        outcome = self.found or (f"not run: {self.not_run}" if self.not_run else "nothing found")
        slow = "" if self.recovery is None else f", recovered in {self.recovery:.1f} s"
        return f"seed {self.seed}: {self.fault}: {outcome}{slow}"


def page(faults: Iterable[str], runs: Sequence[Run], seed: int) -> str:
    """Every fault has its row, also one that nobody came to."""
    rows = (_row(fault, [run for run in runs if run.fault == fault]) for fault in faults)
    return HEAD + "".join(rows) + f"\nThe order of the runs follows from `KAIRAN_SOAK_SEED={seed}`.\n"


def _row(fault: str, its: Sequence[Run]) -> str:
    seeds = ", ".join(str(run.seed) for run in its)
    return f"| {fault} | {len(its)} | {seeds} | {_outcome(its)} | {_slowest(its)} |\n"


def _outcome(its: Sequence[Run]) -> str:
    if not its:
        return "not played"
    if wrong := [run.seed for run in its if run.failed]:
        return f"**failed** with seed {', '.join(map(str, wrong))}"
    return f"not run: {its[0].not_run}" if its[0].not_run else "nothing"


def _slowest(its: Sequence[Run]) -> str:
    known = [run.recovery for run in its if run.recovery is not None]
    if not known:
        return "–"
    return f"{max(known):.1f} s" + ("" if max(known) <= IN_TIME else ": **missed**")
