"""Fakes that keep the contract of the real things; product code, never used by a running bus."""

from kairan.testing.broker import MemoryBroker, MemoryReader, MemoryWriter

__all__ = ["MemoryBroker", "MemoryReader", "MemoryWriter"]
