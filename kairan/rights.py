"""Who authenticates at the broker, and what each may: from the table of topics and the register, from nothing else."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from kairan.register import Register
from kairan.topics import Role, Topic, channel, source, topics

BUS: tuple[Role, ...] = (
    "admission",
    "routing",
    "ledger",
    "disclosures",
    "moving",
    "notices",
    "channels",
    "desk",
    "statistics",
    "publisher",
    "analyst",
    "gateway",
    "operator",
)
"""
Roles that exist once; ``desk`` writes down what people decide.

A source exists for each municipality, a channel's sink for each channel.
"""


class Principal(NamedTuple):
    """Who authenticates; ``member`` and ``channel`` are empty for one of the bus itself."""

    name: str
    role: Role
    member: str = ""
    channel: str = ""


class Right(NamedTuple):
    """One access control entry, in Kafka's names; nobody has what no entry gives."""

    principal: str
    operation: str
    resource: Literal["TOPIC", "GROUP"]
    name: str
    prefixed: bool = False


def principals(register: Register) -> list[Principal]:
    """Everyone who may authenticate under the rows in force; members that left are not among them."""
    present = {member.code: member for member in register.members if member.state != "left"}
    bus = [Principal(role, role) for role in BUS]
    sources = [Principal(source(m.code), "source", m.code) for m in present.values() if m.kind == "municipality"]
    sinks = [
        Principal(channel(its.member, its.channel), "channel", its.member, its.channel)
        for its in register.channels
        if its.member in present
    ]
    return [*bus, *sources, *sinks]


def rights(register: Register) -> set[Right]:
    """Every access control entry that must exist, and no other."""
    there = topics(register)
    return {right for who in principals(register) for right in _of(who, there)}


def is_ours(principal: str) -> bool:
    """Whether this table decides about a principal's rights, so that it takes away what it does not give."""
    return principal in BUS or principal.startswith(("source-", "channel-"))


def _of(who: Principal, there: Iterable[Topic]) -> Iterator[Right]:
    yield Right(who.name, "READ", "GROUP", who.name)
    yield Right(who.name, "READ", "GROUP", f"{who.name}.", prefixed=True)
    if who.role == "operator":
        yield Right(who.name, "DESCRIBE", "GROUP", "*")
    for topic in there:
        if _concerns(topic, who):
            if who.role in topic.kind.writers:
                yield Right(who.name, "WRITE", "TOPIC", topic.name)
            if who.role in topic.kind.readers:
                yield Right(who.name, "READ", "TOPIC", topic.name)


def _concerns(topic: Topic, who: Principal) -> bool:
    """A member's topic is no other member's business, a channel's no other channel's; the bus has them all."""
    return topic.member in {"", who.member or topic.member} and topic.channel in {"", who.channel or topic.channel}
