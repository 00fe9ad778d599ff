"""Bytes bent at random: accepted only if they are the one encoding of what they say, else refused by a rule."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.postgres import deliveries
from kairan import scanner, shapes, wire
from kairan.receipts import NotAReceiptError
from kairan.shapes import TYPES, shape
from kairan.stream import Incoming
from kairan.testing.bodies import full_body, full_envelope, full_record
from operations.look.glimpses import glimpse
from processors.admission.reasons import REASONS
from processors.ledger.store import noted
from processors.routing import events
from tests.hostile.mutations import mutated
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import World

SEEDS = st.integers(0, 2**64)
NOTHING_ELSE = (scanner.NotCanonicalError, shapes.UnknownSchemaIdError, wire.NotFramedError)


def full(stage: shapes.Stage) -> list[bytes]:
    of = [shape(stage, type_) for type_ in TYPES]
    return [wire.encode(each, full_envelope(each), full_body(each)) for each in of]


STATEMENTS = [*(s.statement(type_) for type_ in TYPES), *full("statement")]
EVENTS, DELIVERIES = full("event"), full("delivery")
RECEIPTS = [
    wire.encode_record(
        "kairan.bus.Receipt",
        full_record(shapes.record_shape("kairan.bus.Receipt"))
        | {"channel": {"member": s.YOKOHAMA, "channel": "nhi"}, "buckets": [], "count": 0, "sum": bytes(16)},
    )
]
RECORDS = [
    wire.encode_record(name, full_record(shapes.record_shape(name)))
    for name in ("kairan.bus.Receipt", "kairan.bus.Refusal", "kairan.bus.Measure", "kairan.bus.SubjectEntry")
]


@given(SEEDS)
def test_what_the_scanner_accepts_is_written_again_as_the_same_bytes(seed: int) -> None:
    value = mutated(seed, STATEMENTS)
    try:
        of = shapes.by_id(wire.schema_id(value))
        offset, marks = scanner.check(of, value)
    except NOTHING_ELSE:
        return
    envelope = wire.decode_envelope(value)
    body = wire.decode_body(of, value, offset)

    assert value == wire.encode(of, envelope.record, body)
    assert (offset, marks, body) == (
        envelope.body_offset,
        scanner.boundaries(of, value, offset),
        wire.decode_fields(of, value, marks, body),
    )


@given(st.lists(SEEDS, min_size=1, max_size=4))
def test_admission_answers_each_with_a_reason_or_an_event(seeds: list[int]) -> None:
    world = World()
    values = [mutated(seed, STATEMENTS) for seed in seeds]
    world.send(*values, topic=f"in.{s.YOKOHAMA}")
    world.run()

    assert set(world.codes()) <= REASONS.keys()
    assert len(values) == world.admission.counts.total()
    assert world.admission.counts["admitted"] == len(world.events())


def route(value: bytes) -> None:
    event = events.read(Incoming("life-events", 0, 0, s.REGISTERED, b"", value))
    assert list(event.boundaries) == sorted(event.boundaries)


def receipt(value: bytes) -> None:
    noted(Incoming(f"receipts.{s.YOKOHAMA}", 0, 0, s.REGISTERED, b"", value))


READERS: list[tuple[Callable[[bytes], Any], list[bytes], tuple[type[Exception], ...]]] = [
    (lambda value: deliveries.decode(value, 0), DELIVERIES, (deliveries.UnreadableError,)),
    (route, EVENTS, (events.UnroutableError,)),
    (receipt, RECEIPTS, (NotAReceiptError, wire.NotDecodableError, shapes.UnknownSchemaIdError)),
    (
        lambda value: glimpse(Incoming("x", 0, 0, 0, value[:40], value)),
        [*STATEMENTS, *EVENTS, *DELIVERIES, *RECORDS],
        (),
    ),
]


@pytest.mark.parametrize(("read", "valid", "lawful"), READERS, ids=["sink", "routing", "ledger", "peek"])
@given(seed=SEEDS)
def test_every_reader_of_the_bus_reads_or_refuses_in_its_own_words(
    read: Callable[[bytes], Any], valid: list[bytes], lawful: tuple[type[Exception], ...], seed: int
) -> None:
    refused = None
    try:
        read(mutated(seed, valid))
    except Exception as error:  # noqa: BLE001 - whatever else it is, the assertion shows it
        refused = error

    assert refused is None or isinstance(refused, lawful), refused
