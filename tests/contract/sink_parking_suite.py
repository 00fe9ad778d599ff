"""Whom an office refuses waits, in order, until somebody releases or discards; nobody else does."""

from collections.abc import Sequence

import pytest

from connectors.postgres import sink as sinks
from connectors.postgres.deliveries import Row
from connectors.postgres.office import Stretch
from connectors.postgres.sink import Sink
from kairan import receipts
from kairan.receipts import Excepted, Tally
from tests.contract import deliveries as d
from tests.contract.sink_bench import HANAKO, Apply, Bench, OnBench, as_usual, fields, kinds, told


class Parking(OnBench):
    def test_a_bad_person_is_parked_and_only_that_person(self, bench: Bench, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1), d.moved_in(2, d.TARO), d.moved_in(3, body={"name": d.RARE_NAME}), d.moved_in(4, d.TARO))

        assert [d.ref(1), d.ref(2), d.ref(4)] == [event_ref for event_ref, _ in bench.applied()]
        assert [(d.ref(3), "character_set")] == bench.parked()
        assert [Excepted(d.ref(3), "024", "parked", 3)] == list(bench.receipts()[0].exceptions)

    def test_later_deliveries_of_a_parked_person_wait_behind(self, bench: Bench, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}), d.moved_in(2))
        apply(d.moved_in(3), d.moved_in(4, d.TARO))

        assert [(d.ref(1), "character_set"), (d.ref(2), "behind"), (d.ref(3), "behind")] == bench.parked()
        assert [d.ref(4)] == [event_ref for event_ref, _ in bench.applied()]

    def test_what_took_effect_before_its_person_was_parked_is_not_parked_again(
        self, bench: Bench, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1), d.moved_in(2, body={"name": d.RARE_NAME}))
        apply(d.moved_in(1, offset=3), d.moved_in(2, offset=4, body={"name": d.RARE_NAME}))

        assert [(d.ref(2), "character_set")] == bench.parked()
        assert [[("parked", 2)], []] == [kinds(each) for each in bench.receipts()]

    def test_of_doubles_in_one_batch_the_first_is_parked_and_the_queue_keeps_its_order(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        rare = {"name": d.RARE_NAME}
        apply(d.moved_in(1, body=rare), d.moved_in(2), d.moved_in(1, offset=3, body=rare), d.moved_in(2, offset=4))
        apply(d.moved_in(5), d.moved_in(6), d.moved_in(5, offset=7))

        assert [(d.ref(1), "character_set"), *((d.ref(n), "behind") for n in (2, 5, 6))] == bench.parked()
        assert [[("parked", 1), ("parked", 2)], [("parked", 5), ("parked", 6)]] == [
            kinds(each) for each in bench.receipts()
        ]

        bench.store_all_characters(really=True)
        bench.release(HANAKO)
        sink.drain()

        assert [(d.ref(n), "024") for n in (1, 2, 5, 6)] == bench.applied()

    def test_so_many_are_drained_at_once_as_a_receipt_tells_of_and_the_next_look_goes_on(
        self, bench: Bench, sink: Sink, apply: Apply, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sinks, "DRAINED", 2)
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}), *map(d.moved_in, range(2, 7)))
        bench.store_all_characters(really=True)
        bench.release(HANAKO)
        drained = sink.drain()
        monkeypatch.setattr(receipts, "LARGEST", 200)
        apply(d.moved_in(7))

        assert 2 == drained
        assert [(d.ref(number), "024") for number in range(1, 8)] == bench.applied()
        released = [each for receipt in bench.receipts()[1:] for each in kinds(receipt)]
        assert [("released", offset) for offset in range(1, 7)] == released
        assert all(len(each.exceptions) <= 2 for each in bench.receipts()[1:])
        assert [] == bench.parked()

    def test_released_persons_are_drained_in_order_before_anything_newer(self, bench: Bench, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}), d.moved_in(2, body={"name": d.NAME, "sex": "2"}))
        bench.store_all_characters(really=True)
        bench.release(HANAKO)
        apply(d.moved_in(3, body={"sex": "1"}))
        person = bench.person(HANAKO)

        assert person is not None
        assert {"name": d.NAME, "sex": "1"} == person.fields
        assert [] == bench.parked()
        assert [("released", 1), ("released", 2)] == kinds(bench.receipts()[-1])
        assert 3 == told(bench.receipts()[-1])[2].count

    def test_released_persons_are_drained_when_nothing_new_comes(self, bench: Bench, sink: Sink, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))
        bench.store_all_characters(really=True)
        assert 0 == sink.drain()
        bench.release(HANAKO)

        assert 1 == sink.drain()
        assert [(d.ref(1), "024")] == bench.applied()
        assert (2, 1, Tally(1, receipts.digest(d.ref(1), "024"))) == told(bench.receipts()[-1])

    def test_a_release_that_is_refused_again_stays_parked(self, bench: Bench, sink: Sink, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}), d.moved_in(2))
        bench.release(HANAKO)
        sink.drain()

        assert [(d.ref(1), "character_set"), (d.ref(2), "behind")] == bench.parked()
        assert 0 == sink.drain()

    def test_what_is_discarded_never_takes_effect_and_what_waits_behind_it_goes_on(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME, "sex": "1"}), d.moved_in(2), d.moved_in(3, body={"sex": "2"}))
        bench.mark(HANAKO)

        assert 3 == sink.drain()
        assert ([], [d.ref(1)]) == (bench.parked(), bench.discarded())
        assert [d.ref(2), d.ref(3)] == [event_ref for event_ref, _ in bench.applied()]
        assert {"name": d.NAME, "sex": "2"} == fields(bench, HANAKO)
        assert [("discarded", 1), ("released", 2), ("released", 3)] == kinds(bench.receipts()[-1])
        assert 2 == told(bench.receipts()[-1])[2].count

    def test_what_is_discarded_goes_before_anything_newer(self, bench: Bench, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))
        bench.mark(HANAKO)
        apply(d.moved_in(2))

        assert [] == bench.parked()
        assert [(d.ref(2), "024")] == bench.applied()

    def test_what_was_discarded_is_not_applied_when_it_comes_again(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))
        bench.mark(HANAKO)
        sink.drain()
        bench.store_all_characters(really=True)
        apply(d.moved_in(1, offset=2, body={"name": d.RARE_NAME}))
        apply(d.moved_in(1, offset=3, body={"name": d.RARE_NAME}, businesses=("024", "026")), d.moved_in(4, d.TARO))

        assert [(d.ref(1), "026"), (d.ref(4), "024")] == bench.applied()
        assert [0, 2] == [told(each)[2].count for each in bench.receipts()[-2:]]
        assert [[], []] == [kinds(each) for each in bench.receipts()[-2:]]

    def test_whoever_is_refused_behind_what_is_discarded_stays_parked(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        rare = {"name": d.RARE_NAME}
        apply(d.moved_in(1, body=rare), d.moved_in(2, body=rare), d.moved_in(3))
        bench.mark(HANAKO)
        sink.drain()

        assert [(d.ref(2), "character_set"), (d.ref(3), "behind")] == bench.parked()
        assert [("discarded", 1)] == kinds(bench.receipts()[-1])
        assert 0 == sink.drain()

    def test_nothing_is_usual_while_somebody_is_parked(self, bench: Bench, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))

        assert not as_usual(bench, d.moved_in(2, d.TARO))
        assert not as_usual(bench, d.moved_in(2, d.TARO, body={"name": d.RARE_NAME}))

    def test_the_usual_way_is_tried_again_when_nobody_is_parked_any_more(
        self, bench: Bench, sink: Sink, apply: Apply, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Until then it would only be undone, batch after batch."""
        tried: list[str] = []
        usual = bench.office.usual

        def _counted(read: Stretch, first: Sequence[Row], others: Sequence[Row], receipt: bytes) -> None:
            tried.append(read.topic)
            usual(read, first, others, receipt)

        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))
        monkeypatch.setattr(bench.office, "usual", _counted)
        apply(d.moved_in(2, d.TARO))
        bench.store_all_characters(really=True)
        bench.release(HANAKO)
        sink.drain()
        apply(d.moved_in(3, d.TARO))
        assert [] == tried
        apply(d.moved_in(4, d.TARO))

        assert ([d.TOPIC], 4) == (tried, len(bench.applied()))

    def test_what_comes_late_of_a_parked_person_waits_and_takes_its_place(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        rare = {"name": d.RARE_NAME, "sex": "2"}
        apply(d.moved_in(2, body=rare))
        apply(d.moved_in(1, offset=3, body={"sex": "1", "alias": None}), d.moved_in(2, offset=4, body=rare))
        assert [(d.ref(2), "character_set"), (d.ref(1), "behind")] == bench.parked()
        bench.store_all_characters(really=True)
        bench.release(HANAKO)
        sink.drain()

        assert rare == fields(bench, HANAKO)
        assert [] == bench.parked()
