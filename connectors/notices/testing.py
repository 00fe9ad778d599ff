"""A channel in memory; it passes the suite of the real ones (``tests/contract/channel_suite.py``)."""

from collections.abc import Iterable, Iterator

from connectors.notices.port import DELIVERED, GONE, DownError, Later, Message, Outcome


class MemoryChannel:
    """``gone`` and ``busy`` hold targets' names; ``down_after``: how many messages it takes before it is down."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.gone: set[str] = set()
        self.busy: set[str] = set()
        self.down_after: int | None = None

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        for message in messages:
            if self.down_after is not None and len(self.sent) >= self.down_after:
                raise DownError
            yield self._sent(message)

    def _sent(self, message: Message) -> Outcome:
        to = message.target.get("to")
        if not isinstance(to, str) or to in self.gone:
            return GONE
        if to in self.busy:
            return Later()
        self.sent.append(message)
        return DELIVERED
