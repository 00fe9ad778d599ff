"""What hidden cells may be, given all that is shown: by integer programs (HiGHS), each answer checked as a witness."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import ceil

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack

from processors.statistics.publishing.equations import System
from processors.statistics.publishing.hierarchies import Place

WIDTH = 10
SHARE = 0.2
SECONDS = 10
"""For one program. What is not found in it is not there: the table is then told coarser, or not at all."""
Moves = NDArray[np.float64]
Bounds = Sequence[tuple[float, float]]


def needed(count: int) -> int:
    """How wide the interval of a hidden count must at least be."""
    return max(WIDTH, ceil(SHARE * count))


def witness(matrix: csr_array, costs: Moves, bounds: Bounds) -> Moves | None:
    """
    Whole numbers within bounds whose sums do not move, as cheap as can be; None where there are none.

    Most programs without the demand for whole numbers answer in such; only where rounding breaks a sum it is made.
    """
    for whole in (0, 1):
        found = linprog(
            costs, A_eq=matrix, b_eq=np.zeros(matrix.shape[0]), bounds=bounds,
            integrality=np.full(len(costs), whole), options={"time_limit": SECONDS},
        )  # fmt: skip
        if found.x is None:
            return None
        moves: Moves = np.rint(found.x)
        if not np.any(matrix @ moves):
            return moves
    return None


class Spans:
    """
    How far each cell can be below and above its count, as far as witnesses have shown.

    ``room``: how far it may be below at most, as the least that it can be is known. What a witness shows stays true
    when more is hidden, and one shows something of many cells, so that most need no program of their own.
    """

    def __init__(self, system: System, counts: Mapping[Place, int], room: Mapping[Place, int]) -> None:
        self._system = system
        self._need = [needed(counts[place]) for place in system.places]
        self._room = [float(room[place]) for place in system.places]
        self._top = 10.0 * max(self._need, default=WIDTH)
        self._low = np.zeros(len(system.places))
        self._high = np.zeros(len(system.places))

    def narrow(self, hidden: AbstractSet[Place]) -> list[Place]:
        """Those of the hidden whose interval is not wide enough while all other cells are shown."""
        columns = np.array([self._system.at[place] for place in sorted(hidden)], dtype=int)
        part = self._system.matrix[:, columns]
        for number, column in enumerate(columns):
            for sign in (1, -1):
                if not self._is_wide(column):
                    self._push(part, columns, number, sign)
        return [self._system.places[column] for column in columns.tolist() if not self._is_wide(column)]

    def detour(self, place: Place, costs: Mapping[Place, float]) -> list[Place] | None:
        """The cheapest cells that must move for this one to go down as far as it can, then as far up as is needed."""
        column = self._system.at[place]
        down = -min(self._room[column], self._need[column] - self._high[column])
        upwards = self._need[column] + self._low[column]
        for target in (down, upwards) if self._low[column] > down else (upwards,):
            moves = self._moved(column, float(target), costs)
            if moves is not None:
                self._learn(np.arange(len(moves)), moves)
                return [self._system.places[each] for each in np.flatnonzero(moves).tolist()]
        return None

    def _is_wide(self, column: int) -> bool:
        return bool(self._high[column] - self._low[column] >= self._need[column])

    def _push(self, part: csr_array, columns: NDArray[np.int_], number: int, sign: int) -> None:
        costs = np.zeros(len(columns))
        costs[number] = -sign
        moves = witness(part, costs, [(-self._room[column], self._top) for column in columns])
        if moves is not None:
            self._learn(columns, moves)

    def _moved(self, column: int, target: float, costs: Mapping[Place, float]) -> Moves | None:
        """Up and down are columns of their own, for both cost."""
        price = [costs.get(place, 0.0) for place in self._system.places]
        bounds = [(0.0, self._top)] * len(price) + [(0.0, room) for room in self._room]
        bounds[column] = (max(target, 0.0),) * 2
        bounds[column + len(price)] = (max(-target, 0.0),) * 2
        both = csr_array(hstack([self._system.matrix, -self._system.matrix]))
        moves = witness(both, np.array(price * 2), bounds)
        return None if moves is None else moves[: len(price)] - moves[len(price) :]

    def _learn(self, columns: NDArray[np.int_], moves: Moves) -> None:
        self._low[columns] = np.minimum(self._low[columns], moves)
        self._high[columns] = np.maximum(self._high[columns], moves)
