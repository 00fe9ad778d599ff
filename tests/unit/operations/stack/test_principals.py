"""Credentials: a file for librdkafka and one for Java."""

import stat
from pathlib import Path

import pytest

from operations.stack import principals
from operations.stack.errors import StackError
from operations.stack.principals import LOCAL, Principals

CONNECTION = {"bootstrap.servers": "127.0.0.1:19000"} | LOCAL


def as_anybody_reads(path: Path) -> dict[str, str]:
    """Line by line, in text mode, where each of Python's three line ends is one."""
    with path.open(encoding="utf-8") as file:
        return {key: value for key, _, value in (line.rstrip("\n").partition("=") for line in file)}


@pytest.fixture
def folder(tmp_path: Path) -> Principals:
    return Principals(tmp_path, CONNECTION)


def test_java_has_a_file_of_its_own_with_its_login_line(folder: Principals, tmp_path: Path) -> None:
    folder.keep("routing", "secret")
    found = as_anybody_reads(tmp_path / "java" / "routing.properties")

    assert "sasl.password" not in found
    assert 'username="routing" password="secret";' in found["sasl.jaas.config"]
    assert "SCRAM-SHA-512" == found["sasl.mechanism"]


def test_librdkafka_does_not_see_the_line_that_it_would_refuse(folder: Principals) -> None:
    folder.keep("routing", "secret")
    own = {"sasl.username": "routing", "sasl.password": "secret"}

    assert CONNECTION | own == folder.client("routing") == as_anybody_reads(folder.path("routing"))


def test_a_password_is_drawn_once_and_kept(folder: Principals) -> None:
    drawn = folder.draw("routing")
    folder.keep("routing", drawn)

    assert drawn == folder.draw("routing")
    assert folder.has("routing")
    assert not folder.has("ledger")


def test_only_the_owner_may_read_a_password(folder: Principals, tmp_path: Path) -> None:
    folder.keep("routing", "secret")

    for path in (folder.path("routing"), tmp_path / "java" / "routing.properties"):
        assert 0o600 == stat.S_IMODE(path.stat().st_mode)


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
