"""By which means somebody may be told here at all: the pages offer nothing else."""

from dataclasses import dataclass

from connectors.notices.webpush import SERVICES
from kairan.settings import Settings
from processors.channels.settings import ChannelSettings, is_simulated


@dataclass(frozen=True, slots=True)
class Ways:
    """
    What the channels are set up for.

    ``services``: whose subscriptions are taken. ``has_mail``: somebody carries letters. ``is_simulated``: LINE and
    マイナポータル are played.
    """

    services: frozenset[str] = SERVICES
    has_mail: bool = True
    is_simulated: bool = False


def ways(settings: Settings) -> Ways:
    """As the channels are set up (``python -m processors.channels``): by the same environment."""
    its = ChannelSettings()
    return Ways(its.services(), bool(its.mail_host), is_simulated(settings))
