"""What a desk can decide, and the letter that says so."""

import re
from dataclasses import replace

import pytest

from kairan.identifiers import MunicipalityCode
from kairan.stream import Incoming
from processors.moving import process
from processors.moving.asking import standing
from processors.moving.conflicts import conflicts
from processors.moving.deciding import Act, UndecidableError, letter
from processors.moving.facts import ConflictKind, Decision, Fact, Input
from processors.moving.moves import moves
from processors.moving.saga import accepts
from processors.moving.steps import Step
from processors.moving.tasks import Task, TaskKind
from processors.runtime import inputs
from processors.runtime.process import Told
from tests.unit.processors.moving.story import (
    DAYS,
    A,
    B,
    C,
    annulled,
    arrived,
    closed,
    corrected,
    declared,
    event,
    known,
    notified,
    sent,
    steps,
)

PERSON = b"p" * 16
ACT = Act(A, b"n" * 16, event("arrival"), "moved-back", 7)
TWO_DESTINATIONS = (declared(), declared("second", at=3, to=C))
BACK = (declared(), arrived(), annulled("departure"))
TWO_RECORDS = (declared(), arrived(), notified(), closed(), arrived("rival", at=60, to=C))
STRANGER = (notified(),)


def between(*told: Input) -> list[tuple[ConflictKind, list[Fact]]]:
    return [(each.kind, list(each.between)) for each in conflicts(known(*told))]


def decided(*told: Input, act: Act = ACT) -> Decision:
    """As the process reads it from the topic."""
    sent_ = letter(known(*told), PERSON, act)
    record = Incoming(inputs.TOPIC, 3, 1, 2, sent_.key, sent_.value)
    [(instance, found)] = inputs.read(process.NAME, process.WORDS, record)
    assert PERSON == instance == sent_.key
    assert isinstance(found, Decision)
    return found


def refused(*told: Input, act: Act = ACT) -> str:
    with pytest.raises(UndecidableError) as error:
        letter(known(*told), PERSON, act)
    return str(error.value)


@pytest.mark.parametrize(
    ("told", "kind", "facts"),
    [
        (TWO_DESTINATIONS, ConflictKind.TWO_DESTINATIONS, list(TWO_DESTINATIONS)),
        (BACK, ConflictKind.TWO_RECORDS, [arrived()]),
        (TWO_RECORDS, ConflictKind.TWO_RECORDS, [arrived("rival", at=60, to=C), arrived()]),
        (STRANGER, ConflictKind.UNKNOWN_PERSON, [notified()]),
    ],
)
def test_a_conflict_is_between_what_cannot_stand_together(
    told: tuple[Input, ...], kind: ConflictKind, facts: list[Fact]
) -> None:
    assert [(kind, facts)] == between(*told)


@pytest.mark.parametrize("told", [TWO_DESTINATIONS, BACK, TWO_RECORDS, STRANGER])
def test_whatever_is_rejected_the_conflict_is_decided(told: tuple[Input, ...]) -> None:
    for kind, facts in between(*told):
        for fact in facts:
            after = (*told, decided(*told, act=ACT._replace(rejected=fact.event)))
            assert Step.CONFLICT not in steps(*after), (kind, fact)


def test_a_decision_tells_which_desk_what_and_why_and_no_name() -> None:
    assert Decision(b"n" * 16, 7, event("arrival"), A, "moved-back") == decided(*BACK)


def test_whoever_stated_what_does_not_stand_is_asked_to_annul_it() -> None:
    assert Task(event("departure"), TaskKind.ANNUL, B) in sent(*BACK, when=decided(*BACK))


def test_a_letter_that_comes_twice_decides_once() -> None:
    assert known(*BACK, decided(*BACK)) == known(*BACK, decided(*BACK), decided(*BACK))


def test_what_was_corrected_is_rejected_by_its_last_word() -> None:
    told = (*BACK, corrected(arrived(), "arrival", name="insists", at=50))

    assert f"one of {event('insists').hex()}." in refused(*told)
    assert event("insists") == decided(*told, act=ACT._replace(rejected=event("insists"))).rejected


def test_where_nothing_is_in_conflict_nothing_is_decided() -> None:
    assert "There is no conflict" in refused(declared())
    assert "There is no conflict" in refused(*BACK, decided(*BACK))


def test_what_was_taken_back_is_not_to_be_decided() -> None:
    third = declared("third", at=4, to=A)

    assert [(ConflictKind.TWO_DESTINATIONS, list(TWO_DESTINATIONS))] == between(
        *TWO_DESTINATIONS, third, annulled("third", at=5)
    )


@pytest.mark.parametrize(
    ("told", "desks"),
    [(TWO_DESTINATIONS, [A]), (BACK, [A, B]), (TWO_RECORDS, [A, B, C]), (STRANGER, [A])],
)
def test_whoever_stated_what_contradicts_itself_or_keeps_a_record_decides(
    told: tuple[Input, ...], desks: list[MunicipalityCode]
) -> None:
    [conflict] = conflicts(known(*told))

    assert sorted(desks) == list(conflict.desks)
    assert {(TaskKind.DECIDE, desk) for desk in desks} == {
        (task.kind, task.desk) for each in moves(known(*told)) for task in standing(each)
    }


def test_a_place_that_was_only_named_once_decides_nothing() -> None:
    """It sees its own side alone: between what would it decide?"""
    planned_elsewhere = (declared(to=C), arrived(), annulled("departure"))
    [conflict] = conflicts(known(*planned_elsewhere))

    assert (ConflictKind.TWO_RECORDS, [B, A]) == (conflict.kind, list(conflict.desks))


def test_only_desks_of_the_conflict_decide() -> None:
    assert "not decided by this desk" in refused(*BACK, act=ACT._replace(desk=C))
    assert "not decided by this desk" in refused(*TWO_DESTINATIONS, act=ACT._replace(desk=B, rejected=event("second")))


@pytest.mark.parametrize("reason", ["", "Taro moved", "戻った", "a" * 65, "ok\n"])
def test_a_reason_is_a_code_so_that_nobody_writes_of_a_person(reason: str) -> None:
    assert "The reason is a code" in refused(*BACK, act=ACT._replace(reason=reason))


def test_the_number_of_an_act_is_opaque() -> None:
    assert "has 16 bytes" in refused(*BACK, act=ACT._replace(number=b"clerk 7"))


def test_no_sentence_names_a_municipality() -> None:
    for act in (ACT._replace(desk=C), ACT._replace(rejected=event("other")), ACT._replace(reason="")):
        assert not re.search(r"\b[0-9]{6}\b", refused(*BACK, act=act))


def test_a_decision_of_former_times_has_neither_desk_nor_reason() -> None:
    told = process.WORDS.to_json(decided(*BACK))
    former = {name: value for name, value in told.items() if name not in {"desk", "reason"}}

    assert replace(decided(*BACK), desk=None, reason="") == process.WORDS.from_json(former)


def test_only_the_moving_process_reads_it() -> None:
    sent_ = letter(known(*BACK), PERSON, ACT)
    record = Incoming(inputs.TOPIC, 3, 1, 2, sent_.key, sent_.value)

    assert [] == list(inputs.read("household", process.WORDS, record))
    assert [Told(PERSON, decided(*BACK))] == list(inputs.read(process.NAME, process.WORDS, record))


@pytest.mark.parametrize("facts", [TWO_DESTINATIONS, TWO_RECORDS])
def test_of_two_desks_that_decide_at_one_moment_the_first_one_has(facts: tuple[Fact, ...]) -> None:
    [(_, between_them)] = between(*facts)
    first, second = (decided(*facts, act=ACT._replace(rejected=each.event)) for each in between_them[:2])

    assert accepts(known(*facts), first, DAYS)
    assert not accepts(known(*facts, first), second, DAYS)


def test_a_decision_that_comes_before_what_it_is_about_is_taken() -> None:
    """A database that was restored from an older copy reads the topics again, in another order between them."""
    decision = decided(*TWO_DESTINATIONS, act=ACT._replace(rejected=event("second")))

    assert accepts(known(TWO_DESTINATIONS[0]), decision, DAYS)


def test_a_new_conflict_about_the_same_event_can_be_decided() -> None:
    first = decided(*TWO_DESTINATIONS, act=ACT._replace(rejected=event("second")))
    facts = (*TWO_DESTINATIONS, first, declared("third", at=5, to=C))

    assert accepts(known(*facts), decided(*facts, act=ACT._replace(rejected=event("departure"))), DAYS)
