"""What every store of the desks' pages keeps; the pages run on those in memory as on PostgreSQL's."""

from collections.abc import Sequence

import pytest

from gateway.desks.standing import Row, Standing
from processors.moving.steps import Step

A, B, C = "131237", "122033", "143014"
GROUP, OTHER = f"{A}:g", f"{A}:h"


def row(number: int, *desks: str, step: Step = Step.DECLARED, groups: Sequence[str] = ()) -> Row:
    facts = {"groups": list(groups), "destination": B, "tasks": [{"kind": "close", "desk": A, "about": None}]}
    return Row(bytes([number]) * 16, bytes([100 + number]) * 16, step, frozenset(desks), facts)


ROWS = [
    row(1, A, B, groups=[GROUP]),
    row(2, A, B, step=Step.CONFLICT),
    row(3, A, C, groups=["143014:9", GROUP]),
    row(4, C),
    row(5, A, C, groups=[OTHER]),
]


class StandingSuite:
    @pytest.fixture
    def standing(self) -> Standing:
        """Of ``ROWS``."""
        raise NotImplementedError

    def test_a_municipality_has_the_moves_that_name_it_at_the_steps_that_are_asked_for(
        self, standing: Standing
    ) -> None:
        assert [ROWS[0]] == standing.of(B, [Step.DECLARED])
        assert ROWS[:2] == standing.of(B, list(Step))
        assert [] == standing.of("011002", list(Step))
        assert [] == standing.of(A, [])

    def test_a_move_is_there_for_whom_it_names_alone(self, standing: Standing) -> None:
        its = ROWS[3]

        assert its == standing.one(C, its.instance, its.item)
        assert standing.one(A, its.instance, its.item) is None
        assert standing.one(C, its.instance, ROWS[0].item) is None

    @pytest.mark.parametrize(("groups", "expected"), [([], []), ([GROUP], [0, 2]), ([GROUP, OTHER], [0, 2, 4])])
    def test_who_moves_together_is_found_whoever_asks(
        self, standing: Standing, groups: Sequence[str], expected: list[int]
    ) -> None:
        assert [ROWS[each] for each in expected] == standing.together(groups)
