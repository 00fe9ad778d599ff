"""``python -m sandbox.provider``: the development provider, beside the local stack's front door."""

import time
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from pydantic_settings import BaseSettings, SettingsConfigDict

from kairan import logs
from kairan.loops import Stop
from kairan.process import run
from kairan.serving import serve
from kairan.settings import Settings
from sandbox.development_provider import DevelopmentProvider
from sandbox.provider.listed import Listing


class ProviderSettings(BaseSettings):
    """``issuer``: its own address; without one it is not wanted. ``back``: where the front door takes an answer."""

    model_config = SettingsConfigDict(env_prefix="KAIRAN_DEVELOPMENT_PROVIDER_", frozen=True, extra="ignore")
    issuer: str = ""
    client_id: str = "kairan"
    secret_file: Path = Path("sign-in/secret")
    back: str = ""


def main(settings: Settings, stop: Stop) -> None:
    its = ProviderSettings()
    if not its.issuer:
        logs.log().info("no development provider", rule="residents sign in elsewhere, or not at all")
        return
    serve(provider(settings, its).app(), "127.0.0.1", urlsplit(its.issuer).port or 0, stop)


def provider(settings: Settings, its: ProviderSettings) -> DevelopmentProvider:
    """Raises NotASandboxError."""
    secret = its.secret_file.read_text(encoding="utf-8").strip()
    listing = Listing(settings.home)
    return DevelopmentProvider(
        settings,
        its.issuer,
        its.client_id,
        its.back,
        listing,
        _seconds,
        secret,
        signed_out_uri=urljoin(its.back, "/sign-in"),
    )


def _seconds() -> int:
    return time.time_ns() // 1_000_000_000


if __name__ == "__main__":
    run("provider", main)
