"""Three brokers on this machine, for long runs only: three copies of everything, of which two acknowledge."""

from pathlib import Path

import psutil
from confluent_kafka.admin import AdminClient

from kairan import topics
from kairan.settings import Settings
from operations.output import say
from operations.stack import kafka, local, ports
from operations.stack.home import Home, Noted
from operations.stack.kafka import Kafka
from operations.stack.local import Addresses
from operations.stack.principals import ADMIN, LOCAL, Principals
from tests.journeys.conftest import REGISTER

NODES = (1, 2, 3)
SECONDS = 60
COPIES = """
node.id={node}
controller.quorum.voters={voters}
default.replication.factor=3
min.insync.replicas=2
offsets.topic.replication.factor=3
transaction.state.log.replication.factor=3
transaction.state.log.min.isr=2
share.coordinator.state.topic.replication.factor=3
share.coordinator.state.topic.min.isr=2
"""
"""Of a setting that stands twice Kafka takes the last."""


class Node(Kafka):
    """The local broker as one of three."""

    def __init__(self, home: Home, noted: Noted, password: str, copies: str) -> None:
        super().__init__(home, noted, password, say)
        self._copies = copies

    def _properties(self) -> str:
        return super()._properties() + self._copies


class Cluster:
    """The brokers of one home, each in a home of its own beneath it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        home = Home(folder)
        home.prepare()
        self._noted = home.remembered()
        self._ports = ports.choose(folder / "cluster", 2 * len(NODES), self._may_take)
        principals = Principals(home.principals, {"bootstrap.servers": self.bootstrap} | LOCAL)
        self._password = principals.draw(ADMIN)
        principals.keep(ADMIN, self._password)

    @property
    def bootstrap(self) -> str:
        return ",".join(f"127.0.0.1:{port}" for port in self._ports[: len(NODES)])

    def settings(self) -> Settings:
        return Settings(home=self._folder, bootstrap=self.bootstrap, postgres=None)

    def up(self) -> None:
        """Starts who does not run; PostgreSQL, topics and databases too."""
        nodes = [self._node(node) for node in NODES]
        for node in nodes:
            node.begin()
        for node in nodes:
            node.await_ready()
        local.up(self._folder, REGISTER, say, Addresses(bootstrap=self.bootstrap), only_servers=True)

    def kill_leader(self) -> None:
        """Of the log's first partition."""
        admin = AdminClient(self.settings().properties(ADMIN) | {"log_level": "0"})
        log = admin.list_topics(topics.name(topics.LIFE_EVENTS), timeout=SECONDS).topics
        self._process(log[topics.name(topics.LIFE_EVENTS)].partitions[0].leader).kill()

    def _may_take(self, port: int) -> bool:
        """The home's own servers start later: their ports are free as yet."""
        return port not in self._noted.model_dump().values() and ports.is_free(port)

    def _process(self, node: int) -> psutil.Process:
        broker = kafka.process(self._home(node))
        assert broker is not None
        return broker

    def _node(self, node: int) -> Node:
        its = {"kafka_port": self._ports[node - 1], "controller_port": self._controller(node)}
        voters = ",".join(f"{each}@127.0.0.1:{self._controller(each)}" for each in NODES)
        copies = COPIES.format(node=node, voters=voters)
        return Node(self._home(node), self._noted.model_copy(update=its), self._password, copies)

    def _controller(self, node: int) -> int:
        return self._ports[len(NODES) + node - 1]

    def _home(self, node: int) -> Home:
        return Home(self._folder / f"broker-{node}")
