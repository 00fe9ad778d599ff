"""A core system's records on a real PostgreSQL: what is written down for the bus, when, and what never is."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

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


def apply(clerk: Clerk, **items: Any) -> None:
    """What 申請管理 writes down; what is not named is as in 転出届."""
    row = {
        "atena_number": ONE,
        "kind": "move_out",
        "stage": "applied",
        "received": a_day("2026-04-01"),
        "registered": "2026-04-01T09:00:00+09:00",
        "name": an_arrival()["name"],
        "birth_date": a_day("1990-01-02"),
        "planned_destination": {"municipality": "131237"},
        "planned_date": a_day("2026-05-01"),
        "mover_scope": "全部",
    } | items
    query = "insert into core_system.application select * from jsonb_populate_record(null::core_system.application, %s)"
    clerk.execute(query, (Jsonb(row),))


APPLIED, VISIT = "residence.MoveOutApplied", "residence.VisitPlanned"


def test_an_application_is_returned_put_off_and_withdrawn_by_further_rows(clerk: Clerk, relay: Relay) -> None:
    apply(clerk, version=1)
    apply(clerk, version=2, stage="returned", corrects_version=1)
    apply(clerk, version=3, corrects_version=2)
    apply(clerk, version=4, kind="visit", stage=None, visit_date=a_day("2026-05-03"))
    apply(clerk, version=5, cancels_version=3)

    assert 5 == relay.send()
    assert [
        (APPLIED, "created"),
        (APPLIED, "corrected"),
        (APPLIED, "corrected"),
        (VISIT, "created"),
        (APPLIED, "annulled"),
    ] == relay.said()
    ids = [each["id"] for each in relay.envelopes()]
    assert [None, ids[0], ids[1], None, ids[2]] == [each["corrects"] for each in relay.envelopes()]


def test_what_was_applied_for_is_never_overwritten(clerk: Clerk) -> None:
    apply(clerk, version=1)

    with pytest.raises(psycopg.errors.RaiseException, match="a final record is never overwritten"):
        clerk.execute("update core_system.application set stage = 'returned'")


def test_029_says_of_a_protected_person_that_she_is_one(clerk: Clerk, relay: Relay) -> None:
    apply(clerk, version=1)
    clerk.execute(
        "insert into core_system.support_measure (measure_id, version, atena_number, kind, effective)"
        " values ('S1', 1, %s, '1', core_system.day('2026-04-02'))",
        (ONE,),
    )
    apply(clerk, version=2, corrects_version=1)
    relay.send()

    of_029 = [each["protection"] for each in relay.envelopes() if each["type"] == APPLIED]
    assert ["unknown", "protected"] == of_029


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
    assert [()] * 3 == [read(record, sender, "live", now).problems for record in records]
