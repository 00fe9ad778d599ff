"""Who is told what, on a real Kafka and PostgreSQL: what lies in the delivery topics stands in the table, no more."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import NamedTuple

import psycopg
import pytest

from kairan import topics, wire
from kairan.kafka import KafkaReader
from kairan.keys import BusKeys
from kairan.postgres import Connection, connect, migrations
from kairan.register import Register
from kairan.settings import Settings
from kairan.stream import TopicPartition, until_now
from operations.look import rebuilding, refilling
from processors.disclosures import store
from processors.disclosures.entries import TOPIC
from processors.disclosures.store import Disclosures
from processors.routing.editions import Receiver
from tests.integration.test_routing import admit, departure
from tests.unit.processors.disclosures.world import entry
from tests.unit.processors.routing.world import EDOGAWA, handle

pytestmark = pytest.mark.stack
PEOPLE = range(901, 941)
ROUTING, FOLLOWER = ("processors.routing", "live"), ("processors.disclosures",)
IN_TIME = 90


class Line(NamedTuple):
    """Who was told which fields of which event of whose, by which rule; ``way``: routed or sent again."""

    person: bytes
    at: tuple[str, int, int]
    receiver: Receiver
    business: str
    rule: str
    fields: bytes
    way: str


@pytest.fixture
def connection(stack: Settings) -> Iterator[Connection]:
    migrations.apply(stack.dsn("kairan"), "processors.disclosures")
    with connect(stack.dsn("kairan"), autocommit=True) as opened:
        yield opened


@contextmanager
def running(stack: Settings, module: str, *arguments: str, **armed: str) -> Iterator["subprocess.Popen[bytes]"]:
    environment = dict(os.environ) | {"KAIRAN_HOME": str(stack.home)} | armed
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def killed_at(stack: Settings, seam: str, *what: str) -> None:
    """Runs it until it dies there."""
    with running(stack, *what, KAIRAN_FAILPOINT=seam) as process:
        assert -signal.SIGKILL == process.wait(IN_TIME)


def told(stack: Settings, register: Register) -> Counter[Line]:
    """From the delivery topics: how often each line lies there, for a double of a restart is a double there."""
    keys = BusKeys.load_or_create(stack.home / "keys" / "bus.key")
    found = Counter[Line]()
    for row in register.channels:
        receiver = Receiver(row.member, row.channel)
        whose = {keys.pairwise_id(row.member, handle(person)): handle(person) for person in PEOPLE}
        group = topics.group("operator", f"told-{time.monotonic_ns()}")
        with closing(KafkaReader(stack.properties("operator"), group, [receiver.topic], from_start=True)) as reader:
            for record in (each for batch in until_now(reader) for each in batch):
                if (person := whose.get(record.key or b"")) is None:
                    continue  # another test's
                envelope = wire.decode_envelope(record.value or b"").record
                at = envelope["position"]
                place = (at["lane"], at["partition"], at["offset"])
                found.update(
                    Line(person, place, receiver, each["business"], each["rule"], envelope["told"], "routed")
                    for each in envelope["businesses"]
                )
    return found


def kept(connection: Connection) -> Counter[Line]:
    """From the table: how often each line stands there."""
    found = Counter[Line]()
    whose = [bytes(handle(person)) for person in PEOPLE]
    for person, value in connection.execute(
        "select handle, value from disclosures.entry where handle = any(%s)", (whose,)
    ):
        _, record = wire.decode_record(value)
        place = (record["lane"], record["partition"], record["offset"])
        found.update(
            Line(person, place, Receiver(each["member"], each["channel"]), each["business"], each["rule"],
                 each["fields"], record["way"])
            for each in record["told"]
        )  # fmt: skip
    return found


def await_all_kept(stack: Settings, connection: Connection) -> None:
    """Until the table has read the topic to its end."""
    group = topics.group("operator", "disclosures-end")
    with closing(KafkaReader(stack.properties("operator"), group, [TOPIC], from_start=True)) as reader:
        ends, until = {at: end for at, end in reader.ends().items() if end}, time.monotonic() + IN_TIME
    while Disclosures(connection).positions() != ends:
        if time.monotonic() > until:
            pytest.fail("it was not kept in time")
        time.sleep(0.1)


def await_told(stack: Settings, register: Register, events: int) -> None:
    until = time.monotonic() + IN_TIME
    while len({line.at for line in told(stack, register)}) < events:
        if time.monotonic() > until:
            pytest.fail("it did not come in time")
        time.sleep(0.2)


def test_what_is_delivered_stands_there_once_whoever_dies_where_and_what_is_sent_again_too(
    stack: Settings, register: Register, connection: Connection
) -> None:
    admit(stack, [departure(person) for person in PEOPLE])
    killed_at(stack, "routing.after-confirm", *ROUTING)  # written down, and nobody told yet
    killed_at(stack, "routing.before-mark", *ROUTING)
    with running(stack, *ROUTING):
        killed_at(stack, "disclosures.before-effect", *FOLLOWER)
        killed_at(stack, "disclosures.before-mark", *FOLLOWER)
        with running(stack, *FOLLOWER):
            await_told(stack, register, len(PEOPLE))
            await_all_kept(stack, connection)
    delivered, entries = told(stack, register), kept(connection)

    assert delivered.keys() == entries.keys()
    assert {1} == set(entries.values())
    assert max(delivered.values()) > 1, "routing died before its mark, so it told some twice"

    desk = next(line.receiver for line in delivered if line.receiver.member == EDOGAWA)
    list(refilling.refill(stack, desk, None, 1))
    with running(stack, *FOLLOWER):
        await_all_kept(stack, connection)
    again = {line for line in kept(connection) if line.way == "refill"}

    assert {line._replace(way="refill") for line in delivered if line.receiver == desk} == again

    assert [] == rebuilding.rebuild(stack, rebuilding.disclosures(), swap=False).differing


def test_what_is_no_entry_is_named_and_stands_in_nobodys_way(connection: Connection) -> None:
    kept_in, hers = Disclosures(connection), handle(990)
    kept_in.apply([entry(hers, at=1)._replace(offset=10_001), entry(hers)._replace(value=b"?", offset=10_002)])
    named = connection.execute('select why from disclosures.unreadable where "offset" = 10002').fetchall()
    connection.execute("delete from disclosures.unreadable")

    assert [("NotFramedError",)] == named
    assert 10_003 == kept_in.positions()[TopicPartition(TOPIC, 5)]
    connection.execute("delete from disclosures.entry where handle = %s", (bytes(hers),))
    connection.execute("delete from disclosures.consumed where partition = 5")


def test_a_batch_is_kept_with_its_position_or_not_at_all(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_in, hers = Disclosures(connection), handle(991)
    before = kept_in.positions()
    monkeypatch.setattr(store, "_ADVANCE", "select %b::text[], %b::integer[], %b::bigint[], 1 / 0")
    with pytest.raises(psycopg.errors.DivisionByZero):
        kept_in.apply([entry(hers)._replace(offset=20_000)])

    assert before == kept_in.positions()
    rows = connection.execute("select from disclosures.entry where handle = %s", (bytes(hers),)).fetchall()
    assert [] == rows
