"""
One channel's own loop: what is due is judged, handed over, and marked when the channel has answered.

Who is killed between the answer and the mark sends it again with the same id. Each channel has a thread, so one that is
down delays only itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import NamedTuple

from connectors.notices.port import Channel, Delivered, DownError, Gone, Later, Message, Outcome
from kairan.failpoints import failpoint
from kairan.logs import log
from kairan.loops import POLL_SECONDS, Stop
from processors.channels import closing
from processors.channels.handing import Failed, handed_over
from processors.channels.hiding import Hiding
from processors.channels.judging import Go, Never, again, judge
from processors.channels.queue import Copy, Queue, Settled, Way
from processors.channels.wording import Site, message

BATCH = 50
LONGEST_PAUSE = 300.0


class Round(NamedTuple):
    """How many copies were due, and whether the channel was there to take them."""

    due: int
    is_down: bool


@dataclass(frozen=True, slots=True)
class Delivering:
    """By one means; ``now``: the time as notices know it (milliseconds since 1970 UTC)."""

    means: Way
    channel: Channel
    queue: Queue
    hiding: Hiding
    site: Site
    now: Callable[[], int]

    def once(self) -> Round:
        """Everything that is due, a batch at most."""
        self.hiding.drop(self.queue, self.now())
        self._give_up()
        batch = self.queue.due(self.means, self.now(), BATCH)
        settled: list[Settled] = []
        try:
            is_down = self._try(batch, settled)
        finally:
            if settled:  # whatever ends this round: what has its answer is not sent again
                failpoint("telling.before-mark")
                self._mark(settled)
        return Round(len(batch), is_down)

    def keep(self, stop: Stop) -> None:
        """Round after round; while the channel is down, after pauses that grow."""
        failures = 0
        while not stop():
            due, is_down = self.once()
            if is_down:
                failures += 1
                log().warning("down", channel=self.means, alarm="residents are told later", count=failures)
                pause(min(2.0**failures, LONGEST_PAUSE), stop)
            elif due < BATCH:
                failures = 0
                Event().wait(POLL_SECONDS)

    def _give_up(self) -> None:
        at = self.now()
        with self.queue.transaction():
            closing.close(self.queue, self.queue.expire(self.means, at), at)

    def _try(self, batch: Sequence[Copy], settled: list[Settled]) -> bool:
        """Whether the channel is down: what it has answered until then counts."""
        try:
            for copy, outcome in handed_over(self.channel, batch, partial(self._may_go, settled), self._worded):
                settled.append(self._answered(copy, outcome))
        except DownError:
            return True
        return False

    def _may_go(self, settled: list[Settled], copy: Copy) -> bool:
        """Judged when the channel asks for it: until then a notice may be taken back, or protection begin."""
        match judge(copy, self.hiding.standing(copy.sending.handle), self.now()):
            case Go():
                return self.queue.waits(copy.key)
            case Never(end):
                settled.append(Settled(copy.key, end))
            case later:
                settled.append(Settled(copy.key, None, later.at, copy.failures))
        return False

    def _worded(self, copy: Copy) -> Message:
        return message(copy, self.site, self.now())

    def _answered(self, copy: Copy, outcome: Outcome | Failed) -> Settled:
        match outcome:
            case Delivered():
                return Settled(copy.key, "delivered")
            case Gone():
                return Settled(copy.key, "gone")
            case Failed():
                return Settled(copy.key, "failed")
            case Later(seconds):
                return Settled(copy.key, None, again(copy, seconds, self.now()), copy.failures + 1)

    def _mark(self, settled: Sequence[Settled]) -> None:
        at = self.now()
        with self.queue.transaction():
            self.queue.settle(settled, at)
            for each in settled:
                if each.end == "gone":
                    self.queue.lose(each.key.number, at)
            closing.close(self.queue, {each.key.sending for each in settled}, at)


def pause(seconds: float, stop: Stop) -> None:
    """Not beyond the end."""
    waited = 0.0
    while waited < seconds and not stop():
        Event().wait(POLL_SECONDS)
        waited += POLL_SECONDS
