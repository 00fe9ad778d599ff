"""The ledger on a real PostgreSQL: each receipt once, gaps visible, exceptions open until released."""

from collections.abc import Iterator
from itertools import count

import pytest
from psycopg import sql

from kairan.postgres import connect, migrations
from kairan.receipts import Bucket, Excepted, LogPosition, Receipt, tallies
from kairan.settings import Settings
from kairan.stream import Incoming, TopicPartition
from processors.ledger.reconcile import Channel
from processors.ledger.store import Ledger, Seam

pytestmark = pytest.mark.stack
TOPIC = "receipts.141003"
NHI = Channel("141003", "nhi")
TABLES = ("range", "bucket", "exception", "refused", "consumed")
offsets = count()


@pytest.fixture
def ledger(stack: Settings) -> Iterator[Ledger]:
    migrations.apply(stack.dsn("kairan"), "processors.ledger")
    with connect(stack.dsn("kairan"), autocommit=True) as connection:
        for table in TABLES:
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier("ledger", table)))
        yield Ledger(connection)


def receipt(first: int, last: int, *numbers: int, exceptions: tuple[Excepted, ...] = ()) -> Receipt:
    effects = [(number.to_bytes(16), "024", LogPosition("live", 3, number)) for number in numbers]
    return Receipt("141003", "nhi", "deliveries.141003.nhi", 0, first, last, tallies(effects), exceptions, 7)


def incoming(value: bytes | None, topic: str = TOPIC) -> Incoming:
    return Incoming(topic, 0, next(offsets), 0, None, value)


def test_a_receipt_that_comes_twice_counts_once(ledger: Ledger) -> None:
    sent = incoming(receipt(0, 1, 1, 2).encode())
    ledger.apply([sent, sent])
    ledger.apply([sent])

    assert {NHI: receipt(0, 1, 1, 2).buckets} == ledger.tallies()


def test_sums_wrap_around_as_the_receipts_do(ledger: Ledger) -> None:
    numbers = range(40)
    ledger.apply([incoming(receipt(number, number, number).encode()) for number in numbers])

    assert {NHI: receipt(0, 39, *numbers).buckets} == ledger.tallies()


def test_buckets_are_those_of_the_log(ledger: Ledger) -> None:
    ledger.apply([incoming(receipt(0, 1, 999, 1000).encode())])

    assert {Bucket("live", 3, 0), Bucket("live", 3, 1)} == ledger.tallies()[NHI].keys()


def test_a_gap_between_ranges_is_visible_and_so_is_a_sink_that_went_back(ledger: Ledger) -> None:
    ledger.apply([incoming(receipt(first, last).encode()) for first, last in ((0, 4), (5, 9), (12, 14), (13, 20))])

    assert [Seam(NHI, 10, 12), Seam(NHI, 15, 13)] == ledger.seams()


def test_what_a_restored_office_receipts_again_counts_once(ledger: Ledger) -> None:
    """Its copy stood at 10; the deliveries come again in other batches, and one is new."""
    before = [receipt(0, 9, 1, 2), receipt(10, 14, 3), receipt(15, 19, 4, 5)]
    ledger.apply([incoming(each.encode()) for each in before])
    ledger.apply([incoming(receipt(10, 17, 3, 4).encode()), incoming(receipt(18, 22, 5, 6).encode())])

    assert ({NHI: receipt(0, 22, 1, 2, 3, 4, 5, 6).buckets}, []) == (ledger.tallies(), ledger.seams())


def test_what_was_parked_after_the_copy_is_as_the_restored_office_says(ledger: Ledger) -> None:
    parked = Excepted((3).to_bytes(16), "024", "parked", 12)
    released = parked._replace(kind="released")
    ledger.apply([incoming(receipt(0, 9, 1).encode()), incoming(receipt(10, 14, exceptions=(parked,)).encode())])
    ledger.apply([incoming(receipt(15, 14, 3, exceptions=(released,)).encode())])
    ledger.apply([incoming(receipt(10, 20, exceptions=(parked,)).encode())])

    assert ({NHI: [parked]}, {NHI: 1}) == (
        ledger.exceptions(),
        {channel: sum(each.count for each in buckets.values()) for channel, buckets in ledger.tallies().items()},
    )


def test_a_receipt_that_comes_late_again_takes_nothing_back(ledger: Ledger) -> None:
    first = incoming(receipt(0, 4, 1).encode())
    ledger.apply([first, incoming(receipt(5, 9, 2).encode())])
    ledger.apply([first])

    assert {NHI: receipt(0, 9, 1, 2).buckets} == ledger.tallies()


def test_what_is_parked_stays_open_until_it_is_released(ledger: Ledger) -> None:
    parked = Excepted((3).to_bytes(16), "024", "parked", 3)
    refused = Excepted((4).to_bytes(16), "000", "refused", 4)
    ledger.apply([incoming(receipt(0, 4, exceptions=(parked, refused)).encode())])
    assert {NHI: [parked, refused]} == ledger.exceptions()

    released = parked._replace(kind="released")
    ledger.apply([incoming(receipt(5, 4, 3, exceptions=(released,)).encode())])
    assert {NHI: [refused]} == ledger.exceptions()
    assert [] == ledger.seams()


def test_what_is_discarded_is_no_longer_parked_and_stays_open(ledger: Ledger) -> None:
    parked = Excepted((3).to_bytes(16), "024", "parked", 3)
    discarded = parked._replace(kind="discarded")
    ledger.apply([incoming(receipt(0, 3, exceptions=(parked,)).encode())])
    ledger.apply([incoming(receipt(4, 3, exceptions=(discarded,)).encode())])

    assert {NHI: [discarded]} == ledger.exceptions()


def test_only_a_members_own_topic_speaks_for_it_and_nothing_stops_the_rest(ledger: Ledger) -> None:
    forged = receipt(0, 1, 1).encode()
    ledger.apply([incoming(forged, "receipts.131237"), incoming(b"nonsense"), incoming(None)])

    assert {} == ledger.tallies()
    assert {TopicPartition("receipts.131237", 0), TopicPartition(TOPIC, 0)} == ledger.positions().keys()
