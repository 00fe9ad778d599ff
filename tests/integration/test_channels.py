"""``python -m processors.channels`` between a real Kafka, PostgreSQL, mail server and push service."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from signal import SIGKILL

import pytest

from kairan import wire
from kairan.identifiers import Handle
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.postgres import connect, migrations
from kairan.settings import Settings
from kairan.stream import Outgoing, Reader
from processors.channels import addresses, naming
from processors.channels.naming import Naming
from processors.channels.tables import PostgresQueue
from processors.notices.channels import QuietHours
from processors.notices.texts import Language
from processors.runtime import inputs
from tests.contract.mailboxes import Mailboxes
from tests.contract.pushes import PushService
from tests.unit.processors.channels.world import HANAKO, HOUR, TARO, address, measure, record, sending

pytestmark = pytest.mark.stack
NEVER_QUIET = QuietHours(0, 0)
HANAKOS, TAROS = {"mailbox": "hanako-canary@mail.example.jp"}, {"mailbox": "taro-canary@mail.example.jp"}


@pytest.fixture
def queue(stack: Settings) -> Iterator[PostgresQueue]:
    migrations.apply(stack.dsn("kairan"), "processors.channels")
    with connect(stack.dsn("kairan"), autocommit=True) as connection:
        yield PostgresQueue(connection)


@pytest.fixture
def mailboxes() -> Iterator[Mailboxes]:
    with Mailboxes() as its:
        yield its


@pytest.fixture
def pushes() -> Iterator[PushService]:
    with PushService() as its:
        yield its


@pytest.fixture
def environment(stack: Settings, mailboxes: Mailboxes, pushes: PushService) -> dict[str, str]:
    named = {
        "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(mailboxes.port), "MAIL_SECURITY": "none",
        "MAIL_SENDER": "notices@city.example.jp", "CONTACT": "push@city.example.jp",
        "PUSH_SERVICE": pushes.origin, "PAGE": "https://notices.example.jp/",
    }  # fmt: skip
    ours = {f"KAIRAN_NOTICES_{name}": value for name, value in named.items()}
    return dict(os.environ) | ours | {"KAIRAN_HOME": str(stack.home), "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}


@contextmanager
def running(environment: dict[str, str], **armed: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "processors.channels"]
    process = subprocess.Popen(command, env=environment | armed, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def heard_until(word: str, process: "subprocess.Popen[str]") -> str:
    """Its log up to a line with this word: before it has started, SIGTERM kills it as it kills anything."""
    assert process.stderr is not None
    heard = ""
    for line in process.stderr:
        heard += line
        if word in line:
            break
    return heard


def write(stack: Settings, principal: str, *records: Outgoing) -> None:
    with closing(KafkaWriter(stack.properties(principal))) as writer:
        writer.send_all(records)
        writer.confirm()


def told_of(reader: Reader, count: int) -> set[tuple[str, str]]:
    """So many different words of these two that came to the notices, by whose they are; a relay may send one twice."""
    found: set[tuple[str, str]] = set()
    until = time.monotonic() + 60
    while len(found) < count and time.monotonic() < until:
        for each in reader.poll(0.3, 99):
            if each.key in {HANAKO, TARO}:  # other tests write to this topic too
                _, letter = wire.decode_record(each.value or b"")
                found.add((letter["instance"], letter["told"]))
    return found


def test_residents_are_told_by_each_channel_and_a_kill_doubles_only_what_can_be_known(
    stack: Settings, queue: PostgresQueue, mailboxes: Mailboxes, pushes: PushService, environment: dict[str, str]
) -> None:
    now = time.time_ns() // 1_000_000
    mail, phone = (
        address(target=HANAKOS, quiet=NEVER_QUIET, token="word-canary"),
        address(channel="push", means="webpush", target=pushes.subscription("phone"), quiet=NEVER_QUIET),
    )
    for each in (mail, phone, address(TARO, target=TAROS, quiet=NEVER_QUIET)):
        addresses.name(queue, each, now)
    its = {
        bytes([number]) * 16: sending(
            bytes([number]) * 16, channel=channel, handle=whose, not_before=now, expires=now + HOUR
        )
        for number, (channel, whose) in enumerate(
            [("mail", HANAKO), ("push", HANAKO), ("page", HANAKO), ("mail", TARO), ("safe", TARO)]
        )
    }
    write(stack, "admission", measure(TARO))
    write(stack, "notices", *map(record, its.values()))
    reader = KafkaReader(stack.properties("notices"), "notices.test", [inputs.TOPIC], from_start=True)
    with closing(reader):
        with running(environment, KAIRAN_FAILPOINT="telling.before-mark:2") as process:
            logs = process.communicate(timeout=60)[1]
        assert -SIGKILL == process.returncode
        with running(environment) as process:
            logs += heard_until("started", process)
            found = told_of(reader, 3 + len(its))
            process.terminate()
            logs += process.communicate(timeout=60)[1]

    assert 0 == process.returncode
    receipts = [json.loads(told) for _, told in found if "Receipt" in told]
    assert {True: 3, False: 2} == Counter(each["is_delivered"] for each in receipts)
    assert {HANAKOS["mailbox"]} == {to for to, _ in mailboxes.letters}
    assert 1 == len({letter["Message-ID"] for _, letter in mailboxes.letters})
    assert 1 == len({pushed.headers["Topic"] for pushed in pushes.pushed})
    assert not any(word in logs for word in ("canary", "phone", pushes.origin, HANAKO.hex()))


def test_a_mailbox_is_asked_whether_it_is_hers_unless_she_hides(
    stack: Settings, queue: PostgresQueue, mailboxes: Mailboxes, environment: dict[str, str]
) -> None:
    now = time.time_ns() // 1_000_000
    jiro, hidden = (Handle(name + bytes(4)) for name in (b"jiro-jiro-ji", b"goro-goro-go"))
    asked = Naming(jiro, "jiro-canary@mail.example.jp", Language.VIETNAMESE, "01234567", now)
    naming.ask(queue, asked)
    naming.ask(queue, replace(asked, handle=hidden, mailbox="goro-canary@mail.example.jp"))
    write(stack, "admission", measure(hidden))
    with running(environment) as process:
        logs = heard_until("started", process)
        until = time.monotonic() + 60
        while time.monotonic() < until and (queue.unsent(now) or not mailboxes.letters):
            time.sleep(0.1)
        process.terminate()
        logs += process.communicate(timeout=60)[1]
    [(to, letter)] = mailboxes.letters

    assert (asked.mailbox, 1) == (to, letter.get_content().count(asked.code))
    assert (replace(asked, is_sent=True), None) == (queue.naming(jiro), queue.naming(hidden))
    assert not any(word in logs for word in ("canary", asked.code, jiro.hex()))


def test_a_poisoned_neighbour_delays_and_doubles_nobody(
    stack: Settings, queue: PostgresQueue, mailboxes: Mailboxes, pushes: PushService, environment: dict[str, str]
) -> None:
    """Addresses that are refused by now and were taken once: they stand in the store, before and between the others."""
    now = time.time_ns() // 1_000_000
    poisoned, hers = Handle(b"poison-canar" + bytes(4)), Handle(b"sakura-sakur" + bytes(4))
    endpoint = {"endpoint": "https://a..fcm.googleapis.com/x", "keys": pushes.subscription("poison")["keys"]}
    for its in (
        address(poisoned, target={"mailbox": "=?utf-8?q?=40?=a@b"}, quiet=NEVER_QUIET, token="poison mail"),
        address(poisoned, "push", "webpush", target=endpoint, quiet=NEVER_QUIET, token="poison push"),
        address(hers, target={"mailbox": "sakura-canary@mail.example.jp"}, quiet=NEVER_QUIET, token="sakura mail"),
        address(hers, "push", "webpush", target=pushes.subscription("sakura"), quiet=NEVER_QUIET, token="sakura push"),
    ):
        addresses.name(queue, its, now)
    asked = [
        sending(bytes([100 + number]) * 16, channel=channel, handle=whose, not_before=now, expires=now + HOUR)
        for number, (channel, whose) in enumerate(
            (channel, whose) for channel in ("mail", "push") for whose in (hers, poisoned, hers)
        )
    ]
    code = Naming(hers, "sakura-canary@mail.example.jp", Language.ENGLISH, "12345678", now)
    naming.ask(queue, replace(code, handle=poisoned, mailbox="=?utf-8?q?=0a?=@b.jp", asked=now - 1))
    naming.ask(queue, code)
    later = sending(b"later" + bytes(11), handle=hers, not_before=now + 1, expires=now + HOUR)

    for its, letters in (
        (asked, 3),
        ([later], 4),
    ):  # what is told behind it shows that the second start sends nothing again
        write(stack, "notices", *map(record, its))
        with running(environment) as process:
            logs = heard_until("started", process)
            until = time.monotonic() + 60
            while time.monotonic() < until and (len(mailboxes.letters) < letters or queue.persons() & {hers, poisoned}):
                time.sleep(0.1)
            process.terminate()
            logs += process.communicate(timeout=60)[1]
        assert (0, False) == (process.returncode, "canary" in logs)

    assert {"sakura-canary@mail.example.jp": 4} == Counter(to for to, _ in mailboxes.letters)
    assert {"sakura": 2} == Counter(each.browser for each in pushes.pushed)
    assert [True, True] == [each.is_gone for each in queue.of(poisoned)]
    assert [] == queue.unsent(now + HOUR)
