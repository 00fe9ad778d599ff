"""What takes effect, once, and what a business then knows of a person."""

from connectors.postgres.deliveries import Key
from kairan import receipts
from kairan.receipts import Tally
from tests.contract import deliveries as d
from tests.contract.sink_bench import HANAKO, TARO, Apply, Bench, OnBench, fields, told


class Effects(OnBench):
    def test_a_delivery_takes_effect_with_its_position_and_receipt(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5))
        person = bench.person(HANAKO)

        assert person is not None
        assert {"name": d.NAME} == person.fields
        assert "none" == person.protection
        assert 6 == bench.position()
        assert [(5, 5, Tally(1, receipts.digest(d.ref(5), "024")))] == [told(each) for each in bench.receipts()]

    def test_what_is_delivered_twice_acts_once(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5), d.moved_in(5, offset=6))
        apply(d.moved_in(5, offset=7), d.moved_in(5, offset=8))

        assert [(d.ref(5), "024")] == bench.applied()
        assert [1, 0] == [told(each)[2].count for each in bench.receipts()]

    def test_each_business_of_a_delivery_is_an_effect_of_its_own(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(5, businesses=("024", "026")))

        assert [(d.ref(5), "024"), (d.ref(5), "026")] == sorted(bench.applied())
        assert bench.person(Key("026", d.HANAKO)) is not None

    def test_a_field_that_is_told_to_be_empty_is_known_no_more(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1, body={"name": d.NAME, "alias": {"text": "花", "kana": None}, "sex": "2"}))
        apply(d.moved_in(2, body={"name": d.NAME, "alias": None}))

        assert {"name": d.NAME, "sex": "2"} == fields(bench, HANAKO)

    def test_a_person_whose_first_delivery_tells_an_empty_field(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1, body={"name": d.NAME, "alias": None}), d.moved_in(2, d.TARO, body={"alias": None}))

        assert ({"name": d.NAME}, {}) == (fields(bench, HANAKO), fields(bench, TARO))

    def test_what_is_inside_a_field_may_be_null(self, bench: Bench, apply: Apply) -> None:
        address = {**d.ADDRESS, "building": None, "town_id": None, "postcode": None, "country": None}
        apply(d.moved_in(1, body={"address": address}), d.moved_in(2, body={"alias": None}))

        assert {"address": address} == fields(bench, HANAKO)

    def test_an_annulment_without_a_body_takes_away_what_its_event_told(self, bench: Bench, apply: Apply) -> None:
        apply(d.moved_in(1), d.moved_in(2, body={"sex": "2"}))
        apply(d.annulment(3, of=2, body={}))

        assert {"name": d.NAME} == fields(bench, HANAKO)
        assert {d.ref(2): d.ref(3)} == bench.annulled()

    def test_an_annulment_that_comes_first_still_annuls(self, bench: Bench, apply: Apply) -> None:
        apply(d.annulment(3, of=2, body={}))
        apply(d.moved_in(2))

        assert {} == fields(bench, HANAKO)

    def test_what_an_annulled_correction_had_corrected_is_annulled_though_it_comes_last(
        self, bench: Bench, apply: Apply
    ) -> None:
        apply(d.annulment(3, of=2, body={}, offset=1))
        apply(d.moved_in(2, change="corrected", corrects=4, offset=2))
        apply(d.moved_in(4, offset=3))

        assert {} == fields(bench, HANAKO)
        assert {d.ref(2): d.ref(3), d.ref(4): d.ref(3)} == bench.annulled()

    def test_an_old_delivery_that_comes_late_takes_its_place_behind_newer_ones(
        self, bench: Bench, apply: Apply
    ) -> None:
        apply(d.moved_in(3, body={"sex": "2"}), d.moved_in(4, source=("131237", "001"), body={"alias": None}))
        apply(d.moved_in(1, offset=5, body={"name": d.NAME, "sex": "1", "alias": {"text": "花", "kana": None}}))

        assert {"name": d.NAME, "sex": "2"} == fields(bench, HANAKO)
