"""Kafka's jars: fetched once through jgo, each checked against ``kafka.lock``, in place only when complete."""

import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from operations.stack.errors import StackError
from operations.stack.home import Say, held

VERSION = "4.3.1"
LOCK = Path(__file__).with_name("kafka.lock")
TRIES = 3


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


def class_path(cache: Path, say: Say) -> list[Path]:
    """
    All jars in a fixed order, fetched if they are not there.

    Raises:
        StackError: they cannot be fetched, or are not the locked ones.

    """
    text = LOCK.read_text(encoding="utf-8")
    jars = locked(text)
    folder = cache / f"kafka-{VERSION}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    if not folder.is_dir():
        with held(cache / "lock", say):
            if not folder.is_dir():
                _fetch_all(jars, folder, say)
    return sorted(folder / jar.filename for jar in jars)


def _fetch_all(jars: list[Jar], folder: Path, say: Say) -> None:
    say(f"fetching Kafka {VERSION} ({len(jars)} files, 45 MB, once) …")
    if authorities := os.environ.get("SSL_CERT_FILE"):
        os.environ.setdefault("REQUESTS_CA_BUNDLE", authorities)
    work = Path(tempfile.mkdtemp(prefix="fetching-", dir=folder.parent))
    try:
        complete = work / "complete"
        complete.mkdir()
        with ThreadPoolExecutor(8) as pool:
            for jar, path in zip(jars, pool.map(lambda jar: _fetch(jar, work), jars), strict=True):
                path.replace(complete / jar.filename)
        complete.chmod(0o755)
        complete.replace(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _fetch(jar: Jar, work: Path) -> Path:
    """A verified jar; a truncated or altered one is fetched again."""
    import requests  # noqa: PLC0415 - 0.2 s, needed on the first start only
    from jgo.maven import MavenContext  # noqa: PLC0415 - the same

    context = MavenContext(repo_cache=work / "repository", timeout=30)
    artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact()
    problem = ""
    for _ in range(TRIES):
        (artifact.cached_path or work).unlink(missing_ok=True)
        try:
            path = Path(artifact.resolve())
        except (requests.RequestException, RuntimeError) as error:
            problem = type(error).__name__
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() == jar.sha256:
            return path
        problem = "other bytes than the lock names"
    raise StackError(
        f"Kafka could not be fetched ({jar.filename}: {problem}). Check that this machine reaches the Maven "
        "repository (network, proxy), then run the same again; or name a broker with KAIRAN_BOOTSTRAP=host:port."
    )
