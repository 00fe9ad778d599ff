"""The sinks of a member on the real Kafka and PostgreSQL: from its topics into its offices, and receipted."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count

import pytest
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient

from connectors.postgres import sending
from connectors.postgres.members import Offices
from kairan import receipts, topics, wire
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.kafka.offsets import Offsets
from kairan.keys import BusKeys
from kairan.positions import AheadOfTopicError
from kairan.postgres import Connection, connect
from kairan.process import together
from kairan.settings import Settings
from kairan.stream import Outgoing, TopicPartition
from tests.contract import deliveries as d

pytestmark = pytest.mark.stack
TOWN, CHANNELS = "143014", ("resident-record", "town-office")
OFFICE = topics.name(topics.DELIVERIES, TOWN, "town-office")
SECONDS = 60.0
numbers = count(1)


@pytest.fixture
def database(stack: Settings) -> Iterator[Connection]:
    with connect(stack.dsn(f"offices_{TOWN}"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def deliver(stack: Settings) -> Iterator[Callable[..., int]]:
    """Delivers a 転入 of a person, as routing would; the event's number."""
    with closing(KafkaWriter(stack.properties("routing"))) as writer:

        def _deliver(person: bytes) -> int:
            number = next(numbers)
            writer.send(Outgoing(OFFICE, person, d.moved_in(number, person).value))
            writer.confirm()
            return number

        yield _deliver


@contextmanager
def running(stack: Settings, is_held: Callable[[str], bool] = lambda _: False) -> Iterator[None]:
    """The sinks of the town, until the end of the block."""
    over = threading.Event()
    with closing(Offices(stack, TOWN, CHANNELS, is_held)) as offices:
        thread = threading.Thread(target=together, args=(list(offices.tasks()), over.is_set))
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join(SECONDS)


def comes_true(condition: Callable[[], bool], within: float = SECONDS) -> bool:
    end = time.monotonic() + within
    while not (true := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return true


def atena_number(database: Connection, number: int) -> list[str | None]:
    """As the office received it: a list of one, or of none while it has not come."""
    statement = "select atena_number from town_office.received where event_ref = %s"
    return [found for (found,) in database.execute(statement, (d.ref(number),)).fetchall()]


def test_a_delivery_takes_effect_under_the_offices_own_number_and_is_receipted_and_answered(
    stack: Settings, database: Connection, deliver: Callable[..., int]
) -> None:
    keys = BusKeys.load_or_create(stack.home / "keys" / "bus.key")  # admission reads these names, on the same stack
    person = keys.pairwise_id(TOWN, keys.handle(TOWN, "1234567"))
    entry = {"pairwise_id": person, "atena_number": "1234567", "kind": "person"}
    with running(stack), closing(KafkaWriter(stack.properties("admission"))) as admission:
        admission.send(
            Outgoing(topics.name(topics.SUBJECTS, TOWN), person, wire.encode_record("kairan.bus.SubjectEntry", entry))
        )
        admission.confirm()
        number = deliver(person)

        assert comes_true(lambda: ["1234567"] == atena_number(database, number))
        assert comes_true(lambda: receipts.digest(d.ref(number), "024") in sums(stack))
        assert comes_true(lambda: (d.ref(number), "town-office", "applied") in answers(stack))


def test_each_effect_tells_that_there_is_something_to_answer(
    stack: Settings, deliver: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "LOOKS", sys.maxsize)
    with running(stack):
        for _ in range(2):
            number = deliver(b"one-by-one-moved")
            assert comes_true(lambda number=number: (d.ref(number), "town-office", "applied") in answers(stack))


@pytest.fixture
def impatient(database: Connection) -> Iterator[None]:
    """A database that lets nobody wait long for a lock."""
    database.execute(f"alter database offices_{TOWN} set lock_timeout = '100ms'".encode())
    yield
    database.execute(f"alter database offices_{TOWN} reset lock_timeout".encode())


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "lock",
    [
        b"lock table public.consumed, public.subject, town_office.received",
        b"select from town_office.person for update",
    ],
    ids=["tables", "rows"],
)
def test_a_lock_that_the_database_lets_nobody_wait_for_ends_no_sink_and_refuses_nobody(
    lock: bytes, stack: Settings, database: Connection, deliver: Callable[..., int]
) -> None:
    with running(stack):
        before = deliver(b"behind-a-lock-16")
        assert comes_true(lambda: len(atena_number(database, before)) == 1)
        with database.transaction():
            database.execute(lock)
            number = deliver(b"behind-a-lock-16")
            time.sleep(2)

        assert comes_true(lambda: len(atena_number(database, number)) == 1)


def sums(stack: Settings) -> list[int]:
    with closing(
        KafkaReader(stack.properties("ledger"), "ledger.test", ["receipts.143014"], from_start=True)
    ) as reader:
        told = [receipts.decode(record.value or b"") for record in reader.poll(2.0, 1000)]
    return [receipts.total(receipt.buckets.values()).sum for receipt in told]


def answers(stack: Settings) -> list[tuple[bytes, str, str]]:
    with closing(KafkaReader(stack.properties("moving"), "moving.test", ["answers.143014"], from_start=True)) as reader:
        told = [wire.decode_record(record.value or b"")[1] for record in reader.poll(2.0, 1000)]
    return [(each["event_ref"], each["channel"], each["outcome"]) for each in told]


def test_a_held_channel_waits_and_loses_nothing(
    stack: Settings, database: Connection, deliver: Callable[..., int]
) -> None:
    held = {f"{TOWN}.town-office"}
    with running(stack, held.__contains__):
        waiting = [deliver(b"held-and-resumed") for _ in range(3)]
        assert not comes_true(lambda: [] != atena_number(database, waiting[0]), within=2)
        held.clear()
        assert comes_true(lambda: all([None] == atena_number(database, number) for number in waiting))
        held.add(f"{TOWN}.town-office")
        time.sleep(0.5)
        late = deliver(b"held-and-resumed")
        assert not comes_true(lambda: [] != atena_number(database, late), within=2)
        held.clear()
        assert comes_true(lambda: [None] == atena_number(database, late))


def test_an_older_database_is_read_on_from_where_it_stands(
    stack: Settings, database: Connection, deliver: Callable[..., int]
) -> None:
    with running(stack):
        numbers = [deliver(b"older--database!") for _ in range(3)]
        assert comes_true(lambda: [] != atena_number(database, numbers[-1]))
    database.execute("delete from town_office.received where event_ref = %s", (d.ref(numbers[1]),))
    database.execute("update town_office.consumed set position = 0")
    with running(stack):
        assert comes_true(lambda: [None] == atena_number(database, numbers[1]))
    assert [None] == atena_number(database, numbers[0])


def test_a_channel_behind_retention_goes_on_and_receipts_what_it_passed_over(
    stack: Settings, database: Connection, deliver: Callable[..., int]
) -> None:
    """What was lost is for `kairan refill`; a flag behind it must not wait for an operator."""
    lost = [deliver(b"behind-retention") for _ in range(3)]
    start = forget(stack, OFFICE)
    late = deliver(b"behind-retention")
    with running(stack):
        assert comes_true(lambda: [None] == atena_number(database, late))

    assert [[]] * 3 == [atena_number(database, number) for number in lost]
    stored = database.execute("select value from town_office.receipt").fetchall()
    gone = [told for (value,) in stored if (told := receipts.decode(value)).last == start - 1 and not told.buckets]
    assert [True] == [told.first <= start - len(lost) for told in gone]


def forget(stack: Settings, topic: str) -> int:
    """As retention does: everything that is there now; the offset at which the topic begins then."""
    properties, at = stack.properties("admin"), TopicPartition(topic, 0)
    end = Offsets(properties).last([at])[at]
    admin = AdminClient(properties)
    (gone,) = admin.delete_records([Assigned(*at, end)]).values()
    gone.result(SECONDS)
    return end


def test_a_database_ahead_of_its_topic_stops_the_process_with_a_sentence(
    stack: Settings, database: Connection, deliver: Callable[..., int]
) -> None:
    deliver(b"ahead-of-a-topic")
    database.execute(
        "insert into town_office.consumed values (%s, 0, 1000000) on conflict (topic, partition)"
        " do update set position = excluded.position",
        (OFFICE,),
    )
    with (
        closing(Offices(stack, TOWN, CHANNELS, lambda _: False)) as offices,
        pytest.raises(AheadOfTopicError, match="up to offset 1000000, but the topic ends at"),
    ):
        together(list(offices.tasks()), lambda: False)
    database.execute("update town_office.consumed set position = 0 where topic = %s", (OFFICE,))
