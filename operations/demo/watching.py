"""While a mother and a child hide, every page is searched for where they are; what it costs is hidden behind leaps."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kairan.settings import Settings
from operations import enrolling
from operations.look import travelling
from operations.stack import front
from operations.stack.home import Home
from sandbox import flight
from sandbox.checker.pages.watch import Family, Watch, Watched
from sandbox.stage import Story

READ_SECONDS = 1.5
"""Then what was registered before days pass is on every page; days that pass take three (docs/adr/0030)."""
MORNING = 10
"""O'clock in Japan."""


class Watching:
    """
    On a stack that runs.

    Raises:
        StackError: its front door does not answer.

    """

    def __init__(self, settings: Settings) -> None:
        self._settings, home = settings, Home(settings.home)
        front.await_answer(home, home.logs / "followers.log")
        members = [member.code for member in settings.register().municipalities()]
        family = Family(members[flight.ORIGIN], members[flight.DESTINATION], (flight.THE_MOTHER, flight.THE_CHILD))
        self._watch = Watch(settings, home.remembered().front_door, family)

    def close(self) -> None:
        self._watch.close()

    def leap(self, days: int) -> None:
        """Lets days pass until a morning, for at night no phone is told, and looks meanwhile at the day that ends."""
        with ThreadPoolExecutor(1) as beside:
            looked = beside.submit(self._look_later)
            travelling.leap(self._settings, days, MORNING)
            looked.result()

    def look(self) -> None:
        """At the pages of now: at both ends of the move, as every role."""
        self._watch.look()

    def watched(self, story: Story) -> Watched:
        """At the end: every page of the two municipalities, of the father, and every log."""
        member, atena = story.people["father"]
        self._watch.look_everywhere()
        self._watch.look_as(enrolling.enrol(self._settings, member, atena).subject)
        return self._watch.watched(list(self._logs()))

    def _look_later(self) -> None:
        time.sleep(READ_SECONDS)
        self.look()

    def _logs(self) -> Iterator[Path]:
        """Also what simulators of channels wrote: it left the bus."""
        home = Home(self._settings.home)
        yield from (home.logs, home.folder / "supervisor", home.folder / "simulators")
        yield Path(home.remembered().postgres_place or home.folder / "postgres") / "data" / "log"
