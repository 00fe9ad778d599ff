from kairan.shapes import TYPES
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World


def test_a_valid_statement_of_every_type_is_admitted() -> None:
    admitted: dict[str, tuple[list[str], list[str]]] = {}
    for type_ in TYPES:
        world = World()
        events = world.admit(s.statement(type_))
        admitted[type_] = world.codes(), [event["type"] for event in events]

    assert admitted == {type_: ([], [type_]) for type_ in TYPES}
