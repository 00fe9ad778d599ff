"""A flag overtakes what waits, hides what it must, and lasts as long as its measure."""

from typing import Any

from connectors.postgres.sink import Sink
from tests.contract import deliveries as d
from tests.contract.sink_bench import HANAKO, TARO, Apply, Bench, OnBench, fields, protection


class Protection(OnBench):
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
        assert {"name": d.RARE_NAME} == fields(bench, HANAKO) == fields(bench, TARO)

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
        before = protection(bench, HANAKO)
        apply(d.flag(4, issuer=d.HERE, measure=2, kind="3", **hidden))

        assert ("protected", None) == (before, protection(bench, HANAKO))
