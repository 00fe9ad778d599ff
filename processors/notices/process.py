"""Notices as the runtime runs them: their words, what they still take, and what they wait for."""

from collections.abc import Iterable

from processors.notices.facts import (
    Came,
    Consent,
    Doubted,
    Fact,
    Input,
    Measured,
    Named,
    Perpetrator,
    Protection,
    Receipt,
    SafeChannel,
    Settled,
    Stood,
)
from processors.notices.notices import (
    Answer,
    Ask,
    Correct,
    PassOn,
    Queue,
    Send,
    StaffTask,
    TakeBack,
    Vouch,
    Warn,
    Withdraw,
)
from processors.notices.rules import Rules
from processors.notices.saga import State, wakes
from processors.runtime.process import Timer
from processors.runtime.words import Words

NAME = "notices"
WORDS = Words(
    *(Fact, Protection, Measured, Doubted, Stood, Named, Perpetrator, SafeChannel, Consent, Receipt, Settled, Came),
    *(Queue, Send, Withdraw, TakeBack, Correct, StaffTask, Vouch, PassOn, Ask, Warn, Answer),
)


def accepts(state: State, said: Input, rules: Rules) -> bool:
    """Of a time that came: is anything to be sent by then?"""
    if not isinstance(said, Came):
        return True
    at = wakes(state, rules)
    return at is not None and at <= said.at


def waits(state: State, rules: Rules) -> Iterable[Timer[Input]]:
    """The next time at which something is to be sent."""
    at = wakes(state, rules)
    return () if at is None else (Timer(at, Came(at)),)
