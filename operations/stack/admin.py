"""The broker as its administrator sees it: reads the layout that is there and changes it."""

import logging
import math
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

import confluent_kafka.admin
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka import TopicPartition as Asked

from kairan.rights import Right
from kairan.topics import Durability
from operations.stack.changes import Layout
from operations.stack.errors import StackError

SECONDS = 30
TRY_SECONDS = 2
ITERATIONS = 4096
AT_ONCE = 500
"""Changes in one request: Kafka refuses more than ten thousand records, and a topic with its settings is nine."""
LOOKS_AGAIN = {"topic.metadata.refresh.interval.ms": 1000}
"""A broker that was cut off names no controller for a moment; the client, else, looks again in five minutes."""
EVERYWHERE = "*"
_kafka: Any = confluent_kafka.admin
"""Untyped: its annotations deny what its documentation allows, and half of its names."""
EARLIEST = _kafka.OffsetSpec.earliest()
_Each = TypeVar("_Each")
_SILENT = logging.getLogger("librdkafka.admin")
_SILENT.setLevel(logging.CRITICAL)


class Admin:
    """
    An administrator's connection to one broker.

    Raises:
        StackError: the broker does not answer, or not to these credentials.

    """

    def __init__(self, properties: Mapping[str, str]) -> None:
        self._properties = properties
        self._refused: list[KafkaError] = []
        self._client = _kafka.AdminClient(dict(properties) | LOOKS_AGAIN | {"error_cb": self._note, "logger": _SILENT})
        self._nodes = self._connect()

    def broker_settings(self) -> dict[str, str]:
        """Settings of one broker; all are expected to have the same."""
        resource = _kafka.ConfigResource(_kafka.ConfigResource.Type.BROKER, str(self._nodes[0]))
        return {name: entry.value or "" for name, entry in self._describe([resource])[resource].items()}

    def await_served(self, topics: Iterable[str] = ()) -> None:
        """
        Returns when every partition can be read and written, of these topics among others.

        A broker that just started, or was just told of them, names their leaders before it has opened their logs.

        Raises:
            StackError: it does not get there, and no further in ``SECONDS``.

        """
        named, fewest, until = frozenset(topics), math.inf, 0.0
        while left := self._unserved(named):
            if len(left) < fewest:
                fewest, until = len(left), time.monotonic() + SECONDS
            if time.monotonic() > until:
                some = ", ".join(f"{name} ({why})" for name, why in list(left.items())[:3])
                raise StackError(f"The broker does not serve {some} after {SECONDS} s: see its log.")
            time.sleep(0.1)

    def layout(self) -> Layout:
        partitions = self.partitions()
        return Layout(partitions, self.configs(partitions), self.users(), self.rights())

    def partitions(self) -> dict[str, int]:
        there = self._client.list_topics(timeout=SECONDS).topics
        return {name: len(topic.partitions) for name, topic in there.items()}

    def configs(self, topics: Iterable[str]) -> dict[str, dict[str, str]]:
        """What was set on each topic itself."""
        resources = [_kafka.ConfigResource(_kafka.ConfigResource.Type.TOPIC, name) for name in topics]
        if not resources:
            return {}
        return {
            resource.name: {
                name: entry.value or ""
                for name, entry in entries.items()
                if entry.source == _kafka.ConfigSource.DYNAMIC_TOPIC_CONFIG.value
            }
            for resource, entries in self._describe(resources).items()
        }

    def users(self) -> frozenset[str]:
        found = self._client.describe_user_scram_credentials(request_timeout=SECONDS).result()
        return frozenset(found)

    def rights(self) -> frozenset[Right]:
        found = self._client.describe_acls(_any_right()).result(SECONDS)
        return frozenset(right for entry in found if (right := _right(entry)) is not None)

    def create(
        self, topics: Mapping[str, Mapping[str, str]], partitions: Mapping[str, int], copies: Durability
    ) -> None:
        new = [_kafka.NewTopic(name, partitions[name], copies.replicas, config=dict(c)) for name, c in topics.items()]
        for some in _in_parts(new):
            _done(self._client.create_topics(some, operation_timeout=SECONDS))

    def configure(self, new: Mapping[str, Mapping[str, str]], reset: Mapping[str, Iterable[str]]) -> None:
        """Sets some settings of topics and takes others back to the broker's default."""
        entries: dict[str, list[_kafka.ConfigEntry]] = {name: [] for name in (*new, *reset)}
        for name, values in new.items():
            entries[name] += [_entry(key, value, "SET") for key, value in values.items()]
        for name, keys in reset.items():
            entries[name] += [_entry(key, None, "DELETE") for key in keys]
        resources = [
            _kafka.ConfigResource(_kafka.ConfigResource.Type.TOPIC, name, incremental_configs=changed)
            for name, changed in entries.items()
        ]
        for some in _in_parts(resources):
            _done(self._client.incremental_alter_configs(some))

    def admit(self, passwords: Mapping[str, str]) -> None:
        """Makes users, or gives them these passwords."""
        info = _kafka.ScramCredentialInfo(_kafka.ScramMechanism.SCRAM_SHA_512, ITERATIONS)
        upserts = [
            _kafka.UserScramCredentialUpsertion(name, info, secret.encode()) for name, secret in passwords.items()
        ]
        for some in _in_parts(upserts):
            _done(self._client.alter_user_scram_credentials(some))

    def grant(self, rights: Iterable[Right]) -> None:
        for some in _in_parts(_kafka.AclBinding(*_fields(right)) for right in rights):
            _done(self._client.create_acls(some))

    def revoke(self, rights: Iterable[Right]) -> None:
        for some in _in_parts(_kafka.AclBindingFilter(*_fields(right)) for right in rights):
            _done(self._client.delete_acls(some))

    def _unserved(self, named: frozenset[str]) -> dict[str, str]:
        """
        Topic → why: those named that the broker does not show, and those with a partition that does not answer.

        Asked is what the broker shows: a client that asks for a topic before that goes on believing that there is none.
        """
        there = self.partitions()
        asked = {Asked(name, part): EARLIEST for name, count in there.items() for part in range(count)}
        answers = self._client.list_offsets(asked, request_timeout=SECONDS) if asked else {}
        return dict.fromkeys(named - there.keys(), "not shown") | {
            at.topic: error.args[0].name()
            for at, answer in answers.items()
            if (error := answer.exception()) is not None
        }

    def _describe(self, resources: list[_kafka.ConfigResource]) -> dict[_kafka.ConfigResource, dict[str, Any]]:
        futures = self._client.describe_configs(resources)
        return {resource: future.result(SECONDS) for resource, future in futures.items()}

    def _connect(self) -> list[int]:
        address = self._properties["bootstrap.servers"]
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                return sorted(self._client.list_topics(timeout=TRY_SECONDS).brokers)
            except KafkaException:
                self._client.poll(0)  # hands over why, if the broker said so
            if self._refused:
                raise StackError(
                    f"The broker at {address} refuses the password of {self._properties['sasl.username']}."
                )
        raise StackError(f"No broker answers at {address}: check the address and the network.")

    def _note(self, error: KafkaError) -> None:
        if error.code() == KafkaError._AUTHENTICATION:  # noqa: SLF001 - the client's own name
            self._refused.append(error)


def _in_parts(changes: Iterable[_Each]) -> Iterator[list[_Each]]:
    left = iter(changes)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _done(futures: Mapping[Any, Any]) -> None:
    """Raises StackError when the broker is too busy to answer; what it has done by then is found done the next time."""
    try:
        for future in futures.values():
            future.result(SECONDS)
    except TimeoutError as error:
        raise StackError(f"The broker did not do it within {SECONDS} s: run the same again.") from error


def _entry(key: str, value: str | None, kind: str) -> Any:
    return _kafka.ConfigEntry(key, value, incremental_operation=_kafka.AlterConfigOpType[kind])


def _right(found: Any) -> Right | None:
    """Kafka's entry in our words; a denial gives nobody a right."""
    if found.permission_type != _kafka.AclPermissionType.ALLOW:
        return None
    prefixed = found.resource_pattern_type == _kafka.ResourcePatternType.PREFIXED
    operation = found.operation.name if found.host == EVERYWHERE else f"{found.operation.name} from {found.host}"
    return Right(found.principal.removeprefix("User:"), operation, found.restype.name, found.name, prefixed)


def _fields(right: Right) -> tuple[Any, ...]:
    """Our words in Kafka's order."""
    operation, _, host = right.operation.partition(" from ")
    pattern = _kafka.ResourcePatternType.PREFIXED if right.prefixed else _kafka.ResourcePatternType.LITERAL
    return (
        _kafka.ResourceType[right.resource],
        right.name,
        pattern,
        f"User:{right.principal}",
        host or EVERYWHERE,
        _kafka.AclOperation[operation],
        _kafka.AclPermissionType.ALLOW,
    )


def _any_right() -> Any:
    any_pattern = _kafka.ResourcePatternType.ANY
    return _kafka.AclBindingFilter(
        _kafka.ResourceType.ANY, None, any_pattern, None, None, _kafka.AclOperation.ANY, _kafka.AclPermissionType.ANY
    )
