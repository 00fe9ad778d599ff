"""Environments of their own, for contenders whose packages do not go together with Kairan's."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.contest import BenchError
from bench.place import CHECKOUT, say

LOCKS = CHECKOUT / "locks"
CACHE = CHECKOUT / ".kairan" / "cache"


def python(name: str) -> Path:
    """
    The interpreter of the environment of ``locks/<name>.lock``, made once for each content of the lock.

    Raises:
        BenchError: its packages cannot be fetched.

    """
    lock = LOCKS / f"{name}.lock"
    folder = CACHE / f"{name}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:8]}"
    if not folder.is_dir():
        say(f"setting up an environment for {name} (once) …")
        CACHE.mkdir(parents=True, exist_ok=True)
        _make(lock, folder)
    return folder / "bin" / "python"


def _make(lock: Path, folder: Path) -> None:
    """Whole or not at all; pip installs it, because it knows the index that it was told."""
    work = Path(tempfile.mkdtemp(prefix="making-", dir=folder.parent))
    try:
        _run([sys.executable, "-m", "venv", str(work)])
        pip = [str(work / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "install", "--require-hashes", "--requirement", str(lock)])
        work.replace(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command[:3])} failed: {done.stderr.strip()}")
