"""Pure functions of things that never change need not work out again what they were asked before."""

from collections.abc import Callable
from functools import wraps
from operator import is_
from typing import TypeVar, TypeVarTuple

Asked = TypeVarTuple("Asked")
Found = TypeVar("Found")
Thing = TypeVar("Thing")
_MOST = 8


def kept_with_it(function: Callable[[Thing], Found]) -> Callable[[Thing], Found]:
    """Asks once of each thing: what was found is kept in the thing itself, and so for as long as that is."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def _asked(thing: Thing) -> Found:
        kept = vars(thing)
        if name not in kept:
            kept[name] = function(thing)
        found: Found = kept[name]
        return found

    return _asked


def remembering(function: Callable[[*Asked], Found]) -> Callable[[*Asked], Found]:
    """
    Answers the last few questions about the very same objects without asking again.

    By identity, because a state is large and has no hash. What is remembered is kept alive, so that no other object can
    take its place; whoever shares the function between threads loses memory at most, never an answer.
    """
    recent: tuple[tuple[tuple[*Asked], Found], ...] = ()

    @wraps(function)
    def _asked(*given: *Asked) -> Found:
        nonlocal recent
        for former, found in recent:
            if all(map(is_, former, given)):
                return found
        found = function(*given)
        recent = ((given, found), *recent[: _MOST - 1])
        return found

    return _asked
