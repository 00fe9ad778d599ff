"""The runtime of all processes: each input once, each batch whole, one person's trouble nobody else's."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kairan.decider import Decider
from kairan.stream import Incoming, Outgoing, Position
from processors.moving import process as moving
from processors.moving.facts import Input
from processors.moving.saga import SAGA, accepts
from processors.runtime.process import UNSHOWN, Process, Shown, TakenError, Timer, Told
from processors.runtime.runtime import Runtime
from processors.runtime.testing import MemoryJournal
from processors.runtime.words import UnknownWordError, Words
from tests.unit.processors.moving.story import AT, DAYS, arrived, declared, event, known, next_timer
from tests.unit.processors.moving.test_histories import FACTS, TIMERS

ANN, BEN = b"a" * 16, b"b" * 16


@dataclass(frozen=True, slots=True)
class Paid:
    """Some coins; of none it is told that nobody can pay them."""

    coins: int


@dataclass(frozen=True, slots=True)
class Thanked:
    """For all so far."""

    coins: int


def decide(purse: int, paid: Paid) -> Sequence[Thanked]:
    if paid.coins < 0:
        raise ZeroDivisionError
    return [Thanked(purse + paid.coins)]


def read(record: Incoming) -> Iterable[Told[Paid]]:
    return [] if record.value is None else [Told(record.key or b"", Paid(int(record.value)))]


def letter(instance: bytes, thanked: Thanked) -> Outgoing | None:
    return Outgoing("thanks", instance, str(thanked.coins).encode()) if thanked.coins % 2 else None


PURSE: Process[int, Paid, Thanked] = Process(
    "purse",
    Decider(0, decide, lambda purse, paid: purse + paid.coins),
    Words(Paid, Thanked),
    read,
    lambda _, paid: paid.coins < 100,
    lambda purse: [Timer(100 + purse, Paid(1))] if purse else [],
    letter,
    lambda purse: [Shown(b"purse", "rich" if purse > 5 else "poor", frozenset(), {"share": 60 / (purse - 7)})],
)


def records(*told: tuple[bytes, int | None], first: int = 0) -> list[Incoming]:
    return [
        Incoming("payments", 0, first + place, 0, instance, None if coins is None else str(coins).encode())
        for place, (instance, coins) in enumerate(told)
    ]


def run(journal: MemoryJournal, *batches: list[Incoming]) -> MemoryJournal:
    for batch in batches:
        Runtime(PURSE, journal).apply(batch)
    return journal


def coins(journal: MemoryJournal, instance: bytes) -> list[int]:
    return [json.loads(told)["coins"] for told in journal.histories([instance])[instance] if told]


def test_a_batch_is_written_down_with_letters_and_timers() -> None:
    journal = run(MemoryJournal(), records((ANN, 2), (BEN, 5), (ANN, 1)))

    assert ([2, 1], [5]) == (coins(journal, ANN), coins(journal, BEN))
    assert [(BEN, b"5"), (ANN, b"3")] == sorted(
        ((sent.key, sent.value) for _, sent in journal.pending(9)), reverse=True
    )
    assert [(ANN, 103), (BEN, 105)] == [each[:2] for each in journal.due(999, 9)]


def test_a_batch_that_comes_again_is_passed_over_up_to_where_it_was_consumed() -> None:
    batch = records((ANN, 2), (BEN, 5))
    journal = run(MemoryJournal(), batch, [*batch, *records((ANN, 4), first=2)])

    assert ([2, 4], [5]) == (coins(journal, ANN), coins(journal, BEN))


def test_what_changes_nothing_and_what_is_not_accepted_are_lines_that_say_so() -> None:
    journal = run(MemoryJournal(), records((ANN, 2), (ANN, 0), (ANN, None), (ANN, 100)), records((ANN, 1), first=4))

    assert [2, 1] == coins(journal, ANN)
    assert [(1, 0, True), (2, 1, False), (3, 3, False), (4, 4, True)] == [
        (line.version, line.at.offset, line.sent is not None) for line in journal.lines([ANN])[ANN]
    ]


def test_what_was_taken_before_is_not_judged_again_and_its_letters_have_left() -> None:
    journal = MemoryJournal()
    told = [(Position("payments", 0, offset), Told(ANN, Paid(coins))) for offset, coins in enumerate((101, 103, 4))]
    Runtime(PURSE, journal, taken={told[0][0]}).tell(told)

    assert [101, 4] == coins(journal, ANN)
    assert [b"105"] == [letter.value for _, letter in journal.pending(9)]


def test_an_instance_whose_input_cannot_be_decided_is_held_with_all_that_follows_and_the_others_go_on() -> None:
    journal = run(
        MemoryJournal(), records((ANN, 2), (ANN, -1), (ANN, 4), (BEN, 5)), records((ANN, 8), (BEN, 6), first=4)
    )

    assert ([2], [5, 6], frozenset({ANN})) == (coins(journal, ANN), coins(journal, BEN), journal.held([ANN, BEN]))


def test_what_somebody_else_has_consumed_is_not_consumed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    journal = run(MemoryJournal(), records((ANN, 2)))
    monkeypatch.setattr(journal, "stands", dict)
    with pytest.raises(TakenError):
        run(journal, records((ANN, 2)))

    assert [2] == coins(journal, ANN)


def test_a_record_that_cannot_be_read_holds_whose_it_is_and_nobody_else() -> None:
    """A program that is older than who wrote it must not stop everybody."""
    came = records((ANN, 1), (ANN, 2), (BEN, 3), (ANN, 4))
    came[1] = came[1]._replace(value=b"no number")
    journal = run(MemoryJournal(), came)

    assert ([1], [3]) == (coins(journal, ANN), coins(journal, BEN))
    assert [record.at for record in (came[1], came[3])] == list(journal.waiting(ANN))


@given(st.lists(st.tuples(st.sampled_from([ANN, BEN]), st.integers(0, 3)), max_size=8), st.data())
def test_however_the_records_are_cut_into_batches_and_repeated_the_journal_is_the_same(
    told: list[tuple[bytes, int]], data: st.DataObject
) -> None:
    whole = run(MemoryJournal(), records(*told))
    cut = data.draw(st.integers(0, len(told)))
    again = data.draw(st.integers(0, cut))
    parts = run(MemoryJournal(), records(*told)[:cut], records(*told)[again:])

    assert whole.histories([ANN, BEN]) == parts.histories([ANN, BEN])
    assert whole.due(999, 9) == parts.due(999, 9)


def test_a_timer_that_was_asked_for_and_stays_set_is_not_due_again() -> None:
    journal = run(MemoryJournal(), records((ANN, 2)))
    journal.asked(journal.due(999, 9))

    assert [] == run(journal, records((ANN, 0), (ANN, 0), first=1)).due(999, 9)


def test_a_timer_that_came_too_early_is_due_again() -> None:
    """Whoever fires it may be ahead of the broker, whose time counts: it must not be lost for that."""
    journal = run(MemoryJournal(), records((ANN, 2)))
    waited = journal.due(999, 9)
    journal.asked(waited)

    assert waited == run(journal, records((ANN, 100), first=1)).due(999, 9)


def test_what_a_server_raises_ends_the_process_and_holds_nobody() -> None:
    def _read(_: Incoming) -> Iterable[Told[Paid]]:
        raise ConnectionError

    journal = MemoryJournal()
    with pytest.raises(ConnectionError):
        Runtime(replace(PURSE, read=_read), journal).apply(records((ANN, 1)))

    assert ([], {}) == (list(journal.all_held()), dict(journal.stands()))


def asked_then(*batches: list[Incoming]) -> MemoryJournal:
    """Somebody has paid 2, and was asked for all timers; of an empty purse no timer is accepted."""
    evolve, accepts = PURSE.decider.evolve, lambda purse, paid: purse > 0 or paid.coins > 1
    process = replace(PURSE, decider=Decider(0, lambda *_: [], evolve), accepts=accepts)
    journal = run(MemoryJournal(), records((ANN, 2)))
    journal.asked(journal.due(999, 9))
    for batch in batches:
        Runtime(process, journal).apply(batch)
    return journal


@given(st.lists(st.integers(-2, 2), max_size=5), st.integers(0, 5))
@example([1, -1], 0)
@example([-2, 1, 2], 0)
def test_a_timer_that_was_asked_for_and_is_set_again_is_due_however_the_records_are_cut_into_batches(
    told: list[int], cut: int
) -> None:
    came = records(*((ANN, coins) for coins in told), first=1)

    assert asked_then(*([each] for each in came)).due(999, 9) == asked_then(came[:cut], came[cut:]).due(999, 9)


@pytest.mark.parametrize("word", [*FACTS, *TIMERS])
def test_every_word_of_a_move_is_the_same_when_it_is_read_back(word: Input) -> None:
    assert word == moving.WORDS.from_json(json.loads(json.dumps(moving.WORDS.to_json(word))))


def test_a_word_that_a_process_does_not_know_is_refused() -> None:
    with pytest.raises(UnknownWordError, match="Paid"):
        moving.WORDS.to_json(Paid(1))
    with pytest.raises(UnknownWordError, match="Paid"):
        moving.WORDS.from_json({"word": "Paid"})


def test_a_move_lives_in_the_journal_and_waits_for_what_its_timers_say() -> None:
    facts = [declared(), arrived()]
    process: Process[Any, Any, Any] = Process(
        moving.NAME, SAGA, moving.WORDS, lambda record: [Told(ANN, facts[record.offset])], partial(accepts, days=DAYS),
        partial(moving.waits, days=DAYS), lambda *_: None,
    )  # fmt: skip
    journal = MemoryJournal()
    for offset in (0, 1):
        Runtime(process, journal).apply([Incoming("life-events", 0, offset, 0, ANN, b"")])
    [line] = journal.due(AT + 10**12, 9)

    assert facts == [moving.WORDS.from_json(json.loads(told or "")) for told in journal.histories([ANN])[ANN]]
    assert next_timer(*facts) == moving.WORDS.from_json(json.loads(line.told))
    assert event("departure") == known(*facts).facts[event("departure")].event


def test_what_an_instance_shows_is_what_its_batch_has_made_of_it() -> None:
    journal = run(MemoryJournal(), records((ANN, 2), (BEN, 5), (ANN, 1)), records((BEN, 4), first=3))

    assert {ANN: [("poor", {"share": -15})], BEN: [("rich", {"share": 30})]} == {
        each: [one[1::2] for one in its] for each, its in journal.shown([ANN, BEN]).items()
    }


def test_what_changes_nothing_shows_nothing_new() -> None:
    journal = run(MemoryJournal(), records((ANN, 2)))
    journal.show({ANN: []})

    assert {ANN: []} == run(journal, records((ANN, 0), (ANN, 100), first=1)).shown([ANN])


def test_who_cannot_be_shown_is_shown_as_such_and_held_by_nobody() -> None:
    journal = run(MemoryJournal(), records((ANN, 7), (BEN, 5)))

    assert {ANN: [UNSHOWN], BEN: ["poor"]} == {
        ANN: journal.shown([ANN])[ANN], BEN: [each.kind for each in journal.shown([BEN])[BEN]],
    }  # fmt: skip
    assert ([7], []) == (coins(journal, ANN), journal.all_held())
    assert ["rich"] == [each.kind for each in run(journal, records((ANN, 5), first=2)).shown([ANN])[ANN]]
