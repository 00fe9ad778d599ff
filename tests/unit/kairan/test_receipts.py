"""Receipts add up, and say the same to whoever adds."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan import receipts, topics, wire
from kairan.receipts import (
    Bucket,
    Excepted,
    LogPosition,
    NotAReceiptError,
    Receipt,
    Tally,
    TooLargeError,
    tallies,
    total,
)

EFFECTS = st.lists(
    st.tuples(
        st.binary(min_size=16, max_size=16),
        st.sampled_from(["001", "024"]),
        st.builds(LogPosition, st.sampled_from(["live", "bulk"]), st.integers(0, 23), st.integers(0, 5000)),
    ),
    max_size=8,
)


def receipt(effects: Any, exceptions: Any = ()) -> Receipt:
    return Receipt("141003", "nhi", "deliveries.141003.nhi", 0, 5, 9, tallies(effects), list(exceptions), 7)


@given(EFFECTS)
def test_a_receipt_comes_back_as_it_was_sent(effects: Any) -> None:
    sent = receipt(effects, [Excepted(b"e" * 16, "024", "parked", 6)])

    assert sent == receipts.decode(sent.encode())


@given(EFFECTS, st.integers(0, 20))
def test_the_parts_add_up_to_the_whole_wherever_it_is_cut(effects: Any, cut: int) -> None:
    parts = [*tallies(effects[:cut]).values(), *tallies(effects[cut:]).values()]

    assert total(tallies(effects).values()) == total(parts)


def test_the_sum_is_of_the_digests_of_reference_and_business() -> None:
    expected = int.from_bytes(hashlib.sha256(b"e" * 16 + b"024").digest()[:16], "big")

    assert {Bucket("live", 3, 1): Tally(1, expected)} == tallies([(b"e" * 16, "024", LogPosition("live", 3, 1999))])


def test_a_receipt_that_does_not_fit_on_its_topic_is_not_written() -> None:
    excepted = [Excepted(bytes(16), "024", "parked", offset) for offset in range(3000)]

    assert len(receipt([], excepted[:1500]).encode()) < receipts.LARGEST < topics.MEMBER_BATCH_BYTES
    with pytest.raises(TooLargeError):
        receipt([], excepted).encode()


def test_a_thousand_offsets_are_a_bucket() -> None:
    at = [LogPosition("live", 3, offset) for offset in (999, 1000, 1999, 2000)]

    assert [0, 1, 1, 2] == [receipts.bucket_of(each).bucket for each in at]


def test_a_receipt_whose_buckets_do_not_add_up_is_none() -> None:
    _, record = wire.decode_record(receipt([(b"e" * 16, "024", LogPosition("live", 3, 1))]).encode())
    forged = wire.encode_record("kairan.bus.Receipt", record | {"count": 2})

    with pytest.raises(NotAReceiptError):
        receipts.decode(forged)
