"""The whole stack up and down: servers, topics and rights, databases, the bus's processes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from kairan.register import Register
from operations.stack import databases, front, kafka, postgres, provision
from operations.stack.changes import Changes
from operations.stack.errors import StackError, disk_explained
from operations.stack.home import Home, Noted, Say, held
from operations.stack.kafka import Kafka
from operations.stack.postgres import Postgres
from operations.stack.principals import ADMIN, LOCAL, Principals, external
from operations.stack.processes import Processes


class Addresses(NamedTuple):
    """Servers named by the environment, which replace the local ones."""

    bootstrap: str | None = None
    postgres: str | None = None

    def environment(self) -> dict[str, str]:
        """The same for a process to be started."""
        named = {"KAIRAN_BOOTSTRAP": self.bootstrap, "KAIRAN_POSTGRES": self.postgres}
        return {name: address for name, address in named.items() if address is not None}


class Part(NamedTuple):
    """A line of ``kairan status``."""

    name: str
    state: str
    where: str

    def is_well(self) -> bool:
        return self.state in {"RUNNING", "ELSEWHERE"}


HERE = Addresses()


def up(
    folder: Path,
    register: Register,
    say: Say,
    given: Addresses = HERE,
    *,
    only_servers: bool = False,
    new_ports: bool = False,
) -> None:
    """
    Starts what does not run and makes what is missing; doing it twice changes nothing.

    Args:
        folder: ``$KAIRAN_HOME``.
        register: the rows in force.
        say: told what takes time.
        given: servers that are not to be started here.
        only_servers: leave the bus's own processes alone.
        new_ports: choose other ports than those of the first start.

    Raises:
        StackError: a sentence that says what to do.

    """
    home = Home(folder)
    with disk_explained(home.folder), held(home.folder / "lock", say):
        if new_ports:
            _require_stopped(home)
        home.prepare(new_ports=new_ports)
        with ThreadPoolExecutor(1) as beside:
            noted = home.remembered() if given.postgres is not None else postgres.settle(home)
            prepared = beside.submit(_databases, noted, home, register, given, say)
            changes = _topics(home, register, given, say)
            home.remember(postgres=prepared.result())
        if not only_servers:
            Processes(home, say).start(given.environment(), anew=not changes.is_empty())


def down(folder: Path, say: Say) -> None:
    """Stops what runs; the data stay."""
    home = Home(folder)
    noted = home.noted()
    if noted is None:
        return
    with held(home.folder / "lock", say):
        if Processes(home, say).stop():
            say("stopped the bus's processes")
        with ThreadPoolExecutor(1) as beside:
            stopped = beside.submit(Postgres(home, noted, say).stop)
            if kafka.stop(home):
                say("stopped Kafka")
            if stopped.result():
                say("stopped PostgreSQL")


def status(folder: Path, given: Addresses = HERE) -> list[Part]:
    """What runs, and where; nothing before the first start."""
    home = Home(folder)
    noted = home.noted()
    if noted is None:
        return []
    broker, server = kafka.process(home), Postgres(home, noted, _silent)
    states = Processes(home, _silent).states()
    return [
        _part("Kafka", broker is not None, noted.bootstrap, given.bootstrap),
        _part(
            "PostgreSQL", server.running(), f"127.0.0.1:{noted.postgres_port}, data in {server.place}", given.postgres
        ),
        *(Part(found.name, found.state, f"process {found.pid}" if found.pid else "") for found in states),
        *_front_door(noted, is_up=any(found.pid for found in states)),
    ]


def _front_door(noted: Noted, *, is_up: bool) -> list[Part]:
    """Nothing where no process was ever started."""
    if not noted.front_door:
        return []
    state = "RUNNING" if is_up and front.answers(noted) else "STARTING" if is_up else "STOPPED"
    return [Part("front door", state, noted.front_door)]


def _require_stopped(home: Home) -> None:
    noted = home.noted()
    if noted and (kafka.process(home) or Postgres(home, noted, _silent).running()):
        raise StackError("Servers run on the ports of the last start: run `kairan down` first.")


def _part(name: str, runs: bool, here: str, elsewhere: str | None) -> Part:  # noqa: FBT001 - a fact, not a switch
    if elsewhere is not None:
        return Part(name, "ELSEWHERE", "named by the environment")
    return Part(name, "RUNNING" if runs else "STOPPED", here)


def principals(home: Home, given: Addresses) -> Principals:
    """The credentials of this home, for the broker in use."""
    if given.bootstrap is not None:
        return Principals(home.principals, external(home.principals, given.bootstrap))
    return Principals(home.principals, {"bootstrap.servers": f"127.0.0.1:{home.remembered().kafka_port}"} | LOCAL)


def _topics(home: Home, register: Register, given: Addresses, say: Say) -> Changes:
    """Starts Kafka, then makes its topics, principals and rights."""
    credentials = principals(home, given)
    credentials.keep(ADMIN, credentials.draw(ADMIN))
    credentials.refresh()
    if given.bootstrap is None:
        broker = Kafka(home, home.remembered(), credentials.draw(ADMIN), say)
        broker.begin()
        broker.await_ready()
        home.remember(bootstrap=broker.bootstrap)
    admin, durability = provision.open_admin(credentials, given.bootstrap or home.remembered().bootstrap)
    return provision.apply(admin, register, durability, credentials, say)


def _databases(noted: Noted, home: Home, register: Register, given: Addresses, say: Say) -> str:
    """
    Starts PostgreSQL and makes its databases, while Kafka takes its time; where to find them.

    It remembers nothing: that is for one thread.
    """
    if given.postgres is not None:
        databases.prepare(given.postgres, register)
        return noted.postgres
    server = Postgres(home, noted, say)
    server.start()
    databases.prepare(server.dsn, register)
    return server.dsn


def _silent(_line: str) -> None:
    """For looking only."""
