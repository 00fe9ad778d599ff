"""Applications on ports of this machine for as long as a test looks at them, each in a thread of its own."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

END_SECONDS = 1


@contextmanager
def bound() -> Iterator[tuple[socket.socket, str]]:
    """A port that is nobody else's, and the address by which browsers know it: Chromium trusts this name like TLS."""
    with socket.create_server(("127.0.0.1", 0)) as its:
        yield its, f"http://localhost:{its.getsockname()[1]}"


@contextmanager
def served(app: ASGIApp, on: socket.socket) -> Iterator[None]:
    """Whoever connects before the server runs waits for it: the port listens already."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=END_SECONDS, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = Thread(target=_run(server, on))
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _run(server: uvicorn.Server, on: socket.socket) -> Callable[[], None]:
    def _serve() -> None:
        server.run([on])

    return _serve
