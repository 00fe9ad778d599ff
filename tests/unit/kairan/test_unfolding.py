"""Where a batch ends that nobody can read is found by trying."""

from hypothesis import given
from hypothesis import strategies as st

from kairan.kafka.unfolding import Unfolding


def tries(base: int, end: int, last: int) -> tuple[int, int]:
    """Where the search goes on, and after how many tries; another unreadable batch lies behind the first."""
    search, count = Unfolding(base, last), 0
    while not search.is_over:
        assert base < search.probe < last
        search.learn(base if search.probe < end else (None if count % 2 else end))
        count += 1
    return search.good, count


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(0, 10**6))
def test_the_first_record_behind_it_is_found_in_twenty_tries(base: int, count: int, behind: int) -> None:
    found, tried = tries(base, base + count, base + count + behind)

    assert base + count == found
    assert tried <= 23


def test_a_batch_of_one_record_takes_one_try_or_none() -> None:
    assert ((6, 0), (6, 1)) == (tries(5, 6, 6), tries(5, 6, 1_000_000))
