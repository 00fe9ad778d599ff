"""
E-mail by SMTP (RFC 5321): one connection a batch, one recipient a letter.

No answer of a server goes any further: it may quote the mailbox.
"""

import re
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from email import message_from_string
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from pathlib import Path
from typing import Any, Literal, NamedTuple

from connectors.notices.port import DELIVERED, GONE, DownError, Later, Message, Outcome

SECONDS = 10.0
_MAILBOX = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f]{1,64}@[^\s@<>()\[\]\\,;:\"\x00-\x20\x7f]{1,255}")
LONGEST = 254
_NO_SUCH = re.compile(rb"5\.(1\.\d+|2\.1)\b")
"""Enhanced status codes (RFC 3463) of a mailbox that is not there, or not any more."""
_ANY_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")
_NO_MAILBOX = frozenset({550, 551, 553})
"""What a server says of it that gives no enhanced code."""


class Server(NamedTuple):
    """Of whom letters go by, and in whose name. ``authority``: of its certificate, where no public one vouches."""

    host: str
    port: int
    sender: str
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = ""
    authority: Path | None = None

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


class Mail:
    """Letters to mailboxes: a target's ``mailbox``."""

    def __init__(self, server: Server) -> None:
        if server.user and server.security == "none":
            raise ValueError("a password goes by TLS only")
        self._server = server

    def send(self, messages: Iterable[Message]) -> Iterator[Outcome]:
        smtp: smtplib.SMTP | None = None
        try:
            for message in messages:
                mailbox = mailbox_of(message)
                if mailbox is None:
                    yield GONE
                    continue
                smtp = smtp if smtp is not None and smtp.sock is not None else self._connected()
                yield _sent(smtp, letter(message, mailbox, self._server.sender), mailbox)
        finally:
            _end(smtp)

    def _connected(self) -> smtplib.SMTP:
        try:
            return self._greeted()
        except (OSError, smtplib.SMTPException) as error:
            name = type(error).__name__
        raise DownError(name)

    def _greeted(self) -> smtplib.SMTP:
        server, context = self._server, ssl.create_default_context(cafile=self._server.authority)
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
        with ExitStack() as until_greeted:
            until_greeted.callback(smtp.close)
            if server.security == "starttls":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
            until_greeted.pop_all()
        return smtp


def mailbox_of(message: Message) -> str | None:
    """None: it is none that a letter could go to."""
    mailbox = message.target.get("mailbox")
    return mailbox if isinstance(mailbox, str) and is_mailbox(mailbox) else None


def is_mailbox(text: str) -> bool:
    """
    Could a letter go there? RFC 5321 allows more, but nobody has such a one.

    Nothing that a reader of headers would take for something else than it is (``=?…?=``, RFC 2047): it may hold the end
    of a line, and after it whatever somebody wants to have written in our name.
    """
    is_plain = text.isprintable() and "=?" not in text
    is_short = _MAILBOX.fullmatch(text) is not None and len(text) <= LONGEST
    return is_plain and is_short and _stays_itself(text)


def _stays_itself(mailbox: str) -> bool:
    """
    Whether a header can hold it, and holds it and nothing else: the header is written once and read again.

    For who tries the library raises whatever its parser meets, so all of that is named here.
    """
    try:
        written = _addressed(mailbox).as_bytes().decode()
        read_again: Any = message_from_string(written, policy=_policy(mailbox))["To"]
        [read] = read_again.addresses
    except (ValueError, LookupError, AttributeError, TypeError, MessageError):
        return False
    return f"{read.username}@{read.domain}" == mailbox


def _addressed(mailbox: str) -> EmailMessage:
    """By its parts: some mailboxes have two dots in a row, and of a whole one with these the library takes none."""
    made = EmailMessage(_policy(mailbox))
    name, _, domain = mailbox.partition("@")
    made["To"] = Address(username=name, domain=domain)
    return made


def _policy(mailbox: str) -> "EmailPolicy[EmailMessage]":
    return SMTP if mailbox.isascii() else SMTPUTF8


def letter(message: Message, mailbox: str, sender: str) -> EmailMessage:
    """Of one message always the same ``Message-ID``: a mailbox that gets it twice can tell."""
    made = _addressed(mailbox)
    made["From"], made["Subject"] = sender, message.title
    made["Message-ID"] = f"<{message.id.hex()}@{sender.rpartition('@')[2].rstrip('>')}>"
    made["Date"] = datetime.fromtimestamp(message.at / 1000, UTC)
    made["Auto-Submitted"] = "auto-generated"
    if message.stop:
        made["List-Unsubscribe"] = f"<{message.stop}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content("\n\n".join(filter(None, (message.title, message.body, message.link))) + "\n")
    made["Content-Language"] = message.language
    return made


def _end(smtp: smtplib.SMTP | None) -> None:
    """Whatever it says to that: its letters have their answers."""
    if smtp is not None:
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
        smtp.close()


def _sent(smtp: smtplib.SMTP, made: EmailMessage, mailbox: str) -> Outcome:
    """What one letter meets is its own: the next one is tried, over another connection if this one is broken."""
    try:
        smtp.send_message(made, to_addrs=[mailbox])
    except smtplib.SMTPRecipientsRefused as refused:
        [(code, answer)] = refused.recipients.values()
        return GONE if _is_no_mailbox(code, answer) else Later()
    except (smtplib.SMTPException, OSError):
        return Later()
    return DELIVERED


def _is_no_mailbox(code: int, answer: bytes) -> bool:
    """A server that refuses for another reason, as spam, or because it is full, may take it another day."""
    return bool(_NO_SUCH.match(answer)) if _ANY_STATUS.match(answer) else code in _NO_MAILBOX
