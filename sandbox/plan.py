"""The whole of what happens to a nation, as a function of its options: the initial load, life, bad inputs."""

from dataclasses import dataclass
from datetime import date
from random import Random

from sandbox import (
    amendments,
    bad_inputs,
    borders,
    corrections,
    households,
    loading,
    measures,
    moves,
    population,
    taxes,
)
from sandbox.acts import Act
from sandbox.bad_inputs import BadInput
from sandbox.draw import Draw
from sandbox.life import Kinds, Life, stream
from sandbox.nation import Nation

LOADED_SHARE = 0.4
"""Of all facts: who is there at the beginning."""

ANOTHER = 1_000_003
"""Parts the seeds of one run from those of the next."""

KINDS = Kinds(
    (
        (moves.move, 11, True),
        (borders.come, 6, True),
        (borders.leave, 5, True),
        (borders.remove, 1, False),
        (households.relocate, 14, True),
        (households.bear, 8, False),
        (households.die, 10, False),
        (households.split, 4, False),
        (households.change_head, 3, False),
        (amendments.amend, 16, False),
        (amendments.naturalise, 0.5, False),
        (taxes.reassess, 4, False),
        (measures.begin, 0.6, False),
        (measures.extend_or_end, 1, False),
        (measures.lift, 1, False),
        (loading.leave_provisional, 1, False),
        (corrections.correct, 9, False),
        (corrections.correct_old, 2, False),
    ),
    amendments.amend,
)


@dataclass(frozen=True, kw_only=True)
class Options:
    """
    What a nation follows from.

    ``facts``: how many are registered for the bus in all, bad inputs apart. ``today``: no 異動日 lies behind it.
    ``run``: the how manieth nation in the same databases; each has its own numbers and its own people, since a clerk
    finds an announced arrival by name and birth date.
    """

    seed: int
    members: tuple[str, ...]
    facts: int
    today: date
    bad_inputs: int = 0
    run: int = 0


@dataclass(frozen=True)
class Plan:
    """Acts in their order; ``loads`` come first and depend on nothing; ``bad`` may come anywhere between the others."""

    loads: tuple[Act, ...]
    acts: tuple[Act, ...]
    bad: tuple[BadInput, ...]


def plan(options: Options) -> Plan:
    """Registers exactly so many facts."""
    draw = Draw(Random(options.seed + options.run * ANOTHER), options.today, Nation(options.members), options.run)
    population.populate(draw, int(options.facts * LOADED_SHARE))
    loads = tuple(loading.load(draw))
    life = Life(draw)
    bad = tuple(bad_inputs.draw_some(draw, life.busy, options.bad_inputs))
    left = options.facts - sum(act.facts for act in loads)
    return Plan(loads, tuple(stream(life, KINDS, left, taxes.runs(life, left))), bad)
