"""Whatever is paused is not assigned: the client's own pause and resume are now and then lost behind an assignment."""

from collections.abc import Iterable

import pytest
from confluent_kafka import OFFSET_INVALID
from confluent_kafka import TopicPartition as Assigned

from kairan.kafka.assignment import Assignment
from kairan.stream import TopicPartition

A, B = TopicPartition("topic", 0), TopicPartition("topic", 1)


class Client:
    """Kafka's, as far as it may be used; what was read of a partition is lost with its assignment."""

    def __init__(self) -> None:
        self.fetched: dict[TopicPartition, int] = {}
        self.read: dict[TopicPartition, int] = {}
        self.stored: list[Assigned] = []
        self.committed: list[Assigned] = []

    def assign(self, partitions: Iterable[Assigned]) -> None:
        assert not self.fetched
        self.incremental_assign(partitions)

    def incremental_assign(self, partitions: Iterable[Assigned]) -> None:
        new = {TopicPartition(each.topic, each.partition): each.offset for each in partitions}
        assert not new.keys() & self.fetched.keys()
        self.fetched |= new

    def incremental_unassign(self, partitions: Iterable[Assigned]) -> None:
        for each in partitions:
            del self.fetched[TopicPartition(each.topic, each.partition)]
            self.read.pop(TopicPartition(each.topic, each.partition), None)

    def position(self, partitions: Iterable[Assigned]) -> list[Assigned]:
        return [Assigned(*at, self.read.get(at, OFFSET_INVALID)) for at in self._known(partitions)]

    def store_offsets(self, offsets: list[Assigned]) -> None:
        self._known(offsets)
        self.stored += offsets

    def commit(self, offsets: list[Assigned], *, asynchronous: bool) -> None:
        assert asynchronous
        self.committed += offsets

    def _known(self, partitions: Iterable[Assigned]) -> list[TopicPartition]:
        known = [TopicPartition(each.topic, each.partition) for each in partitions]
        assert set(known) <= self.fetched.keys()
        return known


@pytest.fixture
def client() -> Client:
    return Client()


@pytest.fixture
def assignment(client: Client) -> Assignment:
    return Assignment(client, {A: 3, B: 5})  # type: ignore[arg-type] - as much of one as is used


def test_nothing_is_fetched_before_it_begins(assignment: Assignment, client: Client) -> None:
    assignment.seek({A: 4})

    assert ({}, {A: 4, B: 5}) == (client.fetched, assignment.positions())


def test_what_was_paused_before_it_began_is_not_fetched(assignment: Assignment, client: Client) -> None:
    assignment.pause([A])
    assignment.begin()

    assert {B: 5} == client.fetched


def test_a_paused_partition_is_put_back_where_it_stood(assignment: Assignment, client: Client) -> None:
    assignment.begin()
    client.read[A] = 9
    assignment.pause([A])
    paused, positions = dict(client.fetched), assignment.positions()
    assignment.resume([A])

    assert ({B: 5}, {A: 9, B: 5}, {A: 9, B: 5}) == (paused, positions, client.fetched)


def test_a_paused_partition_that_is_put_elsewhere_stays_paused(assignment: Assignment, client: Client) -> None:
    assignment.begin()
    assignment.pause([A])
    assignment.seek({A: 7})
    paused = dict(client.fetched)
    assignment.resume([A])

    assert ({B: 5}, {A: 7, B: 5}) == (paused, client.fetched)


def test_only_what_is_sought_is_fetched_anew(assignment: Assignment, client: Client) -> None:
    assignment.begin()
    client.read |= {A: 9, B: 8}
    assignment.seek({A: 7})

    assert ({A: 7, B: 5}, {A: 7, B: 8}) == (client.fetched, assignment.positions())


def test_to_pause_or_resume_twice_changes_nothing(assignment: Assignment, client: Client) -> None:
    assignment.begin()
    for _ in range(2):
        assignment.pause([A])
    for _ in range(2):
        assignment.resume([A])

    assert {A: 3, B: 5} == client.fetched


def test_what_is_committed_of_a_paused_partition_is_told_at_once(assignment: Assignment, client: Client) -> None:
    """The client stores offsets only of what it fetches."""
    assignment.begin()
    assignment.pause([A])
    assignment.commit({A: 4, B: 6})

    assert ([B], [A]) == tuple(
        [TopicPartition(each.topic, each.partition) for each in told] for told in (client.stored, client.committed)
    )
