"""Which provider residents sign in at: from the environment (``KAIRAN_SIGN_IN_…``)."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from gateway.sign_in.provider import Client, is_safe

BACK = "/sign-in/done"


class UnsafeProviderError(Exception):
    """Whoever listens on the way would learn who signs in, or would say who it is."""


class SignInSettings(BaseSettings):
    """
    ``secret_file``: a mounted file with the client's secret; the environment itself is seen by too many.

    Without an ``issuer`` no provider is configured, and no resident can sign in.
    """

    model_config = SettingsConfigDict(env_prefix="KAIRAN_SIGN_IN_", frozen=True, extra="ignore")
    issuer: str = ""
    client_id: str = "kairan"
    secret_file: Path = Path("sign-in/secret")

    def client(self, origin: str) -> Client:
        """Of the front door at this address. Raises UnsafeProviderError."""
        if not is_safe(self.issuer):
            raise UnsafeProviderError("a provider is reached by https, or on this machine")
        secret = self.secret_file.read_text(encoding="utf-8").strip()
        return Client(self.issuer, self.client_id, origin + BACK, secret)


def configured() -> SignInSettings | None:
    """None: no provider is."""
    its = SignInSettings()
    return its if its.issuer else None
