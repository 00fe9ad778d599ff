"""What the servers and processes are told, and what their last words mean."""

import configparser
from pathlib import Path

import pytest

from kairan.register import Channel, Member, Register
from operations.stack import databases, kafka, processes
from operations.stack.home import Home

REGISTER = Register(
    members=(
        Member(code="131016", name="千代田区", kind="municipality", state="active"),
        Member(code="140007", name="神奈川県", kind="performer", state="active"),
    ),
    channels=(
        Channel(member="131016", channel="nhi", title="国保"),
        Channel(member="131016", channel="tax", title="税"),
        Channel(member="140007", channel="welfare", title="福祉"),
    ),
    performers=(),
)


def silent(_line: str) -> None:
    pass


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (b"java.net.BindException: Address already in use", "kairan up --new-ports"),
        (b"java.io.IOException: No space left on device", "free some space"),
        (b"x ERROR first thing (a.B)\nx ERROR second thing (a.B)", "x ERROR first thing"),
        (b"", "it said nothing"),
    ],
)
def test_kafkas_last_words_become_advice(said: bytes, advice: str) -> None:
    assert advice in kafka.reason(said)


def test_a_municipality_has_a_core_system_and_every_member_with_channels_back_offices() -> None:
    assert ["kairan", "core_131016", "offices_131016", "offices_140007"] == databases.names(REGISTER)


def test_supervisor_runs_each_process_from_the_home_with_a_log_of_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path / "a b% c")
    home.prepare()

    told = configparser.RawConfigParser()
    told.read_string(processes.configuration(home, processes.PROCESSES))

    assert {f"program:{process.name}" for process in processes.PROCESSES} <= set(told.sections())
    assert told["program:routing-bulk"]["command"].endswith("-m processors.routing bulk")
    assert told["program:followers"]["stdout_logfile"] == str(home.logs / "followers.log").replace("%", "%%")
    assert "true" == told["program:admission"]["autorestart"]


def test_the_bus_has_at_most_eight_processes_with_supervisor() -> None:
    assert 8 >= len(processes.PROCESSES) + 1
    assert len(processes.PROCESSES) == len({process.name for process in processes.PROCESSES})
