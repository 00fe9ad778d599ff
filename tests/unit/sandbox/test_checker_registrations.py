"""What a row of a core system means: the fact that it registers, or none."""

from collections.abc import Sequence
from typing import Any

from sandbox.checker import facts, registered
from sandbox.checker.core import Core, OutboxRow, Row, refusals
from sandbox.checker.facts import Fact, Sending
from tests.unit.sandbox.checker_world import DESTINATION, ORIGIN, OTHER, PERSON, RESIDENT, TOWN, day

EMPTY = dict.fromkeys(("former_surname", "alias", "address_since", "resident_since", "foreign_status"))


def entry(version: int, reason: str, *, joined: bool = True, **items: Any) -> Row:
    plain: dict[str, Any] = {
        "atena_number": PERSON,
        "version": version,
        "reason": reason,
        "effective": day("2026-04-01"),
        "corrects_version": None,
        "cancels_version": None,
        "particulars": {},
        "parties": [],
        "related": [],
        "protection": "none",
        "pairwise_id": None,
    }
    return Row({**RESIDENT, **EMPTY, **plain, **items}, joined)


def outbox(sequence: int, table: str, name: str, number: int, **known: Any) -> OutboxRow:
    plain = {"created_at": 1.0, "sent_at": 2.0, "refused": False, "event_id": bytes([sequence] * 16)}
    return OutboxRow(table, name, str(number), Sending(sequence, **{**plain, **known}))


def booked(*history: Row, **more: Any) -> list[Fact]:
    rows = [
        outbox(place + 1, "resident_history", row.values["atena_number"], row.values["version"])
        for place, row in enumerate(history)
    ]
    return registered(Core(ORIGIN, **{"history": history, "outbox": rows, **more}))


def kinds(found: Sequence[Fact]) -> list[tuple[str, str]]:
    return [(fact.type, fact.change) for fact in found]


TYPES = {
    **dict.fromkeys(("01", "02", "06"), facts.MOVED_IN),
    "03": facts.BORN,
    "21": facts.DECLARED,
    "22": facts.DECLARED,
    "23": facts.DIED,
    "26": facts.CLOSED,
    "41": facts.RELOCATED,
    **dict.fromkeys(("04", "42", "43", "44", "50", "53", "55", "58"), facts.AMENDED),
}


def test_the_reason_tells_what_happened() -> None:
    expected = {reason: [(type_, "created")] for reason, type_ in TYPES.items()}

    assert expected == {reason: kinds(booked(entry(1, reason))) for reason in TYPES}


def test_a_departure_with_its_closing_is_the_closing_of_the_record() -> None:
    closing = {"closing": {"removed_date": day("2026-04-01"), "stage": "closed"}}

    assert [(facts.CLOSED, "created")] == kinds(booked(entry(1, "21", particulars=closing)))


def test_numbers_and_rewritten_records_are_never_sent() -> None:
    reasons = ["07", "08", "27", "24", "25", "45", "46", "47", "48", "49"]

    assert [] == [fact for reason in reasons for fact in booked(entry(1, reason))]


def test_what_was_booked_before_joining_stays_at_home() -> None:
    assert [] == booked(entry(1, "01", joined=False))


def test_a_correction_is_of_the_type_that_the_chain_began_with() -> None:
    chain = booked(entry(1, "41"), entry(2, "44", corrects_version=1), entry(3, "59", cancels_version=2))

    assert [(facts.RELOCATED, change) for change in ("created", "corrected", "annulled")] == kinds(chain)
    assert [None, chain[0].record, chain[1].record] == [fact.corrects for fact in chain]


def test_a_correction_of_a_record_older_than_the_bus_names_no_fact() -> None:
    [found] = booked(entry(1, "01", joined=False), entry(2, "44", corrects_version=1))

    assert (facts.MOVED_IN, "corrected", None) == (found.type, found.change, found.corrects)


def test_the_cancellation_of_what_was_never_sent_is_not_sent() -> None:
    assert [] == booked(entry(1, "45"), entry(2, "59", cancels_version=1))


def test_an_annulment_states_the_restored_record_and_nothing_of_its_own() -> None:
    moved = entry(2, "41", particulars={"scope": {"kind": "転居"}})
    *_, undone = booked(entry(1, "01"), moved, entry(3, "59", cancels_version=2))

    assert {name for name, value in RESIDENT.items() if value} == undone.body.keys()


def test_a_relocation_tells_the_address_before_it() -> None:
    new = {"municipality_or_ward": ORIGIN, "town": "中央一丁目", "lot": "5"}
    *_, moved = booked(entry(1, "01"), entry(2, "41", address=new))

    assert (RESIDENT["address"], day("2026-04-01")) == (moved.body["previous_address"], moved.body["relocated_date"])


def test_what_was_amended_is_what_differs_from_the_record_before_the_chain() -> None:
    renamed = {"text": "辻 花子", "kana": None, "kana_confirmed": False}
    first, second = entry(2, "42", name=renamed, sex="1"), entry(3, "44", corrects_version=2, name=renamed)
    *_, amended, corrected = booked(entry(1, "01"), first, second)

    assert (["name", "sex"], ["name"]) == (amended.body["amended"], corrected.body["amended"])


def test_a_destination_that_only_a_field_names_is_a_party() -> None:
    planned = {"planned_destination": {"municipality": "141011", "ward": None, "address": None, "country": None}}
    [found] = booked(entry(1, "21", particulars=planned))

    assert (("destination", "141003"),) == found.parties
    assert "141011" == found.body["planned_destination"]["ward"]


def test_the_initial_load_states_the_record_as_of_a_day() -> None:
    load = Row({"atena_number": PERSON, "version": 1, "as_of": day("2026-05-01")}, True)
    sent = outbox(1, "record_load", PERSON, 1, protection="none")
    [found] = booked(entry(1, "01", joined=False), loads=[load], outbox=[sent])

    assert (facts.LOADED, day("2026-05-01"), "none") == (found.type, found.effective, found.protection)


def notice(sequence: int, **items: Any) -> Row:
    plain = {"atena_number": PERSON, "sequence": sequence, "version": 1, "reason": "01", "origin": TOWN}
    told = {"notice_date": day("2026-04-03"), "moved_in_date": day("2026-04-01"), "confirmed_address": {}}
    return Row({**plain, **told, "resend_of": None, "cancels": None, **items}, True)


def test_a_notice_goes_to_the_origin_and_a_changed_one_corrects_the_former() -> None:
    notices = [notice(1), notice(2, resend_of=1, reason="06"), notice(3, cancels=2)]
    found = [fact for fact in booked(entry(1, "01"), notices=notices) if fact.type == facts.NOTIFIED]

    assert ["created", "corrected", "annulled"] == [fact.change for fact in found]
    assert [None, found[0].record, found[1].record] == [fact.corrects for fact in found]
    assert {(("origin", TOWN),)} == {fact.parties for fact in found}


def test_of_a_row_that_does_not_tell_how_somebody_is_protected_nothing_is_sure() -> None:
    *_, found = booked(entry(1, "01"), notices=[notice(1)])

    assert "unknown" == found.protection


def measure(version: int, kind: str) -> Row:
    known = {"measure_id": "S1", "version": version, "atena_number": PERSON, "kind": kind, "corrects_version": None}
    unset = dict.fromkeys(("period_end", "category", "safe_contact", "decision_date", "first_received_by"))
    told = {"period_start": day("2026-04-01"), "scope": ["閲覧"], "subject_role": "申出者", "perpetrators": []}
    lists = {"parties": [], "related": [], "forwarded_to": [{"municipality": DESTINATION, "date": day("2026-04-01")}]}
    return Row({**known, **unset, **told, **lists, "human_end": kind == "3", "effective": day("2026-04-01")}, True)


def test_a_measure_is_told_to_whom_it_was_forwarded_and_ends_as_ended() -> None:
    begun, ended = booked(measures=[measure(1, "1"), measure(2, "3")])

    assert ((facts.PROTECTION, "created"), "ended") == ((begun.type, begun.change), ended.change)
    assert (("destination", DESTINATION),) == begun.parties


def assessment(version: int, revision: int, kind: str) -> Row:
    known = {"atena_number": PERSON, "version": version, "number": "T1", "revision": revision, "kind": kind}
    days = dict.fromkeys(("base_date", "decided_date", "effective"), day("2026-01-01"))
    sums = dict.fromkeys(("income_levy", "per_capita_levy", "forest_tax", "total", "dependants"), 0)
    incomes = dict.fromkeys(("income_nhi", "income_care", "income_total", "exemption", "collection"))
    who = {"name": RESIDENT["name"], "birth_date": None, "taxpayer_kind": "住民", "mailing_address": None}
    return Row({**known, **days, **sums, **incomes, **who, "fiscal_year": 2026, "parties": []}, True)


def test_a_revision_corrects_the_one_before_it_and_a_withdrawal_annuls_it() -> None:
    rows = [assessment(1, 0, "当初"), assessment(2, 1, "更正"), assessment(3, 2, "取消")]
    found = booked(assessments=rows)

    assert [(facts.ASSESSED, change) for change in ("created", "corrected", "annulled")] == kinds(found)
    assert [None, found[0].record, found[1].record] == [fact.corrects for fact in found]
    assert {"010"} == {fact.source.business for fact in found}


def test_the_same_row_sent_again_is_the_same_fact_at_its_first_place() -> None:
    again = [outbox(place, "resident_history", PERSON, 1, event_id=bytes(16)) for place in (3, 8)]
    [found] = booked(entry(1, "01"), outbox=again)

    assert (3, False) == (found.sequence, found.is_refused)


def test_a_row_put_there_by_hand_registers_nothing_and_spoils_no_fact() -> None:
    sent = outbox(3, "resident_history", PERSON, 1)
    forged = outbox(8, "resident_history", PERSON, 1, refused=True)
    invented = outbox(9, "resident_history", OTHER, 7, refused=True)
    core = Core(ORIGIN, history=[entry(1, "01")], outbox=[sent, forged, invented])
    [found] = registered(core)

    assert (3, False) == (found.sequence, found.is_refused)
    assert 2 == refusals([core])


def test_a_fact_whose_row_was_refused_is_refused() -> None:
    [found] = booked(entry(1, "01"), outbox=[outbox(3, "resident_history", PERSON, 1, refused=True)])

    assert found.is_refused


def test_a_fact_that_the_outbox_does_not_know_is_there_all_the_same() -> None:
    [found] = booked(entry(1, "01"), outbox=[])

    assert found.sending is None
    assert "outbox" in found.place
    assert PERSON not in found.place
