"""A stack of the bench's own, empty at the beginning of each section and gone after it."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from bench.people import Fact
from kairan import topics
from kairan.kafka import KafkaWriter
from kairan.keys import SourceKey
from kairan.settings import Settings
from kairan.stream import Outgoing
from operations.stack import local
from operations.stack.home import Home
from sandbox import register

CHECKOUT = Path(__file__).parents[1]
PLACE = CHECKOUT / ".kairan" / "bench"
REGISTER = register.default()
MEMBERS = tuple(member.code for member in REGISTER.municipalities())


def say(line: str) -> None:
    print(f"bench: {line}", flush=True)


@contextmanager
def stack(*, only_servers: bool) -> Iterator[Settings]:
    """Kafka and PostgreSQL with the default register's topics and databases; the bus's processes too if wanted."""
    clear()
    REGISTER.save(PLACE / "register")
    try:
        local.up(PLACE, REGISTER, say, only_servers=only_servers)
        yield Settings(home=PLACE, bootstrap=None, postgres=None)
    finally:
        local.down(PLACE, say)


def clear() -> None:
    """Stops what an interrupted run left, and removes its data."""
    noted = Home(PLACE).noted()
    if noted is not None:
        local.down(PLACE, say)
        if noted.postgres_place:
            shutil.rmtree(noted.postgres_place, ignore_errors=True)
    shutil.rmtree(PLACE, ignore_errors=True)


def source_keys(settings: Settings) -> dict[str, SourceKey]:
    """Each member's own, as its relay has it."""
    folder = settings.home / "keys"
    return {member: SourceKey.load_or_create(folder / f"source-{member}.key") for member in MEMBERS}


def send(settings: Settings, facts: Iterable[Fact]) -> int:
    """Statements into their members' topics, as the relays would; how many."""
    count = 0
    with ExitStack() as opened:
        writers = {
            member: opened.enter_context(
                closing(KafkaWriter(settings.properties(topics.source(member)), of_member=True))
            )
            for member in MEMBERS
        }
        for fact in facts:
            value, topic = fact.statement.value, fact.statement.topic
            writers[fact.member].send(Outgoing(topic, fact.atena_number.encode(), value))
            count += 1
        for writer in writers.values():
            writer.confirm()
    return count
