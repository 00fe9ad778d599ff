"""What is not named is not used, and a password comes from a mounted secret."""

from pathlib import Path

import pytest

from processors.channels.settings import ChannelSettings


def test_without_a_host_nobody_carries_letters() -> None:
    assert None is ChannelSettings().server()


def test_a_password_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "password"
    secret.write_text("secret\n")
    monkeypatch.setenv("KAIRAN_NOTICES_MAIL_HOST", "mail.example.jp")
    monkeypatch.setenv("KAIRAN_NOTICES_MAIL_PASSWORD_FILE", str(secret))
    server = ChannelSettings().server()

    assert server is not None
    assert ("secret", "starttls", 587) == (server.password, server.security, server.port)
    assert "secret" not in repr(server)
