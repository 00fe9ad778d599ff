"""Code made for sound statements finds what the checks of fields find, and no less."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.shapes import TYPES, shape
from kairan.testing.bodies import bodies, full_body
from processors.admission import fieldcode
from processors.admission.days import Days
from processors.admission.fields import MOST_ITEMS, checks_of
from tests.unit.processors.admission import statements as s

TODAY = Days(date.fromisoformat(s.TODAY), s.TODAY)
GOOD = ["1", "001", "2025-06-01", "1234567", s.YOKOHAMA, s.TSURUMI, "特例", "", "japanese"]


@st.composite
def bent(draw: st.DrawFn, value: Any) -> Any:
    """The value with some of its leaves exchanged."""
    match value:
        case dict():
            return {name: draw(bent(inner)) for name, inner in value.items()}
        case list():
            return [draw(bent(inner)) for inner in value] * draw(st.sampled_from([1, 1, 1, MOST_ITEMS + 1]))
        case str():
            return draw(st.sampled_from([value, value, value, *GOOD]))
        case int():
            return draw(st.sampled_from([value, value, value, 0, -1]))
    return value


@given(st.sampled_from(TYPES), st.data())
def test_any_body_has_the_problems_that_the_checks_find(type_: str, data: st.DataObject) -> None:
    statement = shape("statement", type_)
    body = dict.fromkeys(each.name for each in statement.body_fields) | s.body(type_)

    for each in (body, data.draw(bent(body)), data.draw(bent(full_body(statement))), data.draw(bodies(statement))):
        assert checks_of(statement)(each, TODAY) == fieldcode.problems_of(statement, each, TODAY)


@pytest.mark.parametrize("type_", TYPES)
def test_a_valid_statement_is_sound_at_once(type_: str) -> None:
    """Otherwise the code is right, but of no use."""
    statement = shape("statement", type_)
    body = dict.fromkeys(each.name for each in statement.body_fields) | s.body(type_)

    assert fieldcode._is_sound(statement)(body, TODAY)
