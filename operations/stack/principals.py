"""
Passwords of the principals, made on first use, and the files that let a Kafka client speak as one of them.

Each has two: ``<principal>.properties`` for librdkafka (kcat, this project) and ``java/<principal>.properties`` for
Kafka's own tools. They want the password under different names, and librdkafka refuses Java's.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

from operations.stack.errors import StackError
from operations.stack.home import write_secret

ADMIN = "admin"
LOCAL = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-512"}
_JAVA = "org.apache.kafka.common.security.scram.ScramLoginModule"
JAVA = "java"
"""The folder of Java's files."""


class Principals:
    """The folder of credentials; ``connection`` is what all of them share (broker, protocol)."""

    def __init__(self, folder: Path, connection: Mapping[str, str]) -> None:
        self._folder = folder
        self._connection = dict(connection)

    def path(self, principal: str) -> Path:
        return self._folder / f"{principal}.properties"

    def has(self, principal: str) -> bool:
        """Whether a password was kept."""
        return "sasl.password" in read(self.path(principal))

    def draw(self, principal: str) -> str:
        """The principal's password, a new one when none was kept."""
        return read(self.path(principal)).get("sasl.password") or secrets.token_hex(24)

    def keep(self, principal: str, password: str) -> None:
        """Writes the principal's files, unless they say so already."""
        _write(self.path(principal), properties(self._connection, principal, password))
        java = self._folder / JAVA / f"{principal}.properties"
        _write(java, properties_for_java(self._connection, principal, password))

    def client(self, principal: str) -> dict[str, str]:
        """What a confluent-kafka client of this principal takes."""
        return read(self.path(principal))

    def refresh(self) -> None:
        """Rewrites the files of everyone who has a password: the broker's address may have changed."""
        for path in self._folder.glob("*.properties"):
            self.keep(path.stem, self.draw(path.stem))


def properties(connection: Mapping[str, str], principal: str, password: str) -> str:
    """The text of a file for kcat -F and any other client on librdkafka."""
    return _shared(connection) + f"sasl.username={principal}\nsasl.password={password}\n"


def properties_for_java(connection: Mapping[str, str], principal: str, password: str) -> str:
    """The text of a file for --command-config of Kafka's own tools."""
    login = f'{_JAVA} required username="{principal}" password="{password}";'
    return _shared(connection) + f"sasl.jaas.config={login}\n"


def _shared(connection: Mapping[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in connection.items())


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_bytes() != text.encode():
        write_secret(path, text)


def read(path: Path) -> dict[str, str]:
    """What librdkafka reads in such a file."""
    if not path.exists():
        return {}
    lines = (line.partition("=") for line in path.read_bytes().decode().split("\n"))
    return {key.strip(): value.strip() for key, _, value in lines if key.strip() and not key.startswith("#")}


def external(folder: Path, bootstrap: str) -> dict[str, str]:
    """
    How to reach a broker that is not ours: as the administrator's own file says.

    Raises:
        StackError: there is none.

    """
    path = folder / f"{ADMIN}.properties"
    given = read(path)
    if "sasl.password" not in given:
        raise StackError(
            f"KAIRAN_BOOTSTRAP names {bootstrap}, but {path} does not say how an administrator gets in: write there "
            "security.protocol, sasl.mechanism, sasl.username=admin and sasl.password."
        )
    own = {"sasl.username", "sasl.password", "bootstrap.servers"}
    return {"bootstrap.servers": bootstrap} | {name: value for name, value in given.items() if name not in own}
