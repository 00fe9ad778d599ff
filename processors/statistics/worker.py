"""
The Faust application: reads the log, keeps two tables, tells a partition's totals when they have changed.

At least once, one record after the other; what makes it exact stands in ``tallies.py``. Topics are the table's
(``kairan/topics.py``), so Faust makes none.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

import faust
from faust.contrib.asgi import bind_to_running_loop

from kairan import topics
from kairan.loops import Stop
from kairan.partitioning import LOG_PARTITIONS
from kairan.settings import Settings
from kairan.stream import Incoming
from processors.runtime.leaps import Leaps
from processors.runtime.shell import now
from processors.statistics import broker, hardening, tallies, totals
from processors.statistics.totals import Totals

PRINCIPAL = "statistics"
LOG = (topics.name(topics.LIFE_EVENTS), topics.name(topics.LIFE_EVENTS_BULK))
"""Both lanes: taxes lie in the one of bulk. Each person's records of one fact are in one of them, in their order."""
EVERY_SECONDS = 1.0
LOOK_SECONDS = 0.1
END_SECONDS = 8.0
MIB = 1024 * 1024
REQUEST_BYTES = topics.BATCH_BYTES - 64 * 1024


class Worker:
    """One process; a second one takes half of the partitions."""

    def __init__(self, settings: Settings, played: Leaps) -> None:
        self._app = app = application(settings)
        self._played = played
        self._persons = _table(app, "persons")
        self._cells = _table(app, "cells", on_recover=self._recovered)
        self._partials = app.topic(
            topics.name(topics.STATISTICS_PARTIALS), key_serializer="raw", value_serializer="raw"
        )
        self._totals: Totals | None = None
        app.agent(app.topic(*LOG, key_serializer="raw", value_serializer="raw"), name="count")(self._count)
        app.on_partitions_revoked.connect(self._revoked)

    async def run(self, stop: Stop) -> None:
        """Until ``stop`` says so; what ends Faust ends the process."""
        bind_to_running_loop(self._app)
        self._app.finalize()
        starting, clock, due = asyncio.ensure_future(self._app.start()), asyncio.get_running_loop().time, 0.0
        while not stop():
            if self._app.crashed or (starting.done() and starting.exception()):
                failed = starting.exception() if starting.done() else None
                hardening.end(failed or self._app.crash_reason or CrashedError())
            if clock() >= due:
                await self._tell()
                due = clock() + EVERY_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
        await self._end()

    async def _end(self) -> None:
        """What was counted is marked; if that takes too long, it comes again."""
        try:
            await asyncio.wait_for(self._app.stop(), END_SECONDS)
        except TimeoutError as error:
            hardening.end(error)

    async def _count(self, stream: Any) -> None:
        """An error that left this body would mark the record as counted."""
        async for event in stream.events():
            try:
                self._counted(_incoming(event.message))
            except Exception as error:  # noqa: BLE001 - see above
                hardening.end(error)

    def _counted(self, record: Incoming) -> None:
        """
        Without a pause: who tells totals meanwhile would tell half a record.

        In a sandbox a month is the one that is played, as it is for the publisher (docs/adr/0030).
        """
        in_its_month = record._replace(timestamp=self._played(record.timestamp))
        changed = tallies.count(self._persons, self._cells, in_its_month)
        if self._totals is None:
            raise NotRecoveredError
        self._totals.counted(record, changed)

    async def _tell(self) -> None:
        """How far is counted is said when what was counted is stored."""
        its = self._totals
        if its is None:
            return
        asked = now()
        ends = await hardening.ends(self._app.consumer, LOG)
        partials = [(totals.key_of(each), totals.write(each)) for each in its.changed()]
        positions = [(totals.position_key(each), totals.write_position(each)) for each in its.positions(asked, ends)]
        await self._send(partials)
        if self._totals is its:
            await self._send(positions)

    async def _send(self, records: Sequence[tuple[bytes, bytes]]) -> None:
        sent = [await self._partials.send(key=key, value=value) for key, value in records]
        await asyncio.gather(*sent)

    async def _recovered(self) -> None:
        """Both tables are there, and nothing was counted yet. Faust would swallow an error."""
        try:
            self._totals = Totals(self._cells.items(), await hardening.begin(self._app.consumer, LOG))
        except Exception as error:  # noqa: BLE001 - whatever it is, totals would be wrong
            hardening.end(error)

    async def _revoked(self, *_: Any, **__: Any) -> None:
        """Somebody else may count them from now on."""
        self._totals = None


class CrashedError(Exception):
    """Faust ended by itself and does not say why."""


class NotRecoveredError(Exception):
    """A record came before the tables were there."""


def application(settings: Settings) -> faust.App:
    properties = settings.properties(PRINCIPAL)
    return faust.App(
        topics.group(PRINCIPAL),
        broker=broker.address(properties),
        broker_credentials=broker.credentials(properties),
        processing_guarantee="at_least_once",
        consumer_auto_offset_reset="earliest",
        broker_commit_interval=1.0,
        broker_session_timeout=8.0,
        broker_heartbeat_interval=2.0,
        broker_request_timeout=30.0,
        producer_acks=-1,
        producer_compression_type="lz4",
        producer_linger=0.005,
        producer_max_request_size=REQUEST_BYTES,
        producer_request_timeout=float(hardening.SECONDS),
        stream_wait_empty=True,
        topic_allow_declare=False,
        topic_disable_leader=True,
        topic_partitions=LOG_PARTITIONS,
        store="rocksdb://",
        table_standby_replicas=0,
        datadir=str(settings.home.absolute() / PRINCIPAL),
        web_enabled=False,
    )


def _table(app: faust.App, name: str, **told: Any) -> Any:
    """
    Raw bytes under raw bytes, in the partition of the record that is being counted.

    Faust's own measures would take 2 GiB for each partition; it also empties the options that it is given.
    """
    options = {"driver": "rocksdict", "block_cache_size": 2 * MIB, "write_buffer_size": 2 * MIB}
    return app.Table(name, key_type=bytes, value_type=bytes, partitions=LOG_PARTITIONS, options=options, **told)


def _incoming(message: Any) -> Incoming:
    at = (message.topic, message.partition, message.offset, round(message.timestamp * 1000))
    return Incoming(*at, message.key, message.value)
