"""Refusals counted: how often which rule was broken where, and the newest case."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from kairan import topics, wire
from kairan.postgres import Connection
from kairan.stream import Incoming
from operations.look.times import milliseconds

# What the relay itself refused was never sent, but for what hides its person: no topic tells why.
_AT_RELAY = """
select sequence, event_id, refused_at, refusal from core_system.outbox
where refused_at is not null and (sent_at is null or is_doubt) order by sequence"""


class Refusal(NamedTuple):
    """A statement that was not admitted; ``where``: its topic, partition and offset, or its outbox row."""

    member: str
    by: Literal["admission", "relay"]
    refused: int
    event_id: bytes | None
    where: str
    problems: Sequence[Mapping[str, str]]


class Tally(NamedTuple):
    """How often a member broke a rule."""

    member: str
    by: str
    code: str
    path: str
    rule: str
    times: int
    newest: Refusal


def by_admission(record: Incoming) -> Refusal:
    """From a record of ``refusals.<code>``."""
    _, told = wire.decode_record(record.value or b"")
    member = record.topic.removeprefix(topics.name(topics.REFUSALS, ""))
    where = f"{told['topic']} {told['partition']}/{told['offset']}"
    return Refusal(member, "admission", told["refused"], told["id"], where, told["problems"])


def by_relay(connection: Connection, member: str) -> Iterator[Refusal]:
    """From a core system's outbox."""
    for sequence, event_id, refused_at, problems in connection.execute(_AT_RELAY):
        yield _by_relay(member, sequence, event_id, refused_at, problems)


def tallies(refusals: Iterable[Refusal]) -> list[Tally]:
    """Most frequent first; a statement with several problems counts for each."""
    found: dict[tuple[str, str, str, str, str], Tally] = {}
    for refusal in refusals:
        for problem in refusal.problems:
            key = (refusal.member, refusal.by, problem["code"], problem["path"], problem["rule"])
            before = found.get(key, Tally(*key, 0, refusal))
            newest = max(before.newest, refusal, key=lambda each: each.refused)
            found[key] = before._replace(times=before.times + 1, newest=newest)
    return sorted(found.values(), key=lambda each: (-each.times, each[:4]))


def _by_relay(
    member: str, sequence: int, event_id: bytes | None, refused_at: dt.datetime, problems: list[dict[str, Any]]
) -> Refusal:
    return Refusal(member, "relay", milliseconds(refused_at), event_id, f"outbox row {sequence}", problems)
