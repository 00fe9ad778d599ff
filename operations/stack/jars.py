"""Kafka's jars: fetched once through jgo, each checked against ``kafka.lock``, in place only when complete."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from operations.stack.errors import StackError
from operations.stack.home import Say, held

VERSION = "4.3.1"
LOCK = Path(__file__).with_name("kafka.lock")
TRIES = 3
AT_ONCE = 8


class Jar(NamedTuple):
    """A line of the lock."""

    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def filename(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def locked(text: str) -> list[Jar]:
    """The lock's lines ``group:artifact:version sha256``."""
    return [Jar._make(line.replace(":", " ").split()) for line in text.splitlines()]


Fetch = Callable[[Jar, Path], Path]
"""Gets a jar into a folder; may raise, may get other bytes than the lock names."""


def class_path(cache: Path, say: Say) -> list[Path]:
    """
    All jars in a fixed order, fetched if they are not there.

    Raises:
        StackError: they cannot be fetched, or are not the locked ones.

    """
    return gathered(LOCK, f"Kafka {VERSION}, 45 MB", cache, say)


def gathered(lock: Path, what: str, cache: Path, say: Say) -> list[Path]:
    """The jars of a lock, as ``class_path``."""
    text = lock.read_text(encoding="utf-8")
    jars = locked(text)
    folder = cache / f"{lock.stem}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    if not folder.is_dir():
        with held(cache / "lock", say):
            if not folder.is_dir():
                say(f"fetching {what} in {len(jars)} files, once …")
                complete(jars, folder, fetch_by_jgo)
    return sorted(folder / jar.filename for jar in jars)


def complete(jars: Iterable[Jar], folder: Path, fetch: Fetch) -> None:
    """Makes the folder with all jars in it, or leaves nothing behind."""
    work = Path(tempfile.mkdtemp(prefix="fetching-", dir=folder.parent))
    try:
        new = work / "new"
        new.mkdir(mode=0o755)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for task in [pool.submit(verified, jar, work, fetch) for jar in jars]:
                path = task.result()
                path.replace(new / path.name)
        new.replace(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def verified(jar: Jar, work: Path, fetch: Fetch) -> Path:
    """
    The jar with the locked bytes; a truncated or altered one is fetched again.

    Raises:
        StackError: not even after some tries.

    """
    problem = ""
    for _ in range(TRIES):
        try:
            path = fetch(jar, work)
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors, jgo's "not found" is the other
            problem = type(error).__name__
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256:
            return path
        problem = "other bytes than the lock names"
    raise StackError(
        f"Kafka could not be fetched ({jar.filename}: {problem}). Check that this machine reaches the Maven "
        "repository (network, proxy), then run the same again; or name a broker with KAIRAN_BOOTSTRAP=host:port."
    )


def fetch_by_jgo(jar: Jar, work: Path) -> Path:
    """From the default Maven repository, as jgo finds it."""
    from jgo.maven import MavenContext  # noqa: PLC0415 - 0.2 s, needed on the first start only

    if authorities := os.environ.get("SSL_CERT_FILE"):
        os.environ.setdefault("REQUESTS_CA_BUNDLE", authorities)
    context = MavenContext(repo_cache=work / "repository", timeout=30)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    (artifact.cached_path or work).unlink(missing_ok=True)
    return Path(artifact.resolve())
