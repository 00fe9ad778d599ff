"""Small nations for the properties of the sandbox; each is played once and looked at from many sides."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from random import Random  # noqa: TID251 - the sandbox draws from one seed
from typing import Any

from sandbox import moves, population, register, taxes
from sandbox.acts import Act, Step
from sandbox.amendments import amend
from sandbox.draw import Draw
from sandbox.life import Kinds, Life, stream
from sandbox.loading import load
from sandbox.nation import Nation
from sandbox.plan import KINDS

TODAY = date(2026, 11, 22)
SEEDS = (7, 11)


@dataclass(frozen=True)
class Lived:
    """A nation after its life, and the acts that made it so."""

    draw: Draw
    acts: tuple[Act, ...]


def born(seed: int, size: int, members: tuple[str, ...] = register.DEFAULT) -> Draw:
    draw = Draw(Random(seed), TODAY, Nation(members))  # noqa: S311 - a nation, not a secret
    population.populate(draw, size)
    return draw


@cache
def moved(seed: int) -> Lived:
    """A nation in which people do nothing but move between members."""
    draw = born(seed, 90)
    return Lived(draw, tuple(stream(Life(draw), Kinds(((moves.move, 1, True),), amend), 900)))


@cache
def lived(seed: int) -> Lived:
    draw = born(seed, 90)
    loads = tuple(load(draw))
    life = Life(draw)
    return Lived(draw, (*loads, *stream(life, KINDS, 250, taxes.runs(life, 250))))


def steps_of(acts: tuple[Act, ...], *into: str) -> Iterator[tuple[Act, Step]]:
    return ((act, step) for act in acts for step in act.steps if not into or step.into in into)


def texts(value: Any) -> Iterator[str]:
    """Every string in a form."""
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from texts(item)
        case list() | tuple():
            for item in value:
                yield from texts(item)
