"""A member that joins ever more handles of persons."""

from typing import Any

import pytest

from processors.routing.protection import ProtectionState
from tests.unit.processors.routing.world import claim, handle, link, measure

COUNT = 20_000


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("joining", "shape", "field"), [(link, "kairan.bus.Link", "same_as"), (claim, "kairan.bus.Claim", "claimed")]
)
def test_twenty_thousand_joined_handles_cost_each_event_no_more_than_two(joining: Any, shape: str, field: str) -> None:
    """Sets that were copied with every link took minutes: the timeout ended them."""
    state, hub = ProtectionState(), handle(1)
    for each in range(COUNT):
        joined = joining(1, 1) | {field: each.to_bytes(16)}
        state.take(shape, joined)
        state.evolve(measure("1") | {"handle": joined[field]})
        assert state.standing(joined[field]) != "none" != state.standing(hub)
