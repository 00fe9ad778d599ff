"""A key's file: a version and its secret, made once, by whoever comes first, and closed to others."""

import os
import re
import secrets
import stat
import tempfile
from pathlib import Path

from kairan.ciphers import InvalidKeyError

FIRST_VERSION = 1
_KEY_FILE = re.compile(r"([1-9]\d{0,8}) ([0-9a-f]{64})\n?", re.ASCII)
# Nobody but the owner, except that a mounted secret may be readable by the process's group.
_TOO_OPEN = stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP


def load_or_create(path: Path) -> tuple[int, bytes]:
    """Version and secret; of several processes that start at once one makes the key and all read that one."""
    if not path.exists():
        _create(path)
    if path.stat().st_mode & _TOO_OPEN:
        raise InvalidKeyError(f"{path.name}: a key file is closed to others (chmod 600)")
    match = _KEY_FILE.fullmatch(path.read_text(encoding="ascii", errors="replace"))
    if match is None:
        raise InvalidKeyError(f"{path.name}: a key file holds a version and 64 hexadecimal digits")
    return int(match[1]), bytes.fromhex(match[2])


def _create(path: Path) -> None:
    """Written whole under another name (O_EXCL, 0600), then linked: a half-written key is never seen."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{FIRST_VERSION} {secrets.token_hex(32)}\n")
            file.flush()
            os.fsync(file.fileno())
        _link(draft, path)
    finally:
        Path(draft).unlink()


def _link(draft: str, path: Path) -> None:
    """Fails where the name is taken: then somebody else was first and theirs is the key."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
