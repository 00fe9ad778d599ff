"""A person's notices as a process: the straight way, its undoing, and any history, told once or many times."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from processors.notices.facts import Came, Consent, Fact, Input, Perpetrator, Protection, Receipt
from processors.notices.notices import Output, Queue, Send, Status, Withdraw
from processors.notices.saga import wakes
from tests.unit.processors.notices.world import (
    CHILD,
    DAY,
    HERS,
    HOUR,
    ICHIKAWA,
    MORNING,
    NOT_HIDDEN,
    OTHER,
    RULES,
    SHE,
    WILLING,
    YOKOHAMA,
    after,
    all_said,
    came,
    event,
    fact,
    kinds,
    on,
    protected,
    receipt,
    safe,
    said,
    sending,
    status,
)

HOME: list[Input] = [*NOT_HIDDEN, *WILLING]
LEAVING = fact("residence.MoveOutDeclared", 1, origin=YOKOHAMA, destination=ICHIKAWA, flags="by_card seal_registered")
CANCELLED = fact("residence.MoveOutDeclared", 2, change="annulled", corrects=event(1))
ARRIVED = fact("residence.MovedIn", 3, flags="is_head card_not_continued")


def test_a_departure_is_told_confirmed_and_ended_by_the_arrival() -> None:
    told = [*HOME, LEAVING, receipt("N2", "page"), receipt("N2", "push")]

    assert [("Queue", "N2"), ("Queue", "N3a"), ("Queue", "N28")] == kinds(said(*HOME, when=LEAVING))
    assert Status.SENT is status("N2", *told)
    assert [("Withdraw", "N2"), ("Withdraw", "N3a")] == kinds(said(*told, when=ARRIVED))[:2]


STEPS: list[Input] = [LEAVING, receipt("N2", "page"), receipt("N2", "push", is_delivered=False), came(HOUR), came(DAY)]


def test_a_cancellation_after_any_step_takes_everything_back() -> None:
    """The page's notices are withdrawn in words, and nothing of the departure holds."""
    for number in range(1, len(STEPS) + 1):
        state = after(*HOME, *STEPS[:number], CANCELLED)
        holding = {entry.notice.rule for entry in state.entries.values() if entry.holds}

        assert {"N41"} == holding, number


def test_a_second_cancellation_changes_nothing() -> None:
    again = fact("residence.MoveOutDeclared", 9, change="annulled", corrects=event(2))

    assert [] == HERS.decide(after(*HOME, LEAVING, CANCELLED), CANCELLED)
    assert [] == HERS.decide(after(*HOME, LEAVING, CANCELLED), again)


def test_the_state_before_an_input_is_not_changed_by_it() -> None:
    state = after(*HOME, LEAVING)
    entries = dict(state.entries)
    HERS.evolve(state, CANCELLED)

    assert entries == state.entries
    assert state == after(*HOME, LEAVING)


def test_nothing_waits_where_nothing_was_told() -> None:
    assert wakes(HERS.initial, RULES) is None
    assert [] == HERS.decide(HERS.initial, came(0))


TIMES = st.integers(0, 60).map(lambda hours: hours * HOUR)
PERSONS = st.sampled_from([SHE, CHILD, OTHER])
STANDINGS = st.sampled_from(["none", "protected", "unknown"])
TRIGGERS = st.sampled_from(
    ["plan.move", "plan.birth", "residence.MoveOutDeclared", "residence.MovedIn", "vital.Born", "state.measure_ending"]
)
FLAGS = st.sampled_from(["by_card", "on_paper seal_registered", "is_head card_not_continued household_in_nhi", ""])
DAYS = st.sampled_from([on("2026-04-01"), on("2026-04-20"), on("2026-04-00")])


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """One of eight, whose id tells all but what a correction may change; some correct or annul another."""
    number = draw(st.integers(1, 8))
    change = ["created", "created", "created", "corrected", "annulled"][number % 5]
    said_: dict[str, Any] = {"about": draw(PERSONS), "flags": draw(FLAGS), "effective": draw(DAYS)}
    return fact(
        draw(TRIGGERS),
        number,
        at=MORNING + draw(TIMES),
        protection=draw(STANDINGS),
        change=change,
        corrects=None if change == "created" else event(draw(st.integers(1, 3))),
        **said_,
    )


DEATHS = st.builds(lambda at, about: fact("vital.Died", 20, at=MORNING + at, about=about), TIMES, PERSONS)
PROTECTIONS = st.builds(
    lambda person, standing, at: Protection(person, standing, MORNING + at), PERSONS, STANDINGS, TIMES
)
CONSENTS = st.builds(
    lambda to, given, at: Consent(to, given, MORNING + at),
    st.sampled_from(["push", "mail", "benefits"]),
    st.booleans(),
    TIMES,
)
NAMINGS = st.builds(lambda lasts, at: Perpetrator("141003:7", lasts, MORNING + at), st.booleans(), TIMES)
SAFE = st.builds(lambda named, at: safe(at, is_named=named), st.booleans(), TIMES)
RECEIPTS = st.builds(
    lambda rule, channel, delivered, at: Receipt(sending(rule, channel).id, delivered, MORNING + at),
    st.sampled_from(["N2", "N36a", "N8"]),
    st.sampled_from(["page", "push", "safe"]),
    st.booleans(),
    TIMES,
)
INPUTS = st.one_of(
    facts(), facts(), PROTECTIONS, CONSENTS, NAMINGS, SAFE, RECEIPTS, TIMES.map(lambda at: Came(MORNING + at)), DEATHS
)
HISTORIES = st.lists(INPUTS, max_size=12)


@given(HISTORIES, st.data())
def test_an_input_that_comes_again_changes_nothing_and_says_nothing(history: list[Input], data: st.DataObject) -> None:
    state = after(*HOME, *history)
    again = data.draw(st.sampled_from([*HOME, *history]))

    assert [] == HERS.decide(state, again)
    assert state == HERS.evolve(state, again)


@given(HISTORIES, st.data())
def test_the_same_inputs_in_any_order_are_the_same_knowledge_and_let_the_same_hold(
    history: list[Input], data: st.DataObject
) -> None:
    once = list({each.event if isinstance(each, Fact) else each: each for each in history}.values())
    shuffled = data.draw(st.permutations(once))

    assert after(*once).known == after(*shuffled).known
    assert holding(once) == holding(shuffled)


def holding(history: Sequence[Input]) -> set[tuple[Any, ...]]:
    """Without what tells of withdrawals, which follows from what had gone out."""
    entries = after(*HOME, *history).entries.values()
    return {
        (each.notice.id, each.notice.due, each.notice.office)
        for each in entries
        if each.holds and each.notice.rule != "N41"
    }


@given(HISTORIES)
def test_a_notice_is_queued_once_unless_it_was_withdrawn_between(history: list[Input]) -> None:
    standing = set()
    for output in all_said(*HOME, *history, *history):
        match output:
            case Queue(notice):
                assert notice.id not in standing
                standing.add(notice.id)
            case Withdraw(notice):
                standing.remove(notice.id)


@given(HISTORIES)
def test_nothing_is_sent_twice_under_the_same_id(history: list[Input]) -> None:
    sendings = [each.sending for each in all_said(*HOME, *history, *history) if isinstance(each, Send)]

    assert len(set(sendings)) == len(sendings)


@given(HISTORIES, HISTORIES)
def test_after_her_death_nothing_is_sent(history: list[Input], later: list[Input]) -> None:
    dead = after(*HOME, *history, fact("vital.Died", 30))

    assert [] == sendings(dead, later)
    assert [] == [
        entry for entry in HERS.replay([*HOME, *history, fact("vital.Died", 30)]).entries.values() if entry.holds
    ]


@given(HISTORIES, HISTORIES)
def test_of_a_protected_person_nothing_leaves_but_by_the_safe_channel(history: list[Input], later: list[Input]) -> None:
    hidden = Protection(SHE, "protected", MORNING + 100 * DAY)

    assert {"safe"} >= {each.sending.channel for each in sendings(after(*history, hidden), later)}


@given(HISTORIES, HISTORIES)
def test_a_perpetrator_is_never_told_about_anybody_else(history: list[Input], later: list[Input]) -> None:
    named = Perpetrator("122033:1", lasts=True, at=MORNING)

    assert {SHE} >= {each.notice.about for each in sendings(after(named, *history), later)}


@given(HISTORIES)
def test_no_device_is_reached_without_consent(history: list[Input]) -> None:
    without = [each for each in history if not isinstance(each, Consent)]

    assert {"page", "post", "safe"} >= {each.sending.channel for each in all_sendings(*NOT_HIDDEN, *without)}


@given(HISTORIES)
def test_no_notice_that_goes_out_is_due_on_an_uncertain_day(history: list[Input]) -> None:
    known = after(*HOME, *history).known.facts.values()
    unsure = {(fact.event, rule) for fact in known for rule, call in fact.calls.items() if not call.is_due_sure}

    assert [] == [each for each in all_sendings(*HOME, *history) if (each.notice.fact, each.notice.rule) in unsure]


def all_sendings(*history: Input) -> list[Send]:
    return [each for each in all_said(*history) if isinstance(each, Send)]


def sendings(state: Any, later: Sequence[Input]) -> list[Send]:
    """What goes out in a state and behind it."""
    found: list[Output] = []
    for each in (*later, Came(MORNING + 200 * DAY)):
        found += HERS.decide(state, each)
        state = HERS.evolve(state, each)
    return [each for each in found if isinstance(each, Send)]


def test_what_follows_from_an_input_is_worked_out_once() -> None:
    """The runtime asks for the next state, and then for what is said of it: the same question."""
    before = after(*HOME)

    assert HERS.evolve(before, LEAVING) is HERS.evolve(before, LEAVING)


def test_an_entry_that_stands_as_before_is_the_same() -> None:
    """Each word that comes is judged by all rules; almost all of their notices stay what they are."""
    before = after(*HOME, LEAVING)
    answered = HERS.evolve(before, receipt("N2", "page"))

    assert before.entries
    assert all(answered.entries[name] is entry for name, entry in before.entries.items())


def test_who_begins_to_hide_hides_though_it_was_asked_before() -> None:
    before = after(*HOME)
    asked = before.known.hides(SHE)

    assert not asked
    assert HERS.evolve(before, protected(5)).known.hides(SHE)
