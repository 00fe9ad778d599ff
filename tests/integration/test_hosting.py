"""Who only follows gives way to what facts wait for, however it was started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from operations.stack.hosting import NICE

SHARES_BY_SESSION = Path("/proc/self/autogroup").exists()
_STANDS = """
import os
from pathlib import Path
from operations.stack.hosting import give_way
give_way()
shares = Path("/proc/self/autogroup")
print(os.nice(0), os.getsid(0) == os.getpid(), shares.read_text().split()[-1] if shares.exists() else "")
"""


@pytest.mark.parametrize("leads_a_group", [False, True])
@pytest.mark.parametrize("leads_a_session", [False, True])
def test_who_only_follows_gives_way_also_to_other_sessions(*, leads_a_group: bool, leads_a_session: bool) -> None:
    """Supervisor starts leaders of groups, who may begin no session."""
    nice, leads, share = _stands(0 if leads_a_group and not leads_a_session else None, begins=leads_a_session)

    assert str(os.nice(0) + NICE) == nice
    if SHARES_BY_SESSION:
        assert ("True", str(NICE)) == (leads, share)


def _stands(group: int | None, *, begins: bool) -> list[str]:
    its = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-c", _STANDS]
    done = subprocess.run(
        command, env=its, text=True, capture_output=True, check=True, process_group=group, start_new_session=begins
    )
    return done.stdout.rstrip("\n").split(" ")
