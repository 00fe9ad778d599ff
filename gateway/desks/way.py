"""A procedure's whole way in the desks' words; for who hides, what the own municipality said and did alone. Pure."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gateway.desks import words
from gateway.desks.withholding import OF_THE_ORIGIN, Places
from processors.moving.facts import (
    Answer,
    Application,
    Arrival,
    Came,
    Closing,
    Decision,
    Departure,
    Fact,
    Input,
    Notice,
    Receiver,
    Visit,
)
from processors.moving.tasks import Output, Reminder, Stepped, Task
from processors.moving.way import Line

PASSED = "すでに知られていたため、何も変わらなかった"


class Entry(NamedTuple):
    """Something that was told, or that the procedure told; ``code``: the reason that somebody gave, as it was kept."""

    day: str
    kind: str
    what: str
    note: str
    code: str = ""


def whole(lines: Iterable[Line], named: Places) -> Iterator[Entry]:
    """``named``: of whom the notes may tell."""
    for line in lines:
        day = words.day_at(line.told.at)
        told = Entry(day, *_told(line.told, PASSED if line.is_passed else ""), code=_code(line.told))
        yield _noted(told, line.told, named)
        yield from (_noted(Entry(day, *_sent(each)), each, named) for each in line.sent)


def _noted(entry: Entry, word: Input | Output, named: Places) -> Entry:
    return entry if named.allow(*_places(word)) else entry._replace(note=words.WITHHELD, code="")


def _code(told: Input) -> str:
    return told.reason if isinstance(told, Answer | Decision) else ""


def _places(word: Input | Output) -> frozenset[str]:
    """Every municipality that a note about this names."""
    match word:
        case Answer():
            return frozenset({word.receiver.member})
        case Decision():
            return frozenset({word.desk} if word.desk else ())
        case Task():
            return frozenset({word.desk, *([word.about.member] if word.about else [])})
    named = (getattr(word, name, None) for name in ("origin", "destination"))
    return frozenset(code for code in named if code)


def own_side(lines: Iterable[Line], member: str, *, is_origin: bool) -> Iterator[Entry]:
    """No fact, answer, task or day of any other place, and no note that could name one."""
    for line in lines:
        day = words.day_at(line.told.at)
        if _is_own(line.told, member, is_origin=is_origin):
            kind, what, _ = _told(line.told, "")
            code = _code(line.told)
            yield Entry(day, kind, what, words.reason(code), code)
        for each in line.sent:
            if isinstance(each, Task) and _places(each) == {member}:
                yield Entry(day, *_sent(each))


def _is_own(told: Input, member: str, *, is_origin: bool) -> bool:
    match told:
        case Application() | Departure() | Closing():
            return told.origin == member
        case Answer():
            return told.receiver.member == member
        case Decision():
            return told.desk == member
        case Came():
            return is_origin and told.name in OF_THE_ORIGIN
    return False


def _told(told: Input, passed: str) -> tuple[str, str, str]:
    match told:
        case Came():
            return "期限", f"{words.TIMERS[told.name]}の期限が来た", passed
        case Answer():
            note = _joined(_office(told.receiver), words.reason(told.reason), passed)
            return "回答", f"業務の回答：{words.OUTCOMES[told.outcome]}", note
        case Decision():
            return (
                "判断",
                "人が判断した：一つの届出・通知が正しくない",
                _joined(words.place(told.desk), words.reason(told.reason), passed),
            )
    return "届出・通知", words.FACTS[type(told).__name__], _joined(_note(told), passed)


def _note(told: Fact) -> str:
    match told:
        case Application() | Departure():
            way = f"{words.place(told.origin)} から {words.place(told.destination)} へ"
            return _joined(way, f"予定日 {words.said_day(told.planned.as_record())}")
        case Visit():
            return _joined(words.place(told.destination), words.said_day(told.day.as_record()))
        case Arrival() | Notice():
            way = f"{words.place(told.origin)} から {words.place(told.destination)} へ"
            return _joined(way, f"異動日 {words.said_day(told.moved_in.as_record())}")
        case Closing():
            return _joined(words.place(told.origin), "確定" if told.is_confirmed else "予定日による")
    return ""


def _sent(sent: Output) -> tuple[str, str, str]:
    match sent:
        case Stepped():
            return "段階", words.STEPS[sent.step], ""
        case Reminder():
            return "案内", words.REMINDERS[sent.kind], ""
    about = _office(sent.about) if sent.about else ""
    return "作業", words.TASKS[sent.kind], _joined(words.place(sent.desk), about)


def _office(receiver: Receiver) -> str:
    return words.office(receiver.member, receiver.business)


def _joined(*parts: str) -> str:
    return "；".join(filter(None, parts))
