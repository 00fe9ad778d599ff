"""A real Kafka and a real PostgreSQL for all tests that ask for ``stack``: fresh for each test run, gone after it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from kairan.register import Register
from kairan.settings import Settings
from operations.output import say
from operations.stack import local
from sandbox.register import for_municipalities

PLACE = Path(__file__).parents[2] / ".kairan" / "test"
TOWN, WARD, CITY = "143014", "131237", "122033"


@pytest.fixture(scope="session")
def register() -> Register:
    """葉山町 (whose prefecture performs 生活保護), 江戸川区 and 市川市: 35 principals."""
    return for_municipalities((TOWN, WARD, CITY))


@pytest.fixture(scope="session")
def stack(register: Register) -> Iterator[Settings]:
    """The servers of this test run, provisioned for ``register``; the bus's processes are left to the tests."""
    _clear_up_after_killed_runs()
    home = PLACE / str(os.getpid())
    register.save(home / "register")
    try:
        local.up(home, register, say, only_servers=True)
        yield Settings(home=home, bootstrap=None, postgres=None)
    finally:
        local.down(home, say)
        shutil.rmtree(home)


def _clear_up_after_killed_runs() -> None:
    """Each run works in a folder named by its process, so that several can run at once."""
    for left in PLACE.glob("*"):
        if not psutil.pid_exists(int(left.name)):
            local.down(left, say)
            shutil.rmtree(left)
