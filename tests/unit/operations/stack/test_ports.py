"""Ports of the local servers."""

import socket
from pathlib import Path

import pytest

from operations.stack import ports
from operations.stack.errors import StackError

HOME = Path("/somewhere/.kairan")


def test_a_folder_is_given_the_same_ports_while_they_are_free() -> None:
    def all_free(_port: int) -> bool:
        return True

    assert ports.choose(HOME, 4, all_free) == ports.choose(HOME, 4, all_free)


def test_ports_in_use_are_passed_over() -> None:
    def even(port: int) -> bool:
        return port % 2 == 0

    chosen = ports.choose(HOME, 4, even)

    assert 4 == len(set(chosen))
    assert all(even(port) for port in chosen)


def test_every_port_of_the_range_is_tried_once() -> None:
    assert list(range(ports.FIRST, ports.LAST)) == sorted(ports.candidates(HOME))


def test_no_free_port_is_said_in_a_sentence() -> None:
    with pytest.raises(StackError, match="No 4 free ports between 19000 and 29000"):
        ports.choose(HOME, 4, lambda _port: False)


def test_a_server_is_not_started_on_a_port_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "PATIENCE_SECONDS", 0)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(StackError, match=r"on which Kafka was to start, is in use by .*`kairan up --new-ports`"):
            ports.require_free(taken.getsockname()[1], "Kafka")
