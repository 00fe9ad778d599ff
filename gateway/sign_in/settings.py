"""Which provider residents sign in at: from the environment (``KAIRAN_SIGN_IN_…``)."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.sign_in.provider import Client, is_safe

BACK = "/sign-in/done"
DEVELOPMENT = "http://localhost:8090"


class UnsafeProviderError(Exception):
    """Whoever listens on the way would learn who signs in, or would say who it is."""


class SignInSettings(BaseSettings):
    """``secret_file``: a mounted file with the client's secret; the environment itself is seen by too many."""

    model_config = SettingsConfigDict(env_prefix="KAIRAN_SIGN_IN_", frozen=True, extra="ignore")
    issuer: str = DEVELOPMENT
    client_id: str = "kairan"
    secret_file: Path

    def client(self, origin: str) -> Client:
        """Of the front door at this address. Raises UnsafeProviderError."""
        if not is_safe(self.issuer):
            raise UnsafeProviderError("a provider is reached by https, or on this machine")
        secret = self.secret_file.read_text(encoding="utf-8").strip()
        return Client(self.issuer, self.client_id, origin + BACK, secret)
