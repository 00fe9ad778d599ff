"""
All topics of the bus, in one table: what they carry, how long and why, who writes and who reads.

Topics on the broker follow from this table and the register, and from nothing else; so do principals and what they
may (``rights.py``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kairan.partitioning import LOG_PARTITIONS
from kairan.register import Register

Role = Literal[
    "source",
    "channel",
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
]

BATCH_BYTES = 2 * 1024 * 1024
"""A batch, and so a topic's largest message."""
MEMBER_BATCH_BYTES = 68 * 1024
"""The same where members write: one statement of 64 KiB, so that no codec can unfold it to much (docs/adr/0020)."""
SEGMENT_BYTES = 16 * 1024 * 1024
DAY = 24 * 60 * 60 * 1000
FOREVER = -1
"""Days of a topic whose records are never deleted."""
COMPACTED = 0
"""Days of a topic that keeps the newest record of each key, without end."""


@dataclass(frozen=True, slots=True)
class Kind:
    """
    A row of the table.

    ``pattern`` holds ``{member}`` for a topic of each member and ``{channel}`` for one of each channel; roles
    in such a topic's ``writers`` and ``readers`` mean that member's and that channel's own principals only.
    """

    pattern: str
    key: str
    shape: str
    writers: tuple[Role, ...]
    readers: tuple[Role, ...]
    days: int
    why: str
    partitions: int = 1
    batch: int = BATCH_BYTES

    @property
    def cleanup(self) -> Literal["compact", "delete"]:
        return "compact" if self.days == COMPACTED else "delete"

    @property
    def kept(self) -> str:
        """How long, in words."""
        return {COMPACTED: "newest of each key", FOREVER: "for ever"}.get(self.days, f"{self.days} days")


IN = Kind(
    "in.{member}", "宛名番号", "kairan.statement.*", ("source",), ("admission", "operator"), days=7,
    why="the outbox and the log both keep the fact; a week is for looking into an incident", batch=MEMBER_BATCH_BYTES,
)  # fmt: skip
IN_BULK = Kind(
    "in.{member}.bulk", "宛名番号", "kairan.statement.*", ("source",), ("admission", "operator"), days=3,
    why="as in.{member}; a night of tax records is large", batch=MEMBER_BATCH_BYTES,
)  # fmt: skip
REFUSALS = Kind(
    "refusals.{member}", "event id, where one was read", "kairan.bus.Refusal", ("admission",), ("source", "operator"),
    days=30, why="the source writes them back to its outbox; a relay may be down for a month",
)  # fmt: skip
QUARANTINE = Kind(
    "quarantine", "none", "kairan.bus.Quarantined", ("admission",), ("operator",), days=30,
    why="bytes of refused statements are personal data without a purpose once they are explained",
)  # fmt: skip
PROTECTION = Kind(
    "protection", "handle, municipality, measure, version; of a link or claim both handles, municipality",
    "kairan.bus.Measure, kairan.bus.Link, kairan.bus.Claim",
    ("admission",), ("routing", "notices", "channels", "gateway", "operator"),
    days=COMPACTED, why="the state of each measure is needed for as long as the log is replayed",
    partitions=LOG_PARTITIONS,
)  # fmt: skip
SUBJECTS = Kind(
    "subjects.{member}", "pairwise id", "kairan.bus.SubjectEntry",
    ("admission",), ("source", "channel", "admission", "operator"), days=COMPACTED,
    why="a connector that starts anew must learn every name again, and so must admission's memory",
)  # fmt: skip
LIFE_EVENTS = Kind(
    "life-events", "handle", "kairan.event.*", ("admission",),
    ("admission", "routing", "moving", "notices", "statistics", "operator"), days=FOREVER,
    why="the log is the event store", partitions=LOG_PARTITIONS,
)  # fmt: skip
LIFE_EVENTS_BULK = Kind(
    "life-events.bulk", "handle", "kairan.event.*", ("admission",),
    ("admission", "routing", "notices", "statistics", "operator"), days=FOREVER,
    why="the log is the event store; a lane of its own, so that a tax night delays no move", partitions=LOG_PARTITIONS,
)  # fmt: skip
DELIVERIES = Kind(
    "deliveries.{member}.{channel}", "pairwise id", "kairan.delivery.*", ("routing",), ("channel", "operator"), days=14,
    why="a cache of the log: a channel that falls behind is marked and refilled",
)  # fmt: skip
DISCLOSURES = Kind(
    "disclosures", "handle", "kairan.bus.Disclosure", ("routing",), ("disclosures", "operator"), days=FOREVER,
    why="who was told what cannot be worked out again: it followed from the protection of that minute",
    partitions=LOG_PARTITIONS,
)  # fmt: skip
RECEIPTS = Kind(
    "receipts.{member}", "member.channel", "kairan.bus.Receipt", ("channel",), ("ledger", "operator"), days=30,
    why="the ledger keeps what they say; a month is for a ledger that was down", batch=MEMBER_BATCH_BYTES,
)  # fmt: skip
ANSWERS = Kind(
    "answers.{member}", "pairwise id", "kairan.bus.Answer", ("channel",), ("moving", "operator"), days=30,
    why="a procedure ends when the offices have answered; a month is for a process that was down",
    batch=MEMBER_BATCH_BYTES,
)  # fmt: skip
PROCESS_INPUTS = Kind(
    "process-inputs", "instance", "kairan.bus.ProcessInput",
    ("moving", "notices", "channels", "desk"), ("moving", "notices", "operator"),
    days=FOREVER, why="with the log they are all that a process was told: its journal can be built again",
    partitions=LOG_PARTITIONS,
)  # fmt: skip
NOTICE_SENDINGS = Kind(
    "notice-sendings", "handle", "kairan.bus.NoticeSending", ("notices",), ("channels", "operator"), days=30,
    why="the journal keeps what was sent; a month is for a channel that was down", partitions=LOG_PARTITIONS,
)  # fmt: skip
STATISTICS_PERSONS = Kind(
    "statistics-persons-changelog", "handle", "kairan.bus.CountedPerson", ("statistics",), ("statistics", "operator"),
    days=COMPACTED, why="what each person's records added; the worker's store is built again from it",
    partitions=LOG_PARTITIONS,
)  # fmt: skip
STATISTICS_CELLS = Kind(
    "statistics-cells-changelog", "partition, dataset, window, place", "kairan.bus.CountedCell",
    ("statistics",), ("statistics", "operator"),
    days=COMPACTED, why="what each partition of the log counts, in its own partition; the store is built again from it",
    partitions=LOG_PARTITIONS,
)  # fmt: skip
STATISTICS_PARTIALS = Kind(
    "statistics-partials", "dataset|window|partition; of a position the partition",
    "kairan.bus.StatisticsPartial, kairan.bus.StatisticsPosition",
    ("statistics",), ("publisher", "operator"), days=COMPACTED,
    why="the newest total counts; nothing in it is hidden yet, so it leaves only through the publisher",
)  # fmt: skip
STATISTICS = {
    dataset: Kind(
        f"statistics.{dataset}", "window|place", "kairan.bus.StatisticsCell",
        ("publisher",), ("analyst", "operator"), days=COMPACTED,
        why="what analysts read: tables that were released whole, of each cell the newest vintage",
    )
    for dataset in (
        "migration", "migration-by-effect", "natural-change", "household-change", "bus-traffic", "expected-arrivals",
        "tax-bands",
    )
}  # fmt: skip
"""By the name of the dataset (``processors/statistics/datasets.py``)."""
STATISTICS_RELEASES = Kind(
    "statistics-releases", "dataset|window|vintage", "kairan.bus.StatisticsRelease",
    ("publisher",), ("analyst", "operator"), days=COMPACTED,
    why="says that all cells of a table are there",
)  # fmt: skip
KEY_CHECKS = Kind(
    "key-checks", "key and version", "kairan.bus.KeyCheck",
    ("admission",), ("admission", "routing", "moving", "gateway", "operator"),
    days=COMPACTED, why="a process with another key refuses to start, at any time",
)  # fmt: skip
UNROUTED = Kind(
    "unrouted", "topic, partition and offset", "kairan.bus.Unrouted", ("routing",), ("routing", "operator"),
    days=COMPACTED, why="whom routing holds it holds after a restart, until what waits is routed",
)  # fmt: skip
HOLDS = Kind(
    "holds", "kind and name", "kairan.bus.Hold",
    ("operator",), ("source", "channel", "admission", "operator"), days=COMPACTED,
    why="a hold outlives restarts, until it is taken away",
)  # fmt: skip

TABLE = (
    IN, IN_BULK, REFUSALS, QUARANTINE, PROTECTION, SUBJECTS,
    LIFE_EVENTS, LIFE_EVENTS_BULK, UNROUTED, DISCLOSURES, DELIVERIES, RECEIPTS, ANSWERS, PROCESS_INPUTS,
    NOTICE_SENDINGS, STATISTICS_PERSONS, STATISTICS_CELLS, STATISTICS_PARTIALS,
    *STATISTICS.values(), STATISTICS_RELEASES, KEY_CHECKS, HOLDS,
)  # fmt: skip
"""Every topic there is, in the order of a fact's way."""

OF_MUNICIPALITIES = (IN, IN_BULK, REFUSALS)
"""Only a municipality states facts; a performer (都道府県, 広域連合) has no source."""


class Topic(NamedTuple):
    """A topic as it lies on the broker; ``member`` and ``channel`` are empty for one of the whole bus."""

    name: str
    kind: Kind
    member: str = ""
    channel: str = ""


class Durability(NamedTuple):
    """What a broker can promise; one node keeps one copy, production three of which two acknowledge."""

    replicas: int = 1
    in_sync: int = 1


def name(kind: Kind, member: str = "", channel: str = "") -> str:
    """The concrete topic's name: ``name(DELIVERIES, "131016", "nhi")`` is ``deliveries.131016.nhi``."""
    return kind.pattern.format(member=member, channel=channel)


def source(member: str) -> str:
    """The principal of a member's source connectors."""
    return f"source-{member}"


def channel(member: str, its: str) -> str:
    """The principal of a channel's sink."""
    return f"channel-{member}-{its}"


def group(principal: str, part: str = "") -> str:
    """A consumer group this principal may use; ``part`` tells two of its processes apart."""
    return f"{principal}.{part}" if part else principal


def configs(kind: Kind, durability: Durability) -> dict[str, str]:
    """The topic's settings on the broker; all others are the broker's defaults."""
    kept = {"retention.ms": str(kind.days * DAY if kind.days > 0 else FOREVER)}
    return kept | {
        "cleanup.policy": kind.cleanup,
        "max.message.bytes": str(kind.batch),
        "message.timestamp.type": "LogAppendTime",
        "min.insync.replicas": str(durability.in_sync),
        "segment.bytes": str(SEGMENT_BYTES),
        "segment.ms": str(DAY),
        "unclean.leader.election.enable": "false",
    }


def topics(register: Register) -> list[Topic]:
    """All topics that must exist for the rows in force, in the table's order."""
    found = {topic.name: topic for kind in TABLE for topic in _of_kind(kind, register)}
    return list(found.values())


def _of_kind(kind: Kind, register: Register) -> Iterator[Topic]:
    if "{channel}" in kind.pattern:
        yield from (
            Topic(name(kind, its.member, its.channel), kind, its.member, its.channel) for its in register.channels
        )
    elif "{member}" in kind.pattern:
        stating = register.municipalities() if kind in OF_MUNICIPALITIES else register.members
        yield from (Topic(name(kind, member.code), kind, member.code) for member in stating)
    else:
        yield Topic(name(kind), kind)
