"""What every broker must do for the loops; run for the fake and for Kafka."""

import time
from collections.abc import Callable
from typing import Protocol

import pytest

from kairan.loops import next_offsets
from kairan.stream import Incoming, Outgoing, Position, Reader, TopicPartition, Writer


class Bench(Protocol):
    """A broker with a fresh topic of four partitions, named by ``topic``."""

    topic: str

    def reader(self, group: str, *, from_start: bool = False) -> Reader: ...

    def writer(self) -> Writer: ...

    def forget(self, at: TopicPartition, before: int) -> None: ...


def read(reader: Reader, count: int) -> list[Incoming]:
    """Reads until so many records came or ten polls brought nothing."""
    found: list[Incoming] = []
    silent = 0
    while len(found) < count and silent < 10:
        batch = reader.poll(1.0, 100)
        silent = 0 if batch else silent + 1
        found += batch
    return found


class StreamSuite:
    """Inherit it and give a fixture ``bench``."""

    @pytest.fixture
    def write(self, bench: Bench) -> Callable[..., list[Position]]:
        def _write(*records: tuple[bytes, bytes | None]) -> list[Position]:
            writer = bench.writer()
            writer.send_all(Outgoing(bench.topic, key, value) for key, value in records)
            return list(writer.confirm())

        return _write

    def test_a_confirmed_record_is_read_where_its_position_says(self, bench: Bench, write: Callable) -> None:
        positions = write((b"a", b"1"), (b"b", b"2"), (b"c", b"3"))

        found = {(r.partition, r.offset): r.value for r in read(bench.reader("g"), 3)}

        assert [b"1", b"2", b"3"] == [found[at.partition, at.offset] for at in positions]

    def test_records_of_one_key_keep_their_order(self, bench: Bench, write: Callable) -> None:
        write(*[(b"person", str(n).encode()) for n in range(50)])

        assert [str(n).encode() for n in range(50)] == [r.value for r in read(bench.reader("g"), 50)]

    def test_a_key_lies_where_the_java_client_would_put_it(self, bench: Bench, write: Callable) -> None:
        """Partitions of keys as org.apache.kafka.common.utils.Utils.murmur2 gives them."""
        positions = write((b"21", b""), (b"foobar", b""), (b"a-little-bit-long-string", b""))

        assert [at.partition for at in positions] == [
            (h & 0x7FFFFFFF) % 4 for h in (-973932308, -790332482, -985981536)
        ]

    def test_a_given_partition_outranks_the_key(self, bench: Bench) -> None:
        writer = bench.writer()
        writer.send(Outgoing(bench.topic, b"a", b"1", 3))

        assert [3] == [at.partition for at in writer.confirm()]

    def test_a_tombstone_has_no_value(self, bench: Bench, write: Callable) -> None:
        write((b"a", None))

        assert [None] == [r.value for r in read(bench.reader("g"), 1)]

    def test_a_group_reads_on_behind_what_it_committed(self, bench: Bench, write: Callable) -> None:
        write((b"a", b"1"))
        first = bench.reader("g")
        first.commit(next_offsets(read(first, 1)))
        first.close()
        write((b"a", b"2"))

        assert [b"2"] == [r.value for r in read(bench.reader("g"), 1)]

    def test_what_was_not_committed_is_read_again(self, bench: Bench, write: Callable) -> None:
        write((b"a", b"1"))
        first = bench.reader("g")
        read(first, 1)
        first.close()

        assert [b"1"] == [r.value for r in read(bench.reader("g"), 1)]

    def test_a_reader_from_the_start_ignores_what_was_committed(self, bench: Bench, write: Callable) -> None:
        write((b"a", b"1"))
        first = bench.reader("g")
        first.commit(next_offsets(read(first, 1)))

        assert [b"1"] == [r.value for r in read(bench.reader("g", from_start=True), 1)]

    def test_what_a_group_has_missed_is_passed_over_and_the_rest_is_read(self, bench: Bench, write: Callable) -> None:
        (at, *_) = write((b"a", b"1"), (b"a", b"2"), (b"a", b"3"))
        partition = TopicPartition(at.topic, at.partition)
        first = bench.reader("g")
        read(first, 1)
        first.commit({partition: at.offset + 1})
        first.close()
        bench.forget(partition, at.offset + 2)
        reader = bench.reader("g")

        assert at.offset + 2 == reader.positions()[partition] == reader.starts()[partition]
        assert [b"3"] == [r.value for r in read(reader, 1)]

    def test_what_is_forgotten_while_a_reader_stands_there_is_passed_over_and_the_rest_is_read(
        self, bench: Bench, write: Callable
    ) -> None:
        (at, *_) = write((b"a", b"1"))
        partition = TopicPartition(at.topic, at.partition)
        reader = bench.reader("g")
        read(reader, 1)
        reader.pause([partition])
        write((b"a", b"2"), (b"a", b"3"), (b"a", b"4"))
        bench.forget(partition, at.offset + 3)
        reader.resume([partition])

        assert [b"4"] == [r.value for r in read(reader, 1)]
        assert at.offset + 4 == reader.positions()[partition]

    def test_a_reader_goes_on_though_all_that_it_had_not_read_is_forgotten(self, bench: Bench, write: Callable) -> None:
        (at, *_) = write((b"a", b"1"))
        partition = TopicPartition(at.topic, at.partition)
        reader = bench.reader("g")
        read(reader, 1)
        reader.pause([partition])
        write((b"a", b"2"))
        bench.forget(partition, at.offset + 2)
        reader.resume([partition])
        nothing = [reader.poll(0.5, 10) for _ in range(6)]
        write((b"a", b"3"))

        assert [[]] * 6 == nothing
        assert [b"3"] == [r.value for r in read(reader, 1)]

    def test_a_group_that_has_read_all_that_is_forgotten_misses_nothing(self, bench: Bench, write: Callable) -> None:
        (at,) = write((b"a", b"1"))
        partition = TopicPartition(at.topic, at.partition)
        first = bench.reader("g")
        read(first, 1)
        first.commit({partition: at.offset + 1})
        first.close()
        bench.forget(partition, at.offset + 1)
        write((b"a", b"2"))

        assert [b"2"] == [r.value for r in read(bench.reader("g"), 1)]

    def test_a_reader_from_the_start_begins_where_the_topic_does(self, bench: Bench, write: Callable) -> None:
        (at, _) = write((b"a", b"1"), (b"a", b"2"))
        bench.forget(TopicPartition(at.topic, at.partition), at.offset + 1)

        assert [b"2"] == [r.value for r in read(bench.reader("g", from_start=True), 1)]

    def test_seeking_back_reads_again(self, bench: Bench, write: Callable) -> None:
        (at,) = write((b"a", b"1"))
        reader = bench.reader("g")
        read(reader, 1)
        reader.seek({TopicPartition(at.topic, at.partition): at.offset})

        assert [b"1"] == [r.value for r in read(reader, 1)]

    def test_a_paused_partition_is_silent_until_resumed(self, bench: Bench, write: Callable) -> None:
        partitions = [TopicPartition(bench.topic, n) for n in range(4)]
        reader = bench.reader("g")
        reader.pause(partitions)
        write((b"a", b"1"))
        silent = reader.poll(0.5, 10)
        reader.resume(partitions)

        assert ([], [b"1"]) == (silent, [r.value for r in read(reader, 1)])

    def test_a_paused_partition_keeps_its_place_and_can_be_put_elsewhere(self, bench: Bench, write: Callable) -> None:
        write(*[(b"a", str(n).encode()) for n in range(9)])
        reader = bench.reader("g")
        at = TopicPartition(*read(reader, 9)[0][:2])
        reader.seek({at: 3})
        reader.poll(5.0, 1)
        reader.pause([at])
        stood = reader.positions()[at]
        reader.seek({at: 7})
        silent = reader.poll(0.2, 10)
        put = reader.positions()[at]
        reader.resume([at])

        assert (4, [], 7, [b"7", b"8"]) == (stood, silent, put, [r.value for r in read(reader, 2)])

    def test_what_is_committed_of_a_paused_partition_is_remembered(self, bench: Bench, write: Callable) -> None:
        (at, *_) = write((b"a", b"1"), (b"a", b"2"))
        reader = bench.reader("g")
        read(reader, 2)
        reader.pause([TopicPartition(at.topic, at.partition)])
        reader.commit({TopicPartition(at.topic, at.partition): at.offset + 1})
        reader.close()

        assert [b"2"] == [r.value for r in read(bench.reader("g"), 1)]

    def test_ends_lie_behind_the_last_record(self, bench: Bench, write: Callable) -> None:
        (at,) = write((b"a", b"1"))

        assert at.offset + 1 == bench.reader("g").ends()[TopicPartition(at.topic, at.partition)]

    def test_the_ends_of_some_are_told_alone(self, bench: Bench, write: Callable) -> None:
        (first, *_) = write((b"a", b"1"), (b"a", b"2"))
        at = TopicPartition(first.topic, first.partition)
        reader = bench.reader("g")

        assert ({at: first.offset + 2}, {}) == (reader.ends_of([at]), reader.ends_of([]))

    def test_what_was_appended_since_a_time_begins_at_its_first_record(self, bench: Bench, write: Callable) -> None:
        (first,) = write((b"a", b"1"))
        time.sleep(0.01)
        (second,) = write((b"a", b"2"))
        reader, at = bench.reader("g"), TopicPartition(first.topic, first.partition)
        earlier, later = (record.timestamp for record in read(reader, 2))

        since = [reader.since(instant)[at] for instant in (0, earlier, earlier + 1, later, later + 1)]

        assert [first.offset, first.offset, *[second.offset] * 2, second.offset + 1] == since

    def test_positions_follow_what_was_read(self, bench: Bench, write: Callable) -> None:
        (at,) = write((b"a", b"1"))
        reader = bench.reader("g")
        before = reader.positions()[TopicPartition(at.topic, at.partition)]
        read(reader, 1)

        assert (0, 1) == (before, reader.positions()[TopicPartition(at.topic, at.partition)])

    def test_confirming_nothing_confirms_nothing(self, bench: Bench) -> None:
        assert [] == list(bench.writer().confirm())
