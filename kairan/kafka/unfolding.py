"""
A batch that nobody can unfold is passed over: where it ends is found by trying, because it cannot be read.

The client names the offset at which the batch begins, wherever in it one reads. So each try tells whether that place
belongs to it, and the distance to the topic's end is halved: twenty tries for a million records.
"""

from dataclasses import dataclass


@dataclass
class Unfolding:
    """The search for the end of a batch: ``bad`` lies in it, ``good`` does not; ``probe`` is tried now."""

    base: int
    good: int
    bad: int = -1
    probe: int = -1

    def __post_init__(self) -> None:
        self.bad = self.base
        self.probe = self.bad + 1
        """Most such batches hold one record."""

    @property
    def is_over(self) -> bool:
        return self.good - self.bad <= 1

    def learn(self, base: int | None) -> None:
        """At ``probe`` lay a batch that begins at ``base`` and cannot be unfolded; None: something that can be read."""
        if base == self.base:
            self.bad = self.probe
        else:
            self.good = self.probe
        self.probe = (self.bad + self.good) // 2
