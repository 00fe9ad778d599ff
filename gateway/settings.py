"""How the front door is reached: from the environment (``KAIRAN_GATEWAY_…``)."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

TLS = "https://"


class GatewaySettings(BaseSettings):
    """
    ``origin``: the address that browsers know; with https it is told to browsers to stay there (HSTS).

    Where nobody names one it is this machine's.
    """

    model_config = SettingsConfigDict(env_prefix="KAIRAN_GATEWAY_", frozen=True, extra="ignore")
    host: str = "127.0.0.1"
    port: int = 8080
    origin: str = Field(default_factory=lambda told: f"http://localhost:{told['port']}")

    @property
    def is_tls(self) -> bool:
        return self.origin.startswith(TLS)
