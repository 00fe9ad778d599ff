"""
Where things are: from the environment (``KAIRAN_…``), else from what the local stack noted.

``KAIRAN_HOME`` is the folder of the local stack's data, principals, keys and register;
``KAIRAN_BOOTSTRAP`` and ``KAIRAN_POSTGRES`` name servers that replace the local ones.
"""

import json
from functools import cached_property
from pathlib import Path

from psycopg.conninfo import make_conninfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from kairan.register import Register
from kairan.register import load as load_register


class NotSetUpError(Exception):
    """The stack has not been set up here; the message says what to do."""


class Settings(BaseSettings):
    """What a process must know before it can speak to anything."""

    model_config = SettingsConfigDict(env_prefix="KAIRAN_", frozen=True, extra="ignore")
    home: Path = Path(".kairan")
    bootstrap: str | None = None
    postgres: str | None = None
    log_level: str = "info"

    @cached_property
    def noted(self) -> dict[str, str]:
        """What ``kairan up`` wrote about the local servers."""
        path = self.home / "stack.json"
        if not path.exists():
            return {}
        noted: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        return noted

    def bootstrap_address(self) -> str:
        return self._known("bootstrap", self.bootstrap)

    def dsn(self, database: str) -> str:
        """The connection string of one database on the server."""
        return make_conninfo(self._known("postgres", self.postgres), dbname=database)

    def properties(self, principal: str) -> dict[str, str]:
        """What a Kafka client of this principal needs."""
        path = self.home / "principals" / f"{principal}.properties"
        if not path.exists():
            raise NotSetUpError(f"No credentials of principal {principal} in {path.parent}: run `kairan up` first.")
        lines = (line.partition("=") for line in path.read_bytes().decode().split("\n"))
        found = {key.strip(): value.strip() for key, _, value in lines if key and not key.startswith("#")}
        return found | {"bootstrap.servers": self.bootstrap_address()}

    @property
    def register_folder(self) -> Path:
        return self.home / "register"

    def register(self) -> Register:
        if not self.register_folder.exists():
            raise NotSetUpError(f"No register in {self.register_folder}: run `kairan up` first.")
        return load_register(self.register_folder)

    def register_in_force(self, now_ms: int) -> Register:
        """The rows that hold now: one for each member, channel, performer and request, none of the future."""
        return self.register().at(now_ms)

    def _known(self, name: str, given: str | None) -> str:
        address = given or self.noted.get(name)
        if address is None:
            raise NotSetUpError(f"No {name} address: run `kairan up`, or set KAIRAN_{name.upper()}.")
        return address
