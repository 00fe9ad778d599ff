"""The contract: one catalogue, the Avro shapes generated from it, the releases that never change, and their lints."""

from operations.contract.generate import build
from operations.contract.verify import check

__all__ = ["build", "check"]
