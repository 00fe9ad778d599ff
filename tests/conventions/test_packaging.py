"""The rooms are ours alone: their names are generic, so a stranger's distribution could shadow them."""

from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOMS = ["kairan", "producers", "processors", "connectors", "gateway", "operations", "sandbox", "schemas"]
CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_installed_by_this_project_only(room: str) -> None:
    assert {"kairan"} >= set(packages_distributions().get(room, ["kairan"]))


@pytest.mark.parametrize("room", ROOMS)
def test_the_imported_room_lies_in_this_checkout(room: str) -> None:
    spec = find_spec(room)

    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).is_relative_to(CHECKOUT)
