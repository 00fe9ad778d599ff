"""Whoever else reads what strangers write: the ledger, the sink, and people at a screen."""

import io
import json
from contextlib import redirect_stdout
from typing import Any

import pytest

from connectors.postgres import deliveries
from kairan import receipts, shapes, wire
from kairan.receipts import NotAReceiptError
from kairan.shapes import shape
from kairan.stream import Incoming
from kairan.testing.bodies import full_body, full_envelope
from operations.commands import peek
from operations.look.glimpses import glimpse
from operations.look.times import moment
from operations.output import visible
from processors.ledger.store import noted
from tests.hostile.corpus import CASES, Case
from tests.hostile.raw import Raw, varint, written
from tests.unit.processors.admission import statements as s

RECEIPT = {
    "channel": {"member": s.YOKOHAMA, "channel": "nhi"},
    "topic": "deliveries.141003.nhi",
    "partition": 0,
    "first": 5,
    "last": 9,
    "count": 1,
    "sum": bytes(16),
    "buckets": [{"lane": "live", "partition": 3, "bucket": 1, "count": 1, "sum": bytes(16)}],
    "exceptions": [{"event_ref": bytes(16), "business": "024", "kind": "parked", "offset": 6}],
    "applied": s.REGISTERED,
}
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))


def receipt(**bent: Any) -> Incoming:
    value = wire.encode_record("kairan.bus.Receipt", RECEIPT | bent)
    return Incoming(f"receipts.{s.YOKOHAMA}", 0, 0, 0, None, value)


def bucket(**bent: Any) -> dict[str, Any]:
    return RECEIPT["buckets"][0] | bent  # type: ignore[index]


def excepted(**bent: Any) -> dict[str, Any]:
    return RECEIPT["exceptions"][0] | bent  # type: ignore[index]


def test_a_receipt_that_tables_can_keep_is_noted() -> None:
    assert 5 == noted(receipt()).receipt.first


@pytest.mark.parametrize(
    "bent",
    [
        {"applied": 2**63 - 1},
        {"applied": -1},
        {"first": -1},
        {"last": -2},
        {"last": 2**63 - 1},
        {"partition": -1},
        {"channel": {"member": s.YOKOHAMA, "channel": "a\0"}},
        {"channel": {"member": s.YOKOHAMA, "channel": "a" * 5_000}},
        {"count": 2**62, "buckets": [bucket(count=2**62)]},
        {"count": -1, "buckets": [bucket(count=-1)]},
        {"buckets": [bucket(lane="a" * 5_000)]},
        {"buckets": [bucket(bucket=-1)]},
        {"exceptions": [excepted(kind="a\0")]},
        {"exceptions": [excepted(business="a" * 5_000)]},
        {"exceptions": [excepted(offset=-1)]},
    ],
    ids=str,
)
def test_a_receipt_that_no_table_can_keep_is_refused_and_ends_nothing(bent: dict[str, Any]) -> None:
    with pytest.raises(NotAReceiptError):
        noted(receipt(**bent))


def test_a_receipt_has_one_encoding_too() -> None:
    value = receipt().value or b""

    with pytest.raises(NotAReceiptError, match="left over"):
        receipts.decode(value + b"\0")


@pytest.mark.parametrize(
    "bent",
    [
        {"businesses": Raw(varint(1 << 62))},
        {"businesses": Raw(varint(-1))},
        {"related": Raw(b"\2" + varint(1 << 40))},
        {"version": Raw(b"\x80" * 100_000 + b"\1")},
        {"told": Raw(varint(1 << 62))},
    ],
    ids=str,
)
def test_a_sink_does_not_count_to_the_end_of_time(bent: dict[str, Any]) -> None:
    """Routing writes no such bytes; whoever wrote them, the sink says so and goes on."""
    of = shape("delivery", "residence.MovedIn")
    value = written(of, {"envelope": full_envelope(of) | bent, **full_body(of)})

    with pytest.raises(deliveries.UnreadableError):
        deliveries.decode(value, 0)


@each_case
def test_a_sink_takes_none_of_the_corpus_for_a_delivery(case: Case) -> None:
    with pytest.raises(deliveries.UnreadableError):
        deliveries.decode(case.value, 0)


@each_case
def test_all_of_it_can_be_peeked_at_without_its_body_and_without_commanding_the_screen(case: Case) -> None:
    seen = glimpse(Incoming(f"in.{s.YOKOHAMA}", 0, 0, 2**63 - 1, b"\xff", (case.value or b"")[:70_000]))
    screen = io.StringIO()
    with redirect_stdout(screen):
        peek._show([seen])

    assert json.dumps(seen._asdict())
    assert "鶴見中央" not in screen.getvalue() + json.dumps(seen._asdict(), ensure_ascii=False)
    assert [] == [each for each in screen.getvalue() if not each.isprintable() and each != "\n"]


def test_signs_that_command_a_screen_stand_as_their_numbers() -> None:
    assert "<U+001B>[2J山<U+202E>田[/red]" == visible("\x1b[2J山\u202e田[/red]")


@pytest.mark.parametrize("time", [2**63 - 1, -(2**63), -1])
def test_what_is_no_time_is_shown_as_its_number(time: int) -> None:
    assert str(time) == moment(time)


def test_a_correlation_with_markup_is_no_markup() -> None:
    of = shapes.shape("statement", "vital.Born")
    value = wire.encode(of, s.envelope("vital.Born", source={"municipality": "[/red]", "business": "\x1b[2J"}), {})
    screen = io.StringIO()
    with redirect_stdout(screen):
        peek._show([glimpse(Incoming("x", 0, 0, 0, None, value))])

    assert "[/red] <U+001B>[2J" in screen.getvalue()
