"""Every planted bug is caught by a seed; without bugs the same seeds find nothing (``test_seeds.py``)."""

import re

import pytest

from tests.simulation.plants import PLANTS, Plant, catch


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_bug_is_caught(plant: Plant) -> None:
    found = catch(plant).found

    assert found is not None
    assert not re.search("AttributeError|KeyError|TypeError", found), "the bug or the verdict breaks, not a promise"


def test_there_are_sixteen_bugs_or_more_and_each_is_another() -> None:
    assert 16 <= len(PLANTS) == len({plant.name for plant in PLANTS})
