"""A client that has forgotten a partition is found out; one that has nothing to fetch is not."""

from collections.abc import Collection

import pytest

from kairan.kafka.silence import LOOK_SECONDS, Silence
from kairan.stream import TopicPartition

A, B = TopicPartition("topic", 0), TopicPartition("topic", 1)


class Ear:
    """A reader in its silence, look after look."""

    def __init__(self) -> None:
        self.now = 0.0
        self.asked: list[set[TopicPartition]] = []
        self.silence = Silence(lambda: self.now)

    def looks(self, *looks: dict[TopicPartition, tuple[int, int | None]]) -> list[bool]:
        """Each look: where a partition stands and where it ends (None: nobody tells)."""
        return [self._look(look) for look in looks]

    def _look(self, look: dict[TopicPartition, tuple[int, int | None]]) -> bool:
        def _ends(partitions: Collection[TopicPartition]) -> dict[TopicPartition, int]:
            self.asked.append(set(partitions))
            return {at: end for at in partitions if (end := look[at][1]) is not None}

        self.now += LOOK_SECONDS
        return self.silence.lasts({at: position for at, (position, _) in look.items()}, _ends)


@pytest.fixture
def ear() -> Ear:
    return Ear()


def test_the_third_look_finds_what_stands_before_its_end(ear: Ear) -> None:
    assert [False, False, True] == ear.looks({A: (5, 6)}, {A: (5, 6)}, {A: (5, 7)})


def test_who_has_read_everything_is_only_waiting(ear: Ear) -> None:
    assert [False] * 4 == ear.looks(*[{A: (5, 5)}] * 4)


def test_what_has_just_come_is_still_to_be_fetched(ear: Ear) -> None:
    assert [False] * 5 == ear.looks({A: (5, 5)}, {A: (5, 5)}, {A: (5, 6)}, {A: (6, 6)}, {A: (6, 7)})


def test_one_that_moves_speaks_for_itself_alone(ear: Ear) -> None:
    looks = ear.looks(*[{A: (n, 99), B: (5, 6)} for n in range(3)])

    assert [False, False, True] == looks
    assert [{B}, {B}] == ear.asked


def test_where_something_comes_all_the_time_nobody_is_asked(ear: Ear) -> None:
    assert [False] * 3 == ear.looks(*[{A: (n, 99)} for n in range(3)])
    assert [] == ear.asked


def test_while_no_broker_tells_an_end_nobody_is_taken_for_forgetful(ear: Ear) -> None:
    """Clients that wait for their broker would pile up."""
    assert [False] * 5 == ear.looks(*[{A: (5, None)}] * 5)


def test_between_two_looks_nobody_is_asked(ear: Ear) -> None:
    ear.looks({A: (5, 6)}, {A: (5, 6)})
    ear.now -= 1

    assert [False] == ear.looks({A: (5, 6)})
    assert 1 == len(ear.asked)


def test_what_is_paused_is_begun_with_anew(ear: Ear) -> None:
    assert [False] * 5 == ear.looks({A: (5, 6)}, {A: (5, 6)}, {}, {A: (5, 6)}, {A: (5, 6)})
