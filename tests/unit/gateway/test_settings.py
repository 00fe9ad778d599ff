"""What the front door reads in its environment."""

from pathlib import Path

import pytest

from gateway.settings import GatewaySettings
from gateway.sign_in import settings as sign_in


@pytest.fixture(autouse=True)
def _nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GATEWAY_PORT", "GATEWAY_ORIGIN", "SIGN_IN_ISSUER", "SIGN_IN_CLIENT_ID", "SIGN_IN_SECRET_FILE"):
        monkeypatch.delenv(f"KAIRAN_{name}", raising=False)


def test_where_nobody_names_an_address_browsers_know_this_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "http://localhost:8080" == GatewaySettings().origin
    monkeypatch.setenv("KAIRAN_GATEWAY_PORT", "8123")
    assert "http://localhost:8123" == GatewaySettings().origin
    monkeypatch.setenv("KAIRAN_GATEWAY_ORIGIN", "https://kairan.example")

    assert ("https://kairan.example", True) == (GatewaySettings().origin, GatewaySettings().is_tls)


def test_without_a_provider_no_resident_signs_in() -> None:
    assert sign_in.configured() is None


def test_a_provider_is_named_by_its_issuer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret\n", encoding="utf-8")
    monkeypatch.setenv("KAIRAN_SIGN_IN_ISSUER", "https://provider.example")
    monkeypatch.setenv("KAIRAN_SIGN_IN_CLIENT_ID", "us")
    monkeypatch.setenv("KAIRAN_SIGN_IN_SECRET_FILE", str(tmp_path / "secret"))
    its = sign_in.configured()
    assert its is not None
    client = its.client("https://kairan.example")

    assert ("https://provider.example", "us", "secret") == (client.issuer, client.client_id, client.secret)
    assert "https://kairan.example/sign-in/done" == client.redirect_uri
