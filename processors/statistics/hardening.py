"""
What Faust needs before it may count: a commit that waits for all that was written, and an end where something failed.

Without it an agent's error marks the record as done, a commit overtakes the changelog, and what lies in a partition
before its first mark is passed over after a rebalance.
"""

import asyncio
import logging
import os
from collections.abc import Collection
from typing import Any, NoReturn

from faust.transport import producer
from faust.transport.drivers import aiokafka

from kairan.logs import log
from kairan.process import CANNOT_GO_ON, place_of
from kairan.stream import TopicPartition

SECONDS = 60
"""Longer nobody waits for the broker to take what was written: what is not marked comes again."""


class NotWrittenError(Exception):
    """What tables wrote did not reach the broker."""


def harden() -> None:
    """Before the application is made."""
    producer.ProducerBuffer._send_pending = _send_pending  # type: ignore[method-assign] # noqa: SLF001 - Faust's own would lose it
    producer.ProducerBuffer.flush_atmost = _flush_atmost  # type: ignore[method-assign] # it gives up after 0.1 s
    # A write that came late behind its own repetition would set a key of a table back.
    aiokafka.Producer._settings_extra = lambda _: {"enable_idempotence": True}  # type: ignore[assignment] # noqa: SLF001
    for name in ("faust", "mode", "aiokafka"):
        # They quote records. What must be known of an error is logged where the process ends.
        logging.getLogger(name).setLevel(logging.CRITICAL)


def end(error: BaseException) -> NoReturn:
    """At once, so that nothing is marked: the supervisor starts it again, and what was not written comes again."""
    log().error("stopped", error=type(error).__name__, rule=place_of(error), alarm="cannot go on")
    os._exit(CANNOT_GO_ON)


async def begin(consumer: Any, topics: Collection[str]) -> dict[TopicPartition, int]:
    """
    Where reading begins, after each rebalance.

    Of a partition that was never marked Faust would go on behind what it had read ahead and thrown away.
    """
    marked = await consumer.seek_to_committed()
    starts = await consumer.earliest_offsets(*(at for at in marked if at.topic in topics))
    for at in starts:
        if not marked[at]:
            await consumer.seek(at, starts[at])
    return {TopicPartition(at.topic, at.partition): marked[at] or start for at, start in starts.items()}


async def ends(consumer: Any, topics: Collection[str]) -> dict[TopicPartition, int]:
    """Of the partitions that this worker reads."""
    found = await consumer.highwaters(*(at for at in consumer.assignment() if at.topic in topics))
    return {TopicPartition(at.topic, at.partition): end for at, end in found.items()}


async def _send_pending(self: Any, fut: Any) -> None:
    self.underway = getattr(self, "underway", 0) + 1
    try:
        await fut.message.channel.publish_message(fut, wait=False)
    except Exception as error:  # noqa: BLE001 - whatever it is, a write is lost
        end(error)
    fut.add_done_callback(lambda done: _written(self, done))


def _written(self: Any, fut: Any) -> None:
    self.underway -= 1
    if not fut.cancelled() and (error := fut.exception()) is not None:
        end(error)


async def _flush_atmost(self: Any, max_messages: int | None) -> int:
    """Until all is confirmed, or at least so many are; a commit that went ahead would lose them."""
    begun, until = _waiting(self), asyncio.get_running_loop().time() + SECONDS
    while (left := _waiting(self)) and (max_messages is None or begun - left < max_messages):
        if asyncio.get_running_loop().time() > until:
            end(NotWrittenError())
        await asyncio.sleep(0.005)
    return begun - left


def _waiting(self: Any) -> int:
    return int(self.size) + int(getattr(self, "underway", 0))
