"""No timer of a notice fires before everything that could stop it has been heard, however many letters it takes."""

from kairan.stream import TopicPartition
from processors.notices.firing import Sources, of_notices
from processors.runtime.process import Stand

LOG, INPUTS = TopicPartition("life-events", 0), TopicPartition("process-inputs", 0)
NOW = 1_000


class Bus:
    """A log and the processes' inputs of one partition each, and a process that reads them."""

    def __init__(self) -> None:
        self.now = NOW
        self.ends = {LOG: 5, INPUTS: 3}
        self.stands = {LOG: Stand(5, 900), INPUTS: Stand(3, 900)}
        self.letters_wait = False
        self.inputs_answer = True
        self.until = of_notices(
            lambda: self.now,
            Sources(
                lambda: {LOG: self.ends[LOG]},
                lambda: {INPUTS: self.ends[INPUTS]} if self.inputs_answer else None,
                lambda: self.stands,
                lambda: self.letters_wait,
            ),
        )

    def look(self, times: int = 7) -> int | None:
        return [self.until(self.stands) for _ in range(times)][-1]


def test_who_has_read_all_may_fire_up_to_now() -> None:
    assert NOW == Bus().look()


def test_of_a_log_that_is_not_read_the_last_record_counts() -> None:
    bus = Bus()
    bus.stands[LOG] = Stand(4, 700)

    assert 700 == bus.look()


def test_nobody_fires_while_a_letter_waits() -> None:
    bus = Bus()
    bus.letters_wait = True

    assert bus.look() is None


def test_nobody_fires_before_a_letter_that_was_sent_is_read() -> None:
    bus = Bus()
    bus.stands[INPUTS] = Stand(2, 900)

    assert bus.look() is None
    bus.stands[INPUTS] = Stand(3, 950)
    assert NOW == bus.look()


def test_what_a_letter_is_answered_by_is_waited_for_too() -> None:
    """Somebody is asked, he tells how he stands, and what was said is told on; each is read, and tells the next."""
    bus, fired = Bus(), list[int | None]()
    for number in (4, 5, 6):
        bus.ends[INPUTS] = number
        fired.append(bus.look())
        bus.stands[INPUTS] = Stand(number, 900)

    assert [None] * 3 == fired
    assert NOW == bus.look()


def test_nobody_fires_while_a_broker_does_not_answer() -> None:
    bus = Bus()
    bus.inputs_answer = False

    assert bus.look() is None
