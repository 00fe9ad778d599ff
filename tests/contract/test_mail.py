"""What a letter says and does not say, and what a mail server's answers mean."""

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from connectors.notices.mail import Mail, Server
from connectors.notices.port import DELIVERED, GONE, DownError, Later, Message, Outcome
from tests.contract.mailboxes import Mailboxes

SENDER = "お知らせ <notices@city.example.jp>"
MAILBOX = "hanako@mail.example.jp"


@pytest.fixture
def mailboxes() -> Iterator[Mailboxes]:
    with Mailboxes() as its:
        yield its


def letter(mailbox: Any = MAILBOX, **changed: Any) -> Message:
    words = {
        "title": "Bạn có 1 thông báo mới.", "body": "bản nháp", "language": "vi", "link": "https://n.example.jp/",
        "stop": "https://n.example.jp/stop/x", "at": 1_780_000_000_000, "lasts": 60,
    }  # fmt: skip
    return Message(id=b"\x05" * 16, target={"mailbox": mailbox}, **(words | changed))


def sent(mailboxes: Mailboxes, *messages: Message, **server: Any) -> list[Outcome]:
    its = Server("127.0.0.1", mailboxes.port, SENDER, **({"security": "none"} | server))
    return list(Mail(its).send(messages))


def test_a_letter_can_be_ended_by_one_click(mailboxes: Mailboxes) -> None:
    sent(mailboxes, letter())
    [(_, found)] = mailboxes.letters

    assert ("<https://n.example.jp/stop/x>", "List-Unsubscribe=One-Click") == (
        found["List-Unsubscribe"], found["List-Unsubscribe-Post"],
    )  # fmt: skip


def test_a_letter_says_its_language_its_day_and_that_a_machine_wrote_it(mailboxes: Mailboxes) -> None:
    sent(mailboxes, letter())
    [(_, found)] = mailboxes.letters

    assert ("vi", "auto-generated") == (found["Content-Language"], found["Auto-Submitted"])
    assert datetime.fromtimestamp(1_780_000_000, UTC) == found["Date"].datetime
    assert ("Bạn có 1 thông báo mới.", SENDER) == (found["Subject"], found["From"])


def test_a_letter_holds_nothing_but_what_it_was_given(mailboxes: Mailboxes) -> None:
    sent(mailboxes, letter())
    [(to, found)] = mailboxes.letters

    assert MAILBOX == to
    assert ["Bạn có 1 thông báo mới.", "", "bản nháp", "", "https://n.example.jp/"] == found.get_content().splitlines()
    assert {
        "From", "To", "Subject", "Message-ID", "Date", "Auto-Submitted", "Content-Language", "List-Unsubscribe",
        "List-Unsubscribe-Post", "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
        "X-Peer", "X-MailFrom", "X-RcptTo",
    } >= set(found.keys())  # fmt: skip


def test_what_nobody_can_end_offers_no_click(mailboxes: Mailboxes) -> None:
    sent(mailboxes, letter(stop=""))

    assert {"List-Unsubscribe", "List-Unsubscribe-Post"}.isdisjoint(mailboxes.letters[0][1].keys())


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 no such user", GONE),
        ("550 no such user", GONE),
        ("553 what?", GONE),
        ("550 5.2.1 disabled", GONE),
        ("550 5.7.1 looks like spam", Later()),
        ("552 5.2.2 mailbox full", Later()),
        ("554 no", Later()),
        ("421 4.3.2 going down", Later()),
        ("450 4.2.1 greylisted", Later()),
    ],
)
def test_only_a_mailbox_that_is_not_there_is_gone(mailboxes: Mailboxes, answer: str, outcome: Outcome) -> None:
    mailboxes.answers[MAILBOX] = answer

    assert [outcome, DELIVERED] == sent(mailboxes, letter(), letter("taro@mail.example.jp"))


def test_a_connection_that_breaks_over_one_letter_delays_only_that(mailboxes: Mailboxes) -> None:
    mailboxes.dropped.add(MAILBOX)

    assert [Later(), DELIVERED] == sent(mailboxes, letter(), letter("taro@mail.example.jp"))


@pytest.mark.parametrize(
    "mailbox",
    ["", "x", "@mail.example.jp", "a@b@c", "a b@c.jp", "a@c.jp\r\nBcc: x@y.jp", "a@c.jp,x@y.jp", "<a@c.jp>", None, 1]
)  # fmt: skip
def test_what_would_go_to_nobody_or_to_others_is_no_mailbox(mailboxes: Mailboxes, mailbox: Any) -> None:
    assert [GONE] == sent(mailboxes, letter(mailbox))
    assert [] == mailboxes.letters


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of this machine and its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + secret)
    return path


@pytest.fixture
def secured(authority: Path) -> Iterator[Mailboxes]:
    """One that asks for a password, and for TLS before it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority)
    said: list[tuple[bytes, bytes]] = []

    def _let_in(*asked: Any) -> AuthResult:
        data = asked[-1]
        assert isinstance(data, LoginPassword)
        said.append((data.login, data.password))
        return AuthResult(success=data.password == b"secret", handled=False)

    with Mailboxes(tls_context=context, require_starttls=True, auth_required=True, authenticator=_let_in) as its:
        yield its


def test_a_password_goes_by_tls(secured: Mailboxes, authority: Path) -> None:
    login = {"security": "starttls", "user": "notices", "password": "secret", "authority": authority}

    assert [DELIVERED] == sent(secured, letter(), **login)
    with pytest.raises(ValueError, match="TLS"):
        sent(secured, letter(), **(login | {"security": "none"}))


def test_a_server_that_nobody_vouches_for_gets_nothing(secured: Mailboxes) -> None:
    with pytest.raises(DownError):
        sent(secured, letter(), security="starttls", user="notices", password="secret")

    assert [] == secured.letters


def test_a_wrong_password_is_a_channel_that_is_down(secured: Mailboxes, authority: Path) -> None:
    with pytest.raises(DownError) as raised:
        sent(secured, letter(), security="starttls", user="notices", password="wrong", authority=authority)

    assert "SMTPAuthenticationError" == str(raised.value)
    assert "wrong" not in repr(Server("h", 1, SENDER, password="wrong"))
