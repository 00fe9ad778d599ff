"""Inputs of the moving procedure a second, durable, against bare batched inserts of the very lines that it leaves."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from bench import contest, figures, filling, people, place, planned
from bench.contest import BenchError, Contender, Run
from bench.figures import Line, Part, Target
from bench.place import say
from kairan.kafka import KafkaWriter
from kairan.postgres import Connection, connect
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing
from processors.moving import process, reading
from processors.moving.__main__ import PRINCIPAL
from processors.moving.entitled import ByRouting
from processors.moving.facts import Answer, Outcome
from processors.runtime import inputs
from processors.runtime.shell import DATABASE

ROUNDS = 3
ARRIVALS = 4_000
WANTED = 3_000
CONTENDERS = (
    Contender("Kairan", "kairan_moving", (), ""),
    Contender("bare inserts", "bare_journal", (), ""),
)
_TABLES = ("journal", "timer", "standing")
_COUNTS = "select (select count(*) from processes.journal), (select count(*) from processes.timer)"
_LAST = "select extract(epoch from max(written_at)) * 1000 from processes.journal"


class Journals(contest.Written):
    """The tables of all processes, as the bus's own database has them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self) -> int:
        return int(self._ask(_COUNTS)[0])

    def timers(self) -> int:
        return int(self._ask(_COUNTS)[1])

    def last_append(self) -> float:
        """When the last transaction began, in milliseconds."""
        return float(self._ask(_LAST)[0])

    def clear(self) -> None:
        self._connection.execute(
            "truncate processes.journal, processes.timer, processes.letter, processes.consumed, processes.standing"
        )
        self._connection.execute("checkpoint")

    def keep(self) -> None:
        """What is there now, for the bare inserts."""
        self._connection.execute("create schema if not exists kept")
        for table in _TABLES:
            self._connection.execute(f"drop table if exists kept.{table}")
            self._connection.execute(f"create table kept.{table} as table processes.{table}")

    def forget(self, group: str) -> None:
        """Its position lies in its own tables, which are empty."""

    def _ask(self, query: str) -> tuple[int, ...]:
        found: tuple[int, ...] = self._connection.execute(query.encode()).fetchall()[0]
        return found


def measure(scale: float) -> list[Part]:
    with place.stack(only_servers=True) as settings:
        filling.fill(settings, (), people.people(0, int(ARRIVALS * scale)))
        due = _answer(settings)
        with closing(connect(settings.dsn(DATABASE), autocommit=True)) as connection:
            return [_part(due, _compete(settings, Journals(connection), due))]


def _answer(settings: Settings) -> int:
    """Every office that holds an arrival has answered; how many inputs there are."""
    entitled = ByRouting(planned.bundle(settings), planned.bus_keys(settings))
    count = 0
    with closing(KafkaWriter(settings.properties(PRINCIPAL))) as writer:
        for record in planned.log(settings, "live"):
            answers = list(_answers(record, entitled))
            writer.send_all(answers)
            count += 1 + len(answers)
        writer.confirm()
    return count


def _answers(record: Incoming, entitled: ByRouting) -> Iterator[Outgoing]:
    fact = reading.fact(record, entitled, record.timestamp)
    if fact is not None:
        for receiver in sorted(fact.awaited):
            answer = Answer(fact.event, receiver, Outcome.APPLIED, record.timestamp)
            yield inputs.letter(process.NAME, record.key or b"", json.dumps(process.WORDS.to_json(answer)))


def _compete(settings: Settings, journals: Journals, due: int) -> dict[str, list[Run]]:
    """Each begins with empty tables and ends with the same lines and timers."""
    ran: dict[str, list[Run]] = {}
    timers: set[int] = set()
    for _ in range(ROUNDS):
        for contender in CONTENDERS:
            journals.clear()
            run = contest.run(settings, contender, journals, due)
            journals.keep()
            timers.add(journals.timers())
            ran.setdefault(contender.name, []).append(run)
            say(f"  {contender.name}: {run.rate:,.0f} inputs/s ({run.seconds:.2f} s, {run.megabytes:.0f} MB)")
    if len(timers) > 1:
        raise BenchError(f"the contenders left different numbers of timers: {sorted(timers)}")
    return ran


def _part(due: int, ran: Mapping[str, Sequence[Run]]) -> Part:
    own, bare = (Line(who, "inputs/s", tuple(run.rate for run in runs)) for who, runs in ran.items())
    memory = Line("Kairan's process", "MB", tuple(run.megabytes for run in ran["Kairan"]))
    return Part(
        "Procedures",
        f"{due} inputs of persons' moves: arrivals, and the answers of all offices that hold them; from empty tables.",
        (own, bare, memory),
        (
            Target("inputs/s", WANTED, own.median),
            Target("MB of the process", figures.MOST_MEGABYTES, memory.median, at_least=False),
        ),
    )
