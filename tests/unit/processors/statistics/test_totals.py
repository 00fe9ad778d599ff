"""What leaves of each partition, and when."""

from kairan import topics
from kairan.stream import Incoming, TopicPartition
from processors.statistics.datasets import DATASETS, MIGRATION, Cell, Partial, Position
from processors.statistics.tallies import Tally, cell_key, write_cell
from processors.statistics.totals import IDLE_MILLISECONDS, Totals, key_of, read, write, write_position

TOPIC, P = "life-events", 7
AT = TopicPartition(TOPIC, P)
PLACE = ("131237", "122033", "female", "30-34")
CELL = Cell(MIGRATION.name, "2026-04", PLACE)
RECORD = Incoming(TOPIC, P, 41, 0, b"", b"")


def stored(count: int, upto: int) -> list[tuple[bytes, bytes]]:
    return [(cell_key(P, CELL), write_cell(Tally(CELL, count, {TOPIC: upto})))]


def partial(count: int, upto: int) -> Partial:
    return Partial(MIGRATION.name, "2026-04", P, {TOPIC: upto}, {PLACE: count} if count else {})


def test_a_window_leaves_once_when_it_has_changed() -> None:
    totals = Totals([], {})
    totals.counted(RECORD, [Tally(CELL, 3, {TOPIC: 42})])

    assert ([partial(3, 42)], []) == (totals.changed(), totals.changed())


def test_what_adds_nothing_lets_nothing_leave() -> None:
    totals = Totals([], {})
    totals.counted(RECORD, [])

    assert [] == totals.changed()


def test_all_that_was_stored_leaves_at_the_start_for_nobody_knows_whether_it_did() -> None:
    assert [partial(3, 42)] == Totals(stored(3, 42), {AT: 42}).changed()


def test_a_partition_is_silent_until_what_its_cells_know_is_behind_it() -> None:
    totals = Totals(stored(3, 42), {AT: 41})

    assert [] == totals.changed()

    totals.counted(RECORD, [])

    assert [partial(3, 42)] == totals.changed()


def test_a_partition_that_waits_keeps_no_other_silent() -> None:
    totals = Totals(stored(3, 42), {})
    totals.counted(RECORD._replace(partition=8), [Tally(CELL, 1, {TOPIC: 42})])

    assert [8] == [each.partition for each in totals.changed()]


def test_a_place_that_has_none_any_more_is_not_told() -> None:
    assert [partial(0, 42)] == Totals(stored(0, 42), {AT: 42}).changed()


def test_a_partial_is_keyed_by_dataset_window_and_partition_and_comes_back_as_it_left() -> None:
    assert b"migration|2026-04|7" == key_of(partial(3, 42))
    assert partial(3, 42) == read(write(partial(3, 42)))


def test_a_partition_that_is_read_to_its_end_is_counted_until_its_end_was_asked_for() -> None:
    assert [Position(P, {TOPIC: 41}, 9000)] == Totals([], {AT: 41}).positions(9000, {AT: 41})


def test_a_partition_in_which_more_lies_is_counted_until_its_last_record_was_appended() -> None:
    totals = Totals([], {AT: 41})
    totals.counted(RECORD._replace(timestamp=7000), [])

    assert [Position(P, {TOPIC: 42}, 7000)] == totals.positions(9000, {AT: 43})


def test_before_anything_was_read_of_what_lies_there_nothing_is_counted() -> None:
    assert [Position(P, {TOPIC: 41}, 0)] == Totals([], {AT: 41}).positions(9000, {AT: 43})


def test_after_a_crash_nothing_is_said_of_a_partition_before_its_cells_are_caught_up_with() -> None:
    totals = Totals(stored(3, 42), {AT: 41})
    assert [] == totals.positions(9000, {AT: 42})

    totals.counted(RECORD, [])

    assert [Position(P, {TOPIC: 42}, 9000)] == totals.positions(9000, {AT: 42})


BULK = TopicPartition("life-events.bulk", P)


def test_a_partition_is_counted_as_far_as_the_slower_of_its_lanes() -> None:
    totals = Totals([], {AT: 41, BULK: 5})
    ends = {AT: 41, BULK: 7}
    assert [Position(P, {TOPIC: 41, BULK.topic: 5}, 0)] == totals.positions(9000, ends)

    totals.counted(RECORD._replace(topic=BULK.topic, offset=5, timestamp=7000), [])
    assert [Position(P, {TOPIC: 41, BULK.topic: 6}, 7000)] == totals.positions(9000, ends)

    totals.counted(RECORD._replace(topic=BULK.topic, offset=6, timestamp=8000), [])
    assert [Position(P, {TOPIC: 41, BULK.topic: 7}, 9000)] == totals.positions(9000, ends)


def test_how_far_is_counted_is_said_again_when_more_was_read_or_some_time_went_by() -> None:
    totals = Totals([], {AT: 41})
    totals.positions(9000, {AT: 41})

    assert [] == totals.positions(8999 + IDLE_MILLISECONDS, {AT: 41})
    assert [Position(P, {TOPIC: 41}, 9000 + IDLE_MILLISECONDS)] == totals.positions(9000 + IDLE_MILLISECONDS, {AT: 41})
    totals.counted(RECORD, [])
    assert [42] == [each.read[TOPIC] for each in totals.positions(9001 + IDLE_MILLISECONDS, {AT: 42})]


def test_a_position_comes_back_as_it_left() -> None:
    position = Position(P, {TOPIC: 42}, 9000)

    assert position == read(write_position(position))


def test_each_dataset_has_a_topic() -> None:
    assert list(DATASETS) == list(topics.STATISTICS)
