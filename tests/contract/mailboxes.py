"""A real mail server on this machine, with what it received."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class _OnAFreePort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Mailboxes:
    """``left``: mailboxes that are not there any more; ``busy``: those that take nothing now."""

    def __init__(self, **options: Any) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.left: set[str] = set()
        self.busy: set[str] = set()
        self.answers: dict[str, str] = {}
        self.dropped: set[str] = set()
        self.logins: list[bytes] = []
        self._controller = _OnAFreePort(self, hostname="127.0.0.1", port=0, **options)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return int(self._controller.port)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        if address in self.left:
            return "550 5.1.1 no such mailbox"
        if address in self.busy:
            return "451 4.3.0 not now"
        if address in self.dropped:
            server.transport.close()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        read = message_from_bytes(content, policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.letters += [(each, read) for each in envelope.rcpt_tos]
        return "250 OK"
