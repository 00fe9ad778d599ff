"""Notices fed with the log, the topic of protection and their own inputs: whom what is told, and what leaves."""

import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from kairan.stream import Incoming
from processors.notices import feeds, process
from processors.notices.facts import Came, Consent, Fact
from processors.notices.notices import Ask, PassOn, Send, StaffTask, Status, Vouch, Why, Withdraw
from processors.runtime import inputs
from tests.unit.processors.notices.play import (
    PLAYED,
    Play,
    body,
    claim,
    event,
    feed,
    link,
    measure,
    passed_on,
    queued,
    related,
    subject,
)
from tests.unit.processors.notices.play import sent as sendings
from tests.unit.processors.routing import world

CHILD, MOTHER, FATHER = 1, 2, 3
NOBODY_ELSE: list[dict[str, Any]] = []


def stands(person: int, protection: str = "none", number: int = 90) -> Incoming:
    """001's word about her, without anything to be told."""
    about = {"subject": subject(person), "id": event(number), "protection": protection}
    return world.record("residence.RecordAmended", body("residence.RecordAmended"), **about)


PARENTS = [stands(MOTHER), stands(FATHER)]


def birth(protection: str = "none", number: int = 1, **stated: Any) -> Incoming:
    """Of the child, with both parents; recorded on 1 January."""
    named = {"related": related(parent=MOTHER, head=FATHER), "id": event(number), "effective": world.day("2025-12-20")}
    told = body("vital.Born", birth_date=world.day("2025-12-20"), household=None)
    return world.record("vital.Born", told, protection=protection, **(named | stated))


def arrival(person: int = MOTHER, number: int = 5, **stated: Any) -> Incoming:
    household = {"number": "7", "head_name": "x", "relationship": "世帯主"}
    told = body("residence.MovedIn", household=household)
    return world.record("residence.MovedIn", told, subject=subject(person), id=event(number), **stated)


def later(record: Incoming, by: int = 1000) -> Incoming:
    return record._replace(timestamp=record.timestamp + by)


def asked(play: Play, person: int) -> set[tuple[str, Why]]:
    return {(each.rule, each.why) for each in play.told(person) if isinstance(each, StaffTask)}


def withdrawn(play: Play, person: int) -> set[tuple[str, Why]]:
    return {(each.notice.rule, each.why) for each in play.told(person) if isinstance(each, Withdraw)}


def test_parents_hear_of_a_child_from_the_childs_own_instance() -> None:
    play = Play().come(*PARENTS, birth())

    assert {"N9b", "N10a", "N10b", "N10c", "N10d", "N10e"} == set(queued(play.told(MOTHER)))
    assert ["none"] * 2 == vouched(play)
    assert {"process-inputs", "notice-sendings"} == {letter.topic for letter in play.letters}


def vouched(play: Play) -> list[str]:
    """What the child's instance has said of it to whom, before it passed something on to him."""
    told = play.told(CHILD)
    return [
        one.protection.standing
        for one, two in pairwise(told)
        if isinstance(one, Vouch) and isinstance(two, PassOn) and one.to == two.fact.to
    ]


@pytest.mark.parametrize("protection", ["protected", "unknown"])
def test_nobody_hears_of_a_child_that_hides_and_its_own_instance_asks_staff(protection: str) -> None:
    play = Play().come(*PARENTS, birth(protection))

    assert ([], []) == (passed_on(play), vouched(play))
    assert {("N9b", Why.HIDDEN), ("N10a", Why.HIDDEN)} <= asked(play, CHILD)
    assert [] == queued(play.everything())


def test_a_measure_that_comes_before_the_event_hides_it() -> None:
    play = Play().come(*PARENTS, measure("1", CHILD), birth())

    assert ([], []) == (passed_on(play), queued(play.everything()))


def test_a_measure_that_comes_after_the_event_withdraws_what_was_told() -> None:
    play = Play().come(*PARENTS, birth(), later(measure("1", CHILD)))

    assert {Why.HIDDEN} == {why for _, why in withdrawn(play, MOTHER)}
    assert {} == play.standing(MOTHER)
    assert '"protected"' not in "".join((each.value or b"").decode(errors="replace") for each in play.letters)


def test_a_measure_that_has_ended_lets_the_parents_hear() -> None:
    play = Play().come(*PARENTS, measure("1", CHILD), birth(), later(measure("3", CHILD, version=2)))

    assert "N10a" in play.standing(MOTHER)


@pytest.mark.parametrize("doubt", [link(CHILD, 77), claim(77, CHILD)])
def test_who_may_be_one_with_somebody_who_hides_hides(doubt: Incoming) -> None:
    play = Play().come(*PARENTS, birth(), measure("1", 77), later(doubt))

    assert {} == play.standing(MOTHER)


@pytest.mark.parametrize("doubt", [link(CHILD, 77), claim(77, CHILD)])
def test_who_may_be_one_with_somebody_of_whom_nothing_was_stated_is_told_on(doubt: Incoming) -> None:
    play = Play().come(*PARENTS, birth())
    before = play.standing(MOTHER)

    assert before
    assert before == play.come(later(doubt)).standing(MOTHER)


def test_both_sides_are_looked_at() -> None:
    """The mother hides, the father does not: he hears of the child as little as she does."""
    play = Play().come(*PARENTS, measure("2", MOTHER), birth())

    assert ([], []) == (sendings(play.everything()), passed_on(play))
    assert ("N10a", Why.HIDDEN) in asked(play, CHILD)


def test_nobody_hears_of_a_child_before_its_other_parent_was_heard_of() -> None:
    play = Play().come(stands(MOTHER), birth())
    before = passed_on(play)
    play.come(stands(FATHER))

    assert [] == before
    assert "N10a" in play.standing(MOTHER)


def test_whoever_is_named_is_asked_to_tell_how_he_stands_to_her_and_to_those_who_are_told_of_her() -> None:
    """A child of her own is named, and told nothing."""
    named = [*related(parent=MOTHER, child=4, head=CHILD)]
    asked_ = [each.named for each in Play().come(birth(related=named)).told(CHILD) if isinstance(each, Ask)]

    assert [(MOTHER, {CHILD}), (4, {CHILD, MOTHER})] == [
        (int.from_bytes(each.person[:12]), {int.from_bytes(to[:12]) for to in each.to}) for each in asked_
    ]


def test_nobody_is_asked_twice_because_of_one_fact() -> None:
    told = Play().come(*PARENTS, birth(), later(measure("1", CHILD))).told(CHILD)

    assert 2 == len([each for each in told if isinstance(each, Ask)])


@pytest.mark.parametrize("record", [birth(), stands(CHILD), measure("1", CHILD), link(CHILD, 77), claim(CHILD, 77)])
def test_a_record_is_for_one_instance_whose_partition_it_lies_in(record: Incoming) -> None:
    """So that workers can share the partitions; whoever else has to know is told by letter."""
    assert [world.handle(CHILD)] == [each.instance for each in feed().read(record)]


def test_whoever_is_named_by_several_tells_all_of_them_how_he_stands() -> None:
    twins = [birth(), birth(number=2, subject=subject(4))]
    play = Play().come(*twins, *PARENTS)

    assert {world.handle(CHILD), world.handle(4)} == {each.fact.about for each in passed_on(play)}


def test_a_death_ends_what_parents_were_told_of_a_child() -> None:
    death = world.record("vital.Died", body("vital.Died"), id=event(2))
    play = Play().come(*PARENTS, birth(), later(death))

    assert {Why.DIED} == {why for _, why in withdrawn(play, MOTHER)}
    assert {} == play.standing(MOTHER)


def test_an_annulment_ends_what_parents_were_told_and_is_told_itself() -> None:
    back = birth(number=2, change="annulled", corrects=event(1), related=NOBODY_ELSE)
    play = Play().come(*PARENTS, birth(), later(back))

    assert {Why.ANNULLED} == {why for _, why in withdrawn(play, MOTHER)}
    assert {"N41": ""} == play.standing(MOTHER)


def test_a_correction_that_names_another_parent_withdraws_from_the_first_and_tells_the_second() -> None:
    other = birth(number=2, change="corrected", corrects=event(1), related=related(parent=FATHER))
    play = Play().come(*PARENTS, birth(), later(other))

    assert {"N41"} == play.standing(MOTHER).keys()
    assert "N10a" in play.standing(FATHER)


def test_a_correction_of_a_record_older_than_the_bus_is_told_to_nobody() -> None:
    play = Play().come(stands(MOTHER), arrival(change="corrected", corrects_version=2))

    assert [] == play.everything()


def test_who_is_told_of_her_own_move_tells_nobody_who_has_no_part_in_it() -> None:
    play = Play().come(arrival(related=related(spouse=FATHER)))

    assert [] == passed_on(play)
    assert {"N36a", "N37a"} <= play.standing(MOTHER).keys()


def test_what_comes_twice_is_told_once() -> None:
    once = Play().come(*PARENTS, birth())
    twice = Play().come(*PARENTS, birth(), birth(), *PARENTS)
    again = twice.letters[:]
    for letter in again:
        twice.come(Incoming(letter.topic, 0, 0, world.APPENDED, letter.key, letter.value))

    assert once.everything() == twice.everything()
    assert once.standing(MOTHER) == twice.standing(MOTHER)


def test_a_push_waits_for_the_morning_and_goes_when_its_time_has_come() -> None:
    """Consent comes over another door one day; here it is an input as any other."""
    night = world.APPENDED + 13 * 3_600_000
    play = Play().come(stands(MOTHER), consent(night), later(arrival(), 13 * 3_600_000))

    assert {"page"} == {each.sending.channel for each in sendings(play.told(MOTHER))}
    assert {"page", "push"} == {each.sending.channel for each in sendings(play.reach(night + 86_400_000).told(MOTHER))}


def consent(at: int) -> Incoming:
    agreed = json.dumps(process.WORDS.to_json(Consent("push", is_given=True, at=at)))
    letter = inputs.letter(process.NAME, world.handle(MOTHER), agreed)
    return Incoming(letter.topic, 0, 0, at, letter.key, letter.value)


def timer(at: int) -> Incoming:
    letter = inputs.letter(process.NAME, world.handle(MOTHER), json.dumps(process.WORDS.to_json(Came(1))))
    return Incoming(letter.topic, 0, 0, at, letter.key, letter.value)


def test_a_timer_came_when_it_was_appended_not_when_it_was_due() -> None:
    ((instance, told),) = feed().read(timer(500))

    assert (world.handle(MOTHER), Came(500 + PLAYED)) == (instance, told)


def test_a_timer_for_which_nothing_waits_changes_nothing() -> None:
    play = Play().come(arrival())

    assert play.state(MOTHER) == play.come(timer(world.APPENDED + 5)).state(MOTHER)


def test_what_is_for_another_process_is_not_read() -> None:
    letter = inputs.letter("moving", b"h" * 16, "{}")

    assert [] == list(feed().read(Incoming(letter.topic, 0, 0, 0, letter.key, letter.value)))


def test_every_word_stands_in_the_journal_as_it_was() -> None:
    play = Play().come(*PARENTS, measure("2", MOTHER), link(MOTHER, FATHER), birth(), later(measure("1", CHILD)))
    words = play.process.words

    for _, told, sent in play.rows:
        assert [told, *sent] == [json.loads(json.dumps(words.to_json(words.from_json(each)))) for each in (told, *sent)]


def test_a_fact_that_is_passed_on_is_for_the_other_and_still_about_her() -> None:
    play = Play().come(*PARENTS, birth())
    passed = [each.fact for each in play.told(CHILD) if isinstance(each, PassOn)]
    ((_, own),) = feed().read(birth())

    assert isinstance(own, Fact)
    assert [replace(own, to=each.to) for each in passed] == passed
    assert {world.handle(MOTHER), world.handle(FATHER)} == {each.to for each in passed}
    assert {"notices": ("protection", "life-events", "process-inputs", "life-events.bulk")} == feeds.READ


def in_bulk(record: Incoming) -> Incoming:
    return record._replace(topic=feeds.BULK)


def loaded(person: int, protection: str = "none") -> Incoming:
    about = {"subject": subject(person), "id": event(80 + person), "protection": protection}
    return in_bulk(world.record("residence.RecordLoaded", body("residence.RecordLoaded"), **about))


def test_who_was_loaded_is_hidden_no_longer_than_until_then() -> None:
    play = Play().come(loaded(MOTHER), birth())
    before = passed_on(play)
    play.come(loaded(FATHER))

    assert [] == before
    assert "N10a" in play.standing(MOTHER)


def test_who_was_loaded_as_protected_hides_and_the_newest_word_counts() -> None:
    assert {} == Play().come(loaded(MOTHER, "protected"), loaded(FATHER), birth()).standing(MOTHER)
    assert {} == Play().come(*PARENTS, loaded(MOTHER, "protected"), birth()).standing(MOTHER)


def test_nothing_else_of_the_bulk_lane_is_read_not_even_its_envelope() -> None:
    taxed = world.record("tax.ResidentTaxAssessed", body("tax.ResidentTaxAssessed"))
    unreadable = taxed._replace(value=(taxed.value or b"")[:5])

    assert [] == list(feed().read(in_bulk(unreadable)))


def answered(play: Play, *, is_delivered: bool) -> Incoming:
    """By a channel, which knows no more than the sending's id and whom it is for."""
    sending = play.sendings[0]
    told = {"word": "Receipt", "sending": sending["sending"].hex(), "is_delivered": is_delivered, "at": 0}
    letter = inputs.letter("notices", sending["handle"], json.dumps(told))
    return Incoming(letter.topic, 0, 0, world.APPENDED + 5, letter.key, letter.value)


def test_what_a_channel_answers_is_known_by_the_id_that_it_was_given() -> None:
    play = Play().come(stands(MOTHER), arrival())
    (first, *_) = [each for each in play.told(MOTHER) if isinstance(each, Send)]

    play.come(answered(play, is_delivered=True))
    assert Status.SENT is play.state(MOTHER).status(first.notice.id)
    assert world.APPENDED + 5 + PLAYED == play.state(MOTHER).known.now


def test_what_a_channel_did_not_deliver_is_tried_again_later() -> None:
    play = Play().come(stands(MOTHER), arrival())
    failed = play.sendings[0]
    play.come(answered(play, is_delivered=False)).reach(world.APPENDED + 86_400_000)
    again = [each for each in play.sendings if each["notice"] == failed["notice"]]

    assert [failed["channel"]] * 2 == [each["channel"] for each in again]
    assert len({each["sending"] for each in again}) == 2
    assert again[0]["not_before"] < again[1]["not_before"]
