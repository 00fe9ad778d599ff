"""Change record → bytes: pure, canonical, and silent about values."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.source import LARGEST_STATEMENT, Change, Mapped, Unmappable
from kairan import scanner, shapes, wire
from kairan.keys import SourceKey
from producers.mapping import TABLES, mapper
from tests.unit.producers.changes import YOKOHAMA, a_change, a_day, a_record, an_address, problems, sent, stated

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
MAYBE = st.none() | TEXT
DAYS = st.builds(a_day, st.sampled_from(["2026-04-01", "1950-00-00", "2020-A1-00"]), certain=st.booleans())
ADDRESSES = st.none() | st.builds(an_address, TEXT, building=MAYBE, town_id=MAYBE, country=MAYBE)
HOUSEHOLDS = st.none() | st.fixed_dictionaries({"number": TEXT, "head_name": MAYBE, "relationship": MAYBE})
RECORDS = st.fixed_dictionaries(
    {
        "name": st.fixed_dictionaries({"text": TEXT, "kana": MAYBE, "kana_confirmed": st.booleans()}),
        "alias": st.none() | st.fixed_dictionaries({"text": TEXT, "kana": MAYBE}),
        "birth_date": DAYS,
        "address": ADDRESSES,
        "household": HOUSEHOLDS,
        "notified": st.none() | DAYS,
        "protection": st.sampled_from(["none", "protected", "unknown"]),
        "procedure_id": MAYBE,
        "version": st.integers(1, 999),
    }
)
REASONS = st.sampled_from(["01", "02", "03", "06", "21", "22", "23", "41", "42", "43", "44", "53", "57"])


@given(REASONS, RECORDS, RECORDS)
def test_the_same_change_is_the_same_canonical_bytes(reason: str, before: dict[str, Any], now: dict[str, Any]) -> None:
    change = a_change(previous=a_record(**before), reason=reason, **now)
    statement = stated(change)

    assert sent(change) == sent(change)
    scanner.check(shapes.shape("statement", statement.type), sent(change).value)


@given(RECORDS, st.integers(1, 999), st.sampled_from(["01", "21", "41"]))
def test_an_id_belongs_to_one_fact(record: dict[str, Any], version: int, reason: str) -> None:
    one = stated(a_change(reason="23", **record)).envelope
    other = stated(a_change(reason=reason, **(record | {"version": version}))).envelope

    assert one["id"] != other["id"]


def test_an_id_depends_on_the_fact_and_not_on_what_is_told_of_it() -> None:
    assert stated(a_change()).envelope["id"] == stated(a_change(sex="1", effective=a_day("2026-04-02"))).envelope["id"]


def test_another_key_gives_other_ids() -> None:
    other = mapper(YOKOHAMA, SourceKey(bytes(32)))(a_change())

    assert isinstance(other, Mapped)
    assert other.event_id != sent(a_change()).event_id


def test_a_statement_goes_to_its_members_topic_whatever_it_claims() -> None:
    change = Change("resident_history", dict(a_change().payload) | {"municipality": "131237"})

    assert f"in.{YOKOHAMA}" == sent(change).topic
    assert "131237" == wire.decode_envelope(sent(change).value).record["source"]["municipality"]


def test_all_problems_are_named_by_place_and_rule() -> None:
    change = a_change(name={"kana": "ツジ"}, sex=2, protection="maybe", particulars="none")

    assert {
        ("change.malformed", "record.name.text"),
        ("change.malformed", "record.sex"),
        ("change.malformed", "record.protection"),
        ("change.malformed", "record.particulars"),
    } == set(problems(change))


def test_a_missing_protection_is_refused_at_the_source() -> None:
    assert [("change.malformed", "record.protection")] == problems(a_change(protection=None))


def test_no_problem_holds_a_value() -> None:
    marked = "特定の人の名前"
    change = a_change(
        sex=marked,
        protection=marked,
        address={"街": marked, marked: "x"},
        particulars={marked: marked},
        registered=marked,
    )
    found = mapper(YOKOHAMA, SourceKey(bytes(32)))(change)

    assert isinstance(found, Unmappable)
    assert marked not in repr(found)


def test_a_number_beyond_its_type_is_refused() -> None:
    assert [("change.malformed", "")] == problems(a_change(version=2**63))


def test_a_record_larger_than_a_statement_may_be_is_refused() -> None:
    change = a_change(address=an_address("1-2", building="あ" * (LARGEST_STATEMENT // 3)))

    assert [("size.too_large", "")] == problems(change)


def test_no_change_of_another_table_leaves_the_core_system() -> None:
    assert [("change.table", "")] == problems(Change("suppression_lift", {}))
    assert "suppression_lift" not in TABLES


def test_an_individual_number_in_free_text_never_leaves_the_core_system() -> None:
    change = a_change(address=an_address("1-2", building="ハイツ 1234-5678-9018"))

    assert [("individual_number.found", "address.building")] == problems(change)


def test_nor_does_a_resident_record_code_that_a_text_names() -> None:
    change = a_change(address=an_address("1-2", building="住民票コード 123-4567-8901"))

    assert [("resident_record_code.found", "address.building")] == problems(change)
