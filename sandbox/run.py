"""
Plays a nation on the core systems: the initial load, then life, at a rate or as fast as it can.

The destination's clerk needs what the bus delivered: an act that waits for it is laid aside with all later acts of the
same persons, the others go on, and the desk is looked at again from time to time.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Literal

from kairan import municipalities
from kairan.settings import Settings
from sandbox import bad_inputs
from sandbox.acts import Act
from sandbox.bad_inputs import BadInput
from sandbox.clerk import Clerk
from sandbox.desk import News, is_there
from sandbox.draw import NUMBERS
from sandbox.plan import Options, Plan, plan

TOKYO = timezone(timedelta(hours=9))
LOOK_EVERY = 0.1
"""Seconds between two looks at what the bus has brought; more where looking itself takes long."""
LOOK_SHARE = 9

Mode = Literal["others go on", "one after the other"]


@dataclass
class Progress:
    """What has been done so far; the same object is handed to ``on_progress`` each time."""

    planned: int
    facts: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    """Acts laid aside; in the end those whose news never came."""
    bad_inputs: list["SentBadInput"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SentBadInput:
    """A bad input and the outbox row it made, for comparing with what came back."""

    kind: str
    code: str
    where: str
    member: str
    sequence: int


OnProgress = Callable[[Progress], None]


def today() -> date:
    """The day in Japan."""
    return datetime.now(TOKYO).date()


@dataclass
class Sandbox:
    """A nation that is played: its plan, and a clerk in each member."""

    options: Options
    plan: Plan
    clerks: Mapping[str, Clerk]

    def close(self) -> None:
        for clerk in self.clerks.values():
            clerk.close()


def prepare(settings: Settings, seed: int, events: int, bad: int = 0, on: date | None = None) -> Sandbox:
    """Decides everything; nothing is written yet. A further nation in the same databases gets numbers of its own."""
    members = tuple(member.code for member in settings.register().municipalities())
    clerks = {member: Clerk(settings, member) for member in members}
    options = Options(
        seed=seed, members=members, facts=events, today=on or today(), bad_inputs=bad, run=_next_run(clerks.values())
    )
    return Sandbox(options, plan(options), clerks)


def populate(sandbox: Sandbox, on_progress: OnProgress = lambda _: None) -> Progress:
    """The initial load of everybody."""
    progress = Progress(sum(act.facts for act in sandbox.plan.loads))
    for member, clerk in sandbox.clerks.items():
        clerk.join(municipalities.find(member).name)
    for act in sandbox.plan.loads:
        sandbox.clerks[act.member].perform(act)
        _count(progress, act, on_progress)
    return progress


def live(
    sandbox: Sandbox,
    *,
    rate: float = 0,
    patience: float = 30,
    mode: Mode = "others go on",
    on_progress: OnProgress = lambda _: None,
) -> Progress:
    """
    Plays life: ``rate`` facts a second, 0 as fast as possible.

    Ends when all is done, or when for ``patience`` seconds nothing came that anybody waits for.
    """
    playing = _Playing(sandbox, Progress(sum(act.facts for act in sandbox.plan.acts)), on_progress)
    pace, bad = _Pace(rate), _spread(sandbox.plan)
    for number, act in enumerate(sandbox.plan.acts):
        playing.do(act)
        for each in bad.get(number, ()):
            playing.do_badly(each)
        if mode == "one after the other":
            playing.wait(patience)
        pace.keep(playing.progress.facts)
        playing.look()
    playing.wait(patience)
    return playing.progress


def not_refused_as_expected(sandbox: Sandbox, sent: Sequence[SentBadInput]) -> list[SentBadInput]:
    """Bad inputs that were not (or not yet) refused for their reason."""
    refused = ((each, sandbox.clerks[each.member].refusal(each.sequence)) for each in sent)
    return [each for each, codes in refused if each.code not in (codes or ())]


class _Playing:
    """What is laid aside, and whose later acts wait behind it."""

    def __init__(self, sandbox: Sandbox, progress: Progress, on_progress: OnProgress) -> None:
        self.progress = progress
        self._clerks = sandbox.clerks
        self._on_progress = on_progress
        self._aside: list[Act] = []
        self._blocked: set[int] = set()
        self._bad: list[BadInput] = []
        self._news: dict[str, News] = {}
        self._next_look = 0.0

    def do(self, act: Act) -> None:
        if self._can(act, self._blocked):
            self._perform(act)
        else:
            self._lay_aside(act)

    def do_badly(self, bad: BadInput) -> None:
        """A relay can only spoil what was sent before."""
        clerk = self._clerks[bad.member]
        if bad.act:
            self._sent_badly(bad, clerk.perform_and_find(bad.act)[-1])
        elif sent := clerk.sent(len(self.progress.bad_inputs)):
            self._sent_badly(bad, clerk.plant(sent, bad_inputs.planted(bad, sent)))
        else:
            self._bad.append(bad)

    def look(self, *, now: bool = False) -> bool:
        """Does what has become possible; whether anything did."""
        if not now and time.monotonic() < self._next_look:
            return False
        before = self.progress.facts, len(self.progress.bad_inputs)
        members = {act.member for act in self._aside if act.waits}
        begun = time.monotonic()
        self._news = {member: self._clerks[member].desk.news() for member in members}
        self._next_look = time.monotonic() + max(LOOK_EVERY, LOOK_SHARE * (time.monotonic() - begun))
        again, self._aside, self._blocked = self._aside, [], set()
        for act in again:
            self.do(act)
        unsent, self._bad = self._bad, []
        for bad in unsent:
            self.do_badly(bad)
        self.progress.waiting = len(self._aside)
        return before != (self.progress.facts, len(self.progress.bad_inputs))

    def wait(self, patience: float) -> None:
        """Until nothing is laid aside, or nothing has come for so long."""
        last = time.monotonic()
        while (self._aside or self._bad) and time.monotonic() < last + patience:
            time.sleep(LOOK_EVERY)
            if self.look(now=True):
                last = time.monotonic()

    def _can(self, act: Act, blocked: set[int]) -> bool:
        is_free = act.persons.isdisjoint(blocked)
        return is_free and (act.waits is None or is_there(act.waits, self._news.get(act.member, {})))

    def _perform(self, act: Act) -> None:
        self._clerks[act.member].perform(act, self._news.get(act.member))
        _count(self.progress, act, self._on_progress)

    def _lay_aside(self, act: Act) -> None:
        self._aside.append(act)
        self._blocked |= act.persons
        self.progress.waiting = len(self._aside)

    def _sent_badly(self, bad: BadInput, sequence: int) -> None:
        self.progress.bad_inputs.append(SentBadInput(bad.kind, bad.code, bad.where, bad.member, sequence))


class _Pace:
    """Keeps to so many facts a second."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._begun = time.monotonic()

    def keep(self, facts: int) -> None:
        if self._rate > 0:
            time.sleep(max(self._begun + facts / self._rate - time.monotonic(), 0))


def _count(progress: Progress, act: Act, on_progress: OnProgress) -> None:
    progress.facts += act.facts
    progress.acts[act.what] += 1
    on_progress(progress)


def _spread(of: Plan) -> dict[int, list[BadInput]]:
    """Behind which act each bad input comes."""
    found: dict[int, list[BadInput]] = {}
    for index, bad in enumerate(of.bad):
        found.setdefault((index + 1) * len(of.acts) // (len(of.bad) + 1), []).append(bad)
    return found


def _next_run(clerks: Iterable[Clerk]) -> int:
    numbers = [number for clerk in clerks if (number := clerk.highest_number())]
    return max((int(number[:14]) // NUMBERS + 1 for number in numbers), default=0)
