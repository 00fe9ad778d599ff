"""What was consumed: positions, receipts of every stretch, and the one step of what goes as usual."""

from itertools import pairwise

import pytest

from connectors.postgres import ahead
from connectors.postgres.deliveries import Key, decode, rows
from connectors.postgres.office import Stretch
from connectors.postgres.sink import Sink
from connectors.postgres.turn import Turn
from kairan import receipts
from kairan.stream import Incoming
from tests.contract import deliveries as d
from tests.contract.sink_bench import (
    CHANNEL,
    HANAKO,
    TARO,
    Apply,
    Bench,
    OnBench,
    as_usual,
    fields,
    kinds,
    protection,
    told,
)


class Positions(OnBench):
    def test_a_range_that_was_consumed_is_neither_applied_nor_receipted_again(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5), d.moved_in(6))
        apply(d.moved_in(5), d.moved_in(6))
        apply(d.moved_in(6), d.moved_in(7))

        assert [(5, 6), (7, 7)] == [told(each)[:2] for each in bench.receipts()]

    def test_bytes_that_are_no_delivery_are_refused_and_the_rest_flows(self, bench: Bench, apply: Apply) -> None:
        bad = Incoming(d.TOPIC, 0, 1, 0, None, b"nonsense")
        apply(bad, d.moved_in(2))

        assert [(d.ref(2), "024")] == bench.applied()
        assert [("refused", 1)] == kinds(bench.receipts()[0])

    def test_a_batch_whose_receipt_would_not_fit_is_applied_in_parts(
        self, bench: Bench, apply: Apply, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bad = [Incoming(d.TOPIC, 0, offset, 0, None, b"nonsense") for offset in range(2, 8)]
        monkeypatch.setattr(receipts, "LARGEST", 220)
        apply(d.moved_in(1), *bad, d.moved_in(8))
        stretches = [(each.first, each.last) for each in bench.receipts()]

        assert [d.ref(1), d.ref(8)] == [event_ref for event_ref, _ in bench.applied()]
        assert [("refused", offset) for offset in range(2, 8)] == [kind for r in bench.receipts() for kind in kinds(r)]
        assert (1, 8) == (stretches[0][0], stretches[-1][1])
        assert all(last + 1 == first for (_, last), (first, _) in pairwise(stretches))
        assert len(stretches) > 1

    def test_a_large_batch_is_applied_part_after_part_and_told_in_receipts_that_join(
        self, bench: Bench, apply: Apply, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ahead, "PART", 2)
        apply(*map(d.moved_in, range(1, 6)))

        assert [d.ref(number) for number in range(1, 6)] == [event_ref for event_ref, _ in bench.applied()]
        assert [(1, 2), (3, 4), (5, 5)] == [told(each)[:2] for each in bench.receipts()]

    def test_what_its_topic_no_longer_keeps_is_receipted_as_nothing_applied(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        apply(d.moved_in(0))
        sink.pass_over(5)
        sink.pass_over(5)
        apply(d.moved_in(5), d.moved_in(2, offset=6))

        assert [(0, 0, 1), (1, 4, 0), (5, 6, 2)] == [
            (first, last, tally.count) for first, last, tally in map(told, bench.receipts())
        ]

    @pytest.mark.parametrize("then", [d.moved_in(5), d.flag(5)], ids=["usual", "unusual"])
    def test_what_its_topic_has_lost_meanwhile_is_receipted_with_what_comes_next(
        self, bench: Bench, apply: Apply, then: Incoming
    ) -> None:
        apply(d.moved_in(0))
        apply(then)

        assert [(0, 0, 1), (1, 5, 1)] == [
            (first, last, tally.count) for first, last, tally in map(told, bench.receipts())
        ]

    def test_a_sink_that_nothing_was_lost_to_passes_nothing_over(self, bench: Bench, sink: Sink, apply: Apply) -> None:
        sink.pass_over(0)
        apply(d.moved_in(0), d.moved_in(1))
        sink.pass_over(1)

        assert [(0, 1)] == [told(each)[:2] for each in bench.receipts()]

    @pytest.mark.parametrize(("step", "before"), [("overlay", ()), ("finish", (5,))], ids=["usual", "double"])
    def test_position_and_effect_are_atomic(
        self, bench: Bench, apply: Apply, monkeypatch: pytest.MonkeyPatch, step: str, before: tuple[int, ...]
    ) -> None:
        batch = [*(d.moved_in(number, offset=4) for number in before), d.moved_in(5), d.moved_in(6)]

        def _dies(*_: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as patched:
            patched.setattr(bench.office, step, _dies)
            with pytest.raises(RuntimeError):
                apply(*batch)

        assert ([], None, None) == (bench.applied(), bench.person(HANAKO), bench.position())
        apply(*batch)
        assert [(d.ref(5), "024"), (d.ref(6), "024")] == bench.applied()

    def test_what_goes_as_usual_is_one_step(self, bench: Bench) -> None:
        assert as_usual(bench, d.moved_in(5), d.moved_in(6, d.TARO, businesses=("024", "026")))

        assert [(d.ref(5), "024"), (d.ref(6), "024"), (d.ref(6), "026")] == sorted(bench.applied())
        assert ({"name": d.NAME}, {"name": d.NAME}) == (fields(bench, HANAKO), fields(bench, TARO))
        assert (7, [(5, 6)]) == (bench.position(), [told(each)[:2] for each in bench.receipts()])

    def test_what_needs_more_than_one_step_is_one_stretch_with_one_receipt(self, bench: Bench, apply: Apply) -> None:
        """Two deliveries of one person, an annulment, flags, and bytes that are no delivery, all at once."""
        apply(d.moved_in(1, d.JIRO))
        apply(
            *(d.moved_in(2), d.moved_in(3, body={"sex": "2"})),
            *(d.flag(4, d.TARO), d.moved_in(5, d.TARO), d.annulment(6, of=1, person=d.JIRO, body={})),
            *(Incoming(d.TOPIC, 0, 7, 0, None, b"nonsense"), d.flag(8, d.SABURO)),
        )

        assert [(1, 1, 1), (2, 8, 6)] == [
            (first, last, tally.count) for first, last, tally in map(told, bench.receipts())
        ]
        assert (9, [("refused", 7)]) == (bench.position(), kinds(bench.receipts()[1]))
        assert [1, 2, 3, 4, 5, 6, 8] == [int.from_bytes(ref) for ref, _ in bench.applied()]
        assert ({"name": d.NAME, "sex": "2"}, {"name": d.NAME}) == (fields(bench, HANAKO), fields(bench, TARO))
        assert ["protected", "protected"] == [protection(bench, Key("024", who)) for who in (d.TARO, d.SABURO)]
        assert ({}, {d.ref(1): d.ref(6)}) == (fields(bench, Key("024", d.JIRO)), bench.annulled())

    def test_the_others_of_what_goes_as_usual_enter_the_inbox_only(self, bench: Bench) -> None:
        hanako, taro = rows(decode(each.value, each.offset) for each in (d.moved_in(5), d.moved_in(6, d.TARO)))
        bench.office.usual(Stretch(d.TOPIC, 0, 5, 7), [hanako], [taro], Turn(CHANNEL, 5, 6).receipt(7))

        assert [(d.ref(5), "024"), (d.ref(6), "024")] == bench.applied()
        assert ({"name": d.NAME}, None) == (fields(bench, HANAKO), bench.person(TARO))

    @pytest.mark.parametrize(
        ("before", "then"),
        [
            ([d.moved_in(5)], d.moved_in(5, offset=6)),
            ([d.annulment(5, of=6, body={})], d.moved_in(6)),
            ([d.moved_in(5, version=9)], d.moved_in(6, version=8)),
            ([d.flag(5)], d.moved_in(6)),
            ([d.moved_in(7)], d.moved_in(6)),
        ],
        ids=["double", "annulled already", "older version", "protected", "read already"],
    )
    def test_what_does_not_go_as_usual_leaves_nothing(
        self, bench: Bench, apply: Apply, before: list[Incoming], then: Incoming
    ) -> None:
        apply(*before)
        known = bench.applied(), bench.person(HANAKO), bench.position(), len(bench.receipts())

        assert not as_usual(bench, d.moved_in(8, d.TARO, offset=6), then)
        assert known == (bench.applied(), bench.person(HANAKO), bench.position(), len(bench.receipts()))
        assert bench.person(TARO) is None
