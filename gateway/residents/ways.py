"""By which means somebody may be told here at all: the pages offer nothing else."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from connectors.notices.webpush import SERVICES
from kairan.keys import PushKey
from kairan.settings import Settings
from processors.channels.settings import ChannelSettings, is_simulated


@dataclass(frozen=True, slots=True)
class Ways:
    """
    What the channels are set up for.

    ``push_key``: by which browsers know who sends them pushes (VAPID); empty: none are sent. ``services``: whose
    subscriptions are taken. ``has_mail``: somebody carries letters. ``is_simulated``: LINE and マイナポータル are
    played.
    """

    push_key: str = ""
    services: frozenset[str] = SERVICES
    has_mail: bool = True
    is_simulated: bool = False


def ways(settings: Settings) -> Ways:
    """As the channels are set up (``python -m processors.channels``): with its key and its environment."""
    its = ChannelSettings()
    key = PushKey.load_or_create(settings.home / "keys" / "push.key")
    return Ways(public(key), its.services(), bool(its.mail_host), is_simulated(settings))


def public(key: PushKey) -> str:
    """As ``pushManager.subscribe`` takes it."""
    point = key.private_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).decode().rstrip("=")
