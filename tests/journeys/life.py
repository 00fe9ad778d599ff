"""A nation's life in stretches: clerks go on registering while a test makes the bus stumble."""

from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile

from kairan.settings import Settings
from sandbox import run
from sandbox.run import Progress, Sandbox

PATIENCE = 120.0
"""Of clerks whose servers come back meanwhile, on a machine that others use too; who waits for nothing ends at once."""


class Life:
    """What is left of a nation's plan."""

    def __init__(self, settings: Settings, seed: int, facts: int) -> None:
        self._sandbox = run.prepare(settings, seed, facts)
        self._acts = list(self._sandbox.plan.acts)

    def populate(self) -> None:
        run.populate(self._sandbox)

    def go_on(
        self, facts: int, *, rate: float = 0, midway: Callable[[], None] = lambda: None, patience: float = PATIENCE
    ) -> None:
        """
        Registers the next so many facts; nobody may wait in vain, for so many seconds, for what the bus has to bring.

        ``midway`` is done once, by the clerks themselves, between two of their transactions.
        """
        todo = [midway]

        def _look(progress: Progress) -> None:
            if todo and 2 * progress.facts >= facts:
                todo.pop()()

        progress = run.live(self._stretch(facts), rate=rate, patience=patience, on_progress=_look)
        assert (progress.planned, 0) == (progress.facts, progress.waiting), (
            "clerks wait for what the bus does not bring"
        )

    def pass_tax_runs(self) -> None:
        """Life may begin with a tax run: until it is over nothing comes by the live lane."""
        runs = takewhile(lambda act: all(step.into == "tax_assessment" for step in act.steps), self._acts)
        if facts := sum(act.facts for act in runs):
            self.go_on(facts)

    @property
    def facts_ahead(self) -> int:
        return sum(act.facts for act in self._acts)

    def close(self) -> None:
        self._sandbox.close()

    def _stretch(self, facts: int) -> Sandbox:
        taken, count = [], 0
        while count < facts and self._acts:
            taken.append(self._acts.pop(0))
            count += taken[-1].facts
        assert count >= facts, "the nation's life is over: give it more facts"
        return replace(self._sandbox, plan=replace(self._sandbox.plan, acts=tuple(taken), bad=()))
