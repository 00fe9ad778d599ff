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

    def password(self, principal: str) -> str:
        """The principal's password; made and written down when it has none."""
        found = read(self.path(principal)).get("sasl.password") or secrets.token_hex(24)
        text = properties(self._connection, principal, found)
        if not self.path(principal).exists() or _bytes(self.path(principal)) != text.encode():
            write_secret(self.path(principal), text)
        return found

    def client(self, principal: str) -> dict[str, str]:
        """What a confluent-kafka client of this principal takes."""
        self.password(principal)
        return read(self.path(principal))


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
    lines = (line.partition("=") for line in _bytes(path).decode().split("\n"))
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
    shared = {name: value for name, value in given.items() if name not in {"sasl.username", "sasl.password"}}
    return {"bootstrap.servers": bootstrap} | shared | {"bootstrap.servers": bootstrap}


def _bytes(path: Path) -> bytes:
    return path.read_bytes()
