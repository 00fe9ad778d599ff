"""
Passwords of the principals, made on first use, and the file that lets a Kafka client speak as one of them.

One file serves librdkafka (kcat, this project) and Kafka's own Java tools. They want the password under
different names, and librdkafka refuses Java's: so Java's line stands in a comment line behind a carriage
return, which ends the comment for Java only.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

from operations.stack.errors import StackError
from operations.stack.home import write_secret

ADMIN = "admin"
LOCAL = {"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "SCRAM-SHA-512"}
_JAVA = "org.apache.kafka.common.security.scram.ScramLoginModule"
_FOR_JAVA = "# Java reads on behind the carriage return, librdkafka does not:\r"


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
        """Writes the principal's file, unless it says so already."""
        path, text = self.path(principal), properties(self._connection, principal, password)
        if not path.exists() or path.read_bytes() != text.encode():
            write_secret(path, text)

    def client(self, principal: str) -> dict[str, str]:
        """What a confluent-kafka client of this principal takes."""
        return read(self.path(principal))

    def refresh(self) -> None:
        """Rewrites the files of everyone who has a password: the broker's address may have changed."""
        for path in self._folder.glob("*.properties"):
            self.keep(path.stem, self.draw(path.stem))


def properties(connection: Mapping[str, str], principal: str, password: str) -> str:
    """The text of a file that kcat -F and Java's --command-config both accept."""
    shared = "".join(f"{name}={value}\n" for name, value in connection.items())
    own = f"sasl.username={principal}\nsasl.password={password}\n"
    java = f'sasl.jaas.config={_JAVA} required username="{principal}" password="{password}";\n'
    return shared + own + _FOR_JAVA + java


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
