"""A witness is whole: half a person proves nothing."""

import numpy as np
from scipy.sparse import csr_array

from processors.statistics.publishing.auditing import witness


def test_a_witness_is_made_of_whole_numbers_where_halves_would_reach_further() -> None:
    """2x = y, y at most 3: x could be 1.5."""
    found = witness(csr_array([[2.0, -1.0]]), np.array([-1.0, 0.0]), [(0, 5), (0, 3)])

    assert found is not None
    assert [1, 2] == found.tolist()


def test_where_nothing_fits_there_is_no_witness() -> None:
    assert witness(csr_array([[1.0, -1.0]]), np.zeros(2), [(1, 2), (3, 4)]) is None


def test_where_nothing_adds_up_anything_within_bounds_is_one() -> None:
    found = witness(csr_array((0, 1)), np.array([-1.0]), [(0, 7)])

    assert found is not None
    assert [7] == found.tolist()
