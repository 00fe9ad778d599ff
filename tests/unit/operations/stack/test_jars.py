"""Kafka's jars: the locked bytes or nothing."""

import hashlib
from pathlib import Path

import pytest

from operations.stack import jars
from operations.stack.errors import StackError
from operations.stack.jars import Jar

RIGHT = b"a jar"
JAR = Jar("org.example", "thing", "1.0", hashlib.sha256(RIGHT).hexdigest())


class Repository:
    """Answers with these bytes or errors, one a request; the last one again and again."""

    def __init__(self, *answers: bytes | Exception) -> None:
        self._answers = list(answers)

    def __call__(self, jar: Jar, work: Path) -> Path:
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        path = work / jar.filename
        path.write_bytes(answer)
        return path


def test_the_lock_names_kafka_and_a_digest_for_each_jar() -> None:
    found = jars.locked(jars.LOCK.read_text())

    assert 46 == len(found)
    assert any(jar.filename == "kafka_2.13-4.3.1.jar" for jar in found)
    assert {64} == {len(jar.sha256) for jar in found}


def test_all_jars_are_in_place_together(tmp_path: Path) -> None:
    jars.complete([JAR], tmp_path / "kafka", Repository(RIGHT))

    assert RIGHT == (tmp_path / "kafka" / "thing-1.0.jar").read_bytes()
    assert ["kafka"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize("first", [b"a j", b"another jar", ConnectionError(), RuntimeError("not found")])
def test_a_truncated_altered_or_failed_jar_is_fetched_again(tmp_path: Path, first: bytes | Exception) -> None:
    assert RIGHT == jars.verified(JAR, tmp_path, Repository(first, RIGHT)).read_bytes()


def test_an_altered_jar_never_comes_into_place(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="other bytes than the lock names"):
        jars.complete([JAR], tmp_path / "kafka", Repository(b"altered"))

    assert [] == list(tmp_path.iterdir())


def test_a_dead_network_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"Check that this machine reaches the Maven repository .*KAIRAN_BOOTSTRAP"):
        jars.complete([JAR], tmp_path / "kafka", Repository(ConnectionError()))
