"""The way of an event: every step with its time, and what is still outstanding."""

from dataclasses import replace

from kairan.identifiers import EventRef
from kairan.stream import Incoming
from operations.look.finding import OutboxRow
from operations.look.offices import Discarded, Held, Office, Waiting
from operations.look.refusing import Refusal
from operations.look.steps import Delivered, Outstanding, Receipted, Way, outstanding, steps
from processors.routing.deliveries import Due
from processors.routing.editions import Receiver

DESK = Receiver("131237", "insurance")
REF = EventRef(bytes(16))
SENT = OutboxRow("131237", 42, "resident_history", bytes(16), "in.131237", 0, 17, 1000, 1010, 1030, None, ())
PROBLEM = {"code": "date.future", "path": "envelope.effective", "rule": "not in the future"}


def held(business: str, applied: int = 1200, offset: int = 5) -> Held:
    return Held(business, "own", "created", frozenset({"name"}), {}, "none", None, bytes(16), offset, applied)


def record(topic: str, timestamp: int) -> Incoming:
    return Incoming(topic, 0, 17, timestamp, None, b"")


WHOLE = Way(
    rows=[SENT],
    stated=[record("in.131237", 1020)],
    record=record("life-events", 1040),
    due=frozenset({Due("131237", "insurance", REF, "023"), Due("131237", "insurance", REF, "024")}),
    delivered=[Delivered(DESK, 5, 1100, ("023", "024"))],
    offices={DESK: Office(6, (held("023"), held("024")), ())},
    receipted=[Receipted(DESK, 5, 5, 1300)],
)


def test_the_way_is_told_in_the_order_in_which_it_happened() -> None:
    assert ["registered", "mapped", "stated", "confirmed", "admitted", "delivered", "applied", "receipted"] == [
        step.what for step in steps(WHOLE)
    ]


def test_what_happened_in_the_same_millisecond_is_told_in_the_order_of_the_way() -> None:
    row = SENT._replace(registered=1020, mapped=1020, sent=1020)

    at_once = [step.what for step in steps(replace(WHOLE, rows=[row])) if step.at == 1020]

    assert ["registered", "mapped", "stated", "confirmed"] == at_once


def test_what_one_transaction_applied_is_one_step() -> None:
    assert ["023 024"] == [step.note for step in steps(WHOLE) if step.what == "applied"]


def test_nothing_is_outstanding_once_the_ledger_knows_of_every_delivery() -> None:
    assert [] == outstanding(WHOLE)


def test_a_row_that_waits_for_its_relay_is_not_sent() -> None:
    waiting = SENT._replace(topic=None, partition=None, offset=None, mapped=None, sent=None)

    assert ["registered"] == [step.what for step in steps(Way([waiting]))]
    assert [Outstanding("not sent", "core_131237 outbox row 42")] == outstanding(Way([waiting]))


def test_a_statement_without_an_answer_is_outstanding() -> None:
    assert ["neither admitted nor refused"] == [each.what for each in outstanding(Way([SENT]))]


def test_a_refusal_ends_the_way_and_names_its_problems() -> None:
    refusal = Refusal("131237", "admission", 1050, bytes(16), "in.131237 0/17", [PROBLEM])
    way = Way([SENT._replace(refused=1050)], refusals=[(refusal, record("refusals.131237", 1050))])

    assert [] == outstanding(way)
    assert "in.131237 0/17: date.future envelope.effective" == steps(way)[-1].note
    assert 1 == sum(step.what == "refused" for step in steps(way))


def test_what_the_relay_refused_was_never_sent() -> None:
    row = SENT._replace(sent=None, offset=None, refused=1015, problems=[PROBLEM])

    assert ["registered", "mapped", "refused"] == [step.what for step in steps(Way([row]))]
    assert [] == outstanding(Way([row]))


def test_a_due_delivery_that_is_nowhere_is_outstanding() -> None:
    nowhere = replace(WHOLE, delivered=[], offices={DESK: Office(5, (), ())}, receipted=[])

    assert [Outstanding("not delivered", "131237.insurance", "023 024")] == outstanding(nowhere)


def test_a_delivery_that_its_office_has_not_read_is_outstanding() -> None:
    unread = replace(WHOLE, offices={DESK: Office(5, (), ())}, receipted=[])

    assert [Outstanding("not applied", "131237.insurance", "023 024")] == outstanding(unread)


def test_a_parked_delivery_is_a_step_and_outstanding() -> None:
    parked = Waiting("024", "character_set", 5, 1200, is_released=False)
    way = replace(WHOLE, offices={DESK: Office(6, (held("023"),), (parked,))})

    assert [Outstanding("parked", "131237.insurance", "024")] == outstanding(way)
    assert ["024: character_set"] == [step.note for step in steps(way) if step.what == "parked"]


def test_a_delivery_that_was_given_up_is_a_step_and_not_outstanding() -> None:
    way = replace(WHOLE, offices={DESK: Office(6, (held("023"),), (), (Discarded("024", "character_set", 1250),))})

    assert [] == outstanding(way)
    assert ["024: character_set"] == [step.note for step in steps(way) if step.what == "discarded"]


def test_an_effect_without_a_receipt_is_outstanding() -> None:
    unreceipted = replace(WHOLE, receipted=[Receipted(DESK, 0, 4, 1300)])

    assert [Outstanding("not receipted", "131237.insurance", "offset 5")] == outstanding(unreceipted)


def test_an_answer_is_a_step_beside_the_receipt_and_outstanding_until_it_is_sent() -> None:
    of_a_move = held("024")._replace(answer="cannot_undo paid-out")
    unanswered, answered = (
        replace(WHOLE, offices={DESK: Office(6, (held("023"), row), ())})
        for row in (of_a_move, of_a_move._replace(answered=1250))
    )

    assert [Outstanding("not answered", "131237.insurance", "024")] == outstanding(unanswered)
    assert [] == outstanding(answered)
    assert ["024: cannot_undo paid-out"] == [step.note for step in steps(answered) if step.what == "answered"]


def test_a_delivery_older_than_its_topic_is_still_held() -> None:
    assert [] == outstanding(replace(WHOLE, delivered=[]))
