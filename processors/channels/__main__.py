"""``python -m processors.channels``: queues what the notices ask for, and a loop for each channel that tells it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from functools import partial

import httpx
from py_vapid import Vapid02

from connectors.notices.mail import Mail
from connectors.notices.page import Page
from connectors.notices.port import Channel
from connectors.notices.simulators import LineSimulator, PortalSimulator
from connectors.notices.webpush import WebPush
from kairan import loops
from kairan.keys import PushKey
from kairan.loops import Stop
from kairan.positions import read_on
from kairan.postgres import migrations, own
from kairan.process import run, together
from kairan.settings import Settings
from processors.channels.confirming import Confirming
from processors.channels.delivering import Delivering
from processors.channels.hiding import Hiding
from processors.channels.queue import Way
from processors.channels.sendings import TOPIC
from processors.channels.settings import ChannelSettings, is_simulated, public
from processors.channels.tables import PostgresQueue
from processors.channels.taking import Taking
from processors.channels.wording import Site
from processors.routing import measures
from processors.runtime import travel
from processors.runtime.shell import DATABASE, Shell, connected
from processors.runtime.shell import now as wall

PRINCIPAL = "channels"


def main(settings: Settings, stop: Stop) -> None:
    dsn = settings.dsn(DATABASE)
    for package in ("processors.runtime", "processors.channels"):
        migrations.apply(dsn, package)
    shell = Shell(settings, PRINCIPAL)
    with ExitStack() as opened:
        own(connected(opened, dsn), PRINCIPAL)
        played = travel.played(settings, connected(opened, dsn))

        def now() -> int:
            """As the notices know it: a sandbox's clock leaps (docs/adr/0030)."""
            return played(wall())

        its = ChannelSettings()
        key = PushKey.load_or_create(settings.home / "keys" / "push.key")
        PostgresQueue(connected(opened, dsn)).set_push_key(public(key))
        hiding = Hiding(opened.enter_context(closing(shell.reader("protection", [measures.TOPIC]))))
        tasks: list[Callable[[Stop], None]] = [
            partial(_take, shell, PostgresQueue(connected(opened, dsn)), now),
            partial(_send_letters, shell, PostgresQueue(connected(opened, dsn))),
        ]
        for means, channel in _channels(settings, its, key, opened.enter_context(httpx.Client())):
            queue = PostgresQueue(connected(opened, dsn))
            tasks.append(Delivering(means, channel, queue, hiding, Site(its.page), now).keep)
        if server := its.server():
            store = PostgresQueue(connected(opened, dsn))
            tasks.append(Confirming(Mail(server), store, hiding.standing, now).keep)
        together(tasks, stop)


def _channels(
    settings: Settings, its: ChannelSettings, key: PushKey, client: httpx.Client
) -> Iterator[tuple[Way, Channel]]:
    """What goes by one that is not named waits, and is given up in the end."""
    yield "page", Page()
    yield "webpush", WebPush(Vapid02(key.private_key()), its.contact, client, its.services())
    if server := its.server():
        yield "mail", Mail(server)
    if is_simulated(settings):
        folder = settings.home / "simulators"
        yield "line", LineSimulator(folder)
        yield "portal", PortalSimulator(folder)


def _take(shell: Shell, queue: PostgresQueue, now: Callable[[], int], stop: Stop) -> None:
    with closing(shell.reader(TOPIC, [TOPIC])) as reader:
        read_on(reader, queue.positions())
        loops.effect("channels", reader, Taking(queue, now), stop)


def _send_letters(shell: Shell, queue: PostgresQueue, stop: Stop) -> None:
    with closing(shell.writer()) as writer:
        loops.relay("letters", queue, writer, stop)


if __name__ == "__main__":
    run("channels", main)
