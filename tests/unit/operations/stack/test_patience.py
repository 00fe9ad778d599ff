"""How long the broker may take for what it is told: as long as it gets further."""

from concurrent.futures import Future
from typing import TYPE_CHECKING, cast

import pytest

from kairan.topics import Durability
from operations.stack import admin, provision
from operations.stack.changes import Changes
from operations.stack.errors import StackError
from tests.unit.processors.routing.world import register

if TYPE_CHECKING:
    from operations.stack.admin import Admin
    from operations.stack.principals import Principals

NOTHING = Changes({}, {}, {}, (), frozenset(), frozenset(), {}, ())


def test_a_request_that_the_broker_does_not_answer_is_told_as_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "SECONDS", 0)

    with pytest.raises(StackError, match="run the same again"):
        admin._done({"a right": Future()})


def shown(monkeypatch: pytest.MonkeyPatch, *missing: int) -> list[int]:
    """
    A broker that lacks so many topics, look after look, a little more than half the patience apart.

    What was not looked at any more.
    """
    looks, clock = iter(missing), iter(range(0, 1000, provision.SETTLE_SECONDS // 2 + 1))
    left = lambda *_: NOTHING._replace(create={f"in.{each}": {} for each in range(next(looks))})  # noqa: E731
    monkeypatch.setattr(provision, "differences", left)
    monkeypatch.setattr(provision.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(provision.time, "sleep", lambda _: None)
    provision._await_shown(cast("Admin", None), register(), Durability(1, 1), cast("Principals", None))
    return list(looks)


def test_what_gets_further_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [] == shown(monkeypatch, 5, 4, 3, 2, 1, 0)


def test_what_stands_still_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StackError, match="does not show"):
        shown(monkeypatch, 5, *[4] * 9)
