"""A family's move as the log tells it: who is told what, by which day, and what becomes of it."""

from itertools import permutations
from typing import Any

import pytest

from kairan.stream import Incoming
from processors.notices.kinds import KINDS
from processors.notices.notices import Ask, Output, Queue, StaffTask, Status, Vouch, Why, Withdraw
from processors.notices.triggers import BY_ITSELF, HERS_ALONE
from tests.unit.processors.notices.play import Play, body, event, measure, passed_on, queued, related, sent, subject
from tests.unit.processors.routing import world

FATHER, MOTHER, CHILD = 1, 2, 3
DAY = 86_400_000
WHO = {
    FATHER: ("1985-05-05", "世帯主", related(spouse=MOTHER)),
    MOTHER: ("1986-05-05", "妻", related(head=FATHER, spouse=FATHER)),
    CHILD: ("2017-05-05", "子", related(head=FATHER, parent=MOTHER)),
}
"""Born, 続柄, and whom their records name."""
TO_TOWN = [world.municipality("destination", world.HAYAMA)]
FROM_WARD = [world.municipality("origin", world.EDOGAWA)]


def recorded(type_: str, who: int, number: int, days_later: int, fields: dict[str, Any], **stated: Any) -> Incoming:
    born, relationship, others = WHO[who]
    household = {"number": "7", "head_name": "x", "relationship": relationship}
    told = body(type_, birth_date=world.day(born), household=household, resident_kind="japanese", **fields)
    record = world.record(type_, told, subject=subject(who), id=event(number), related=others, **stated)
    return record._replace(timestamp=world.APPENDED + days_later * DAY + number)


def leaving(who: int, number: int = 0, **stated: Any) -> Incoming:
    """Declared on 1 January for the 20th, by card."""
    fields = {"planned_date": world.day("2026-01-20"), "procedure": "特例"}
    plain = {"municipalities": TO_TOWN, "effective": world.day("2026-01-20")}
    return recorded("residence.MoveOutDeclared", who, who + number, 0, fields, **(plain | stated))


def arriving(who: int, number: int = 10, days_later: int = 24, **stated: Any) -> Incoming:
    """In 葉山町 on the 22nd, notified on the 25th, the card forgotten."""
    fields = {"moved_in_date": world.day("2026-01-22"), "planned_date": world.day("2026-01-20")}
    card = {"arrival_kind": "特例", "card_continued": False}
    plain: dict[str, Any] = {
        "municipalities": FROM_WARD,
        "effective": world.day("2026-01-22"),
        "notified": world.day("2026-01-25"),
        "source": {"municipality": world.HAYAMA, "business": "001"},
    }
    return recorded("residence.MovedIn", who, who + number, days_later, fields | card, **(plain | stated))


def family(record: Any, **stated: Any) -> list[Incoming]:
    return [record(who, **stated) for who in WHO]


def test_who_leaves_is_told_to_go_to_the_destination_and_the_head_of_the_insurance_of_each() -> None:
    play = Play().come(*family(leaving))
    health = [each for each in play.told(FATHER) if isinstance(each, Queue) and each.notice.rule == "N19a"]

    assert {"N2": "2026-02-03", "N3a": "", "N19a": ""} == play.standing(FATHER)
    assert {"N2": "2026-02-03", "N3a": ""} == play.standing(MOTHER) == play.standing(CHILD)
    assert [world.handle(who) for who in WHO] == [each.notice.about for each in health]


def test_who_has_arrived_is_told_what_is_to_be_done_there() -> None:
    play = Play().come(*family(leaving), *family(arriving))
    grown_up = {"N3b": "2026-04-25", "N26": "2026-04-25", "N37b": ""}

    assert grown_up | {"N36a": "", "N37a": ""} == play.standing(FATHER)
    assert grown_up | {"N24a": ""} == play.standing(MOTHER)
    assert {"N3b": "2026-04-25"} == play.standing(CHILD)


def test_what_was_to_be_done_before_the_arrival_is_over_with_it() -> None:
    play = Play().come(*family(leaving), *family(arriving))
    over = [entry.notice.rule for entry in play.state(FATHER).entries.values() if not entry.holds]

    assert ["N19a", "N19a", "N19a", "N2", "N3a"] == sorted(over)
    assert {Status.SUPERSEDED} == {play.state(FATHER).status(id_) for id_ in superseded(play)}


def superseded(play: Play) -> list[Any]:
    return [id_ for id_, entry in play.state(FATHER).entries.items() if not entry.holds]


def test_an_arrival_that_is_annulled_brings_back_what_was_to_be_done_before_it() -> None:
    annulled = [arriving(who, number=20, days_later=30, change="annulled", corrects=event(who + 10)) for who in WHO]
    play = Play().come(*family(leaving), *family(arriving), *annulled)

    assert {"N2": "2026-02-03", "N3a": "", "N19a": "", "N41": ""} == play.standing(FATHER)
    assert {"N2": "2026-02-03", "N3a": "", "N41": ""} == play.standing(MOTHER)


@pytest.mark.parametrize("type_", sorted(KINDS.keys() - BY_ITSELF - HERS_ALONE))
def test_each_fact_that_is_annulled_leaves_nothing_but_the_word_that_it_does_not_hold(type_: str) -> None:
    """Of a child, and so of its parents; of its father, where only those are told who may vote."""
    who = FATHER if type_ == "residence.MoveOutConfirmed" else CHILD
    way = {"procedure": "特例", "arrival_kind": "特例", "card_continued": False}
    fields = {name: value for name, value in way.items() if name in body(type_)}
    places = [*FROM_WARD, *TO_TOWN]
    play = Play().come(*family(leaving), recorded(type_, who, 50, 1, fields, municipalities=places))
    told = [holding(play, each) for each in WHO]
    back = recorded(type_, who, 51, 2, fields, change="annulled", corrects=event(50))
    play.come(back)

    assert type_ == "vital.Died" or any(told)
    assert [set()] * 3 == [holding(play, each) - {"N41"} for each in WHO]


def holding(play: Play, who: int) -> set[str]:
    """Rules of the notices that rest on the record under test."""
    entries = play.state(who).entries.values()
    return {each.notice.rule for each in entries if each.holds and each.notice.root == event(50)}


def test_a_mother_and_child_who_are_protected_leave_and_the_father_hears_nothing() -> None:
    """They named him as head before; he stays, and is asked nothing, told nothing, reminded of nothing about them."""
    hidden = [measure("1", MOTHER), measure("1", CHILD)]
    away = [leaving(who, protection="protected") for who in (MOTHER, CHILD)]
    there = [arriving(who, protection="protected") for who in (MOTHER, CHILD)]
    play = Play().come(leaving(FATHER), *hidden, *away, *there)

    assert own(play) == own(Play().come(leaving(FATHER)))
    assert [] == [each for who in (MOTHER, CHILD) for each in sent(play.told(who))]
    assert [] == [each for each in passed_on(play) if each.fact.about != world.handle(FATHER)]


def own(play: Play) -> list[Output]:
    """What is told by the father's instance of him, and by which classes."""
    return [each for each in play.told(FATHER) if not isinstance(each, Vouch | Ask)]


@pytest.mark.parametrize("is_late", [False, True])
def test_where_a_child_has_gone_the_father_does_not_hear_when_its_mother_hides(*, is_late: bool) -> None:
    """Of the child itself nobody has said that it is protected; its record names both of them."""
    hidden, away = [measure("1", MOTHER)], [leaving(MOTHER, protection="protected"), leaving(CHILD)]
    play = Play().come(leaving(FATHER), *(away + hidden if is_late else hidden + away))

    assert [] == [each for each in passed_on(play) if each.fact.about != world.handle(FATHER)]
    assert ("N19a", Why.HIDDEN) in [(e.rule, e.why) for e in play.told(CHILD) if isinstance(e, StaffTask)]


def test_whatever_comes_first_the_same_is_told_in_the_end() -> None:
    """Sources and topics have no order between each other. The mother's notices wait for a safe channel."""
    records = [*family(leaving), measure("1", MOTHER)]
    ends = [[play.standing(who) for who in WHO] for play in (Play().come(*order) for order in permutations(records))]

    hers = {"N2": "2026-02-03", "N3a": ""}

    assert [[hers | {"N19a": ""}, hers, hers]] * 24 == ends


def test_what_the_father_was_told_of_a_child_is_withdrawn_when_its_mother_begins_to_hide() -> None:
    play = Play().come(*family(leaving))
    before = [rule for rule in queued(play.told(FATHER)) if rule == "N19a"]
    play.come(measure("1", MOTHER)._replace(timestamp=world.APPENDED + DAY))
    withdrawn = [each for each in play.told(FATHER) if isinstance(each, Withdraw)]

    assert ["N19a"] * 3 == before
    assert [("N19a", Why.HIDDEN)] * 2 == [(each.notice.rule, each.why) for each in withdrawn]
    assert {world.handle(MOTHER), world.handle(CHILD)} == {each.notice.about for each in withdrawn}
