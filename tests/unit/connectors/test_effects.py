"""What a back office knows follows from what it received, and from nothing else."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from connectors.postgres.effects import HIDDEN, PROTECTION_CHANGED, Order, Person, Told, fold, overlay

TOWN, CITY = "143014/001", "141003/001"


def told(number: int, version: int | None = None, source: str = TOWN, **given: Any) -> Told:
    """Event ``number``, admitted as the number says."""
    return Told(
        event_ref=number.to_bytes(16),
        type=given.get("type", "residence.MovedIn"),
        change=given.get("change", "created"),
        corrects_ref=None if "corrects" not in given else given["corrects"].to_bytes(16),
        version=number if version is None else version,
        source=source,
        issuer=given.get("issuer"),
        order=Order(number, 1, number),
        protection=given.get("protection"),
        body=given.get("body", {}),
    )


def flag(number: int, kind: str = "1", version: int = 1, measure: str = "m1", **given: Any) -> Told:
    body = {"measure": {"id": measure, "version": version, "kind": kind}}
    return told(number, type=PROTECTION_CHANGED, **{"body": body, **given})


NAMES = st.sampled_from(["name", "sex", "address", "alias"])


@st.composite
def histories(draw: st.DrawFn) -> list[Told]:
    """Deliveries of one person; numbers are unique, as events are."""
    numbers = draw(st.lists(st.integers(1, 40), min_size=1, max_size=6, unique=True))
    return [draw(_told(number)) for number in numbers]


@st.composite
def _told(draw: st.DrawFn, number: int) -> Told:
    if draw(st.integers(0, 5)) == 0:
        return flag(number, draw(st.sampled_from("123")), draw(st.integers(1, 4)), draw(st.sampled_from(["a", "b"])))
    change = draw(st.sampled_from(["created", "created", "ended", "corrected", "annulled"]))
    body = draw(st.dictionaries(NAMES, st.none() | st.integers(0, 3), max_size=3))
    given_: dict[str, Any] = {"change": change, "body": body, "protection": draw(st.sampled_from([None, "none"]))}
    if change in {"corrected", "annulled"}:
        given_["corrects"] = draw(st.integers(1, 40))
    return told(number, draw(st.integers(1, 6)), draw(st.sampled_from([TOWN, CITY, HIDDEN])), **given_)


@given(histories(), st.randoms(use_true_random=False))
def test_neither_order_of_arrival_nor_doubles_change_what_is_known(history: list[Told], chance: Any) -> None:
    expected = fold(history)
    shuffled = history + history[:3]
    chance.shuffle(shuffled)

    assert expected == fold(shuffled)


@given(histories())
def test_the_short_way_ends_where_the_fold_does(history: list[Told]) -> None:
    """Whenever ``overlay`` answers, it says what ``fold`` says."""
    for end in range(len(history)):
        before, row = history[:end], history[end]
        quick = overlay(fold(before), row)

        assert quick is None or quick == fold([*before, row])


@given(histories(), NAMES)
def test_a_newer_delivery_that_withholds_a_field_never_deletes_it(history: list[Told], name: str) -> None:
    before = fold(history)
    after = fold([*history, told(99, body={other: 9 for other in ("name", "sex") if other != name})])

    assert before.fields.get(name) == after.fields.get(name)


@given(histories(), NAMES)
def test_a_newer_delivery_that_tells_a_field_to_be_empty_deletes_it(history: list[Told], name: str) -> None:
    before = fold(history)
    after = fold([*history, told(99, body={name: None})])

    assert {each: value for each, value in before.fields.items() if each != name} == after.fields


@given(histories())
def test_nothing_empty_is_known(history: list[Told]) -> None:
    assert None not in fold(history).fields.values()


@given(histories())
def test_a_bare_annulment_leaves_what_would_be_known_without_its_event(history: list[Told]) -> None:
    standing = [row for row in history if row.change in {"created", "ended"} and row.type != PROTECTION_CHANGED]
    for row in standing:
        others = [other for other in standing if other is not row]
        annulment = told(99, change="annulled", corrects=int.from_bytes(row.event_ref))

        assert fold(others).fields == fold([*standing, annulment]).fields


def test_within_a_source_the_newest_version_wins_even_when_it_comes_first() -> None:
    late = [told(1, version=8, body={"sex": "2"}), told(2, version=7, body={"sex": "1", "name": "花子"})]

    assert {"sex": "2", "name": "花子"} == fold(late).fields


def test_between_sources_versions_are_not_compared_but_the_log() -> None:
    history = [told(1, version=900, body={"sex": "1"}), told(2, version=3, source=CITY, body={"sex": "2"})]

    assert {"sex": "2"} == fold(history).fields
    assert {TOWN: 900, CITY: 3} == fold(history).versions


def test_versions_of_a_hidden_source_are_compared_with_nobody() -> None:
    history = [
        told(1, version=900, source=HIDDEN, body={"sex": "1"}),
        told(2, version=3, source=HIDDEN, body={"sex": "2"}),
    ]

    assert {"sex": "2"} == fold(history).fields
    assert {} == fold(history).versions


def test_a_correction_keeps_what_it_does_not_tell() -> None:
    history = [told(1, body={"sex": "1", "name": "花子"}), told(2, change="corrected", corrects=1, body={"sex": "2"})]

    assert {"sex": "2", "name": "花子"} == fold(history).fields


def test_an_annulment_with_a_snapshot_restores_it() -> None:
    history = [
        told(1, body={"address": "鶴見"}),
        told(2, body={"address": "神奈川", "moved_in_date": "2026-04-01"}),
        told(3, change="annulled", corrects=2, body={"address": "鶴見"}),
    ]

    assert {"address": "鶴見"} == fold(history).fields


def test_an_annulment_empties_what_the_restored_record_has_not_and_nothing_else() -> None:
    history = [
        told(1, body={"alias": {"text": "花"}, "moved_in_date": "2020-04-01"}),
        told(2, body={"moved_in_date": "2026-04-01"}),
        told(3, change="annulled", corrects=2, body={"alias": None, "moved_in_date": None}),
    ]

    assert {"moved_in_date": "2020-04-01"} == fold(history).fields


def test_an_annulment_of_what_carries_no_record_empties_nothing() -> None:
    notice: dict[str, Any] = {"type": "residence.MoveInNotified"}
    history = [
        told(1, body={"sex": "2"}),
        told(2, source=CITY, body={"notice": 1}, **notice),
        told(3, source=CITY, change="annulled", corrects=2, body={"sex": None, "notice": None}, **notice),
    ]

    assert {"sex": "2"} == fold(history).fields


def test_a_measure_that_tells_of_nothing_empty_holds_nothing_empty() -> None:
    measure = {"id": "m1", "version": 1, "kind": "1"}

    assert {"measure": measure} == fold([flag(1, body={"measure": measure, "period": None})]).measures["143014/m1"]


def test_what_an_annulled_correction_had_corrected_goes_with_it() -> None:
    history = [
        told(1, body={"sex": "1"}),
        told(2, body={"address": "鶴見"}),
        told(3, change="corrected", corrects=2, body={"address": "神奈川"}),
        told(4, change="annulled", corrects=3),
    ]

    assert {"sex": "1"} == fold(history).fields
    assert {(2).to_bytes(16): (4).to_bytes(16), (3).to_bytes(16): (4).to_bytes(16)} == fold(history).annulled


def test_an_annulled_annulment_annuls_nothing() -> None:
    history = [
        told(1, body={"sex": "1"}),
        told(2, change="annulled", corrects=1),
        told(3, change="annulled", corrects=2),
    ]

    assert {"sex": "1"} == fold(history).fields


def test_protected_while_any_measure_is_active() -> None:
    history = [told(1, protection="none"), flag(2, measure="a"), flag(3, measure="b"), flag(4, "3", 2, measure="a")]

    assert "protected" == fold(history).protection
    assert "none" == fold([*history, flag(5, "3", 2, measure="b")]).protection


def test_an_older_version_of_a_measure_is_ignored() -> None:
    assert "protected" == fold([flag(1, "1", version=3), flag(2, "3", version=2)]).protection


def test_the_end_of_one_issuers_measure_does_not_end_anothers() -> None:
    """Both are called m1, and nobody is told who issued them."""
    hers: dict[str, Any] = {"source": HIDDEN, "issuer": "c3"}
    theirs: dict[str, Any] = {"source": HIDDEN, "issuer": "5a"}
    history = [told(1, protection="none"), flag(2, **hers), flag(3, **theirs), flag(4, "3", 2, **theirs)]

    assert "protected" == fold(history).protection
    assert "none" == fold([*history, flag(5, "3", 2, **hers)]).protection


def test_an_issuer_is_the_same_whether_its_source_is_told_or_not() -> None:
    history = [flag(1, issuer="c3", source=CITY), flag(2, "3", 2, issuer="c3", source=HIDDEN)]

    assert {"c3/m1"} == fold(history).measures.keys()
    assert fold(history).protection is None


def test_an_annulled_measure_is_in_doubt_and_therefore_hides() -> None:
    assert "unknown" == fold([flag(1), flag(2, change="annulled", corrects=1, body={})]).protection
    assert "unknown" == fold([told(1, protection="none"), flag(2, body={})]).protection


def test_who_was_told_nothing_knows_nothing() -> None:
    assert Person() == fold([])
