"""The moving procedure as the runtime runs it: its words, and what it waits for."""

from collections.abc import Iterable

from processors.moving.facts import (
    Annulment,
    Answer,
    Application,
    Arrival,
    Came,
    Closing,
    Death,
    Decision,
    Departure,
    Input,
    Notice,
    Visit,
)
from processors.moving.known import Known
from processors.moving.moves import moves
from processors.moving.showing import shown
from processors.moving.tasks import Reminder, Stepped, Task
from processors.moving.timers import Days, timers
from processors.runtime.process import Shown, Timer
from processors.runtime.words import Words

NAME = "moving"
WORDS = Words(
    *(Annulment, Application, Arrival, Closing, Death, Departure, Notice, Visit),
    *(Answer, Came, Decision),
    *(Reminder, Stepped, Task),
)


def waits(known: Known, days: Days) -> Iterable[Timer[Input]]:
    """What this person's moves will be told, and when."""
    for move in moves(known):
        for timer in timers(move, days):
            yield Timer(timer.due, Came(move.id, timer.name, timer.by, timer.number, timer.due))


def shows(known: Known, days: Days) -> Iterable[Shown]:
    """This person's moves, each as a desk sees it."""
    return (shown(move, days) for move in moves(known))
