"""Two workers on a real Kafka and PostgreSQL: each takes its partitions, and nobody takes another's."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from threading import Lock

import pytest

from kairan.identifiers import EventId, MunicipalityCode
from kairan.kafka import KafkaWriter
from kairan.postgres import AlreadyOwnedError, Connection, connect, migrations, own
from kairan.settings import Settings
from processors.moving.__main__ import DATABASE, PRINCIPAL, consume
from processors.moving.feeds import HOUSEHOLD, HOUSEHOLD_WORDS, households
from processors.moving.household import Stood
from processors.moving.steps import Step
from processors.notices import __main__ as of_notices
from processors.notices import process as notices
from processors.notices.facts import Receipt
from processors.runtime import inputs
from processors.runtime.leaps import Leaps
from processors.runtime.shares import WHOLE, Share
from processors.runtime.shell import Shell
from processors.runtime.tables import PostgresJournal

pytestmark = pytest.mark.stack
WORKERS = FIRST, SECOND = Share(0, 2), Share(1, 2)
SHARED = tuple(bytes([200, number]) * 8 for number in range(40))
TOLD = Stood(EventId(b"\1" * 16), Step.MOVED_IN, 3, MunicipalityCode("131237"), 1)


def taken(journal: PostgresJournal) -> set[bytes]:
    return {instance for instance, lines in journal.histories(SHARED).items() if lines}


def test_each_worker_takes_its_share_and_together_they_take_all(stack: Settings) -> None:
    dsn = stack.dsn(DATABASE)
    migrations.apply(dsn, "processors.runtime")
    with ExitStack() as opened:
        one, other, third = (opened.enter_context(connect(dsn, autocommit=True)) for _ in range(3))
        writer = opened.enter_context(closing(KafkaWriter(stack.properties(PRINCIPAL))))
        told = json.dumps(HOUSEHOLD_WORDS.to_json(TOLD))
        writer.send_all(inputs.letter(HOUSEHOLD, each, told) for each in SHARED)
        writer.confirm()
        journal = PostgresJournal(third, HOUSEHOLD)

        def _done(share: Share) -> bool:
            return set(filter(share.has, SHARED)) <= taken(journal)

        consume(stack, one, households(), partial(_done, FIRST), FIRST)
        assert set(filter(FIRST.has, SHARED)) == taken(journal)

        consume(stack, other, households(), partial(_done, SECOND), SECOND)
        assert set(SHARED) == taken(journal)


def test_notices_are_shared_alike(stack: Settings) -> None:
    dsn = stack.dsn(DATABASE)
    migrations.apply(dsn, "processors.runtime")
    looking = Lock()
    with ExitStack() as opened:
        connections = [opened.enter_context(connect(dsn, autocommit=True)) for _ in range(3)]
        writer = opened.enter_context(closing(KafkaWriter(stack.properties(of_notices.PRINCIPAL))))
        receipt = json.dumps(notices.WORDS.to_json(Receipt(b"\1" * 16, is_delivered=True, at=1)))
        writer.send_all(inputs.letter(notices.NAME, each, receipt) for each in SHARED)
        writer.confirm()
        journal = PostgresJournal(connections.pop(), notices.NAME)

        def _are_taken() -> bool:
            with looking:
                return set(SHARED) <= taken(journal)

        def _work(share: Share, connection: Connection) -> None:
            of_notices.consume(Shell(stack, of_notices.PRINCIPAL, share), connection, Leaps(list), _are_taken)

        with ThreadPoolExecutor(len(WORKERS)) as threads:
            for done in [threads.submit(_work, *each) for each in zip(WORKERS, connections, strict=True)]:
                done.result()

        assert set(SHARED) == taken(journal)


def test_whoever_takes_what_another_has_does_not_start(stack: Settings) -> None:
    with connect(stack.dsn(DATABASE), autocommit=True) as first, connect(stack.dsn(DATABASE), autocommit=True) as other:
        own_all(first, FIRST)
        own_all(other, SECOND)

        with (
            connect(stack.dsn(DATABASE), autocommit=True) as third,
            pytest.raises(AlreadyOwnedError),
        ):
            own_all(third, WHOLE)


def own_all(connection: Connection, share: Share) -> None:
    for right in share.rights(PRINCIPAL):
        own(connection, right)
