"""Kafka's default partitioner (murmur2, as in the Java client): anyone can compute a key's partition."""

import struct

LOG_PARTITIONS = 24
"""Partitions of the log and of ``protection``; never changed, because order per person rests on it."""

_M = 0x5BD1E995
_MASK = 0xFFFFFFFF


def murmur2(data: bytes) -> int:
    """32-bit murmur2 with Kafka's seed (org.apache.kafka.common.utils.Utils.murmur2)."""
    length = len(data)
    h = (0x9747B28C ^ length) & _MASK
    whole = length & ~3
    for word in struct.unpack_from(f"<{whole >> 2}I", data):
        k = word * _M & _MASK
        h = (h * _M & _MASK) ^ ((k ^ (k >> 24)) * _M & _MASK)
    if rest := data[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * _M & _MASK
    h = (h ^ (h >> 13)) * _M & _MASK
    return h ^ (h >> 15)


def partition_of(key: bytes, partitions: int = LOG_PARTITIONS) -> int:
    """Where the Java client would put this key."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
