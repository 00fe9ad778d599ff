"""The front door's process answers, and ends when it is asked to."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import httpx
import pytest

SCRIPT = """
from gateway.app import application
from gateway.settings import GatewaySettings
from kairan.process import run
from kairan.serving import serve

door = GatewaySettings()
run("gateway", lambda _, stop: serve(application(door, []), door.host, door.port, stop))
"""
COMMAND = [sys.executable, "-c", SCRIPT]


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number: int = server.getsockname()[1]
        return number


@pytest.fixture
def environment(port: int, tmp_path: Path) -> dict[str, str]:
    checkout = str(Path(__file__).parents[2])
    return {"KAIRAN_HOME": str(tmp_path), "KAIRAN_GATEWAY_PORT": str(port), "PYTHONPATH": checkout}


@pytest.fixture
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(COMMAND, stderr=subprocess.PIPE, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def answer(port: int) -> httpx.Response:
    """As soon as it answers."""
    while True:
        try:
            return httpx.get(f"http://127.0.0.1:{port}/health")
        except httpx.ConnectError:
            Event().wait(0.05)


def test_it_answers_and_ends_well_when_it_is_asked_to(running: subprocess.Popen[bytes], port: int) -> None:
    assert "ok" == answer(port).text
    running.send_signal(signal.SIGTERM)

    assert 0 == running.wait(20)


def test_it_ends_with_an_error_where_its_address_is_taken(environment: dict[str, str], port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        ended = subprocess.run(COMMAND, stderr=subprocess.PIPE, env=environment, timeout=60, check=False)

    assert 1 == ended.returncode
    assert b"cannot go on" in ended.stderr
