"""``python -m connectors.postgres``: the sinks of all members, each channel under its own principal."""

from contextlib import ExitStack, closing
from itertools import groupby
from threading import Event

from connectors.postgres.members import Offices, Task, now
from kairan import topics
from kairan.holds import Holds
from kairan.kafka import KafkaReader
from kairan.loops import Stop
from kairan.process import run, together
from kairan.register import Register
from kairan.settings import Settings

HOLD_SECONDS = 0.5


def main(settings: Settings, stop: Stop) -> None:
    channels = receiving(settings.register_in_force(now()))
    with ExitStack() as opened:
        holds = Holding(settings, topics.channel(*channels[0]))
        tasks: list[Task] = [holds.keep]
        for member, its in groupby(channels, key=lambda channel: channel[0]):
            offices = Offices(settings, member, [channel for _, channel in its], holds.is_held)
            opened.enter_context(closing(offices))
            tasks += offices.tasks()
        together(tasks, stop)


def receiving(register: Register) -> list[tuple[str, str]]:
    """Members and channels that deliveries reach: who left has no principal any more."""
    present = {member.code for member in register.members if member.state != "left"}
    return sorted((each.member, each.channel) for each in register.channels if each.member in present)


class Holding:
    """Which channels are held: read to the end before anything flows, then kept."""

    def __init__(self, settings: Settings, principal: str) -> None:
        self._reader = KafkaReader(
            settings.properties(principal),
            topics.group(principal, "holds"),
            [topics.name(topics.HOLDS)],
            from_start=True,
        )
        self._holds = Holds(self._reader)

    def is_held(self, channel: str) -> bool:
        return self._holds.holds("channel", channel)

    def keep(self, stop: Stop) -> None:
        with closing(self._reader):
            while not stop():
                self._holds.refresh()
                Event().wait(HOLD_SECONDS)


if __name__ == "__main__":
    run("sinks", main)
