"""Exactly one event a statement, in order, whatever happens in between."""

import hashlib

import pytest

from kairan import wire
from kairan.loops import Waves, transform_batch
from kairan.stream import NotConfirmedError, Outgoing
from kairan.testing import MemoryWriter
from processors.admission.facts import Question
from processors.admission.memory import DictMemory
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World, topic_of

MOVED_IN, DEPARTED, LOADED = "residence.MovedIn", "residence.MoveOutDeclared", "residence.RecordLoaded"


def versions(world: World) -> list[int]:
    return [each["version"] for each in world.events()]


def test_a_statement_that_comes_again_is_dropped_and_counted() -> None:
    world = World()
    world.admit(s.statement(MOVED_IN))

    world.admit(s.statement(MOVED_IN))

    assert ([1], 1, []) == (versions(world), world.admission.counts["dropped"], world.codes())


def test_also_twice_in_a_batch() -> None:
    world = World()

    world.admit(s.statement(MOVED_IN), s.statement(MOVED_IN))

    assert [1] == versions(world)


def test_what_was_admitted_is_dropped_even_if_todays_rules_would_refuse_it() -> None:
    """A refusal would contradict the log: here the clock of the broker was set back by a day."""
    world = World()
    world.admit(s.statement(MOVED_IN))
    world.clock -= 2 * 86_400_000

    world.admit(s.statement(MOVED_IN))

    assert ([1], []) == (versions(world), world.codes())


def test_a_stranger_that_repeats_a_statement_is_refused() -> None:
    """T06: a captured valid event, replayed by another member."""
    world = World()
    world.admit(s.statement(MOVED_IN))

    world.admit(s.statement(MOVED_IN), topic=f"in.{s.EDOGAWA}")

    assert "source.not_the_topic" in world.codes()


def test_a_persons_events_keep_the_order_of_their_statements() -> None:
    world = World()
    world.admit(*(s.statement("residence.RecordAmended", version=n) for n in range(1, 30)))

    assert list(range(1, 30)) == versions(world)


def test_a_refused_statement_lets_the_next_ones_pass() -> None:
    world = World()
    world.admit(s.statement(MOVED_IN, version=0), b"", s.statement(MOVED_IN), topic=f"in.{s.YOKOHAMA}")

    assert (2, [1]) == (len(world.refusals()), versions(world))


def test_an_event_tells_when_it_was_admitted_and_of_which_bytes() -> None:
    world = World()
    value = s.statement(MOVED_IN)

    (event,) = world.admit(value)

    digest = hashlib.sha256(value).digest()
    assert (digest, KEYS.version) == (event["statement_digest"], event["key_version"])
    assert s.REGISTERED < event["admitted"] <= world.clock


def test_bytes_that_nobody_can_read_are_kept_aside() -> None:
    world = World()
    world.admit(b"no Avro", topic=f"in.{s.YOKOHAMA}")

    (aside,) = world.records("quarantine")
    assert ("frame.missing", 7, b"no Avro") == (aside["code"], aside["length"], aside["bytes"])


@pytest.mark.parametrize(
    "value",
    [
        s.PLANTED.encode(),
        "氏名 １２３４－５６７８－９０１８".encode("cp932"),
        f"9{s.PLANTED}0".encode(),
        s.PLANTED.encode("utf-16-le"),
        s.statement(MOVED_IN, s.body(MOVED_IN, address=s.address() | {"building": s.PLANTED})) + b"\x00",
    ],
)
def test_where_an_individual_number_may_stand_only_digest_and_length_are_kept(value: bytes) -> None:
    world = World()
    world.admit(value, topic=f"in.{s.YOKOHAMA}")

    (aside,) = world.records("quarantine")
    assert (len(value), None) == (aside["length"], aside["bytes"])


def test_a_readable_statement_with_an_individual_number_leaves_digest_and_length() -> None:
    world = World()
    world.admit(s.statement(MOVED_IN, s.body(MOVED_IN, address=s.address() | {"building": s.PLANTED})))

    (aside,) = world.records("quarantine")
    assert ("individual_number.found", None) == (aside["code"], aside["bytes"])


def test_a_resident_record_code_too_leaves_digest_and_length_only() -> None:
    world = World()
    text = "住民票コード 12345678901"
    world.admit(s.statement(MOVED_IN, s.body(MOVED_IN, address=s.address() | {"building": text})))
    world.admit(text.encode("cp932"), topic=f"in.{s.YOKOHAMA}")

    assert [("resident_record_code.found", None), ("frame.missing", None)] == [
        (aside["code"], aside["bytes"]) for aside in world.records("quarantine")
    ]


def test_bytes_of_a_record_that_is_too_large_are_not_kept() -> None:
    world = World()
    world.admit(bytes(65_537), topic=f"in.{s.YOKOHAMA}")

    (aside,) = world.records("quarantine")
    assert ("size.too_large", 65_537, None) == (aside["code"], aside["length"], aside["bytes"])


def test_a_refused_statement_that_can_be_read_is_not_kept() -> None:
    world = World()
    world.admit(s.statement(MOVED_IN, version=0))

    assert [] == world.records("quarantine")


DEPARTURE = s.statement(DEPARTED)
DEPARTURE_ID = wire.decode_envelope(DEPARTURE).record["id"]
ARRIVAL = s.arrival(
    atena_number=s.number(7), pairwise_id=KEYS.pairwise_id(s.EDOGAWA, KEYS.handle(s.YOKOHAMA, s.number(1)))
)
CORRECTED = {"corrects": DEPARTURE_ID, "change": "corrected", "reason": {"code": "44", "edition": "2024-07"}}
BATCH = [
    s.statement(LOADED),
    s.statement(LOADED),
    ARRIVAL,
    s.statement(DEPARTED, version=2, **CORRECTED),
    s.statement("protection.ProtectionChanged", atena_number=s.number(2)),
    s.statement(MOVED_IN, version=0),
]
"""A double, an arrival by departure, a correction, a flag and a bad one."""


@pytest.mark.parametrize("waves_before_the_crash", [0, 1, 2])
def test_a_crash_between_the_waves_gives_each_event_once(waves_before_the_crash: int) -> None:
    world, calm = World(), World()
    for each in (world, calm):
        each.admit(DEPARTURE)
        for value in BATCH:
            each.send(value, topic=topic_of(value))
    calm.run()
    batch = world.inputs.poll(0, 100)

    _crash(world, batch_waves := world.admission.handle(batch), waves_before_the_crash)
    batch_waves.close()
    transform_batch("admission", MemoryWriter(world.broker), world.process().handle(batch))

    assert [each["id"] for each in calm.events()] == [each["id"] for each in world.events()]
    assert 5 == len(world.events())


def _crash(world: World, waves: Waves, after: int) -> None:
    """Stores so many waves; what the generator has behind them does not run."""
    writer = MemoryWriter(world.broker)
    wave = next(waves)
    for place in range(after):
        for record in wave:
            writer.send(record)
        positions = writer.confirm()
        if place + 1 < after:
            wave = waves.send(positions)


def test_what_the_broker_did_not_confirm_is_not_noted() -> None:
    world = World()
    world.send(s.statement(MOVED_IN))
    batch = world.inputs.poll(0, 100)
    writer = MemoryWriter(world.broker)
    writer.failing = True

    with pytest.raises(NotConfirmedError):
        transform_batch("admission", writer, world.admission.handle(batch))

    assert {} == world.memory.watermarks()


def test_a_new_process_knows_what_the_log_knows() -> None:
    """Memory may be lost altogether: it is a projection."""
    world = World()
    world.admit(DEPARTURE)
    world.admit(ARRIVAL)
    known = world.memory
    world.memory = DictMemory()

    world.admission = world.process()
    world.admit(DEPARTURE, ARRIVAL)

    assert (2, known.watermarks()) == (len(world.events()), world.memory.watermarks())


def test_a_double_in_the_log_changes_nothing() -> None:
    """A stopped owner may still append (SIGSTOP)."""
    world = World()
    world.admit(DEPARTURE)
    world.admit(ARRIVAL)
    (departure,) = [r for r in world.broker.records("life-events") if b"MoveOutDeclared" in (r.value or b"")]
    handle = departure.key or b""
    open_before = open_departures(world, handle)

    world.broker.append(Outgoing("life-events", handle, departure.value, departure.partition))
    world.process()

    assert ([False], [False]) == (open_before, open_departures(world, handle))


def open_departures(world: World, handle: bytes) -> list[bool]:
    facts = world.memory.recall(Question(frozenset(), frozenset(), frozenset({(s.EDOGAWA, handle)})))
    return [each.arrival is None for each in facts.departures[handle].values()]
