"""Refusals counted."""

from kairan import wire
from kairan.stream import Incoming
from operations.look import refusing
from operations.look.refusing import Refusal
from operations.look.times import clock, moment, since

CHECK = {"code": "atena_number.invalid", "path": "envelope.subject.atena_number", "rule": "it has a check digit"}
FUTURE = {"code": "date.future", "path": "envelope.effective", "rule": "not in the future"}


def refusal(refused: int, *problems: dict[str, str], member: str = "131237") -> Refusal:
    return Refusal(member, "admission", refused, None, f"in.{member} 0/{refused}", problems)


def test_each_problem_of_a_statement_counts_and_the_most_frequent_comes_first() -> None:
    found = refusing.tallies([refusal(1, FUTURE, CHECK), refusal(2, CHECK)])

    assert [("atena_number.invalid", 2), ("date.future", 1)] == [(each.code, each.times) for each in found]


def test_the_newest_case_is_named_in_whatever_order_they_come() -> None:
    (found,) = refusing.tallies([refusal(5, CHECK), refusal(9, CHECK), refusal(7, CHECK)])

    assert "in.131237 0/9" == found.newest.where


def test_two_municipalities_are_counted_apart() -> None:
    found = refusing.tallies([refusal(1, CHECK), refusal(2, CHECK, member="122033")])

    assert ["122033", "131237"] == [each.member for each in found]


def test_a_refusal_tells_where_the_statement_lies() -> None:
    told = {
        "id": bytes(16),
        "type": None,
        "topic": "in.131237.bulk",
        "partition": 0,
        "offset": 12,
        "problems": [CHECK],
        "refused": 1_767_225_600_123,
        "digest": bytes(32),
    }
    record = Incoming("refusals.131237", 0, 3, 0, None, wire.encode_record("kairan.bus.Refusal", told))

    found = refusing.by_admission(record)

    assert ("131237", "in.131237.bulk 0/12", [CHECK]) == (found.member, found.where, found.problems)


def test_times_are_those_of_a_clock_in_japan() -> None:
    assert "2026-01-01 09:00:00.123 JST" == moment(1_767_225_600_123)
    assert "09:00:00.007" == clock(1_767_225_600_007)
    assert "+1,012" == since(1_767_225_600_000, 1_767_225_601_012)
