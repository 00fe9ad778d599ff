"""Valid bytes bent at random, as a function of a seed: flips, insertions, cuts, doublings, splices, other varints."""

import random
from collections.abc import Callable, Sequence

from tests.hostile.raw import varint

Random = random.Random
Mutation = Callable[[Random, bytearray, Sequence[bytes]], None]
EXTREMES = (0, -1, 1, 63, 64, 2**31 - 1, 2**31, -(2**31) - 1, 2**35, 2**63 - 1, -(2**63), 2**64)
FRAME = 5


def mutated(seed: int, valid: Sequence[bytes]) -> bytes:
    """One to three mutations of one of these; the frame stays, or nothing but it would be tested."""
    draw = random.Random(seed)
    value = bytearray(draw.choice(valid))
    for _ in range(draw.choice((1, 1, 2, 3))):
        draw.choice(MUTATIONS)(draw, value, valid)
    return bytes(value)


def _at(draw: Random, value: bytearray) -> int:
    return draw.randrange(FRAME, max(len(value), FRAME + 1))


def _flip(draw: Random, value: bytearray, _valid: Sequence[bytes]) -> None:
    if len(value) > FRAME:
        value[_at(draw, value)] ^= 1 << draw.randrange(8)


def _replace(draw: Random, value: bytearray, _valid: Sequence[bytes]) -> None:
    if len(value) > FRAME:
        value[_at(draw, value)] = draw.choice((0, 1, 2, 3, 4, 127, 128, 255, draw.randrange(256)))


def _insert(draw: Random, value: bytearray, _valid: Sequence[bytes]) -> None:
    at = _at(draw, value)
    value[at:at] = draw.randbytes(draw.randint(1, 3))


def _cut(draw: Random, value: bytearray, _valid: Sequence[bytes]) -> None:
    at = _at(draw, value)
    del value[at : at + draw.randint(1, 4)]


def _end(draw: Random, value: bytearray, _valid: Sequence[bytes]) -> None:
    del value[_at(draw, value) :]


def _double(draw: Random, value: bytearray, _valid: Sequence[bytes]) -> None:
    at = _at(draw, value)
    value[at:at] = value[at : at + draw.randint(1, 40)]


def _splice(draw: Random, value: bytearray, valid: Sequence[bytes]) -> None:
    """The end of another statement behind the beginning of this one, often of the same place."""
    other, at = draw.choice(valid), _at(draw, value)
    value[at:] = other[min(at, len(other)) if draw.random() < 0.5 else draw.randrange(FRAME, len(other)) :]


def _pad(draw: Random, value: bytearray, _valid: Sequence[bytes]) -> None:
    """A varint of one byte in more bytes than it needs."""
    at = _at(draw, value)
    if at < len(value) and value[at] < 128:
        value[at : at + 1] = bytes([value[at] | 128, *[128] * draw.randrange(3), 0])


def _extreme(draw: Random, value: bytearray, _valid: Sequence[bytes]) -> None:
    at = _at(draw, value)
    value[at : at + 1] = varint(draw.choice(EXTREMES))


MUTATIONS: tuple[Mutation, ...] = (_flip, _replace, _insert, _cut, _end, _double, _splice, _pad, _extreme)
