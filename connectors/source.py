"""What every source connector hands to a mapping, and what it gets back: no protocol, no vendor, no law."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

LARGEST_STATEMENT = 64 * 1024
"""Bytes of a record in ``in.<code>``; a larger one is refused before it is sent."""


class Problem(NamedTuple):
    """One thing that is wrong: reason code, field path, rule; never a value."""

    code: str
    path: str
    rule: str


@dataclass(frozen=True, slots=True)
class Change:
    """
    A change record of a source: which of its tables changed, and what it wrote down about it.

    ``payload`` is empty where it is too large or cannot be read; ``atena_number`` where only the payload tells it.
    """

    table: str
    payload: Mapping[str, Any]
    atena_number: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A statement as it will be sent, byte for byte, however often."""

    event_id: bytes
    topic: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Unmappable:
    """
    A change that no statement can say; all that is wrong with it.

    ``doubt`` is sent in its place where silence would uncover somebody.
    """

    problems: tuple[Problem, ...]
    doubt: Mapped | None = None


Mapper: TypeAlias = Callable[[Change], Mapped | Unmappable]
