"""
A person's notices as a process: ``initial``, ``decide``, ``evolve`` (docs/adr/0027).

Inputs are only written down (``known``). What holds follows from them anew each time (``verdicts``); what was queued,
sent and asked of staff is kept beside it, because it cannot be unsaid. Outputs are the difference between two states.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kairan.decider import Decider
from kairan.remembering import remembering
from processors.notices import informing
from processors.notices.entries import Entries, Entry, settled
from processors.notices.facts import ChannelClass, Input, Sending
from processors.notices.known import Known, note
from processors.notices.notices import (
    Correct,
    Notice,
    NoticeId,
    OfficeOf,
    Output,
    Queue,
    Send,
    StaffTask,
    Status,
    TakeBack,
    Why,
    Withdraw,
)
from processors.notices.rules import Rule, Rules
from processors.notices.sendings import Plan, Planned
from processors.notices.verdicts import Judge, Verdict

_TAKEN_BACK = frozenset({Why.ANNULLED, Why.CHANGED, Why.UNCERTAIN_DAY, Why.UNCERTAIN_FACTS})
"""Why a notice that has gone out is withdrawn in words (N41); of what is done or protected nothing more is said."""


@dataclass(frozen=True)
class State:
    """
    What is known, and what was said: entries by notice, sendings with their time, tasks.

    ``asks``: what staff has to decide as things are, and no desk has done; ``tasks``: what it was ever asked.
    """

    known: Known = field(default_factory=Known)
    entries: Entries = field(default_factory=dict)
    asked: Mapping[Sending, int] = field(default_factory=dict)
    tasks: tuple[StaffTask, ...] = ()
    asks: tuple[Verdict, ...] = ()

    @property
    def is_page_open(self) -> bool:
        """To be asked at each view: a page is a channel, too, off for whoever is protected, and shut for the dead."""
        return not self.known.hides(self.known.person) and self.known.person not in self.known.dead

    def status(self, notice: NoticeId) -> Status:
        """Of the newest wording; those before it are corrected. KeyError: it was never queued."""
        entry = self.entries[notice]
        if entry.why is not None and not entry.holds:
            return entry.why.status
        return Status.SENT if any(self._is_delivered(sending, entry) for sending in self.asked) else Status.QUEUED

    def _is_delivered(self, sending: Sending, entry: Entry) -> bool:
        receipt = self.known.receipts.get(sending.id)
        is_of_it = (sending.notice, sending.wording) == (entry.notice.id, entry.wording)
        return is_of_it and receipt is not None and receipt.is_delivered


def decider(rules: Rules) -> Decider[State, Input, Output]:
    """The process of any person; the runtime asks for the next state, and then again for what it says of it."""

    @remembering
    def evolve(state: State, said: Input) -> State:
        return _advanced(replace(state, known=note(state.known, said)), rules)

    def decide(state: State, said: Input) -> Sequence[Output]:
        return list(_said(state, evolve(state, said), rules))

    return Decider(State(), decide, evolve)


def wakes(state: State, rules: Rules) -> int | None:
    """When to tell ``Came``: something is to be sent then (milliseconds since 1970 UTC); None: nothing waits."""
    return min((planned.at for planned in _planned(state, rules)), default=None)


def _advanced(state: State, rules: Rules) -> State:
    judge = Judge(state.known)
    verdicts = judge.verdicts(rules)
    entries = settled(state.entries, verdicts)
    if rules.of_withdrawal:
        taken_back = _taken_back(rules.of_withdrawal, judge, entries, state.asked)
        entries = settled(state.entries, (*verdicts, *taken_back))
    asked = [each for each in verdicts if each.asks]
    asks = tuple(each for each in asked if each.task not in state.known.settled)
    tasks = dict.fromkeys((*state.tasks, *map(_task, asked)))
    return _sent(replace(state, entries=entries, tasks=tuple(tasks), asks=asks), rules)


def _sent(state: State, rules: Rules) -> State:
    """What may go out by now is asked for in the same moment."""
    now = state.known.now
    due = {planned.sending: now for planned in _planned(state, rules) if planned.at <= now}
    return replace(state, asked={**state.asked, **due}) if due else state


@remembering
def _planned(state: State, rules: Rules) -> Sequence[Planned]:
    plan = Plan(state.known, rules, state.asked)
    return [planned for entry in state.entries.values() if entry.holds for planned in plan.of(entry)]


def _taken_back(rule: Rule, judge: Judge, entries: Entries, asked: Mapping[Sending, int]) -> list[Verdict]:
    """One notice for each fact of which something had gone out that does not hold, by the classes that it went by."""
    found: dict[NoticeId, Verdict] = {}
    for entry in entries.values():
        gone = frozenset(sending.channel for sending in asked if sending.notice == entry.notice.id)
        if gone and entry.why in _TAKEN_BACK and entry.notice.rule != rule.id:
            verdict = _withdrawal(rule, judge, entry.notice, gone & frozenset(rule.channels))
            former = found.setdefault(verdict.notice.id, verdict)
            classes = former.notice.classes | verdict.notice.classes
            found[verdict.notice.id] = former._replace(notice=replace(former.notice, classes=classes))
    return list(found.values())


def _withdrawal(rule: Rule, judge: Judge, notice: Notice, classes: frozenset[ChannelClass]) -> Verdict:
    root = judge.known.facts[notice.root]
    told = replace(
        notice,
        id=NoticeId.of(judge.known.person, rule.id, notice.root),
        rule=rule.id,
        office=OfficeOf(root.source, rule.business),
        due=None,
        classes=classes,
    )
    return Verdict(told, judge.barred(root) or judge.unreachable)


def _task(verdict: Verdict) -> StaffTask:
    notice = verdict.notice
    return StaffTask(notice.rule, notice.root, notice.about, notice.office, verdict.why or Why.FOR_STAFF)


def _said(former: State, state: State, rules: Rules) -> Iterator[Output]:
    """What is told to others because of the step between two states."""
    now = state.known.now
    yield from informing.told(former.known, state.known, rules.for_others)
    for name, entry in state.entries.items():
        yield from _said_of(former.entries.get(name), entry, now)
    yield from _taken_from_channels(former, state)
    yield from state.tasks[len(former.tasks) :]
    for sending in state.asked:
        if sending not in former.asked:
            yield Send(state.entries[NoticeId(sending.notice)].notice, sending, now)


def _said_of(former: Entry | None, entry: Entry, now: int) -> Iterator[Output]:
    held = former is not None and former.holds
    if not entry.holds:
        if held and entry.why:
            yield Withdraw(entry.notice, entry.why, entry.wording, now)
    elif former is None or not held:
        yield Queue(entry.notice)
    elif former.wording != entry.wording:
        yield Correct(former.notice, entry.notice, entry.wording, now)


def _taken_from_channels(former: State, state: State) -> Iterator[TakeBack]:
    """Of who begins to hide; what went safely stays where it is."""
    person = state.known.person
    if former.known.hides(person) or not state.known.hides(person):
        return
    gone = {sending.notice for sending in former.asked if sending.channel != "safe"}
    for name, entry in state.entries.items():
        if name in gone and entry.holds:
            yield TakeBack(entry.notice, entry.wording, state.known.now)
