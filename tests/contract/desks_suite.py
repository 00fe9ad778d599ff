"""What every store of the desks' pages keeps; the pages run on those in memory as on PostgreSQL's."""

from collections.abc import Sequence

import pytest

from gateway.desks.asked import Apart, Asked, Asking
from gateway.desks.standing import Row, Standing
from processors.moving.household import Gathered
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


TASK = {"rule": "N24c", "office": B, "about": "00" * 16, "root": "11" * 16}
TASKS = [Asked(bytes([each]) * 16, bytes([50 + each]) * 16, TASK) for each in (1, 2)]
ELSEWHERE = Asked(bytes(16), bytes([60]) * 16, TASK | {"office": A})
MOVES = {ROWS[0].item.hex(): "declared", ROWS[2].item.hex(): "moved in"}
BEHIND = Apart(Gathered.BEHIND, {"moves": MOVES, "overdue_at": None, "behind_since": 7})
AWAITED = Apart(Gathered.EXPECTED, {"moves": MOVES, "overdue_at": 9, "behind_since": None})
NOBODY_THERE = Apart(Gathered.EXPECTED, {"moves": MOVES, "overdue_at": None, "behind_since": None})
WHOLE = Apart(Gathered.WHOLE, {"moves": MOVES, "overdue_at": 9, "behind_since": None})
HOUSEHOLDS = [(A, BEHIND), (A, AWAITED), (A, NOBODY_THERE), (A, WHOLE), (C, AWAITED)]


class AskingSuite:
    @pytest.fixture
    def asking(self) -> Asking:
        """Of ``TASKS``, ``ELSEWHERE`` and ``HOUSEHOLDS``."""
        raise NotImplementedError

    def test_a_municipality_has_the_tasks_of_its_own_offices(self, asking: Asking) -> None:
        assert TASKS == asking.of(B)
        assert [ELSEWHERE] == asking.of(A)
        assert [] == asking.of(C)

    def test_a_task_is_there_for_whose_it_is_alone(self, asking: Asking) -> None:
        its = TASKS[1]

        assert its == asking.one(B, its.instance, its.item)
        assert asking.one(A, its.instance, its.item) is None
        assert asking.one(B, its.instance, TASKS[0].item) is None

    def test_households_are_looked_for_where_they_left_once_somebody_has_arrived(self, asking: Asking) -> None:
        assert [BEHIND, AWAITED] == asking.apart(A)
        assert [AWAITED] == asking.apart(C)
        assert [] == asking.apart(B)
        assert (7, 9) == (BEHIND.until, AWAITED.until)


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

    def test_moves_in_which_a_desk_has_something_to_do_are_found_whether_or_not_they_name_it(
        self, standing: Standing
    ) -> None:
        assert ROWS == standing.asked(A)
        assert [] == standing.asked(B)

    def test_moves_are_found_by_their_ids_where_they_name_who_asks(self, standing: Standing) -> None:
        assert [ROWS[0], ROWS[2]] == standing.moves(A, [each.item for each in (ROWS[2], ROWS[0], ROWS[3])])
        assert [] == standing.moves(A, [])

    @pytest.mark.parametrize(("groups", "expected"), [([], []), ([GROUP], [0, 2]), ([GROUP, OTHER], [0, 2, 4])])
    def test_who_moves_together_is_found_whoever_asks(
        self, standing: Standing, groups: Sequence[str], expected: list[int]
    ) -> None:
        assert [ROWS[each] for each in expected] == standing.together(groups)
