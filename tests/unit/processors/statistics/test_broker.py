"""Faust reaches the broker as every other client does."""

import ssl
from pathlib import Path

import certifi
import pytest

from processors.statistics import broker

PROPERTIES = {
    "bootstrap.servers": "a:9093, b:9093",
    "security.protocol": "SASL_PLAINTEXT",
    "sasl.username": "statistics",
    "sasl.password": "secret",
}


def test_each_of_several_brokers_is_named() -> None:
    assert "kafka://a:9093;kafka://b:9093" == broker.address(PROPERTIES)


def test_without_tls_there_is_no_context() -> None:
    assert broker.credentials(PROPERTIES).ssl_context is None


@pytest.mark.parametrize("authority", [{}, {"ssl.ca.location": certifi.where()}])
def test_with_tls_the_brokers_name_and_certificate_are_checked(authority: dict[str, str]) -> None:
    context = broker.credentials(PROPERTIES | {"security.protocol": "SASL_SSL"} | authority).ssl_context

    assert context is not None
    assert (ssl.CERT_REQUIRED, True) == (context.verify_mode, context.check_hostname)


def test_what_is_no_certificate_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")

    with pytest.raises(ssl.SSLError):
        broker.credentials(PROPERTIES | {"security.protocol": "SASL_SSL", "ssl.ca.location": str(tmp_path / "ca.pem")})
