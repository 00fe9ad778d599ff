"""
quixstreams doing routing's job, as the contender on Faust does: decode, decide, encode, send.

It runs in an environment of its own (``locks/quixstreams.lock``). Only what access needs is set, and that it reads from
the start; the rest is as quixstreams comes. An event is expanded to its deliveries, each goes to the topic it names.
"""

import sys
from typing import Any

from quixstreams import Application, message_context
from quixstreams.kafka import ConnectionConfig
from quixstreams.models import SerializationContext, Serializer, Topic

from bench import planned
from bench.contenders import spelled_out
from bench.contenders.telling import tell
from kairan import topics
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing


class Delivered(Serializer):  # type: ignore[misc] # quixstreams is not installed where types are checked
    """The bytes that a delivery has already."""

    def __call__(self, value: Outgoing, ctx: SerializationContext) -> bytes | None:  # noqa: ARG002 - quixstreams' signature
        return value.value


def application(settings: Settings, group: str, lane: str) -> Application:
    properties = settings.properties("routing")
    app = Application(
        broker_address=ConnectionConfig.from_librdkafka_dict(properties, ignore_extras=True),
        consumer_group=group,
        auto_offset_reset="earliest",
        auto_create_topics=False,
        loglevel="WARNING",
        state_dir=settings.home.absolute() / "quixstreams",
    )
    _route(app, settings, topics.name(planned.LANES[lane]))
    return app


def _route(app: Application, settings: Settings, log: str) -> None:
    bundle, keys, state = planned.bundle(settings), planned.bus_keys(settings), planned.protection(settings)
    channels = _channels(app, settings)
    told: list[bool] = []

    def route(value: bytes, key: bytes, timestamp: int, _headers: Any) -> list[Outgoing]:
        if not told:
            tell()
            told.append(True)
        at = message_context()
        record = Incoming(at.topic, at.partition, at.offset, timestamp, key, value)
        return spelled_out.deliveries(record, state, bundle, keys)

    source = app.topic(log, value_deserializer="bytes", key_deserializer="bytes")
    deliveries = app.dataframe(source).apply(route, expand=True, metadata=True)
    deliveries.to_topic(lambda each, *_: channels[each.topic], key=lambda each: each.key)


def _channels(app: Application, settings: Settings) -> dict[str, Topic]:
    there = [topic.name for topic in topics.topics(settings.register()) if topic.kind is topics.DELIVERIES]
    return {name: app.topic(name, value_serializer=Delivered(), key_serializer="bytes") for name in there}


if __name__ == "__main__":
    chosen, as_group = sys.argv[1:]
    application(Settings(), as_group, chosen).run()
