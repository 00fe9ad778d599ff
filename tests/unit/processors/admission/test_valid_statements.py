import pytest

from kairan.shapes import TYPES
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World


@pytest.mark.parametrize("type_", TYPES)
def test_a_valid_statement_of_every_type_is_admitted(type_: str) -> None:
    world = World()

    events = world.admit(s.statement(type_))

    assert ([], [type_]) == (world.codes(), [event["type"] for event in events])
