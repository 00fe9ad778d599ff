"""A small world for the tests of notices: a woman, her child, their city, and a calendar that adds fourteen days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kairan.identifiers import EventId, Handle, MunicipalityCode
from kairan.partial_date import PartialDate
from processors.notices import calls
from processors.notices.facts import (
    Came,
    Consent,
    Fact,
    Input,
    Protection,
    Receipt,
    Resident,
    SafeChannel,
    Sending,
    Stated,
)
from processors.notices.notices import Ask, NoticeId, Output, PassOn, Queue, Send, StaffTask, Status, Vouch, Warn, Why
from processors.notices.rules import Rules, load
from processors.notices.saga import State, decider

YOKOHAMA, ICHIKAWA, KAWASAKI = map(MunicipalityCode.parse, ("141003", "122033", "141305"))
HOUR, DAY = 3_600_000, 86_400_000
MORNING = 1_774_998_000_000
"""2026-04-01 08:00 in Japan."""
RULES = load()


def handle(number: int) -> Handle:
    return Handle.parse(number.to_bytes(12) + bytes(4))


def event(number: int) -> EventId:
    return EventId(number.to_bytes(16))


SHE, CHILD, OTHER = map(handle, (1, 2, 3))
"""Whose instance it is; her child; somebody else of the household."""
ALL = frozenset({SHE})
PARTIES = {"recipient": ALL, "head": ALL, "guardian": ALL, "notifier": ALL}


def on(day: str) -> PartialDate:
    """A day; 00 where it is not known."""
    return PartialDate.parse(day, certain="00" not in day.split("-"))


def stated(trigger: str, number: int = 1, **said: Any) -> Stated:
    """About her, without protection, on 1 April 2026, in 横浜市; ``flags`` in one text."""
    resident: dict[str, Any] = {name: said.pop(name) for name in ("born", "kind", "entitlements") if name in said}
    resident["flags"] = frozenset(said.pop("flags", "").split())
    day = said.get("effective", on("2026-04-01"))
    plain: dict[str, Any] = {
        "event": event(number),
        "at": MORNING + number,
        "about": SHE,
        "protection": "none",
        "effective": day,
        "source": YOKOHAMA,
        "origin": ICHIKAWA,
        "destination": YOKOHAMA,
        "notified": day,
        "days": {"of the fact": day},
        "parties": PARTIES,
        "resident": Resident(**resident),
    }
    return Stated(trigger=trigger, **(plain | said))


def fact(trigger: str, number: int = 1, *, rules: Rules = RULES, to: Handle = SHE, **said: Any) -> Fact:
    """The same, as she is told of it."""
    return calls.fact(stated(trigger, number, **said), rules, in_fourteen_days, to)


def protected(number: int = 0, person: Handle = SHE, standing: Any = "protected") -> Protection:
    return Protection(person, standing, MORNING + number)


NOT_HIDDEN: list[Input] = [protected(-1, person, "none") for person in (SHE, CHILD, OTHER)]
WILLING: list[Input] = [Consent(to, is_given=True, at=MORNING - 1) for to in ("push", "mail", "benefits")]


@dataclass(frozen=True)
class Counted:
    """What the calendar of this world answers."""

    day: date | None

    @property
    def certain(self) -> bool:
        return self.day is not None


def in_fourteen_days(
    _deadline: str, days: Mapping[str, PartialDate], _municipality: MunicipalityCode
) -> Counted | None:
    if not days:
        return None
    day = max(days.values(), key=lambda each: each.latest)
    return Counted(day.latest + timedelta(days=14) if day.certain else None)


HERS = decider(RULES)


def after(*history: Input) -> State:
    return HERS.replay(history)


def said(*history: Input, when: Input) -> Sequence[Output]:
    """What is decided when this comes after that."""
    return HERS.decide(after(*history), when)


def all_said(*history: Input) -> list[Output]:
    """What is decided of each in turn."""
    state, found = HERS.initial, list[Output]()
    for each in history:
        found += HERS.decide(state, each)
        state = HERS.evolve(state, each)
    return found


def queued(outputs: Iterable[Output]) -> set[str]:
    return {each.notice.rule for each in outputs if isinstance(each, Queue)}


def sent(outputs: Iterable[Output]) -> list[tuple[str, str]]:
    """Rules and classes of channels."""
    return [(each.notice.rule, each.sending.channel) for each in outputs if isinstance(each, Send)]


def tasks(outputs: Iterable[Output]) -> list[tuple[str, Why]]:
    return [(each.rule, each.why) for each in outputs if isinstance(each, StaffTask)]


def kinds(outputs: Iterable[Output]) -> list[tuple[str, str]]:
    """Rules by what happens to their notices, without sendings and what other instances hear."""
    return [
        (type(each).__name__, each.rule if isinstance(each, StaffTask) else each.notice.rule)
        for each in outputs
        if not isinstance(each, Send | Vouch | PassOn | Ask | Warn)
    ]


def notice_of(rule: str, number: int = 1) -> NoticeId:
    return NoticeId.of(SHE, rule, event(number))


def status(rule: str, *history: Input, number: int = 1) -> Status:
    return after(*history).status(notice_of(rule, number))


def sending(rule: str, channel: Any, **more: Any) -> Sending:
    return Sending(notice_of(rule), **({"wording": 0, "channel": channel} | more))


def receipt(rule: str, channel: Any, at: int = 10, *, is_delivered: bool = True, **more: Any) -> Receipt:
    return Receipt(sending(rule, channel, **more).id, is_delivered, MORNING + at)


def came(milliseconds: int) -> Came:
    return Came(MORNING + milliseconds)


def safe(number: int = 1, *, is_named: bool = True) -> SafeChannel:
    return SafeChannel(is_named, MORNING + number)
