"""The planted bugs: each is put in the place of one function, and a seed of the simulation must fail then."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple
from unittest import mock

from connectors.postgres import sink
from connectors.postgres.sink import Sink
from kairan import loops
from processors.admission import batch, lineage
from processors.moving import feeds
from processors.routing import corrections, grants, protection
from processors.routing.bundle import Bundle
from processors.routing.process import Lane
from processors.routing.protection import ProtectionState
from processors.runtime import clock
from processors.runtime.behind import Behind
from tests.simulation import broker, bugs, databases, outboxes, processes, world
from tests.simulation.databases import Office
from tests.simulation.journals import Connection
from tests.simulation.verdict import failure

MOST_SEEDS = 300
"""A bug that hides longer than this is not caught."""


class Plant(NamedTuple):
    """``where.function`` is replaced by ``bug``."""

    name: str
    where: object
    function: str
    bug: object


class Catch(NamedTuple):
    """``found``: what the first failing seed said; None where none failed."""

    seeds: int
    found: str | None


PLANTS = (
    Plant("commit before effect", loops, "transform", bugs.commit_first),
    Plant("no inbox", Office, "insert", bugs.without_inbox),
    Plant("inbox outside the transaction", Office, "transaction", bugs.with_inbox_outside),
    Plant("relay marks first", loops, "relay_batch", bugs.mark_first),
    Plant("order by serial id", outboxes.Outbox, "pending", bugs.by_serial_id),
    Plant("default protection", protection, "of_event", bugs.known_measures_only),
    Plant("old ProtectionChanged doubles", ProtectionState, "evolve", bugs.last_come_wins),
    Plant("release ends a newer measure", protection, "standing", bugs.any_end_ends),
    Plant("receipt sent outside the transaction", Office, "transaction", bugs.with_receipt_outside),
    Plant("mask by business only", grants, "grant", bugs.mask_by_business),
    Plant("correction to former receivers with body", corrections, "write", bugs.with_body),
    Plant("withheld overwrites with null", sink, "decode", bugs.withheld_is_null),
    Plant("watermark past a gap", processes, "catch_up", bugs.past_a_gap),
    Plant("swallow a decode error", sink, "read", bugs.swallow),
    Plant("parked person overtaken", Sink, "_not_behind", bugs.overtaking),
    Plant("a retry reorders a wave", loops, "transform_batch", bugs.wave_reordered),
    Plant("subject map written after the event", batch.Batch, "decide", bugs.names_behind),
    Plant("routing reads protection after the batch", Lane, "handle", bugs.measure_behind),
    Plant("who is told is written down afterwards", Lane, "_routed", bugs.told_first),
    Plant("restart reads from the end", broker.Reader, "_committed", bugs.from_the_end),
    Plant("an annulment forgets lineage", lineage, "lineage", bugs.no_lineage),
    Plant("a receipt counts each time it comes", databases.Ledger, "apply", bugs.no_digest),
    Plant("timer of an old owner", feeds, "accepts", bugs.always_accepted),
    Plant("an old owner's batch is kept", Connection, "commit", bugs.whoever_comes_last),
    Plant("a timer fires before the backlog is read", clock, "horizon", bugs.whatever_waits),
    Plant("a timer is marked before it is appended", clock, "fire", bugs.asked_first),
    Plant("notices read protection when nothing else is there", Behind, "poll", bugs.protection_last),
)


def catch(plant: Plant) -> Catch:
    """Plays seed after seed with the bug until one fails."""
    with planted(plant) as bundle:
        for seed in range(MOST_SEEDS):
            if found := failure(seed, bundle):
                return Catch(seed + 1, found)
    return Catch(MOST_SEEDS, None)


@contextmanager
def planted(plant: Plant) -> Iterator[Bundle]:
    """With a bundle of its own: what a bundle remembers must not outlive the bug."""
    bugs.MASKS.clear()
    with mock.patch.object(plant.where, plant.function, plant.bug):
        yield world.fresh_bundle()
