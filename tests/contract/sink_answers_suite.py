"""What an office has to answer: each live event of a move that took effect, once for each business."""

from typing import Any

import pytest

from connectors.postgres.answers import OF_A_MOVE
from connectors.postgres.sink import Sink
from kairan.stream import Incoming
from tests.contract import deliveries as d
from tests.contract.sink_bench import HANAKO, Apply, Bench, OnBench

OTHERS = ("residence.RecordLoaded", "residence.RecordAmended", "residence.Relocated", "vital.Born")


def told(number: int, type_: str, **given: Any) -> Incoming:
    return d.delivery(number, d.HANAKO, type_, body={}, **given)


class Answers(OnBench):
    @pytest.mark.parametrize("type_", OF_A_MOVE)
    def test_an_event_of_a_move_is_to_be_answered_by_each_business(
        self, bench: Bench, apply: Apply, type_: str
    ) -> None:
        apply(told(1, type_, businesses=("024", "026")))

        assert {(d.ref(1), "024"): "applied", (d.ref(1), "026"): "applied"} == bench.to_answer()

    def test_nothing_but_a_move_is(self, bench: Bench, apply: Apply) -> None:
        apply(*(told(number, type_) for number, type_ in enumerate(OTHERS)), d.flag(9))

        assert len(OTHERS) + 1 == len(bench.applied())
        assert {} == bench.to_answer()

    def test_the_bulk_lane_is_not(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1, lane="bulk"), d.moved_in(2))

        assert [(d.ref(2), "024")] == list(bench.to_answer())

    def test_an_annulment_is_undone_and_all_else_is_applied(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1), d.moved_in(2, change="corrected", corrects=1), d.moved_in(3, change="ended", corrects=2))
        apply(d.annulment(4, of=2, body={}))

        assert ["applied", "applied", "applied", "undone"] == [
            outcome for _, outcome in sorted(bench.to_answer().items())
        ]

    def test_what_comes_twice_is_to_be_answered_once(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5), d.moved_in(5, offset=6), d.moved_in(7))
        apply(d.moved_in(5, offset=8))

        assert {(d.ref(5), "024"), (d.ref(7), "024")} == bench.to_answer().keys()

    def test_what_is_parked_is_answered_when_it_takes_effect(self, bench: Bench, sink: Sink, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}), d.moved_in(2), d.moved_in(3, d.TARO))

        assert [(d.ref(3), "024")] == list(bench.to_answer())
        bench.store_all_characters(really=True)
        bench.release(HANAKO)
        sink.drain()
        assert {d.ref(1), d.ref(2), d.ref(3)} == {ref for ref, _ in bench.to_answer()}

    def test_what_is_discarded_is_answered_as_that(self, bench: Bench, sink: Sink, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))
        bench.mark(HANAKO)
        sink.drain()

        assert ([d.ref(1)], {(d.ref(1), "024"): "discarded"}) == (bench.discarded(), bench.to_answer())

    @pytest.mark.parametrize(("step", "number"), [("overlay", 4), ("finish", 5)], ids=["usual", "double"])
    def test_no_answer_without_its_effect(
        self, bench: Bench, apply: Apply, monkeypatch: pytest.MonkeyPatch, step: str, number: int
    ) -> None:
        def _dies(*_: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as patched:
            patched.setattr(bench.office, step, _dies)
            with pytest.raises(RuntimeError):
                apply(d.moved_in(number, offset=4), d.moved_in(5), d.moved_in(6))

        assert {} == bench.to_answer()
