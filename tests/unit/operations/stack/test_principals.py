"""Credentials: one file that librdkafka and Java both read."""

import stat
from pathlib import Path

import pytest

from operations.stack import principals
from operations.stack.errors import StackError
from operations.stack.principals import LOCAL, Principals

CONNECTION = {"bootstrap.servers": "127.0.0.1:19000"} | LOCAL


def as_java_reads(text: str) -> dict[str, str]:
    """java.util.Properties: both line ends end a line, a comment begins with a sign."""
    lines = [line for line in text.replace("\r", "\n").split("\n") if line and not line.startswith("#")]
    return {key: value for key, _, value in (line.partition("=") for line in lines)}


@pytest.fixture
def folder(tmp_path: Path) -> Principals:
    return Principals(tmp_path, CONNECTION)


def test_java_finds_its_login_line() -> None:
    found = as_java_reads(principals.properties(CONNECTION, "routing", "secret"))

    assert 'username="routing" password="secret";' in found["sasl.jaas.config"]
    assert "SCRAM-SHA-512" == found["sasl.mechanism"]


def test_librdkafka_does_not_see_the_line_that_it_would_refuse(folder: Principals) -> None:
    folder.keep("routing", "secret")

    assert CONNECTION | {"sasl.username": "routing", "sasl.password": "secret"} == folder.client("routing")


def test_a_password_is_drawn_once_and_kept(folder: Principals) -> None:
    drawn = folder.draw("routing")
    folder.keep("routing", drawn)

    assert drawn == folder.draw("routing")
    assert folder.has("routing")
    assert not folder.has("ledger")


def test_only_the_owner_may_read_a_password(folder: Principals) -> None:
    folder.keep("routing", "secret")

    assert 0o600 == stat.S_IMODE(folder.path("routing").stat().st_mode)


def test_another_address_changes_the_files_and_no_password(folder: Principals, tmp_path: Path) -> None:
    folder.keep("routing", "secret")
    moved = Principals(tmp_path, CONNECTION | {"bootstrap.servers": "127.0.0.1:29000"})

    moved.refresh()

    assert "127.0.0.1:29000" == moved.client("routing")["bootstrap.servers"]
    assert "secret" == moved.draw("routing")


def test_a_broker_elsewhere_is_reached_as_its_administrators_file_says(tmp_path: Path) -> None:
    given = "security.protocol=SASL_SSL\nssl.ca.location=/ca.pem\nsasl.username=admin\nsasl.password=theirs\n"
    (tmp_path / "admin.properties").write_text(given)

    shared = principals.external(tmp_path, "kafka.example:9092")

    assert {
        "bootstrap.servers": "kafka.example:9092",
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": "/ca.pem",
    } == shared


def test_a_broker_elsewhere_without_an_administrators_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackError, match=r"admin\.properties does not say how an administrator gets in"):
        principals.external(tmp_path, "kafka.example:9092")
