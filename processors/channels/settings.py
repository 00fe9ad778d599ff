"""Who carries the letters and pushes on: from the environment (``KAIRAN_NOTICES_…``); what is not named is not used."""

from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic_settings import BaseSettings, SettingsConfigDict

from connectors.notices.mail import Server
from connectors.notices.webpush import SERVICES
from kairan.keys import PushKey
from kairan.settings import Settings


def is_simulated(settings: Settings) -> bool:
    """Simulators run on the local stack: elsewhere nobody is told by one, and nobody is offered one."""
    return not (settings.postgres or settings.bootstrap)


def public(key: PushKey) -> str:
    """As ``pushManager.subscribe`` takes it."""
    point = key.private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")


class ChannelSettings(BaseSettings):
    """
    ``page``: the address of the residents' pages, with a slash at its end.

    ``password_file``: a mounted secret. ``push_service``: one more push service than the browsers' vendors', for tests.
    """

    model_config = SettingsConfigDict(env_prefix="KAIRAN_NOTICES_", frozen=True, extra="ignore")
    page: str = ""
    contact: str = "notices@example.invalid"
    mail_host: str = ""
    mail_port: int = 587
    mail_sender: str = "notices@example.invalid"
    mail_security: Literal["tls", "starttls", "none"] = "starttls"
    mail_user: str = ""
    mail_password_file: Path | None = None
    mail_authority: Path | None = None
    push_service: str = ""

    def services(self) -> frozenset[str]:
        """Of whom a browser's subscription may be."""
        return SERVICES | {self.push_service} - {""}

    def server(self) -> Server | None:
        """None: nobody carries letters."""
        if not self.mail_host:
            return None
        secret = self.mail_password_file.read_text(encoding="utf-8").strip() if self.mail_password_file else ""
        return Server(
            self.mail_host,
            self.mail_port,
            self.mail_sender,
            self.mail_security,
            self.mail_user,
            secret,
            self.mail_authority,
        )
