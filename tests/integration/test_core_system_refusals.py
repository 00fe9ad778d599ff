"""A core system's facts about what was refused: they name its version alone."""

import pytest

from kairan import wire
from tests.integration.core import MEMBER, ONE, Clerk, Relay, a_day, an_arrival, book, clerk, core_dsn, relay

__all__ = ["clerk", "core_dsn", "relay"]  # fixtures
pytestmark = pytest.mark.stack


def test_a_correction_of_a_refused_record_names_its_version_alone(clerk: Clerk, relay: Relay) -> None:
    """What was refused is unknown to the bus: an event that named it would be refused too, for ever."""
    book(clerk, an_arrival())
    relocated = {"municipality_or_ward": "141011", "town": "鶴見中央一丁目", "lot": "3-4", "building": "1234-5678-9018"}
    wrong = book(clerk, {"atena_number": ONE, "reason": "41", "effective": a_day("2026-05-01"), "address": relocated})
    relay.send()
    right = {"address": relocated | {"building": "荘"}, "corrects_version": wrong, "reason": "44"}
    book(clerk, {"atena_number": ONE} | right)
    relay.send()
    *_, envelope = relay.envelopes()

    assert (None, wrong) == (envelope["corrects"], envelope["corrects_version"])


def _refuse_all(clerk: Clerk) -> None:
    clerk.execute("update core_system.outbox set refused_at = now() where type <> 'resident_history'")


def _named_by_the_last(relay: Relay, topic: str = f"in.{MEMBER}") -> tuple[bytes | None, int | None]:
    relay.sent()
    envelope = wire.decode_envelope(relay.broker.records(topic)[-1].value or b"").record
    return envelope["corrects"], envelope["corrects_version"]


def _protect_anew(clerk: Clerk, measure: str, version: int, corrects: int | None) -> None:
    clerk.execute(
        "insert into core_system.support_measure"
        " (measure_id, version, atena_number, kind, effective, corrects_version) values"
        " (%s, %s, %s, '1', core_system.day('2026-05-01'), %s)",
        (measure, version, ONE, corrects),
    )


def test_a_correction_of_a_refused_measure_names_its_version_alone(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    _protect_anew(clerk, "M1", 1, None)
    relay.send()
    _refuse_all(clerk)
    _protect_anew(clerk, "M2", 1, None)
    relay.send()
    _protect_anew(clerk, "M2", 2, 1)
    of_another, _ = _named_by_the_last(relay)
    _protect_anew(clerk, "M1", 2, 1)

    assert of_another is not None
    assert (None, 1) == _named_by_the_last(relay)


def _assess(clerk: Clerk, version: int, revision: int) -> None:
    clerk.execute(
        "insert into core_system.tax_assessment"
        " (atena_number, version, number, revision, kind, fiscal_year, base_date, decided_date, effective,"
        " taxpayer_kind, name) select atena_number, %s, '1', %s, %s, 2026, core_system.day('2026-01-01'),"
        " core_system.day('2026-06-01'), core_system.day('2026-06-01'), '住民', name from core_system.resident_history",
        (version, revision, "更正" if revision else "当初"),
    )


def test_a_revision_of_a_refused_assessment_names_its_version_alone(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    _assess(clerk, 1, 0)
    relay.send()
    _refuse_all(clerk)
    _assess(clerk, 2, 1)
    refused = _named_by_the_last(relay, f"in.{MEMBER}.bulk")
    _assess(clerk, 3, 2)
    accepted, _ = _named_by_the_last(relay, f"in.{MEMBER}.bulk")

    assert (None, 1) == refused
    assert accepted is not None


def _notify(clerk: Clerk, sequence: int, resend_of: int | None) -> None:
    clerk.execute(
        "insert into core_system.move_in_notice (atena_number, sequence, resend_of, version, reason, origin,"
        " notice_date, moved_in_date, confirmed_address)"
        " select atena_number, %s, %s, 1, '01', '143014', core_system.day('2026-04-03'), effective, address"
        " from core_system.resident_history",
        (sequence, resend_of),
    )


def test_a_changed_resend_of_a_refused_notice_names_its_version_alone(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    _notify(clerk, 1, None)
    relay.send()
    _refuse_all(clerk)
    _notify(clerk, 2, 1)
    refused = _named_by_the_last(relay)
    _notify(clerk, 3, 2)
    accepted, _ = _named_by_the_last(relay)

    assert (None, 1) == refused
    assert accepted is not None
