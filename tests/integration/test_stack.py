"""The stack keeps its data, its secrets and its temper."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from confluent_kafka import TopicPartition as Partition
from confluent_kafka.admin import AdminClient, OffsetSpec

from kairan import topics
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.register import Register
from kairan.settings import Settings
from kairan.stream import Outgoing
from kairan.topics import Durability
from operations.output import say
from operations.stack import kafka, local, pidfile, provision
from operations.stack.admin import Admin
from operations.stack.errors import StackError
from operations.stack.home import Home
from operations.stack.postgres import Postgres
from operations.stack.processes import Process, Processes

pytestmark = pytest.mark.stack

TOPIC = "quarantine"


@pytest.fixture
def lines() -> list[str]:
    return []


def up_again(stack: Settings, register: Register, lines: list[str]) -> None:
    local.up(stack.home, register, lines.append, only_servers=True)


def write(stack: Settings, value: bytes) -> None:
    writer = KafkaWriter(stack.properties("admin"))
    writer.send(Outgoing(TOPIC, None, value))
    writer.confirm()
    writer.close()


def values(stack: Settings) -> list[bytes | None]:
    reader = KafkaReader(stack.properties("admin"), "admin.test", [TOPIC], from_start=True)
    found: list[bytes | None] = []
    end = sum(reader.ends().values())
    while len(found) < end:
        found += [record.value for record in reader.poll(1.0, 1000)]
    reader.close()
    return found


def ends_of_new(stack: Settings, count: int) -> dict[str, int]:
    """So many further topics, and which end each of them told as soon as they were awaited."""
    admin, client = Admin(stack.properties("admin")), AdminClient({**stack.properties("admin"), "log_level": 0})
    names = [f"{TOPIC}.{number}" for number in range(count)]
    settings = dict.fromkeys(names, topics.configs(topics.QUARANTINE, Durability()))

    admin.create(settings, dict.fromkeys(names, 1), Durability())
    admin.await_served(names)

    answers = client.list_offsets({Partition(name, 0): OffsetSpec.latest() for name in names})
    ends = {partition.topic: answer.result().offset for partition, answer in answers.items()}
    for done in client.delete_topics(names).values():
        done.result()
    return ends


def execute(stack: Settings, statement: str) -> list[tuple[int, ...]]:
    with psycopg.connect(stack.dsn("postgres"), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return list(cursor) if cursor.description else []


def kill(number: int) -> None:
    process = psutil.Process(number)
    process.kill()
    while pidfile.is_alive(process):
        time.sleep(0.01)


def test_a_second_up_changes_nothing(stack: Settings, register: Register, lines: list[str]) -> None:
    up_again(stack, register, lines)

    assert [] == lines


def test_what_was_written_is_there_after_down_and_up(stack: Settings, register: Register, lines: list[str]) -> None:
    write(stack, b"before the stop")
    execute(stack, "create table kept as select 7 as value")

    local.down(stack.home, lines.append)
    up_again(stack, register, lines)

    assert b"before the stop" in values(stack)
    assert [(7,)] == execute(stack, "select value from kept")
    execute(stack, "drop table kept")


def test_kafka_comes_back_after_a_kill_with_what_it_acknowledged(
    stack: Settings, register: Register, lines: list[str]
) -> None:
    write(stack, b"before the kill")
    broker = kafka.process(Home(stack.home))
    assert broker is not None

    kill(broker.pid)
    up_again(stack, register, lines)

    assert "starting Kafka …" in lines
    assert b"before the kill" in values(stack)


def test_postgres_comes_back_after_a_kill(stack: Settings, register: Register, lines: list[str]) -> None:
    home = Home(stack.home)
    place = Postgres(home, home.remembered(), say).place
    number = int((place / "data" / "postmaster.pid").read_text().splitlines()[0])

    kill(number)
    up_again(stack, register, lines)

    assert [(1,)] == execute(stack, "select 1")


def test_a_wrong_password_is_refused_and_said_so(stack: Settings) -> None:
    wrong = stack.properties("admission") | {"sasl.password": "wrong"}

    with pytest.raises(StackError, match="refuses the password of admission"):
        Admin(wrong)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stack.dsn("kairan"), password="wrong")


def test_a_member_more_gets_topics_and_rights_and_one_less_loses_rights(
    stack: Settings, register: Register, lines: list[str]
) -> None:
    home = Home(stack.home)
    principals = local.principals(home, local.HERE)
    admin, durability = provision.open_admin(principals, stack.bootstrap_address())
    gone = register.model_copy(
        update={
            "members": tuple(
                m.model_copy(update={"state": "left"}) if m.code == "143014" else m for m in register.members
            )
        }
    )

    less = provision.apply(admin, gone, durability, principals, lines.append)
    more = provision.apply(admin, register, durability, principals, lines.append)

    assert {right.principal for right in less.revoke} == {right.principal for right in more.grant}
    assert "source-143014" in {right.principal for right in less.revoke}
    assert {} == less.create


def test_more_topics_than_are_made_at_once_are_made_and_can_be_read_when_they_were_awaited(
    stack: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In parts of five instead of five hundred; ``tests/soak/test_many_topics.py`` makes a thousand."""
    monkeypatch.setattr("operations.stack.admin.AT_ONCE", 5)

    ends = ends_of_new(stack, 12)

    assert (12, {}) == (len(ends), {name: end for name, end in ends.items() if end != 0})


def test_a_topic_that_is_never_there_is_named_when_it_was_awaited_in_vain(
    stack: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = Admin(stack.properties("admin"))
    monkeypatch.setattr("operations.stack.admin.SECONDS", 2)

    with pytest.raises(StackError, match=r"not serve nowhere \(not shown\)"):
        admin.await_served(["nowhere"])


def test_a_lost_password_is_replaced_on_both_sides(stack: Settings, register: Register, lines: list[str]) -> None:
    before = stack.properties("ledger")
    (stack.home / "principals" / "ledger.properties").unlink()

    up_again(stack, register, lines)

    assert before["sasl.password"] != stack.properties("ledger")["sasl.password"]
    KafkaReader(stack.properties("ledger"), "ledger", ["receipts.143014"]).close()


@pytest.fixture
def processes(stack: Settings, tmp_path: Path) -> Iterator[Processes]:
    (tmp_path / "idle.py").write_text("import signal\nsignal.pause()\n")
    its = Processes(Home(stack.home), say, (Process("idle", "idle"),))
    yield its
    its.stop()


def test_a_process_that_dies_is_started_again(
    processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    processes.start({})
    first = processes.states()[0].pid

    kill(first)
    while processes.states()[0].state != "RUNNING" or processes.states()[0].pid == first:
        time.sleep(0.05)

    assert "idle" == processes.states()[0].name


def test_what_a_killed_supervisor_left_behind_is_ended_before_a_new_start(
    stack: Settings, processes: Processes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    processes.start({})
    orphan = processes.states()[0].pid
    supervisor = pidfile.running(stack.home / "supervisor" / "pid.json")
    assert supervisor is not None

    kill(supervisor.pid)
    processes.start({})

    assert orphan != processes.states()[0].pid
    assert not psutil.pid_exists(orphan) or not pidfile.is_alive(psutil.Process(orphan))


def test_env_tells_another_client_all_it_needs(stack: Settings) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "operations", "env", "--json"],
        env={"KAIRAN_HOME": str(stack.home), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert stack.bootstrap_address() in told
    assert str(stack.home / "principals" / "operator.properties") in told
