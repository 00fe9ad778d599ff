"""Workers share a process by partition: every instance has one of them, whatever their number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.partitioning import LOG_PARTITIONS
from processors.runtime import shares
from processors.runtime.shares import WHOLE, Share, ShareError

HOW_MANY = st.integers(1, LOG_PARTITIONS)


def all_of(workers: int) -> list[Share]:
    return [Share(number, workers) for number in range(workers)]


@given(HOW_MANY, st.binary(min_size=16, max_size=16))
def test_every_instance_has_one_worker(workers: int, instance: bytes) -> None:
    assert 1 == sum(share.has(instance) for share in all_of(workers))


@given(HOW_MANY)
def test_no_worker_has_more_than_one_partition_more_than_another(workers: int) -> None:
    sizes = [len(share.partitions) for share in all_of(workers)]

    assert LOG_PARTITIONS == sum(sizes)
    assert max(sizes) - min(sizes) <= 1


@given(HOW_MANY, HOW_MANY)
def test_workers_of_two_numbers_hold_a_lock_of_each_other_where_they_have_the_same(one: int, other: int) -> None:
    for share in all_of(one):
        for its in all_of(other):
            both = {*share.rights("p")} & {*its.rights("p")}
            assert bool(share.partitions & its.partitions) <= bool(both)


@given(HOW_MANY)
def test_one_of_them_keeps_what_is_not_shared(workers: int) -> None:
    assert 1 == sum("p" in share.rights("p") for share in all_of(workers))
    assert {*WHOLE.rights("p")} == {right for share in all_of(workers) for right in share.rights("p")}


def test_a_share_is_given_as_a_number_of_how_many() -> None:
    assert (WHOLE, Share(2, 3)) == (Share.parse("0/1"), Share.parse("2/3"))


@pytest.mark.parametrize("text", ["", "1", "1/1", "3/3", "0/25", "-1/3", "0/0", "a/b", "1/2/3", "１/２"])
def test_what_is_no_share_is_refused_with_the_rule(text: str) -> None:
    with pytest.raises(ShareError, match="a worker's number and how many"):
        Share.parse(text)


def test_a_program_that_is_told_no_share_is_the_whole_and_one_that_is_told_nonsense_ends() -> None:
    assert (WHOLE, Share(1, 2)) == (shares.given("processors.notices", []), shares.given("processors.notices", ["1/2"]))

    with pytest.raises(SystemExit, match=r"usage: python -m processors.notices \[0/1\]: a share is"):
        shares.given("processors.notices", ["2/2"])
