"""What is held right now."""

from typing import NamedTuple

from kairan.holds import TOPIC, Hold
from kairan.settings import Settings
from operations.look import reading
from operations.look.glimpses import TOMBSTONE, glimpse


class HeldBy(NamedTuple):
    """A hold in force: who put it there, and when."""

    hold: Hold
    by: str
    since: int


def in_force(settings: Settings) -> list[HeldBy]:
    """The newest record of each key, if it is no tombstone."""
    with reading.reader(settings, "holds", [TOPIC]) as reader:
        newest = {each.key: each for each in map(glimpse, reading.everything(reader))}
    told = [each.content for each in newest.values() if each.shape != TOMBSTONE]
    return [HeldBy(Hold(each["kind"], each["name"]), each["by"], each["since"]) for each in told]
