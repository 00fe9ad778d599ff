"""How another client reaches this stack: addresses, credentials, schemas."""

from pathlib import Path
from typing import TypedDict

import confluent_kafka

import schemas
from kairan import rights
from kairan.settings import Settings
from operations import here
from operations.stack import databases, postgres
from operations.stack.errors import StackError
from operations.stack.principals import JAVA

NEEDED_BY_KCAT = "2.6.1"
"""Older librdkafka cannot authenticate with SCRAM to Kafka 4 (it sends a nonce twice, librdkafka pull request 4895)."""


class Reach(TypedDict):
    """The answer of ``kairan env --json``."""

    home: str
    bootstrap: str
    principals: dict[str, str]
    """For librdkafka: one ``name=value`` a line, comments begin with ``#``."""
    principals_for_java: dict[str, str]
    """The same for Kafka's own tools, with the login line that librdkafka refuses."""
    postgres: dict[str, str]
    schemas: str
    front_door: str
    """Of residents and desks; empty before the first start of the processes."""
    psql: str
    librdkafka: str


def of(settings: Settings) -> Reach:
    bootstrap = settings.bootstrap_address()
    register = here.register_in_force(settings)
    folder = settings.home.absolute() / "principals"
    names = [who.name for who in rights.principals(register)]
    return Reach(
        home=str(settings.home.absolute()),
        bootstrap=bootstrap,
        principals={name: str(folder / f"{name}.properties") for name in names},
        principals_for_java={name: str(folder / JAVA / f"{name}.properties") for name in names},
        postgres={name: settings.dsn(name) for name in databases.names(register)},
        schemas=str(Path(next(iter(schemas.__path__)))),
        front_door=front_door(settings),
        psql=_psql(),
        librdkafka=str(next(Path(confluent_kafka.__file__).parents[1].glob("confluent_kafka.libs/librdkafka*"), "")),
    )


def front_door(settings: Settings) -> str:
    return settings.noted.get("front_door", "")


def _psql() -> str:
    """The one that came with the local server; without that, the one of this machine."""
    try:
        return str(postgres.programs() / "psql")
    except StackError:
        return "psql"


def in_words(found: Reach) -> str:
    """The answer for a person, with commands to try."""
    operator = Path(found["principals"]["operator"])
    return f"""Kafka       {found["bootstrap"]}
Principals  {len(found["principals"])} files {operator.parent}/*.properties, for kcat -F and all of librdkafka,
            and as many in {operator.parent}/{JAVA}, for --command-config of Kafka's own tools
Schemas     {found["schemas"]}/released, the id of each in index.json
PostgreSQL  {found["postgres"][databases.BUS]}
            and the databases {", ".join(name for name in found["postgres"] if name != databases.BUS)}
Front door  {found["front_door"] or "not started yet"}
            residents and desks

  export KAIRAN_HOME={found["home"]}
  {found["psql"]} '{found["postgres"][databases.BUS]}'
  kcat -F {operator} -L

kcat needs librdkafka {NEEDED_BY_KCAT} or newer to speak with Kafka 4 (kcat -V tells); lend an older one ours:
  LD_PRELOAD={found["librdkafka"]} kcat …"""
