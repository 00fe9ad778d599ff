"""``python -m gateway``: the front door's process."""

import logging
from contextlib import closing
from functools import partial
from threading import Event

import uvicorn
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from gateway.app import application
from gateway.desks import opening
from gateway.desks.development import NotLocalError
from gateway.residents.protection import Guard
from gateway.settings import GatewaySettings
from kairan import keychecks, logs, topics
from kairan.kafka import KafkaReader
from kairan.keys import BusKeys
from kairan.loops import Stop
from kairan.postgres import migrations
from kairan.process import run, together
from kairan.settings import Settings
from processors.routing.measures import TOPIC as PROTECTION
from processors.routing.measures import Measures

PRINCIPAL = "gateway"
LOOK_SECONDS = 0.1
END_SECONDS = 5
HEADER_BYTES = 16 * 1024


def main(settings: Settings, stop: Stop) -> None:
    door = GatewaySettings()
    migrations.apply(settings.dsn(opening.DATABASE), "gateway.desks")
    with closing(_reader(settings, "keys", keychecks.TOPIC)) as reader:
        keychecks.verify(reader, BusKeys.load_or_create(settings.home / "keys" / "bus.key"))
    with closing(_reader(settings, "protection", PROTECTION)) as reader:
        guard = Guard(Measures(reader), [])
        app = application(door, _desks(settings, door, guard))
        together([partial(serve, app, door), guard.watch], stop)


def _reader(settings: Settings, part: str, topic: str) -> KafkaReader:
    return KafkaReader(settings.properties(PRINCIPAL), topics.group(PRINCIPAL, part), [topic], from_start=True)


def _desks(settings: Settings, door: GatewaySettings, guard: Guard) -> list[BaseRoute]:
    """None where staff could not prove who they are: no provider of theirs is configured yet."""
    try:
        return opening.desks(settings, door.origin, guard.hides)
    except NotLocalError:
        logs.log().warning("no desks", rule="staff cannot sign in here yet")
        return []


def serve(app: ASGIApp, settings: GatewaySettings, stop: Stop) -> None:
    """Until ``stop`` says so; who is being answered is answered to the end, for some seconds."""
    server = uvicorn.Server(_config(app, settings))
    together([partial(_run, server), partial(_end, server)], stop)


def _config(app: ASGIApp, settings: GatewaySettings) -> uvicorn.Config:
    """Without uvicorn's own logs: they tell addresses and errors' texts."""
    logging.getLogger("uvicorn.error").disabled = True
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_graceful_shutdown=END_SECONDS,
    )


def _run(server: uvicorn.Server, stop: Stop) -> None:
    try:
        server.run()
    except SystemExit:
        raise NotServingError("The address is taken, or the application did not start.") from None
    if not stop():
        raise NotServingError("The server ended by itself.")


def _end(server: uvicorn.Server, stop: Stop) -> None:
    while not stop():
        Event().wait(LOOK_SECONDS)
    server.should_exit = True


class NotServingError(Exception):
    """The front door is shut though nobody asked for it."""


if __name__ == "__main__":
    run("gateway", main)
