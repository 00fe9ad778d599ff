"""
Named places where a process can be made to die, to prove that dying there loses nothing.

``KAIRAN_FAILPOINT=routing.before-mark:3`` kills the process, as SIGKILL does, when that place is passed
for the third time; with ``:STOP`` behind it the process stands still there until it is told to go on (SIGCONT).
Unset, a failpoint is one comparison with None.
"""

import os
import signal
from collections import Counter

_armed = os.environ.get("KAIRAN_FAILPOINT")
_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    if _armed is not None:
        _pass(name, _armed)


def _pass(name: str, armed: str) -> None:
    wanted, _, when = armed.partition(":")
    times, _, how = when.partition(":")
    _passed[name] += 1
    if name == wanted and _passed[name] == int(times or "1"):
        os.kill(os.getpid(), signal.Signals[f"SIG{how or 'KILL'}"])
