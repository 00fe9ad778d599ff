"""A fact that is corrected, annulled or overtaken takes its notices along."""

from typing import Any

from processors.notices.facts import Fact, Input
from processors.notices.notices import Correct, Queue, Send, Status, Why, Withdraw
from tests.unit.processors.notices.world import (
    CHILD,
    ICHIKAWA,
    NOT_HIDDEN,
    WILLING,
    YOKOHAMA,
    after,
    all_said,
    event,
    fact,
    kinds,
    notice_of,
    on,
    queued,
    receipt,
    said,
    sent,
    status,
)

HOME: list[Input] = [*NOT_HIDDEN, *WILLING]


def leaving(number: int = 1, **more: Any) -> Fact:
    plain: dict[str, Any] = {"origin": YOKOHAMA, "destination": ICHIKAWA, "flags": "by_card"}
    return fact("residence.MoveOutDeclared", number, **(plain | more))


LEAVING = leaving()
LATER = leaving(2, change="corrected", corrects=event(1), effective=on("2026-04-20"))
CANCELLED = leaving(3, change="annulled", corrects=event(1))
ARRIVED = fact("residence.MovedIn", 4)


def test_a_corrected_day_corrects_the_notice_under_the_same_id() -> None:
    (corrected,) = [each for each in said(*HOME, LEAVING, when=LATER) if isinstance(each, Correct)]

    assert (notice_of("N2"), notice_of("N2")) == (corrected.notice.id, corrected.by.id)
    assert ["2026-04-15", "2026-05-04"] == [str(corrected.notice.due), str(corrected.by.due)]


def test_a_corrected_notice_is_sent_anew() -> None:
    assert [1, 1, 1] == [each.sending.wording for each in said(*HOME, LEAVING, when=LATER) if isinstance(each, Send)]
    assert (corrected := after(*HOME, LEAVING, LATER).entries[notice_of("N2")]).wording == 1
    assert ["2026-04-15"] == [str(each.due) for each in corrected.corrected]


def test_a_correction_that_changes_nothing_of_a_notice_is_not_told() -> None:
    assert [] == said(*HOME, LEAVING, when=leaving(2, change="corrected", corrects=event(1)))


def test_a_correction_that_takes_the_condition_away_withdraws() -> None:
    on_paper = leaving(2, change="corrected", corrects=event(1), flags="on_paper")

    assert [("Withdraw", "N2"), ("Withdraw", "N3a"), ("Queue", "N1b"), ("Queue", "N41")] == kinds(
        said(*HOME, LEAVING, when=on_paper)
    )


def test_an_annulled_fact_withdraws_all_that_rests_on_it() -> None:
    outputs = said(*HOME, LEAVING, when=CANCELLED)

    assert {Why.ANNULLED} == {each.why for each in outputs if isinstance(each, Withdraw)}
    assert Status.WITHDRAWN is status("N2", *HOME, LEAVING, CANCELLED)


def test_whoever_was_told_is_told_of_the_withdrawal_where_she_was_told() -> None:
    outputs = said(*NOT_HIDDEN, LEAVING, when=CANCELLED)

    assert [("N41", "page")] == sent(outputs)
    assert [("N41", "mail"), ("N41", "page"), ("N41", "push")] == sent(said(*HOME, LEAVING, when=CANCELLED))


def test_what_was_never_told_is_withdrawn_in_silence() -> None:
    due_later = fact("vital.Born", about=CHILD)
    annulled = fact("vital.Born", 2, about=CHILD, change="annulled", corrects=event(1))
    outputs = said(*HOME, due_later, when=annulled)

    assert 1 == len([each for each in outputs if isinstance(each, Queue)])
    assert set() == queued(said(*HOME, annulled, when=due_later))


def test_an_annulment_of_the_newest_record_takes_the_whole_fact_back() -> None:
    """ADR 12: it must name what last corrected the fact."""
    assert Status.WITHDRAWN is status("N2", *HOME, LEAVING, LATER, leaving(5, change="annulled", corrects=event(2)))


def test_a_fact_that_is_stated_again_after_its_annulment_holds_again_and_is_sent_again() -> None:
    again = leaving(6, change="corrected", corrects=event(3))
    outputs = said(*HOME, LEAVING, CANCELLED, when=again)

    assert {("Queue", "N2"), ("Queue", "N3a"), ("Withdraw", "N41")} == set(kinds(outputs))
    assert ("N2", "page") in sent(outputs)


def test_an_annulment_that_comes_first_lets_nothing_be_queued() -> None:
    assert [] == all_said(*HOME, CANCELLED, LEAVING)


def test_a_correction_of_what_nobody_knows_is_a_fact_of_its_own() -> None:
    assert {"N2", "N3a"} == queued(all_said(*HOME, LATER))


def test_the_arrival_shows_the_duty_done_and_supersedes_its_guides() -> None:
    outputs = said(*HOME, LEAVING, when=ARRIVED)

    assert {Why.OVERTAKEN} == {each.why for each in outputs if isinstance(each, Withdraw)}
    assert "N41" not in queued(outputs)
    assert Status.SUPERSEDED is status("N2", *HOME, LEAVING, ARRIVED)


def test_an_arrival_that_is_annulled_makes_the_duty_stand_again() -> None:
    undone = fact("residence.MovedIn", 5, change="annulled", corrects=ARRIVED.event)

    assert ("Queue", "N2") in kinds(said(*HOME, LEAVING, ARRIVED, when=undone))


def test_the_arrival_of_a_former_move_ends_nothing_of_the_next() -> None:
    assert Status.QUEUED is status("N2", *HOME, ARRIVED, leaving(7), number=7)


def test_another_departure_supersedes_what_was_told_of_the_first() -> None:
    assert Status.SUPERSEDED is status("N2", *HOME, LEAVING, leaving(7))
    assert Status.QUEUED is status("N2", *HOME, LEAVING, leaving(7), number=7)


def test_the_arrival_of_somebody_else_ends_nothing() -> None:
    assert Status.QUEUED is status("N2", *HOME, LEAVING, fact("residence.MovedIn", 4, about=CHILD))


def test_the_birth_ends_the_guide_of_whoever_expected_it() -> None:
    assert Status.SUPERSEDED is status("N7", *HOME, fact("plan.birth"), fact("vital.Born", 2, about=CHILD))
    assert Status.QUEUED is status("N7", *HOME, fact("plan.birth"), fact("vital.Born", 2, about=CHILD, parties={}))


def test_a_notice_counts_as_sent_when_a_channel_says_so() -> None:
    assert Status.QUEUED is status("N2", *HOME, LEAVING)
    assert Status.QUEUED is status("N2", *HOME, LEAVING, receipt("N2", "page", is_delivered=False))
    assert Status.SENT is status("N2", *HOME, LEAVING, receipt("N2", "page"))


def test_a_wording_that_was_sent_says_nothing_of_the_next() -> None:
    assert Status.QUEUED is status("N2", *HOME, LEAVING, receipt("N2", "page"), LATER)


GUIDES = [
    ("plan.relocation", "N4", fact("residence.Relocated", 2)),
    ("plan.birth", "N7", fact("vital.Born", 2, about=CHILD)),
    ("plan.death", "N12", fact("vital.Died", 2, about=CHILD)),
]


def test_a_duty_that_the_event_shows_to_be_done_is_never_sent_after_it() -> None:
    found = [queued(all_said(*HOME, event_)) & {rule} for _, rule, event_ in GUIDES]
    ended = [status(rule, *HOME, fact(plan), event_) for plan, rule, event_ in GUIDES]

    assert [set(), set(), set()] == found
    assert [Status.SUPERSEDED] * 3 == ended
    assert {"N1a", "N1b", "N2", "N19a", "N32a"}.isdisjoint(queued(all_said(*HOME, ARRIVED)))
