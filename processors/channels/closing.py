"""A sending ends when nothing of it waits any more, and the notices are told of it in the same transaction."""

from collections.abc import Collection

from processors.channels import receipts
from processors.channels.queue import Queue


def close(queue: Queue, sendings: Collection[bytes], at: int) -> None:
    """Those of these that have ended; inside a transaction."""
    if not sendings:
        return
    ended = {sending: receipts.how(ends) for sending, ends in queue.ended(sendings).items()}
    queue.post([receipts.receipt(sending, how, at) for sending, how in ended.items()])
    queue.close({sending.id: how for sending, how in ended.items()}, at)
