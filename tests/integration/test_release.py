"""What a broken program held on a real Kafka and PostgreSQL, the next one decides before it reads on."""

import json
from contextlib import closing
from dataclasses import replace

import pytest

from kairan.decider import Decider
from kairan.identifiers import EventId, MunicipalityCode
from kairan.kafka import KafkaWriter
from kairan.postgres import connect, migrations
from kairan.settings import Settings
from processors.moving.__main__ import PRINCIPAL, consume
from processors.moving.feeds import HOUSEHOLD, HOUSEHOLD_WORDS, households
from processors.moving.household import HOUSEHOLD as DECIDES
from processors.moving.household import Household, Stood
from processors.moving.steps import Step
from processors.runtime import inputs
from processors.runtime.shell import DATABASE
from processors.runtime.tables import PostgresJournal

pytestmark = pytest.mark.stack
EVERYBODY = ONE, TWO, THREE = tuple(bytes([number]) * 16 for number in (1, 2, 3))
BROKEN = replace(households(), decider=Decider(Household(), lambda *_: 1 // 0, DECIDES.evolve))


def told(at: int) -> str:
    stood = Stood(EventId(bytes([at]) * 16), Step.MOVED_IN, 3, MunicipalityCode("131237"), at)
    return json.dumps(HOUSEHOLD_WORDS.to_json(stood))


def test_what_a_broken_program_held_is_decided_in_its_order_by_the_next(stack: Settings) -> None:
    dsn = stack.dsn(DATABASE)
    migrations.apply(dsn, "processors.runtime")
    with connect(dsn, autocommit=True) as connection, closing(KafkaWriter(stack.properties(PRINCIPAL))) as writer:
        journal = PostgresJournal(connection, HOUSEHOLD)
        writer.send_all(inputs.letter(HOUSEHOLD, each, told(at)) for at in (3, 1, 2) for each in (ONE, TWO, THREE))
        writer.confirm()
        consume(stack, connection, BROKEN, lambda: sum(map(len, map(journal.waiting, EVERYBODY))) == 9)
        writer.send(inputs.letter(HOUSEHOLD, ONE, told(4)))
        writer.confirm()
        consume(stack, connection, households(), lambda: len(journal.histories([ONE])[ONE]) == 4)

        assert {ONE: [3, 1, 2, 4], TWO: [3, 1, 2], THREE: [3, 1, 2]} == {
            each: [json.loads(line)["at"] for line in lines] for each, lines in journal.histories(EVERYBODY).items()
        }
        assert [] == journal.all_held()
