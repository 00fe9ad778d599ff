"""No worker goes on before all have consumed what was there when it asked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kairan.stream import TopicPartition
from processors.runtime.abreast import Abreast
from processors.runtime.process import Stand

MINE, OTHERS = TopicPartition("protection", 0), TopicPartition("protection", 1)


@dataclass
class Told:
    """What the broker and the journal answer, and how often the journal was asked."""

    ends: dict[TopicPartition, int] | None = field(default_factory=lambda: {MINE: 1, OTHERS: 2})
    stands: dict[TopicPartition, Stand] = field(default_factory=dict)
    asked: int = 0

    def now_ends(self) -> Mapping[TopicPartition, int] | None:
        return self.ends and dict(self.ends)

    def now_stands(self) -> Mapping[TopicPartition, Stand]:
        self.asked += 1
        return dict(self.stands)

    def abreast(self) -> Abreast:
        return Abreast(self.now_ends, self.now_stands)


def stand(position: int) -> Stand:
    return Stand(position, 0)


def test_all_have_to_have_come_so_far_not_only_some() -> None:
    told = Told()
    are_there = told.abreast().now()
    told.stands = {MINE: stand(1)}
    assert not are_there()

    told.stands[OTHERS] = stand(1)
    assert not are_there()

    told.stands[OTHERS] = stand(2)
    assert are_there()


def test_what_comes_after_it_was_asked_is_not_waited_for() -> None:
    told = Told(stands={MINE: stand(1), OTHERS: stand(2)})
    are_there = told.abreast().now()
    told.ends = {MINE: 9, OTHERS: 9}

    assert are_there()


def test_as_long_as_the_broker_does_not_tell_nobody_goes_on() -> None:
    told = Told(ends=None, stands={MINE: stand(9), OTHERS: stand(9)})
    are_there = told.abreast().now()
    assert not are_there()

    told.ends = {MINE: 1, OTHERS: 1}
    assert are_there()


def test_the_journal_is_asked_only_while_somebody_is_behind_what_is_known() -> None:
    told = Told(stands={MINE: stand(1), OTHERS: stand(2)})
    abreast = told.abreast()
    assert abreast.now()()
    assert abreast.now()()
    assert 1 == told.asked

    told.ends = {MINE: 2, OTHERS: 2}
    assert not abreast.now()()
    assert 2 == told.asked
