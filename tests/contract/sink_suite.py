"""What a sink must do in every office; run for the fake and for PostgreSQL."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.postgres.deliveries import Key, decode, rows
from connectors.postgres.effects import Person, Told, fold
from connectors.postgres.office import Office, Stretch
from connectors.postgres.sink import Sink
from connectors.postgres.turn import Channel, Turn
from kairan import receipts
from kairan.receipts import Excepted, Receipt, Tally
from kairan.stream import Incoming
from tests.contract import deliveries as d

CHANNEL = Channel("141003", "nhi")


class Bench(Protocol):
    """A fresh office of channel 141003.nhi, and a look into it."""

    @property
    def office(self) -> Office: ...

    def person(self, key: Key) -> Person | None:
        """What is known, without its annulments."""
        ...

    def applied(self) -> list[tuple[bytes, str]]:
        """The inbox, by place in the topic."""
        ...

    def annulled(self) -> dict[bytes, bytes]: ...

    def parked(self) -> list[tuple[bytes, str]]:
        """Reference and reason, by place in the topic."""
        ...

    def parked_deliveries(self) -> list[bytes]: ...

    def release(self, key: Key) -> None: ...

    def mark(self, key: Key) -> None:
        """That the first delivery of this queue is to be discarded."""
        ...

    def discarded(self) -> list[bytes]:
        """References, by place in the topic."""
        ...

    def receipts(self) -> list[Receipt]: ...

    def position(self) -> int | None: ...

    def store_all_characters(self, *, really: bool) -> None: ...

    def fresh(self) -> None:
        """Empties the office."""
        ...


HANAKO, TARO = Key("024", d.HANAKO), Key("024", d.TARO)
Apply = Callable[..., None]


class SinkSuite:
    """Inherit it and give a fixture ``bench``."""

    @pytest.fixture
    def sink(self, bench: Bench) -> Sink:
        return Sink(bench.office, CHANNEL, clock=lambda: 7)

    @pytest.fixture
    def apply(self, sink: Sink) -> Apply:
        return lambda *batch: sink.apply(batch)

    def test_a_delivery_takes_effect_with_its_position_and_receipt(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5))
        person = bench.person(HANAKO)

        assert person is not None
        assert {"name": d.NAME} == person.fields
        assert "none" == person.protection
        assert 6 == bench.position()
        assert [(5, 5, Tally(1, receipts.digest(d.ref(5), "024")))] == [_told(each) for each in bench.receipts()]

    def test_what_is_delivered_twice_acts_once(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5), d.moved_in(5, offset=6))
        apply(d.moved_in(5, offset=7), d.moved_in(5, offset=8))

        assert [(d.ref(5), "024")] == bench.applied()
        assert [1, 0] == [_told(each)[2].count for each in bench.receipts()]

    def test_a_range_that_was_consumed_is_neither_applied_nor_receipted_again(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5), d.moved_in(6))
        apply(d.moved_in(5), d.moved_in(6))
        apply(d.moved_in(6), d.moved_in(7))

        assert [(5, 6), (7, 7)] == [_told(each)[:2] for each in bench.receipts()]

    def test_each_business_of_a_delivery_is_an_effect_of_its_own(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5, businesses=("024", "026")))

        assert [(d.ref(5), "024"), (d.ref(5), "026")] == sorted(bench.applied())
        assert bench.person(Key("026", d.HANAKO)) is not None

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
        assert [[("parked", 2)], []] == [_kinds(each) for each in bench.receipts()]

    def test_of_doubles_in_one_batch_the_first_is_parked_and_the_queue_keeps_its_order(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        rare = {"name": d.RARE_NAME}
        apply(d.moved_in(1, body=rare), d.moved_in(2), d.moved_in(1, offset=3, body=rare), d.moved_in(2, offset=4))
        apply(d.moved_in(5), d.moved_in(6), d.moved_in(5, offset=7))

        assert [(d.ref(1), "character_set"), *((d.ref(n), "behind") for n in (2, 5, 6))] == bench.parked()
        assert [[("parked", 1), ("parked", 2)], [("parked", 5), ("parked", 6)]] == [
            _kinds(each) for each in bench.receipts()
        ]

        bench.store_all_characters(really=True)
        bench.release(HANAKO)
        sink.drain()

        assert [(d.ref(n), "024") for n in (1, 2, 5, 6)] == bench.applied()

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
        assert [("released", 1), ("released", 2)] == _kinds(bench.receipts()[-1])
        assert 3 == _told(bench.receipts()[-1])[2].count

    def test_released_persons_are_drained_when_nothing_new_comes(self, bench: Bench, sink: Sink, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))
        bench.store_all_characters(really=True)
        assert 0 == sink.drain()
        bench.release(HANAKO)

        assert 1 == sink.drain()
        assert [(d.ref(1), "024")] == bench.applied()
        assert (2, 1, Tally(1, receipts.digest(d.ref(1), "024"))) == _told(bench.receipts()[-1])

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
        assert {"name": d.NAME, "sex": "2"} == _fields(bench, HANAKO)
        assert [("discarded", 1), ("released", 2), ("released", 3)] == _kinds(bench.receipts()[-1])
        assert 2 == _told(bench.receipts()[-1])[2].count

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
        assert [0, 2] == [_told(each)[2].count for each in bench.receipts()[-2:]]
        assert [[], []] == [_kinds(each) for each in bench.receipts()[-2:]]

    def test_whoever_is_refused_behind_what_is_discarded_stays_parked(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        rare = {"name": d.RARE_NAME}
        apply(d.moved_in(1, body=rare), d.moved_in(2, body=rare), d.moved_in(3))
        bench.mark(HANAKO)
        sink.drain()

        assert [(d.ref(2), "character_set"), (d.ref(3), "behind")] == bench.parked()
        assert [("discarded", 1)] == _kinds(bench.receipts()[-1])
        assert 0 == sink.drain()

    def test_a_flag_overtakes_and_takes_the_location_out_of_what_is_parked(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        bench.store_all_characters(really=False)
        apply(
            d.moved_in(1, body={"name": d.RARE_NAME, "address": d.ADDRESS}),
            d.moved_in(2, d.TARO, body={"name": d.RARE_NAME, "address": d.ADDRESS}, related=(d.HANAKO,)),
            d.flag(3),
        )
        person = bench.person(HANAKO)

        assert person is not None
        assert "protected" == person.protection
        assert not any("鶴見".encode() in each or d.HANAKO in each[250:] for each in bench.parked_deliveries())
        bench.store_all_characters(really=True)
        bench.release(HANAKO)
        bench.release(TARO)
        sink.drain()
        assert {"name": d.RARE_NAME} == _fields(bench, HANAKO) == _fields(bench, TARO)

    def test_an_ended_measure_takes_nothing_out(self, bench: Bench, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME, "address": d.ADDRESS}), d.flag(2, kind="3"))

        assert ["鶴見".encode() in each for each in bench.parked_deliveries()] == [True]

    def test_a_flag_whose_measure_has_ended_takes_nothing_out_when_it_comes_late_or_again(
        self, bench: Bench, apply: Apply
    ) -> None:
        begun, again = d.flag(1, kind="1", measure=1), d.flag(1, kind="1", measure=1, offset=5)
        apply(begun, d.flag(2, kind="3", measure=2), d.flag(6, d.TARO, kind="3", measure=2, offset=3))
        bench.store_all_characters(really=False)
        arrival = {"name": d.RARE_NAME, "address": d.ADDRESS}
        apply(d.moved_in(3, body=arrival, offset=4), d.moved_in(4, d.TARO, body=arrival))
        apply(again, d.flag(5, d.TARO, kind="1", measure=1, offset=6))

        assert ["鶴見".encode() in each for each in bench.parked_deliveries()] == [True, True]

    def test_an_older_measure_does_not_take_protection_away(self, bench: Bench, apply: Apply) -> None:
        apply(d.flag(1, measure=2))
        apply(d.flag(2, measure=1, kind="3"), d.moved_in(3))
        person = bench.person(HANAKO)

        assert person is not None
        assert "protected" == person.protection

    def test_the_end_of_one_issuers_measure_does_not_end_anothers(self, bench: Bench, apply: Apply) -> None:
        """Both call it m1, and who issued them is told to nobody here."""
        hidden: dict[str, Any] = {"source": None, "protection": None}
        apply(d.flag(1, issuer=d.HERE, **hidden))
        apply(d.flag(2, issuer=d.THERE, **hidden))
        apply(d.flag(3, issuer=d.THERE, measure=2, kind="3", **hidden))
        before = _protection(bench, HANAKO)
        apply(d.flag(4, issuer=d.HERE, measure=2, kind="3", **hidden))

        assert ("protected", None) == (before, _protection(bench, HANAKO))

    def test_a_field_that_is_told_to_be_empty_is_known_no_more(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1, body={"name": d.NAME, "alias": {"text": "花", "kana": None}, "sex": "2"}))
        apply(d.moved_in(2, body={"name": d.NAME, "alias": None}))

        assert {"name": d.NAME, "sex": "2"} == _fields(bench, HANAKO)

    def test_a_person_whose_first_delivery_tells_an_empty_field(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1, body={"name": d.NAME, "alias": None}), d.moved_in(2, d.TARO, body={"alias": None}))

        assert ({"name": d.NAME}, {}) == (_fields(bench, HANAKO), _fields(bench, TARO))

    def test_what_is_inside_a_field_may_be_null(self, bench: Bench, apply: Apply) -> None:
        address = {**d.ADDRESS, "building": None, "town_id": None, "postcode": None, "country": None}
        apply(d.moved_in(1, body={"address": address}), d.moved_in(2, body={"alias": None}))

        assert {"address": address} == _fields(bench, HANAKO)

    def test_an_annulment_without_a_body_takes_away_what_its_event_told(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1), d.moved_in(2, body={"sex": "2"}))
        apply(d.annulment(3, of=2, body={}))

        assert {"name": d.NAME} == _fields(bench, HANAKO)
        assert {d.ref(2): d.ref(3)} == bench.annulled()

    def test_an_annulment_that_comes_first_still_annuls(self, bench: Bench, apply: Apply) -> None:
        apply(d.annulment(3, of=2, body={}))
        apply(d.moved_in(2))

        assert {} == _fields(bench, HANAKO)

    def test_what_an_annulled_correction_had_corrected_is_annulled_though_it_comes_last(
        self, bench: Bench, apply: Apply
    ) -> None:
        apply(d.annulment(3, of=2, body={}, offset=1))
        apply(d.moved_in(2, change="corrected", corrects=4, offset=2))
        apply(d.moved_in(4, offset=3))

        assert {} == _fields(bench, HANAKO)
        assert {d.ref(2): d.ref(3), d.ref(4): d.ref(3)} == bench.annulled()

    def test_bytes_that_are_no_delivery_are_refused_and_the_rest_flows(self, bench: Bench, apply: Apply) -> None:
        bad = Incoming(d.TOPIC, 0, 1, 0, None, b"nonsense")
        apply(bad, d.moved_in(2))

        assert [(d.ref(2), "024")] == bench.applied()
        assert [("refused", 1)] == _kinds(bench.receipts()[0])

    def test_what_its_topic_no_longer_keeps_is_receipted_as_nothing_applied(
        self, bench: Bench, sink: Sink, apply: Apply
    ) -> None:
        apply(d.moved_in(0))
        sink.pass_over(5)
        sink.pass_over(5)
        apply(d.moved_in(5), d.moved_in(2, offset=6))

        assert [(0, 0, 1), (1, 4, 0), (5, 6, 2)] == [
            (first, last, tally.count) for first, last, tally in map(_told, bench.receipts())
        ]

    @pytest.mark.parametrize("then", [d.moved_in(5), d.flag(5)], ids=["usual", "unusual"])
    def test_what_its_topic_has_lost_meanwhile_is_receipted_with_what_comes_next(
        self, bench: Bench, apply: Apply, then: Incoming
    ) -> None:
        apply(d.moved_in(0))
        apply(then)

        assert [(0, 0, 1), (1, 5, 1)] == [
            (first, last, tally.count) for first, last, tally in map(_told, bench.receipts())
        ]

    def test_a_sink_that_nothing_was_lost_to_passes_nothing_over(self, bench: Bench, sink: Sink, apply: Apply) -> None:
        sink.pass_over(0)
        apply(d.moved_in(0), d.moved_in(1))
        sink.pass_over(1)

        assert [(0, 1)] == [_told(each)[:2] for each in bench.receipts()]

    def test_position_and_effect_are_atomic(self, bench: Bench, apply: Apply, monkeypatch: pytest.MonkeyPatch) -> None:
        def _dies(*_: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as patched:
            patched.setattr(bench.office, "finish", _dies)
            with pytest.raises(RuntimeError):
                apply(d.moved_in(5), d.moved_in(6))

        assert ([], None, None) == (bench.applied(), bench.person(HANAKO), bench.position())
        apply(d.moved_in(5), d.moved_in(6))
        assert [(d.ref(5), "024"), (d.ref(6), "024")] == bench.applied()

    def test_what_goes_as_usual_is_one_step(self, bench: Bench) -> None:
        assert _usual(bench, d.moved_in(5), d.moved_in(6, d.TARO, businesses=("024", "026")))

        assert [(d.ref(5), "024"), (d.ref(6), "024"), (d.ref(6), "026")] == sorted(bench.applied())
        assert ({"name": d.NAME}, {"name": d.NAME}) == (_fields(bench, HANAKO), _fields(bench, TARO))
        assert (7, [(5, 6)]) == (bench.position(), [_told(each)[:2] for each in bench.receipts()])

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

        assert not _usual(bench, d.moved_in(8, d.TARO, offset=6), then)
        assert known == (bench.applied(), bench.person(HANAKO), bench.position(), len(bench.receipts()))
        assert bench.person(TARO) is None

    def test_nothing_is_usual_while_somebody_is_parked(self, bench: Bench, apply: Apply) -> None:
        bench.store_all_characters(really=False)
        apply(d.moved_in(1, body={"name": d.RARE_NAME}))

        assert not _usual(bench, d.moved_in(2, d.TARO))
        assert not _usual(bench, d.moved_in(2, d.TARO, body={"name": d.RARE_NAME}))

    def test_an_old_delivery_that_comes_late_takes_its_place_behind_newer_ones(
        self, bench: Bench, apply: Apply
    ) -> None:
        apply(d.moved_in(3, body={"sex": "2"}), d.moved_in(4, source=("131237", "001"), body={"alias": None}))
        apply(d.moved_in(1, offset=5, body={"name": d.NAME, "sex": "1", "alias": {"text": "花", "kana": None}}))

        assert {"name": d.NAME, "sex": "2"} == _fields(bench, HANAKO)

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

        assert rare == _fields(bench, HANAKO)
        assert [] == bench.parked()

    def test_what_was_lost_and_comes_again_leaves_the_office_as_if_nothing_had_been_lost(
        self, bench: Bench, sink: Sink
    ) -> None:
        """A refill writes everything again; what is live meanwhile overtakes it."""

        @settings(max_examples=30, deadline=None)
        @given(st.lists(HISTORIES, min_size=1, max_size=10), st.sets(st.integers(0, 9)), st.integers(0, 10), SIZES)
        def _holds(history: list[tuple[int, Make]], lost: set[int], overtaking: int, sizes: tuple[int, int]) -> None:
            kept = [made for place, made in enumerate(history) if place not in lost]
            read, late = kept[: sizes[0]], kept[sizes[0] :]
            refilled = [*read, *history[:overtaking], *late, *history[overtaking:]]
            left = []
            for told in (history, refilled):
                bench.fresh()
                came = [make(number, offset=place) for place, (number, make) in enumerate(told)]
                for start in range(0, len(came), sizes[1]):
                    sink.apply(came[start : start + sizes[1]])
                left.append(_everything(bench))
            assert left[0] == left[1]

        _holds()

    def test_however_it_comes_what_is_known_is_the_fold_of_what_was_received(self, bench: Bench, sink: Sink) -> None:
        @settings(max_examples=30, deadline=None)
        @given(st.lists(HISTORIES, min_size=1, max_size=12), st.integers(1, 6))
        def _holds(history: list[tuple[int, Make]], size: int) -> None:
            bench.fresh()
            told = [make(number, offset=place) for place, (number, make) in enumerate(history)]
            for start in range(0, len(told), size):
                sink.apply(told[start : start + size])
            for key in (HANAKO, TARO):
                expected = fold(_told_to(key, told))
                assert (expected.fields or None) == (_fields(bench, key) or None)
                assert expected.protection == getattr(bench.person(key), "protection", None)

        _holds()


Make = Callable[..., Incoming]


@st.composite
def _deliveries(draw: st.DrawFn) -> tuple[int, Make]:
    """A delivery as a function of its place; the same number is always the same event."""
    number = draw(st.integers(1, 8))
    seed = draw(st.shared(st.lists(st.integers(0, 10_000), min_size=9, max_size=9), key="events"))[number]
    person = (d.HANAKO, d.TARO)[seed % 2]
    version = 1 + seed // 2 % 5
    source = (("141003", "001"), ("131237", "001"), None)[seed // 10 % 3]
    if seed % 7 == 0:
        kind = "123"[seed // 7 % 3]
        return number, lambda _, offset: d.flag(number, person, kind=kind, measure=version, offset=offset)
    body = {"name": {**d.NAME, "text": str(number)}} if seed % 3 else {"sex": "1", "alias": None}
    change, corrects = ("created", None) if seed % 4 else (("annulled", "corrected")[seed // 4 % 2], seed // 16 % 9)
    return number, lambda _, offset: d.moved_in(
        number,
        person,
        version=version,
        source=source,
        body=body if change != "annulled" or seed % 5 else {},
        change=change,
        corrects=corrects,
        offset=offset,
        protection=("none", "unknown", None)[seed // 30 % 3],
    )


HISTORIES = _deliveries()
SIZES = st.tuples(st.integers(0, 10), st.integers(1, 6))
"""How much of what is left was read before the refill began; how much is read at once."""


def _usual(bench: Bench, *batch: Incoming) -> bool:
    """What a sink does first with deliveries of different persons."""
    due = rows(decode(record.value, record.offset) for record in batch)
    turn = Turn(CHANNEL, batch[0].offset, batch[-1].offset)
    turn.applied(due)
    return bench.office.usual(Stretch(d.TOPIC, 0, turn.first, turn.last + 1), due, turn.receipt(7))


def _told_to(key: Key, told: Sequence[Incoming]) -> list[Told]:
    due = rows(decode(record.value, record.offset) for record in told)
    return [row.delivery.told() for row in due if row.key == key]


def _everything(bench: Bench) -> object:
    """What is known and receipted; a person of whom nothing is known may be there or not."""
    told = [(_fields(bench, key) or None, getattr(bench.person(key), "protection", None)) for key in (HANAKO, TARO)]
    receipted = receipts.total(tally for each in bench.receipts() for tally in each.buckets.values())
    return told, sorted(bench.applied()), bench.annulled(), receipted


def _fields(bench: Bench, key: Key) -> object:
    person = bench.person(key)
    return None if person is None else person.fields


def _protection(bench: Bench, key: Key) -> str | None:
    person = bench.person(key)
    return None if person is None else person.protection


def _told(receipt: Receipt) -> tuple[int, int, Tally]:
    return receipt.first, receipt.last, receipts.total(receipt.buckets.values())


def _kinds(receipt: Receipt) -> list[tuple[str, int]]:
    return [(excepted.kind, excepted.offset) for excepted in receipt.exceptions]
