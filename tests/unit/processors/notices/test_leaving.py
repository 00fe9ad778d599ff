"""What channels are told of notices: enough to find the words, and none of them."""

from dataclasses import replace
from typing import Any

from hypothesis import given

from kairan import wire
from processors.notices.facts import Input
from processors.notices.leaving import LASTS, TOPIC, to_channels
from processors.notices.notices import Output, Send, TakeBack
from tests.unit.processors.notices.test_saga import HISTORIES, HOME, LEAVING
from tests.unit.processors.notices.world import (
    CHILD,
    DAY,
    HOUR,
    MORNING,
    NOT_HIDDEN,
    SHE,
    after,
    all_said,
    came,
    event,
    fact,
    on,
    protected,
    safe,
    said,
    sending,
)

ARRIVED = fact("residence.MovedIn", 3, flags="is_head card_not_continued")
CANCELLED = fact("residence.MoveOutDeclared", 2, change="annulled", corrects=event(1))


def told(outputs: Any) -> list[dict[str, Any]]:
    sent = [letter for each in outputs if (letter := to_channels(each))]
    assert {TOPIC} >= {each.topic for each in sent}
    assert {bytes(SHE)} >= {each.key for each in sent}
    return [wire.decode_record(each.value or b"")[1] for each in sent]


def test_a_page_is_told_which_words_by_which_office_and_day() -> None:
    (first, *_) = [each for each in told(said(*HOME, when=LEAVING)) if each["channel"] == "page"]

    assert ("tell", "N2", "122033", "001", "2026-04-15") == tuple(
        first[name] for name in ("purpose", "text", "office", "business", "due")
    )
    assert (sending("N2", "page").id, bytes(SHE), "", False) == (
        first["sending"], first["handle"], first["language"], first["is_hint"],
    )  # fmt: skip


@given(HISTORIES)
def test_a_hint_says_nothing_of_the_notice_whatever_has_happened(history: list[Input]) -> None:
    for each in told(all_said(*HOME, *history)):
        is_silent = each["channel"] in ("push", "mail", "")
        assert is_silent is each["is_hint"]
        assert not is_silent or not any(each[name] for name in ("text", "office", "business", "due"))


@given(HISTORIES)
def test_no_sending_has_the_id_of_another_and_none_is_over_before_it_may_begin(history: list[Input]) -> None:
    outputs = all_said(*HOME, *history, *history)
    records = told(outputs)

    assert len(records) == len({each["sending"] for each in records})
    assert all(each["not_before"] < each["expires"] for each in records)


def test_at_night_a_push_is_asked_for_and_goes_in_the_morning() -> None:
    at_night = MORNING + 14 * HOUR
    late = said(*HOME, came(14 * HOUR), when=LEAVING)
    pushed = [each for each in told(late) if each["channel"] == "push"]

    assert all(each["not_before"] >= MORNING + DAY for each in pushed)
    assert {at_night} == {each["not_before"] for each in told(late) if each["channel"] == "page"}


def test_what_is_due_on_a_day_is_told_until_that_day_is_over_and_other_things_for_a_month() -> None:
    by_rule = {each["text"]: each["expires"] for each in told(said(*HOME, when=LEAVING)) if each["channel"] == "page"}

    assert MORNING - 8 * HOUR + 15 * DAY == by_rule["N2"]
    assert LEAVING.at + LASTS == by_rule["N3a"]


def test_what_is_withdrawn_is_taken_back_from_every_channel() -> None:
    back = [each for each in told(said(*HOME, LEAVING, when=CANCELLED)) if each["purpose"] == "withdraw"]

    assert {""} == {each["channel"] for each in back}
    assert {bytes(sending(rule, "page").notice) for rule in ("N2", "N3a", "N28")} == {each["notice"] for each in back}


def test_a_new_wording_takes_the_place_of_the_one_before() -> None:
    other = fact(
        "residence.MoveOutDeclared",
        2,
        change="corrected",
        corrects=event(1),
        flags="by_card",
        effective=on("2026-05-01"),
    )
    outputs = told(said(*HOME, LEAVING, when=other))

    assert "correct" in {each["purpose"] for each in outputs}
    assert sending("N2", "page", wording=1).id in {each["sending"] for each in outputs}


def test_of_who_begins_to_hide_channels_take_back_what_they_have_not_told() -> None:
    outputs = said(*HOME, LEAVING, when=protected(50))
    back = [each for each in outputs if isinstance(each, TakeBack)]

    assert {"N2", "N3a", "N28"} == {each.notice.rule for each in back}
    assert {("", "withdraw")} == {(each["channel"], each["purpose"]) for each in told(outputs)}


def test_each_time_she_hides_it_is_taken_back_anew_and_what_went_safely_is_not() -> None:
    told_once, told_again = protected(50), protected(70)
    between = protected(60, standing="none")
    first = told(said(*HOME, LEAVING, when=told_once))
    second = told(said(*HOME, LEAVING, told_once, between, when=told_again))

    assert {each["sending"] for each in first}.isdisjoint(each["sending"] for each in second)
    assert len(first) == len(second)
    assert [] == taken_back(said(*NOT_HIDDEN[1:], safe(-2), protected(-1), LEAVING, when=protected(9)))


def test_what_is_taken_back_and_withdrawn_in_one_moment_is_two_words() -> None:
    hidden, gone = protected(50), replace(CANCELLED, at=MORNING + 50)
    words = [*told(said(*HOME, LEAVING, when=hidden)), *told(said(*HOME, LEAVING, hidden, when=gone))]
    of_one = [each for each in words if each["notice"] == bytes(sending("N2", "page").notice)]

    assert ["withdraw"] * 2 == [each["purpose"] for each in of_one]
    assert len({each["sending"] for each in of_one}) == 2
    assert len({each["not_before"] for each in of_one}) == 1


def taken_back(outputs: Any) -> list[Output]:
    return [each for each in outputs if isinstance(each, TakeBack)]


def test_a_child_that_hides_takes_nothing_back_of_what_is_its_mothers_own() -> None:
    assert [] == taken_back(said(*HOME, LEAVING, when=protected(50, CHILD)))


def test_what_stays_within_the_bus_is_no_sending() -> None:
    outputs = said(*HOME, when=ARRIVED)

    assert len([each for each in outputs if isinstance(each, Send)]) == len(told(outputs))
    assert after(*HOME, ARRIVED).asked
