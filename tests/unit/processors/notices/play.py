"""Notices as they will run: records in, the journal, what instances tell each other, the clock; nothing else leaves."""

import json
from itertools import count
from typing import Any

from kairan import wire
from kairan.stream import Incoming, Outgoing
from processors.notices import feeds, leaving, process
from processors.notices.days import by_law
from processors.notices.notices import Output, PassOn, Queue, Send
from processors.notices.rules import load
from processors.notices.saga import State
from processors.runtime import inputs
from processors.runtime.process import Process
from processors.runtime.runtime import Runtime
from processors.runtime.testing import MemoryJournal
from tests.unit.processors.routing import world

NHI = {"start": "2020-01-01", "end": None}
PLAYED = 7
"""How far the sandbox's clock is ahead."""


def feed() -> Process[State, Any, Output]:
    return feeds.notices(load(), by_law, lambda instant: instant + PLAYED)


class Play:
    """What comes is given the next offset; each instance hears what others tell it before the next record comes."""

    def __init__(self) -> None:
        self.journal = MemoryJournal()
        self.process = feed()
        self.letters: list[Outgoing] = []
        """All that left."""
        self._offsets = count()

    def come(self, *records: Incoming) -> "Play":
        for record in records:
            self._apply(record)
        return self

    def reach(self, until: int) -> "Play":
        """The clock keeps its timers until then."""
        while due := self.journal.due(until, 1):
            letter = inputs.letter(process.NAME, due[0].instance, due[0].told)
            self.journal.asked(due)
            self._apply(Incoming(letter.topic, 0, 0, due[0].due, letter.key, letter.value))
        return self

    @property
    def rows(self) -> list[tuple[bytes, dict[str, Any], list[dict[str, Any]]]]:
        """Who was told what, and told what: the journal as an auditor reads it."""
        lines = [line for _, line in sorted(self.journal._kept.lines.items())]
        return [
            (each.instance, json.loads(each.told), [json.loads(sent) for sent in each.sent or ()]) for each in lines
        ]

    def told(self, number: int) -> list[Output]:
        """What this person's instance decided, in order."""
        sent = (each for instance, _, all_ in self.rows if instance == world.handle(number) for each in all_)
        return [self.process.words.from_json(each) for each in sent]

    def everything(self) -> list[Output]:
        return [self.process.words.from_json(each) for _, _, all_ in self.rows for each in all_]

    def state(self, number: int) -> State:
        (history,) = self.journal.histories([world.handle(number)]).values()
        return self.process.decider.replay([self.process.words.from_json(json.loads(each)) for each in history if each])

    def standing(self, number: int) -> dict[str, str]:
        """The notices of this person that hold, with the day by which."""
        entries = self.state(number).entries.values()
        return {each.notice.rule: str(each.notice.due or "") for each in entries if each.holds}

    def _apply(self, record: Incoming) -> None:
        self._consume(record)
        for turn in count(1):
            if not (pending := self.journal.pending(1)):
                return
            ((row, letter),) = pending
            self.journal.mark([row], [])
            self.letters.append(letter)
            if letter.topic == inputs.TOPIC:
                self._consume(Incoming(letter.topic, 0, 0, record.timestamp + turn, letter.key, letter.value))

    @property
    def sendings(self) -> list[dict[str, Any]]:
        """What channels were told."""
        return [wire.decode_record(each.value or b"")[1] for each in self.letters if each.topic == leaving.TOPIC]

    def _consume(self, record: Incoming) -> None:
        numbered = Incoming(record.topic, 0, next(self._offsets), record.timestamp, record.key, record.value)
        Runtime(self.process, self.journal).apply([numbered])


def queued(outputs: list[Output]) -> list[str]:
    return [each.notice.rule for each in outputs if isinstance(each, Queue)]


def sent(outputs: list[Output]) -> list[Send]:
    return [each for each in outputs if isinstance(each, Send)]


def passed_on(play: Play) -> list[PassOn]:
    """What anybody heard of somebody else."""
    return [each for each in play.everything() if isinstance(each, PassOn)]


def measure(kind: str, person: int = 1, version: int = 1) -> Incoming:
    return _protection("kairan.bus.Measure", world.measure(kind, version, person=person))


def link(one: int, other: int) -> Incoming:
    return _protection("kairan.bus.Link", world.link(one, other))


def claim(one: int, other: int) -> Incoming:
    return _protection("kairan.bus.Claim", world.claim(one, other))


def _protection(name: str, record: dict[str, Any]) -> Incoming:
    return Incoming(feeds.PROTECTION, 0, 0, world.APPENDED, b"", wire.encode_record(name, record))


def subject(number: int, kind: str = "person") -> dict[str, Any]:
    return {"kind": kind, "handle": world.handle(number)}


def related(**numbers: int) -> list[dict[str, Any]]:
    """Persons by role."""
    return [{"role": role, "handle": world.handle(number)} for role, number in numbers.items()]


def body(type_: str, **fields: Any) -> dict[str, Any]:
    """Every field says something; of entitlements, a lasting one."""
    full = world.full_body(type_)
    lasting = {"entitlements": {**dict.fromkeys(full["entitlements"]), "nhi": NHI}} if "entitlements" in full else {}
    return full | lasting | fields


def event(number: int) -> bytes:
    return number.to_bytes(16)
