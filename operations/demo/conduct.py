"""
Conducts a demonstration: an empty stack, a nation, its life watched live, eight stories, the reckoning.

What is counted at the end comes from ``sandbox.checker``, which reads core systems and back offices only, and
from ``reconcile``, which compares the ledger with the log.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from kairan.settings import Settings
from operations.demo import phones
from operations.demo.flow import Flow, Snapshot
from operations.demo.screen import Screen
from operations.demo.watching import Watching
from operations.stack.errors import StackError
from operations.stack.home import Say
from sandbox import run, stories
from sandbox.checker.pages.watch import Watched
from sandbox.run import Progress, Sandbox, SentBadInput
from sandbox.stage import Stage, Story, StoryStuckError, stage
from sandbox.weeks import five_weeks

LOOK_SECONDS = 1.0
SETTLE_SECONDS = 60.0
MANY = 200
"""Records under way: while so many are, a look more often than twice a second only takes the bus's time."""
SOON_SECONDS, LATER_SECONDS = 0.1, 0.5
DEFAULT_BAD_INPUTS = 24
"""At least one of each class, whatever the number of facts."""


@dataclass(frozen=True, slots=True)
class Options:
    """What somebody asked for on the command line."""

    seed: int
    events: int
    rate: float
    municipalities: tuple[str, ...] = ()


class Teller(Protocol):
    """Shows stories."""

    def tell(self, number: int, story: Story) -> None:
        """Once it has had its effects."""
        ...

    def afterwards(self, story: Story) -> None:
        """Once an office that had parked somebody was repaired."""
        ...


@dataclass(frozen=True, slots=True)
class Played:
    """What a demonstration has played, for the report."""

    bad_inputs: tuple[SentBadInput, ...]
    not_refused: tuple[SentBadInput, ...]
    last: Snapshot
    settled: bool
    watched: Callable[[], Watched]
    """Looks at every page once more, and says what pages and logs told of those who hide."""
    told_from: int
    """When the stories began, in milliseconds: in them somebody is parked until an office is repaired."""
    refused_in_stories: int
    """Statements that stories show refused."""


class Conductor:
    """Plays one nation on a running stack and shows it."""

    def __init__(self, settings: Settings, shown: Screen, say: Say) -> None:
        self._settings = settings
        self._screen = shown
        self._say = say
        self._flow = Flow(settings)
        self.refused_in_stories = 0

    def close(self) -> None:
        self._flow.close()

    def life(self, sandbox: Sandbox, rate: float) -> list[SentBadInput]:
        """The initial load, then life, each shown while it happens; the bad inputs that were planted."""
        self._watched("initial load", lambda note: run.populate(sandbox, on_progress=note))
        return self._watched("life", lambda note: run.live(sandbox, rate=rate, on_progress=note)).bad_inputs

    def settle(self, title: str, show: Callable[[], Snapshot] | None = None) -> bool:
        """
        Waits until nothing is on its way; whether that was reached. ``show`` looks and shows what it sees.

        One look is enough: it goes the way of a fact, and whoever has read something has written what comes of it.
        """
        look = show or (lambda: self._flow.look(latencies=False))
        until = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < until:
            seen = look()
            if seen.is_settled():
                return True
            time.sleep(SOON_SECONDS if sum(seen.lag.values()) < MANY else LATER_SECONDS)
        self._say(f"{title}: the bus has not come to rest in {SETTLE_SECONDS:.0f} s")
        return False

    def tell(self, sandbox: Sandbox, told: Teller) -> Callable[[], Watched]:
        """
        Plays the stories one after the other; ``told`` shows each once it has had its effects, beside the next.

        Returns what looks at all pages once more and says what they disclose.
        """
        watching = Watching(self._settings)
        with ThreadPoolExecutor(1) as beside:
            scene = stage(self._settings, sandbox, leap=watching.leap, phone=partial(phones.wants, self._settings))
            shown = list[Future[None]]()
            for number, story in enumerate(self._all_played(scene), start=1):
                _await(shown)
                shown = [beside.submit(told.tell, number, story)]
                if story.office is not None:
                    _await(shown)
                    self._repaired(scene, story, told)
            _await(shown)
            return partial(_watched, watching, story)

    def _all_played(self, scene: Stage) -> Iterator[Story]:
        for play in stories.STORIES:
            yield from self._played(partial(_alone, play, scene))
        yield from self._played(partial(five_weeks, scene))

    def look(self) -> Snapshot:
        return self._flow.look()

    def _played(self, play: Callable[[], list[Story]]) -> list[Story]:
        try:
            told = play()
        except StoryStuckError as error:
            raise StackError(f"A story got stuck: {error}. `kairan status` and the logs tell why.") from error
        self.settle(told[-1].title)
        self.refused_in_stories += refused(told)
        return told

    def _repaired(self, scene: Stage, story: Story, told: Teller) -> None:
        stories.font_repaired(scene, story)
        self.settle(story.title)
        told.afterwards(story)

    def _watched(self, title: str, work: Callable[[run.OnProgress], Progress]) -> Progress:
        """Does ``work`` in a thread of its own and shows the bus meanwhile, and until it has come to rest."""
        noted: list[Progress] = []
        failed: list[BaseException] = []

        def _work() -> None:
            try:
                noted.append(work(noted.append))
            except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that waits
                failed.append(error)

        worker = threading.Thread(target=_work, name=title, daemon=True)
        worker.start()
        with self._screen.showing():
            while worker.is_alive():
                self._show(title, noted)
                worker.join(LOOK_SECONDS)
            self.settle(title, lambda: self._show(title, noted))
        if failed:
            raise failed[0]
        return noted[-1]

    def _show(self, title: str, noted: list[Progress]) -> Snapshot:
        progress, seen = noted[-1] if noted else Progress(0), self._flow.look()
        self._screen.show(seen, title, progress.facts, progress.planned)
        return seen


def refused(told: Iterable[Story]) -> int:
    """How many facts of these stories were refused."""
    return sum(bool(fact.refused) for story in told for fact in story.facts)


def _alone(play: Callable[[Stage], Story], scene: Stage) -> list[Story]:
    return [play(scene)]


def _watched(watching: Watching, story: Story) -> Watched:
    with closing(watching):
        return watching.watched(story)


def _await(shown: Sequence[Future[None]]) -> None:
    for each in shown:
        each.result()


def play(settings: Settings, options: Options, shown: Screen, say: Say, told: Teller) -> Played:
    """Everything but the reckoning, on a stack that is up."""
    sandbox = run.prepare(settings, options.seed, options.events, DEFAULT_BAD_INPUTS)
    with closing(sandbox), closing(Conductor(settings, shown, say)) as conductor:
        bad = conductor.life(sandbox, options.rate)
        told_from = time.time_ns() // 1_000_000
        watched = conductor.tell(sandbox, told)
        settled = conductor.settle("the end")
        not_refused = run.not_refused_as_expected(sandbox, bad)
        seen, in_stories = conductor.look(), conductor.refused_in_stories
        return Played(tuple(bad), tuple(not_refused), seen, settled, watched, told_from, in_stories)
