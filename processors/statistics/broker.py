"""How Faust reaches the broker, from the properties that every client of a principal is given."""

import ssl
from collections.abc import Mapping

import faust
from faust.types.auth import SASLMechanism


def address(properties: Mapping[str, str]) -> str:
    """Faust wants a semicolon between brokers and a scheme before each."""
    return ";".join(f"kafka://{each.strip()}" for each in properties["bootstrap.servers"].split(","))


def credentials(properties: Mapping[str, str]) -> faust.SASLCredentials:
    """
    With TLS where the properties say so; the broker's name and certificate are checked then.

    Raises:
        KeyError: the protocol, user or password is not told.
        ssl.SSLError: what ``ssl.ca.location`` names is no certificate.

    """
    return faust.SASLCredentials(
        username=properties["sasl.username"],
        password=properties["sasl.password"],
        mechanism=SASLMechanism.SCRAM_SHA_512,
        ssl_context=_context(properties),
    )


def _context(properties: Mapping[str, str]) -> ssl.SSLContext | None:
    if properties["security.protocol"] != "SASL_SSL":
        return None
    return ssl.create_default_context(cafile=properties.get("ssl.ca.location"))
