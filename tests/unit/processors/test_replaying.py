"""An instance's inputs come in the order that its journal keeps; what no line tells of, when it was appended."""

from hypothesis import given
from hypothesis import strategies as st

from kairan.stream import Position
from processors.runtime.process import Told
from processors.runtime.replaying import Appended, in_order


def appended(topic: str, *when: int) -> list[Appended]:
    return [Appended(Position(topic, 3, offset), at, Told(b"a", offset)) for offset, at in enumerate(when)]


def names(*there: list[Appended], lines: str = "") -> str:
    """Each input as its topic and offset."""
    places = [Position(name[0], 3, int(name[1])) for name in lines.split()]
    return " ".join(f"{each.at.topic}{each.at.offset}" for each in in_order(there, places))


LOG, INPUTS = appended("L", 10, 20, 40), appended("I", 15, 30)


def test_without_a_journal_inputs_come_when_they_were_appended_and_the_log_first() -> None:
    assert "L0 I0 L1 I1 L2" == names(LOG, INPUTS)
    assert "L0 I0" == names(appended("L", 10), appended("I", 10))


def test_the_order_of_the_journal_is_kept_whatever_the_times_say() -> None:
    assert "L0 L1 L2 I0 I1" == names(LOG, INPUTS, lines="L0 L1 L2 I0 I1")
    assert "I0 I1 L0 L1 L2" == names(LOG, INPUTS, lines="I0 I1 L0 L1 L2")


def test_a_line_that_was_lost_comes_back_in_its_time() -> None:
    assert "L0 I0 L1 I1 L2" == names(LOG, INPUTS, lines="L0 I0 I1 L2")
    assert "L0 L1 L2 I0 I1" == names(LOG, INPUTS, lines="L0 L2 I0 I1")


def test_a_partition_keeps_its_order_though_its_broker_s_clock_went_back() -> None:
    assert "L0 L1 I0" == names(appended("L", 20, 5), appended("I", 30))


def test_a_line_of_no_record_and_one_that_stands_twice_are_passed_over() -> None:
    assert "I0 L0 L1" == names(appended("L", 10, 20), appended("I", 30), lines="L9 I0 L0 L0 L1")


def test_lines_in_an_order_that_no_partition_can_have_given_end_in_the_partition_s() -> None:
    assert "L0 L1 L2" == names(LOG, lines="L2 L0 L1")


@given(st.permutations("LLLII").map("".join), st.data())
def test_whatever_was_lost_of_a_journal_every_input_comes_once_and_each_partition_in_order(
    order: str, data: st.DataObject
) -> None:
    lines = [f"{topic}{order[:place].count(topic)}" for place, topic in enumerate(order)]
    kept = data.draw(st.permutations(lines).flatmap(lambda some: st.integers(0, 5).map(lambda n: some[:n])))
    found = names(LOG, INPUTS, lines=" ".join(kept)).split()

    assert ["L0", "L1", "L2"] == [name for name in found if name[0] == "L"]
    assert ["I0", "I1"] == [name for name in found if name[0] == "I"]
    assert lines == names(LOG, INPUTS, lines=" ".join(lines)).split()
