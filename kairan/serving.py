"""An application behind an address of this machine, until it is asked to end."""

import logging
from functools import partial
from threading import Event
from typing import Any

import uvicorn

from kairan.loops import Stop
from kairan.process import together

LOOK_SECONDS = 0.1
END_SECONDS = 5
HEADER_BYTES = 16 * 1024


class NotServingError(Exception):
    """Nobody is answered any more though nobody asked for it."""


def serve(app: Any, host: str, port: int, stop: Stop) -> None:
    """``app``: ASGI. Whoever is being answered when ``stop`` says so is answered to the end, for some seconds."""
    server = uvicorn.Server(_config(app, host, port))
    together([partial(_run, server), partial(_end, server)], stop)


def _config(app: Any, host: str, port: int) -> uvicorn.Config:
    """Without uvicorn's own logs: they tell addresses and errors' texts."""
    logging.getLogger("uvicorn.error").disabled = True
    return uvicorn.Config(
        app,
        host=host,
        port=port,
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
