"""Under which account a server runs, and whether that account gets to a folder."""

import os
import pwd
import stat
from pathlib import Path
from typing import NamedTuple, TypedDict

from operations.stack.errors import StackError


class Account(NamedTuple):
    """A user of this machine."""

    uid: int
    gid: int


class RunAs(TypedDict, total=False):
    """How ``subprocess`` is told; empty for the user who runs the command."""

    user: int
    group: int
    extra_groups: list[int]


def unprivileged() -> Account | None:
    """
    Who runs what refuses to run as root; None when we are not root.

    Raises:
        StackError: we are root and there is nobody else.

    """
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise StackError("PostgreSQL refuses to run as root, and there is no user postgres or nobody: run as another user.")


def run_as(account: Account | None) -> RunAs:
    return RunAs() if account is None else RunAs(user=account.uid, group=account.gid, extra_groups=[])


def reaches(account: Account, folder: Path) -> bool:
    """Whether all folders from the root to this one let the account pass."""
    return all(_passes(account, part.stat()) for part in (folder, *folder.parents))


def _passes(account: Account, found: os.stat_result) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)
