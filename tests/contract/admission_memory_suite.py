"""What admission's memory must do; run for the one in dicts and for PostgreSQL."""

from typing import Any, Protocol

import pytest

from kairan.stream import Position, TopicPartition
from processors.admission.facts import FLAG, Entry, Facts, Question, stated_by
from processors.admission.memory import Memory, Notes

A, B, C = "141003", "131237", "202011"
HANDLE, OTHER = bytes(16), bytes([1]) + bytes(15)
LIVE, BULK, NAMES = "life-events", "life-events.bulk", f"subjects.{A}"


class Bench(Protocol):
    """An empty memory."""

    def memory(self) -> Memory: ...


def event(n: int, type_: str = "residence.RecordAmended", **bent: Any) -> dict[str, Any]:
    """The n-th event's envelope, as far as memory looks at it."""
    return {
        "id": n.to_bytes(16),
        "type": type_,
        "source": {"municipality": A, "business": "001"},
        "subject": {"kind": "person", "handle": HANDLE},
        "change": "created",
        "corrects": None,
        "municipalities": [],
        "statement_digest": n.to_bytes(32),
    } | bent


def departed(n: int, destination: str | None = B, **bent: Any) -> dict[str, Any]:
    municipalities = [] if destination is None else [{"role": "destination", "code": destination, "ward": None}]
    return event(n, "residence.MoveOutDeclared", municipalities=municipalities, **bent)


def arrived(n: int, municipality: str = B, **bent: Any) -> dict[str, Any]:
    return event(n, "residence.MovedIn", source={"municipality": municipality, "business": "001"}, **bent)


def flagged(n: int, protection: str = "protected") -> dict[str, Any]:
    return event(n, FLAG, protection=protection)


def asking(
    *events: int, subjects: tuple[tuple[str, str], ...] = (), handles: tuple[tuple[str, bytes], ...] = ()
) -> Question:
    return Question(frozenset(n.to_bytes(16) for n in events), frozenset(subjects), frozenset(handles))


class AdmissionMemorySuite:
    """Inherit it and give a fixture ``bench``."""

    @pytest.fixture
    def memory(self, bench: Bench) -> Memory:
        return bench.memory()

    @staticmethod
    def noted(memory: Memory, *events: dict[str, Any], first: int = 0, topic: str = LIVE) -> None:
        notes = Notes()
        for offset, envelope in enumerate(events, first):
            notes.event(envelope, Position(topic, 3, offset))
            notes.stated |= stated_by(envelope)
        memory.note(notes)

    @staticmethod
    def named(memory: Memory, *entries: Entry, first: int = 0) -> None:
        notes = Notes()
        for offset, entry in enumerate(entries, first):
            notes.entry(entry, Position(NAMES, 0, offset))
        memory.note(notes)

    @staticmethod
    def expected(memory: Memory, municipality: str = B) -> bool:
        return memory.recall(asking(handles=((municipality, HANDLE),))).is_expected(municipality, HANDLE)

    @staticmethod
    def is_protected(memory: Memory) -> bool:
        return memory.recall(asking(subjects=((A, "1"),))).is_protected(A, "1")

    def test_nothing_is_known_of_what_was_not_noted(self, memory: Memory) -> None:
        facts = memory.recall(asking(1, subjects=((A, "1"),), handles=((A, HANDLE),)))

        assert ({}, None, None) == (facts.events, facts.handle(A, "1"), facts.atena_number(A, HANDLE))

    def test_an_empty_question_has_an_empty_answer(self, memory: Memory) -> None:
        assert {} == memory.recall(asking()).events

    @pytest.mark.parametrize("topic", [LIVE, BULK])
    def test_an_event_is_known_by_its_digest_and_position(self, memory: Memory, topic: str) -> None:
        self.noted(memory, event(1), first=70_000, topic=topic)

        assert {(1).to_bytes(16): ((1).to_bytes(32), Position(topic, 3, 70_000))} == memory.recall(asking(1, 2)).events

    def test_of_an_event_that_is_in_the_log_twice_the_first_counts(self, memory: Memory) -> None:
        self.noted(memory, event(1), event(2), event(1, statement_digest=bytes(32)))
        self.noted(memory, event(1), first=9)

        assert ((1).to_bytes(32), Position(LIVE, 3, 0)) == memory.recall(asking(1)).events[(1).to_bytes(16)]

    def test_an_event_that_another_one_corrects_is_known_to_be_corrected(self, memory: Memory) -> None:
        self.noted(memory, event(1), event(2), event(3, change="corrected", corrects=(1).to_bytes(16)))
        self.noted(memory, event(4, change="annulled", corrects=(3).to_bytes(16)), first=3)

        assert {(1).to_bytes(16), (3).to_bytes(16)} == memory.recall(asking(1, 2, 3, 4, 5)).corrected

    def test_a_number_names_its_subject(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE), Entry(B, "1", OTHER))

        facts = memory.recall(asking(subjects=((A, "1"), (B, "1"), (C, "1"))))
        assert [HANDLE, OTHER, None] == [facts.handle(each, "1") for each in (A, B, C)]

    def test_a_claimed_subject_has_its_number(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE))

        facts = memory.recall(asking(handles=((A, HANDLE), (B, HANDLE))))
        assert ("1", None) == (facts.atena_number(A, HANDLE), facts.atena_number(B, HANDLE))

    def test_a_number_without_history_may_get_another_subject(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE))
        self.named(memory, Entry(A, "1", OTHER))

        facts = memory.recall(asking(subjects=((A, "1"),), handles=((A, HANDLE),)))
        assert (OTHER, None) == (facts.handle(A, "1"), facts.atena_number(A, HANDLE))

    def test_also_within_a_batch(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE), Entry(A, "1", OTHER))

        assert OTHER == memory.recall(asking(subjects=((A, "1"),))).handle(A, "1")

    def test_a_number_with_history_keeps_its_subject(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE))
        self.noted(memory, event(1))
        self.named(memory, Entry(A, "1", OTHER), first=1)

        assert HANDLE == memory.recall(asking(subjects=((A, "1"),))).handle(A, "1")

    def test_a_handle_has_the_newest_of_two_numbers_that_were_told_of_it(
        self, memory: Memory, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """As in the compacted topic, which keeps one number of a handle. Admission tells no such thing."""
        self.named(memory, Entry(A, "1", HANDLE))
        self.named(memory, Entry(A, "2", HANDLE), first=1)

        facts = memory.recall(asking(subjects=((A, "1"), (A, "2")), handles=((A, HANDLE),)))
        assert (None, HANDLE, "2") == (facts.handle(A, "1"), facts.handle(A, "2"), facts.atena_number(A, HANDLE))
        assert "under two numbers" in capsys.readouterr().out

    @pytest.mark.parametrize("number", ["1", "2"])
    def test_also_of_two_that_are_noted_together(self, memory: Memory, number: str) -> None:
        self.named(memory, Entry(A, "1", OTHER), Entry(A, "1", HANDLE), Entry(A, "2", HANDLE), Entry(A, number, OTHER))

        facts = memory.recall(asking(subjects=((A, "1"), (A, "2"))))
        expected = {"1": [OTHER, HANDLE], "2": [None, OTHER]}[number]
        assert expected == [facts.handle(A, "1"), facts.handle(A, "2")]

    def test_two_numbers_may_change_their_handles_with_each_other(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE), Entry(A, "2", OTHER))
        self.named(memory, Entry(A, "1", OTHER), Entry(A, "2", HANDLE), first=2)

        facts = memory.recall(asking(subjects=((A, "1"), (A, "2"))))
        assert [OTHER, HANDLE] == [facts.handle(A, "1"), facts.handle(A, "2")]

    def test_a_handle_with_history_keeps_its_number(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE))
        self.noted(memory, event(1))
        self.named(memory, Entry(A, "2", HANDLE), first=1)

        facts = memory.recall(asking(subjects=((A, "1"), (A, "2"))))
        assert [HANDLE, None] == [facts.handle(A, "1"), facts.handle(A, "2")]

    def test_a_number_with_history_takes_no_handle_from_another_one(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE), Entry(A, "2", OTHER))
        self.noted(memory, event(1))
        self.named(memory, Entry(A, "1", OTHER), first=2)

        facts = memory.recall(asking(subjects=((A, "1"), (A, "2"))))
        assert [HANDLE, OTHER] == [facts.handle(A, "1"), facts.handle(A, "2")]

    def test_the_same_handle_has_a_number_with_each_member(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE), Entry(B, "2", HANDLE))

        facts = memory.recall(asking(subjects=((A, "1"), (B, "2"))))
        assert [HANDLE, HANDLE] == [facts.handle(A, "1"), facts.handle(B, "2")]

    def test_a_number_has_a_measure_until_the_newest_flag_says_none(self, memory: Memory) -> None:
        """Each noted by itself; a name that comes again changes nothing."""
        self.named(memory, Entry(A, "1", HANDLE))
        found = [self.is_protected(memory)]
        for n, protection in enumerate(("protected", "protected", "none", "unknown")):
            self.noted(memory, flagged(n, protection), first=n)
            self.named(memory, Entry(A, "1", HANDLE), first=n + 1)
            found.append(self.is_protected(memory))

        assert [False, True, True, False, True] == found

    def test_also_of_flags_that_are_noted_together_with_the_name(self, memory: Memory) -> None:
        notes = Notes()
        notes.entry(Entry(A, "1", HANDLE), Position(NAMES, 0, 0))
        for n, protection in enumerate(("none", "protected")):
            notes.event(flagged(n, protection), Position(LIVE, 3, n))
        memory.note(notes)

        assert self.is_protected(memory)

    def test_a_measure_goes_with_the_handle_and_makes_no_number_permanent(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE))
        self.noted(memory, flagged(1))
        self.named(memory, Entry(A, "1", OTHER), first=1)

        assert OTHER == memory.recall(asking(subjects=((A, "1"),))).handle(A, "1")
        assert not self.is_protected(memory)

    def test_history_is_what_the_member_itself_has_stated(self, memory: Memory) -> None:
        self.named(memory, Entry(A, "1", HANDLE), Entry(B, "2", HANDLE), Entry(A, "3", OTHER))
        self.noted(memory, event(1))

        facts = memory.recall(asking(subjects=((A, "1"), (B, "2"), (A, "3"))))
        assert [True, False, False] == [facts.has_history(*each) for each in ((A, "1"), (B, "2"), (A, "3"))]

    def test_name_and_event_of_one_batch_are_noted_together(self, memory: Memory) -> None:
        notes = Notes()
        notes.event(event(1), Position(LIVE, 3, 0))
        notes.stated |= stated_by(event(1))
        notes.entry(Entry(A, "1", HANDLE), Position(NAMES, 0, 0))
        memory.note(notes)

        assert memory.recall(asking(subjects=((A, "1"),))).has_history(A, "1")

    def test_a_departure_is_open_for_its_destination_only(self, memory: Memory) -> None:
        self.noted(memory, departed(1))

        assert (True, False) == (self.expected(memory, B), self.expected(memory, C))

    def test_a_departure_without_a_destination_is_open_for_nobody(self, memory: Memory) -> None:
        self.noted(memory, departed(1, None))

        assert not self.expected(memory)

    def test_an_arrival_answers_it(self, memory: Memory) -> None:
        self.noted(memory, departed(1), arrived(2))

        assert not self.expected(memory)

    def test_an_arrival_elsewhere_does_not(self, memory: Memory) -> None:
        self.noted(memory, departed(1), arrived(2, C))

        assert self.expected(memory)

    def test_an_annulled_arrival_opens_it_again(self, memory: Memory) -> None:
        self.noted(memory, departed(1), arrived(2), arrived(3, change="annulled", corrects=(2).to_bytes(16)))

        assert self.expected(memory)

    def test_a_corrected_arrival_does_not(self, memory: Memory) -> None:
        self.noted(memory, departed(1), arrived(2), arrived(3, change="corrected", corrects=(2).to_bytes(16)))

        assert not self.expected(memory)

    def test_but_its_annulment_does(self, memory: Memory) -> None:
        third: dict[str, Any] = {"change": "corrected", "corrects": (2).to_bytes(16)}
        fourth: dict[str, Any] = {"change": "annulled", "corrects": (3).to_bytes(16)}
        self.noted(memory, departed(1), arrived(2), arrived(3, **third), arrived(4, **fourth))

        assert self.expected(memory)

    def test_a_corrected_departure_is_open_for_its_new_destination(self, memory: Memory) -> None:
        self.noted(memory, departed(1), departed(2, C, change="corrected", corrects=(1).to_bytes(16)))

        assert (False, True) == (self.expected(memory, B), self.expected(memory, C))

    def test_an_annulled_departure_is_open_for_nobody(self, memory: Memory) -> None:
        self.noted(memory, departed(1), departed(2, change="annulled", corrects=(1).to_bytes(16)))

        assert not self.expected(memory)

    def test_a_departure_that_comes_twice_is_not_open_again(self, memory: Memory) -> None:
        self.noted(memory, departed(1), arrived(2))
        self.noted(memory, departed(1), first=2)

        assert not self.expected(memory)

    def test_also_within_a_batch_of_the_log(self, memory: Memory) -> None:
        self.noted(memory, departed(1), arrived(2), departed(1))

        assert not self.expected(memory)

    def test_a_departure_is_known_to_all_members(self, memory: Memory) -> None:
        self.noted(memory, departed(1))

        facts = memory.recall(asking(handles=((B, HANDLE), (C, HANDLE))))
        assert isinstance(facts, Facts)
        assert (True, False) == (facts.is_expected(B, HANDLE), facts.is_expected(C, HANDLE))

    def test_watermarks_lie_behind_the_last_record_noted(self, memory: Memory) -> None:
        self.noted(memory, event(1), event(2))
        self.named(memory, Entry(A, "1", HANDLE))

        assert {TopicPartition(LIVE, 3): 2, TopicPartition(NAMES, 0): 1} == dict(memory.watermarks())

    def test_watermarks_never_go_back(self, memory: Memory) -> None:
        self.noted(memory, event(1), first=9)
        self.noted(memory, event(2), first=4)

        assert {TopicPartition(LIVE, 3): 10} == dict(memory.watermarks())
