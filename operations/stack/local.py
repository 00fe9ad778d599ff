"""The whole stack up and down: servers, databases, topics and rights, the bus's processes."""

from pathlib import Path
from typing import NamedTuple

from kairan.register import Register
from operations.stack import databases, kafka, postgres, provision
from operations.stack.errors import disk_explained
from operations.stack.home import Home, Say, held
from operations.stack.kafka import Kafka
from operations.stack.postgres import Postgres
from operations.stack.principals import ADMIN, LOCAL, Principals, external


class Addresses(NamedTuple):
    """Servers named by the environment, which replace the local ones."""

    bootstrap: str | None = None
    postgres: str | None = None


HERE = Addresses()


def up(
    folder: Path,
    register: Register,
    say: Say,
    given: Addresses = HERE,
    *,
    new_ports: bool = False,
) -> None:
    """
    Starts what does not run and makes what is missing; doing it twice changes nothing.

    Raises:
        StackError: a sentence that says what to do.

    """
    home = Home(folder)
    with disk_explained(home.folder), held(home.folder / "lock", say):
        home.prepare(new_ports=new_ports)
        principals = _start_servers(home, given, say)
        principals.refresh()
        bootstrap = given.bootstrap or home.remembered().bootstrap
        admin, durability = provision.open_admin(principals, bootstrap)
        provision.apply(admin, register, durability, principals, say)
        databases.create_missing(given.postgres or home.remembered().postgres, databases.names(register))


def down(folder: Path, say: Say) -> None:
    """Stops what runs; the data stay."""
    home = Home(folder)
    noted = home.noted()
    if noted is None:
        return
    with held(home.folder / "lock", say):
        if kafka.stop(home):
            say("stopped Kafka")
        if Postgres(home, noted, say).stop():
            say("stopped PostgreSQL")


def _start_servers(home: Home, given: Addresses, say: Say) -> Principals:
    """Kafka starts while PostgreSQL does."""
    noted = postgres.settle(home) if given.postgres is None else home.remembered()
    principals = Principals(home.principals, _connection(home, given))
    password = principals.draw(ADMIN)
    principals.keep(ADMIN, password)
    broker = Kafka(home, noted, password, say)
    if given.bootstrap is None:
        broker.begin()
    if given.postgres is None:
        server = Postgres(home, noted, say)
        server.start()
        home.remember(postgres=server.dsn)
    if given.bootstrap is None:
        broker.await_ready()
        home.remember(bootstrap=broker.bootstrap)
    return principals


def _connection(home: Home, given: Addresses) -> dict[str, str]:
    if given.bootstrap is not None:
        return external(home.principals, given.bootstrap)
    return {"bootstrap.servers": f"127.0.0.1:{home.remembered().kafka_port}"} | LOCAL
