"""A core system's records on a real PostgreSQL: what is written down for the bus, when, and what never is."""

from pathlib import Path

import psycopg
import pytest

from connectors.postgres import core_system
from kairan import wire
from kairan.register import Member
from processors.admission.reading import read
from processors.admission.statement import Sender
from tests.integration.core import (
    MEMBER,
    ONE,
    TWO,
    Clerk,
    Json,
    Relay,
    a_day,
    an_arrival,
    book,
    clerk,
    core_dsn,
    relay,
    restore,
    rows,
)

__all__ = ["clerk", "core_dsn", "relay"]  # fixtures
pytestmark = pytest.mark.stack


def test_change_and_outbox_row_are_one_transaction(clerk: Clerk, relay: Relay) -> None:
    with clerk.transaction(force_rollback=True):
        book(clerk, an_arrival())

    assert [(0,)] == rows(clerk)
    book(clerk, an_arrival())
    assert (1, [("residence.MovedIn", "created")]) == (relay.send(), relay.said())


def test_without_an_office_nothing_is_registered(clerk: Clerk) -> None:
    clerk.execute("delete from core_system.office")

    with pytest.raises(psycopg.errors.RaiseException, match="office is empty"):
        book(clerk, an_arrival())


def test_a_provisional_record_is_not_sent_before_it_is_approved(clerk: Clerk, relay: Relay) -> None:
    version = book(clerk, an_arrival(stage="provisional"))
    assert (0, [(0,)]) == (relay.send(), rows(clerk))

    clerk.execute("select core_system.approve(%s, %s)", (ONE, version))
    assert 1 == relay.send()


def test_a_discarded_record_is_never_sent_and_frees_its_person(clerk: Clerk, relay: Relay) -> None:
    version = book(clerk, an_arrival(stage="provisional"))
    with pytest.raises(psycopg.errors.RaiseException, match="provisional"):
        book(clerk, an_arrival())
    clerk.execute("select core_system.discard(%s, %s)", (ONE, version))
    book(clerk, an_arrival())

    assert [1] == [envelope["version"] for envelope in relay.sent()]


def test_a_final_record_is_never_overwritten(clerk: Clerk) -> None:
    book(clerk, an_arrival())

    for statement in (
        "update core_system.resident_history set sex = '1'",
        "delete from core_system.resident_history",
    ):
        with pytest.raises(psycopg.errors.RaiseException, match="never overwritten"):
            clerk.execute(statement)


@pytest.mark.parametrize("reason", ["07", "08", "27", "45", "46", "47", "48", "49"])
def test_changes_of_numbers_and_reissues_stay_at_home(clerk: Clerk, relay: Relay, reason: str) -> None:
    book(clerk, an_arrival(registered="2025-01-01T00:00:00+09:00"))
    version = book(clerk, {"atena_number": ONE, "reason": reason, "effective": a_day("2026-05-01")})
    restore(clerk, {"atena_number": ONE, "reason": "59", "cancels_version": version, "effective": a_day("2026-05-02")})

    assert (0, [(0,)]) == (relay.send(), rows(clerk))


def test_a_temporary_lift_of_a_suppression_is_never_sent(clerk: Clerk) -> None:
    clerk.execute(
        "insert into core_system.suppression_lift (atena_number, relocks_at, purpose) values (%s, now(), '証明書')",
        (ONE,),
    )

    assert [(0,)] == rows(clerk)


def test_what_is_older_than_the_bus_is_loaded_and_corrected_by_version(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival(version=4, registered="2025-01-01T00:00:00+09:00"))
    clerk.execute(
        "insert into core_system.record_load (atena_number, version, as_of)"
        " select atena_number, version, core_system.day('2026-01-01') from core_system.resident"
    )
    book(clerk, {"atena_number": ONE, "reason": "44", "corrects_version": 4, "sex": "1"})
    relay.send()
    [correction] = relay.envelopes()

    assert 1 == len(relay.broker.records(f"in.{MEMBER}.bulk"))
    assert ("residence.MovedIn", None, 4) == (
        correction["type"],
        correction["corrects"],
        correction["corrects_version"],
    )


def test_a_correction_of_a_correction_is_about_the_first_fact(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival(particulars={"arrival_kind": "証明書"}))
    book(clerk, {"atena_number": ONE, "reason": "41", "effective": a_day("2026-05-01"), "address": {"lot": "9-9"}})
    book(clerk, {"atena_number": ONE, "reason": "44", "corrects_version": 2, "address": {"lot": "9-8"}})
    book(clerk, {"atena_number": ONE, "reason": "44", "corrects_version": 3, "address": {"lot": "9-7"}})
    sent = relay.sent()
    last = relay.broker.records(f"in.{MEMBER}")[-1].value or b""
    envelope = wire.decode_envelope(last)
    body = wire.decode_body(envelope.shape, last, envelope.body_offset)

    assert ["residence.Relocated"] * 3 == [envelope["type"] for envelope in sent[1:]]
    assert [None, sent[1]["id"], sent[2]["id"]] == [envelope["corrects"] for envelope in sent[1:]]
    assert ("1-2", "9-7") == (body["previous_address"]["lot"], body["address"]["lot"])


def test_a_cancelled_relocation_restores_the_record_before_it(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    book(clerk, {"atena_number": ONE, "reason": "41", "effective": a_day("2026-05-01"), "address": {"lot": "9-9"}})
    restore(clerk, {"atena_number": ONE, "reason": "59", "cancels_version": 2, "effective": a_day("2026-05-03")})
    sent = relay.sent()

    assert ("residence.Relocated", "annulled") == relay.said()[-1]
    assert sent[1]["id"] == sent[2]["corrects"]
    found = clerk.execute("select (address).lot, version from core_system.resident_history order by version").fetchall()
    assert [("1-2", 1), ("9-9", 2), ("1-2", 3)] == found


def test_a_nationality_pair_is_one_event(clerk: Clerk, relay: Relay) -> None:
    foreign: Json = {"resident_kind": "foreign", "foreign_status": {"nationality": "USA"}, "koseki": None}
    book(clerk, an_arrival(registered="2025-01-01T00:00:00+09:00", **foreign))
    with clerk.transaction():
        removed = {"atena_number": ONE, "reason": "24", "effective": a_day("2026-05-01"), "resident_state": "removed"}
        book(clerk, removed)
        added = removed | {"reason": "04", "resident_state": "resident", "resident_kind": "japanese"}
        book(clerk, added | {"foreign_status": None, "koseki": {"domicile": "長野県長野市", "head": "辻󠄀 花子"}})

    assert 1 == relay.send()
    assert [("residence.RecordAmended", "created")] == relay.said()


def test_who_enters_a_protected_persons_household_is_unknown_until_decided(clerk: Clerk, relay: Relay) -> None:
    household = {"number": "H1", "head_name": "辻󠄀 花子", "relationship": "02"}
    book(clerk, an_arrival(household=household))
    _protect(clerk, "1", version=1)
    book(clerk, an_arrival(TWO, household=household | {"relationship": "20"}))
    clerk.execute("insert into core_system.household_decision values (%s, 'H1', '2026-05-02')", (TWO,))
    book(clerk, {"atena_number": TWO, "reason": "43", "effective": a_day("2026-05-03"), "sex": "1"})
    _protect(clerk, "3", version=2)
    book(clerk, {"atena_number": ONE, "reason": "43", "effective": a_day("2026-05-04"), "sex": "1"})

    assert ["none", "protected", "unknown", "none", "none", "none"] == [
        envelope["protection"] for envelope in relay.sent()
    ]


def test_a_resent_notice_is_the_same_bytes(clerk: Clerk, relay: Relay) -> None:
    book(clerk, an_arrival())
    clerk.execute(
        "insert into core_system.move_in_notice"
        " (atena_number, sequence, version, reason, origin, notice_date, moved_in_date, confirmed_address)"
        " select atena_number, 1, 1, '01', '143014', core_system.day('2026-04-03'), effective, address"
        " from core_system.resident_history"
    )
    clerk.execute("select core_system.resend_notice(%s, 1)", (ONE,))
    relay.send()
    _, first, again = relay.broker.records(f"in.{MEMBER}")

    assert first.value == again.value


def test_every_table_and_column_has_its_japanese_term(clerk: Clerk) -> None:
    missing = clerk.execute(
        "select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relnamespace = 'core_system'::regnamespace and c.relkind in ('r', 'c')"
        " and a.attnum > 0 and not a.attisdropped and col_description(c.oid, a.attnum) is null"
        " and not (c.relname = 'office' and a.attname = 'only_one')"
    ).fetchall()

    assert [] == missing


def _protect(clerk: Clerk, kind: str, version: int) -> None:
    clerk.execute(
        "insert into core_system.support_measure"
        " (measure_id, version, atena_number, kind, effective, decision_date, human_end) values"
        " ('M1', %s, %s, %s, core_system.day('2026-05-01'), core_system.day('2026-05-01'), %s)",
        (version, ONE, kind, kind == "3"),
    )


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


def test_the_whole_example_of_the_readme_is_stated_and_admitted(clerk: Clerk, relay: Relay) -> None:
    readme = Path(core_system.__file__).with_name("README.md").read_text(encoding="utf-8")
    example = readme.split("```sql\n")[1].split("```")[0]
    clerk.execute("delete from core_system.office")

    clerk.execute(example.encode())
    relay.sent()

    stated = ["residence.MovedIn", "residence.MoveInNotified", "residence.Relocated"]
    assert [(type_, "created") for type_ in stated] == relay.said()
    sender = Sender(MEMBER, "active", Member.model_fields["atena_scheme"].default)
    [(now,)] = clerk.execute("select (extract(epoch from now()) * 1000)::bigint").fetchall()
    records = [record._replace(timestamp=now) for record in relay.broker.records(f"in.{MEMBER}")]
    assert [()] * 3 == [read(record, sender, "live").problems for record in records]
