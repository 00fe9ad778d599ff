"""Kafka: the only folder, beside the local stack, that imports its client."""

from kairan.kafka.client import BrokerRefusedError
from kairan.kafka.reader import KafkaReader
from kairan.kafka.writer import KafkaWriter
from kairan.partitioning import LOG_PARTITIONS, murmur2, partition_of

__all__ = ["LOG_PARTITIONS", "BrokerRefusedError", "KafkaReader", "KafkaWriter", "murmur2", "partition_of"]
