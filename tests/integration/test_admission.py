"""Admission as a process, on a real Kafka and a real PostgreSQL."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest

from connectors.postgres.outbox import CoreSystemOutbox
from connectors.postgres.refusals import RefusalNotes
from connectors.source import Unmappable
from kairan import topics, wire
from kairan.holds import Hold, encode
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.keychecks import OtherKeyError
from kairan.loops import relay_batch
from kairan.postgres import AlreadyOwnedError, connect
from kairan.settings import Settings
from kairan.stream import Outgoing
from processors.admission.__main__ import main
from processors.admission.store import DATABASE, PostgresMemory
from tests.integration.core import Clerk, clerk, core_dsn
from tests.unit.processors.admission import statements as s

__all__ = ["clerk", "core_dsn"]  # fixtures
pytestmark = pytest.mark.stack
MEMBER = s.EDOGAWA
AMENDED = "residence.RecordAmended"
Found = TypeVar("Found")


@contextmanager
def admission(settings: Settings) -> Iterator[None]:
    """The process, as a thread; whatever stops it shows at the end."""
    stopped = threading.Event()
    failed: list[Exception] = []

    def _run() -> None:
        try:
            main(settings, stopped.is_set)
        except Exception as error:  # noqa: BLE001 - handed to the test
            failed.append(error)

    thread = threading.Thread(target=_run)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
    assert [] == failed


def stated(person: int, version: int, **bent: Any) -> bytes:
    body = s.body(AMENDED, address=s.address(MEMBER))
    return s.statement(AMENDED, body, municipality=MEMBER, atena_number=s.number(person), version=version, **bent)


def id_of(value: bytes) -> bytes:
    event_id: bytes = wire.decode_envelope(value).record["id"]
    return event_id


def relay(stack: Settings, core_dsn: str, clerk: Clerk, *values: bytes) -> None:
    """Puts these bytes into the outbox and sends what waits there."""
    with closing(CoreSystemOutbox(core_dsn, lambda _: Unmappable(()), [topics.name(topics.IN, MEMBER)])) as outbox:
        for value in values:
            clerk.execute(
                "insert into core_system.outbox (aggregatetype, aggregateid, type, mapped, topic)"
                " values ('resident', '1', 'resident_history', %s, %s)",
                (value, topics.name(topics.IN, MEMBER)),
            )
        with closing(KafkaWriter(stack.properties(topics.source(MEMBER)))) as writer:
            soon(lambda: relay_batch("test", outbox, writer))


def refused_rows(stack: Settings, core_dsn: str, clerk: Clerk) -> list[bool]:
    """Which rows are refused, after all refusals were noted, be it once more."""
    clerk.execute("truncate core_system.bus_position")
    group, topic = f"test-{time.monotonic_ns()}", topics.name(topics.REFUSALS, MEMBER)
    source = topics.source(MEMBER)
    reader = KafkaReader(stack.properties(source), topics.group(source, group), [topic])
    with closing(reader), closing(RefusalNotes(core_dsn)) as notes:
        notes.go_on(reader)
        if batch := reader.poll(1.0, 1000):
            notes.apply(batch)
    found = clerk.execute("select refused_at is not null from core_system.outbox order by sequence").fetchall()
    return [is_refused for (is_refused,) in found]


def send(stack: Settings, *values: bytes) -> None:
    with closing(KafkaWriter(stack.properties(topics.source(MEMBER)))) as writer:
        for value in values:
            writer.send(Outgoing(topics.name(topics.IN, MEMBER), b"", value))
        writer.confirm()


def soon(look: Callable[[], Found], seconds: float = 30) -> Found:
    """Looks until something is there."""
    until = time.monotonic() + seconds
    while not (found := look()):
        if time.monotonic() > until:
            pytest.fail("it did not come")
    return found


class Watcher:
    """Reads topics as the operator, from the start."""

    def __init__(self, stack: Settings, *names: str) -> None:
        group = topics.group("operator", f"test-{time.monotonic_ns()}")
        self._reader = KafkaReader(stack.properties("operator"), group, names, from_start=True)
        self._values: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()

    def events(self, event_id: bytes) -> list[dict[str, Any]]:
        """All events with this id that are there by now."""
        self._read()
        return [each for value in self._values if (each := wire.decode_envelope(value).record)["id"] == event_id]

    def refusals(self, event_id: bytes) -> list[dict[str, Any]]:
        self._read()
        return [each for value in self._values if (each := wire.decode_record(value)[1])["id"] == event_id]

    def _read(self) -> None:
        self._values += [record.value for record in self._reader.poll(0.3, 1000) if record.value is not None]


def test_statements_become_events_or_refusals_once_across_restarts(stack: Settings) -> None:
    first, bad = stated(101, 1), stated(102, 0)
    correction = stated(101, 2, change="corrected", corrects=id_of(first), reason={"code": "44", "edition": "2024-07"})
    with (
        Watcher(stack, topics.name(topics.LIFE_EVENTS)) as log,
        Watcher(stack, topics.name(topics.REFUSALS, MEMBER)) as refusals,
    ):
        with admission(stack):
            send(stack, first, bad, first)
            soon(lambda: log.events(id_of(first)) and refusals.refusals(id_of(bad)))
        with admission(stack):
            send(stack, first, correction)
            (event,) = soon(lambda: log.events(id_of(correction)))

        assert [id_of(first)] == [former["id"] for former in event["lineage"]]
        assert (1, 1) == (len(log.events(id_of(first))), len(refusals.refusals(id_of(bad))))


def test_what_was_refused_and_is_admitted_when_it_comes_again_is_refused_no_more(
    stack: Settings, core_dsn: str, clerk: Clerk
) -> None:
    """A correction came before what it corrects; the refusal of its first sending is read once more at the end."""
    first = stated(111, 1)
    correction = stated(111, 2, change="corrected", corrects=id_of(first))
    with Watcher(stack, topics.name(topics.LIFE_EVENTS)) as log, admission(stack):
        relay(stack, core_dsn, clerk, correction)
        soon(lambda: refused_rows(stack, core_dsn, clerk) == [True])
        relay(stack, core_dsn, clerk, first, correction)
        soon(lambda: log.events(id_of(correction)))

    assert [True, False, False] == refused_rows(stack, core_dsn, clerk)


def test_a_memory_that_was_lost_is_read_from_the_log(stack: Settings) -> None:
    value = stated(103, 1)
    with Watcher(stack, topics.name(topics.LIFE_EVENTS)) as log:
        with admission(stack):
            send(stack, value)
            soon(lambda: log.events(id_of(value)))
        with connect(stack.dsn(DATABASE), autocommit=True) as connection:
            connection.execute("truncate admission.events, admission.subjects, admission.watermarks")
        with admission(stack):
            send(stack, value, behind := stated(104, 1))
            soon(lambda: log.events(id_of(behind)))

        assert 1 == len(log.events(id_of(value)))


def test_a_held_member_waits_and_goes_on_without_loss(stack: Settings) -> None:
    value, hold = stated(105, 1), Hold("member", MEMBER)
    with (
        Watcher(stack, topics.name(topics.LIFE_EVENTS)) as log,
        closing(KafkaWriter(stack.properties("operator"))) as operator,
    ):
        operator.send(Outgoing(topics.name(topics.HOLDS), hold.key(), encode(hold, "test", 0)))
        operator.confirm()
        with admission(stack):
            send(stack, value)
            time.sleep(2)
            assert [] == log.events(id_of(value))

            operator.send(Outgoing(topics.name(topics.HOLDS), hold.key(), None))
            operator.confirm()
            soon(lambda: log.events(id_of(value)), seconds=5)


def test_a_process_with_another_bus_key_refuses_to_start(stack: Settings, tmp_path: Path) -> None:
    with admission(stack):
        pass
    for name in ("principals", "register", "stack.json"):
        (tmp_path / name).symlink_to((stack.home / name).resolve())

    with pytest.raises(OtherKeyError):
        main(Settings(home=tmp_path), lambda: True)


def test_a_second_process_does_not_admit(stack: Settings) -> None:
    with closing(PostgresMemory(stack.dsn(DATABASE), [MEMBER])), pytest.raises(AlreadyOwnedError):
        main(stack, lambda: True)
