"""
Default Faust doing routing's job: an agent that decodes, decides, encodes and sends.

Only what access needs is set (credentials, no topics of its own); the rest is as Faust comes. It marks by its own
timer and knows the protection state from one look, both of which cost it less than routing pays.
"""

import logging
import sys
from typing import Any

import faust
from faust.types.auth import SASLMechanism

from bench import planned
from bench.contenders import spelled_out
from bench.contenders.telling import tell
from kairan import topics
from kairan.settings import Settings
from kairan.stream import Incoming


def application(settings: Settings, group: str, lane: str) -> faust.App:
    properties = settings.properties("routing")
    app = faust.App(
        group,
        broker=f"kafka://{properties['bootstrap.servers']}",
        broker_credentials=faust.SASLCredentials(
            username=properties["sasl.username"],
            password=properties["sasl.password"],
            mechanism=SASLMechanism.SCRAM_SHA_512,
        ),
        consumer_auto_offset_reset="earliest",
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        datadir=str(settings.home.absolute() / "faust"),
    )
    _route(app, settings, topics.name(planned.LANES[lane]))
    return app


def _route(app: faust.App, settings: Settings, log: str) -> None:
    bundle, keys, state = planned.bundle(settings), planned.bus_keys(settings), planned.protection(settings)
    channels: dict[str, Any] = {}

    @app.agent(app.topic(log, key_serializer="raw", value_serializer="raw"))
    async def route(stream: Any) -> None:
        first = True
        async for event in stream.events():
            if first:
                tell()
                first = False
            message = event.message
            at = (message.topic, message.partition, message.offset, round(message.timestamp * 1000))
            record = Incoming(*at, message.key, message.value)
            for delivery in spelled_out.deliveries(record, state, bundle, keys):
                if delivery.topic not in channels:
                    channels[delivery.topic] = app.topic(delivery.topic, key_serializer="raw", value_serializer="raw")
                await channels[delivery.topic].send(key=delivery.key, value=delivery.value)


if __name__ == "__main__":
    chosen, as_group = sys.argv[1:]
    for name in ("faust", "mode", "aiokafka"):
        logging.getLogger(name).setLevel(logging.WARNING)
    faust.Worker(application(Settings(), as_group, chosen), loglevel="warning").execute_from_commandline()
