"""
A register that is changed while a process runs: the process ends, and its supervisor starts it with the new one.

Who went on with the old one would route, ask or apply by other rows than the others do. A row is valid from a time to
come, at which every process has it: a look, an end (ten seconds) and a start take less than a minute.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import ValidationError

from kairan.logs import log
from kairan.register import FILES, Register, load

LOOK_MILLISECONDS = 1000
_Stamp = tuple[tuple[int, int, int] | None, ...]


class RegisterRefusedError(ValueError):
    """A changed register breaks a rule, which the message names."""


Rows = Mapping[str, frozenset[int]]
"""Of each file the hashes of its rows: a nation's register is too large to be kept beside the one that is used."""


def rows(register: Register) -> Rows:
    return {name: frozenset(map(hash, getattr(register, name))) for name in FILES}


def check(former: Rows, changed: Register, now: int) -> None:
    """
    Rows are only added, and never for a time that is over (milliseconds since 1970 UTC): what was routed stays right.

    Raises:
        RegisterRefusedError: it is not so.

    """
    for name, there in rows(changed).items():
        if former[name] - there:
            raise RegisterRefusedError(f"{name}: a row was taken away or changed")
        if any(row.valid_from < now for row in getattr(changed, name) if hash(row) not in former[name]):
            raise RegisterRefusedError(f"{name}: a new row is valid from a time that is over")


class Changes:
    """
    Calls tell whether the register in ``folder`` has become another one; ``now`` in milliseconds since 1970 UTC.

    One that breaks a rule is alarmed, and the former one stays in force as long as the process runs.
    """

    def __init__(self, folder: Path, now: Callable[[], int] = lambda: time.time_ns() // 1_000_000) -> None:
        self._folder = folder
        self._now = now
        self._looked = now()
        self._is_over = False
        self._stamp = self._seen = _stamp(folder)
        self._rows = rows(load(folder)) if folder.exists() else None

    def __call__(self) -> bool:
        """From the first look on that finds it, for everybody who asks; looks once a second."""
        if not self._is_over and abs(self._now() - self._looked) >= LOOK_MILLISECONDS:
            self._looked = self._now()
            self._is_over = self._look()
        return self._is_over

    def _look(self) -> bool:
        """Twice before it judges: somebody may still be writing."""
        before, self._seen = self._seen, _stamp(self._folder)
        if self._seen == self._stamp or self._seen != before:
            return False
        self._stamp = self._seen
        return self._is_another()

    def _is_another(self) -> bool:
        try:
            changed = load(self._folder)
            if self._rows is not None:
                check(self._rows, changed, self._now())
        except (RegisterRefusedError, ValidationError, OSError) as error:
            rule = str(error) if isinstance(error, RegisterRefusedError) else type(error).__name__
            log().error("register refused", alarm="the former one stays in force", rule=rule)
            return False
        return rows(changed) != self._rows


def _stamp(folder: Path) -> _Stamp:
    return tuple(_stamped(folder / f"{name}.csv") for name in FILES)


def _stamped(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
