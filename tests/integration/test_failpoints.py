"""A process dies, or stands still, where its environment says; nowhere else."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

PASSING = "from kairan.failpoints import failpoint; [failpoint('relay.before-mark') for _ in range(3)]"


def passing(armed: str | None) -> subprocess.Popen[bytes]:
    """A process that passes one failpoint three times."""
    given = {} if armed is None else {"KAIRAN_FAILPOINT": armed}
    return subprocess.Popen([sys.executable, "-c", PASSING], env=os.environ | given)


@pytest.mark.parametrize("armed", [None, "relay.before-send", "relay.before-mark:4"])
def test_who_does_not_pass_the_place_so_often_lives(armed: str | None) -> None:
    assert 0 == passing(armed).wait()


@pytest.mark.parametrize("armed", ["relay.before-mark", "relay.before-mark:3"])
def test_at_the_place_a_process_dies_as_the_kernel_kills(armed: str) -> None:
    assert -signal.SIGKILL == passing(armed).wait()


def test_who_is_to_stand_still_there_goes_on_when_told() -> None:
    process = passing("relay.before-mark:2:STOP")
    until = time.monotonic() + 10
    while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED and time.monotonic() < until:
        time.sleep(0.01)

    process.send_signal(signal.SIGCONT)

    assert 0 == process.wait()
