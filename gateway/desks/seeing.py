"""A move as one clerk sees it: words only, each of them allowed. Whatever a page shows of a move comes from here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from connectors.postgres.offices.announced import Announced
from gateway.desks import lists, words
from gateway.desks.names import Named, Names
from gateway.desks.staff import Role, Staff
from gateway.desks.standing import Row
from gateway.desks.withholding import (
    Places,
    Sight,
    as_planned,
    between,
    is_of_another,
    is_planned,
    own_side,
    places,
    sight,
)
from gateway.desks.words import NOBODY, WITHHELD
from processors.deadlines import deadlines
from processors.moving.days import OF_TIMERS
from processors.moving.facts import TimerName
from processors.moving.steps import Step
from processors.moving.tasks import TaskKind


class Timer(NamedTuple):
    """What is waited for until when, and the law that says so; ``is_over``: in vain, that day lies behind."""

    what: str
    until: str
    basis: str
    is_over: bool = False


class Seen(NamedTuple):
    """
    Texts of a page; ``ref``: its address, empty where there is nothing to open.

    ``is_disputed``: a human has to decide; ``decides``: this clerk may.
    """

    ref: str
    is_protected: bool
    is_disputed: bool
    decides: bool
    number: str
    name: str
    kana: str
    step: str
    origin: str
    destination: str
    planned: str
    visit: str
    moved_in: str
    late: str
    since: str
    offices: str
    missing: Sequence[str]
    tasks: Sequence[str]
    timers: Sequence[Timer]


_TEXTS = (
    "offices",
    "number",
    "name",
    "kana",
    "step",
    "origin",
    "destination",
    "planned",
    "visit",
    "moved_in",
    "late",
    "since",
)
NOTHING = Seen(
    ref="",
    is_protected=False,
    is_disputed=False,
    decides=False,
    missing=(WITHHELD,),
    tasks=(WITHHELD,),
    timers=(Timer(WITHHELD, WITHHELD, WITHHELD),),
    **dict.fromkeys(_TEXTS, WITHHELD),
)
"""Of all who are withheld the same, so that no two of them can be told apart."""


class Held(NamedTuple):
    """What the member's own office holds of the persons, by pairwise id."""

    announced: Mapping[bytes, Announced]
    numbers: Mapping[bytes, str]


class Eyes(NamedTuple):
    """Who looks, at whom that hides, with what at hand. ``together``: everybody who moves with one of them."""

    staff: Staff
    hidden: Collection[bytes]
    together: Sequence[Row]
    held: Held
    names: Names
    now: int

    def sight(self, row: Row) -> Sight:
        return sight(row, self.staff, row.instance in self.hidden)

    def places(self, row: Row) -> Places:
        """Whom a page about it may name."""
        if self.sight(row) is Sight.WHOLE:
            return places(row, self.staff.member, row.instance in self.hidden)
        return Places(only=frozenset({self.staff.member}))

    def expects(self, row: Row) -> bool:
        """Is this person expected here, or was, and may this desk know it? Its own office was told who comes."""
        is_told = row.instance not in self.hidden and is_planned(row, self.staff.member)
        return is_told or self.sight(row) is Sight.WHOLE

    def decides(self, row: Row) -> bool:
        """May this clerk decide what contradicts itself?"""
        member, task = self.staff.member, {"kind": TaskKind.DECIDE}
        if self.staff.role is Role.OPERATOR or self.sight(row) is Sight.NOTHING:
            return False
        if row.instance in self.hidden and is_of_another(task, row, member):
            return False
        return any(task["kind"] == TaskKind.DECIDE and task["desk"] == member for task in row.facts["tasks"])

    def judged(self, row: Row) -> Row:
        """By which it is told whether a move stands on a list of this municipality's own waiting."""
        return own_side(row, self.staff.member) if row.instance in self.hidden else row

    def see(self, row: Row) -> Seen:
        """Only who is named in a procedure can open it, an office of whose has a part in it cannot."""
        seen = self._seen(row)
        if self.sight(row) is not Sight.NOTHING:
            seen = seen._replace(is_disputed=row.step is Step.CONFLICT, decides=self.decides(row))
        return seen if self.staff.member in row.desks else seen._replace(ref="")

    def _seen(self, row: Row) -> Seen:
        match self.sight(row):
            case Sight.NOTHING:
                return NOTHING
            case Sight.OWN_SIDE:
                return self._own_side(row)
        return self._see(between(row, self.places(row)))

    def _own_side(self, row: Row) -> Seen:
        member = self.staff.member
        if row.instance in self.hidden or not is_planned(row, member):
            return _own_only(self._see(own_side(row, member)))
        planned = self._see(as_planned(row, member))
        return _own_only(planned)._replace(destination=planned.destination, missing=(words.DECIDED_FIRST,))

    def see_all(self, rows: Sequence[Row]) -> list[Seen]:
        """Who is withheld stands last: a place in the order would tell a day."""
        open_rows = [row for row in rows if self.sight(row) is not Sight.NOTHING]
        withheld = len(rows) - len(open_rows)
        return [self.see(row) for row in sorted(open_rows, key=self._order)] + [NOTHING] * withheld

    def announced(self, row: Row) -> Announced | None:
        """None also where nobody but a receiving desk has to know it."""
        may_know = self.expects(row) and self.staff.role is not Role.OPERATOR
        return self.held.announced.get(self._person(row)) if may_know else None

    def _see(self, row: Row) -> Seen:
        facts, announced = row.facts, self.announced(row)
        name = announced.body.get("name") if announced else None
        late = lists.late_since(row, self.now)
        return Seen(
            ref=self.names.procedure(self.staff.member, Named(row.instance, row.item)),
            is_protected=row.instance in self.hidden,
            is_disputed=False,
            decides=False,
            number=self.held.numbers.get(self._person(row), NOBODY),
            name=name["text"] if name else NOBODY,
            kana=(name["kana"] or "") if name else "",
            step=words.STEPS[row.step],
            origin=words.place(facts["origin"]),
            destination="国外" if facts["is_abroad"] else words.place(facts["destination"]),
            planned=words.said_day(facts["planned"]),
            visit=words.said_day(facts["visit"]),
            moved_in=words.said_day(facts["moved_in"]),
            late=words.day(late) if late else NOBODY,
            since=words.day_at(facts["since"]),
            offices=f"{facts['answered']} / {facts['awaited']}",
            missing=list(words.missing(lists.missing(row, is_announced=announced is not None, here=self._here(row)))),
            tasks=[_task(task) for task in facts["tasks"]],
            timers=[self._timer(each, is_abroad=facts["is_abroad"]) for each in facts["timers"]],
        )

    def _timer(self, timer: Mapping[str, Any], *, is_abroad: bool) -> Timer:
        name, due = TimerName(timer["name"]), timer["due"]
        legal = None if is_abroad else OF_TIMERS.get(name)
        row = deadlines.load()[legal] if legal else None
        basis = f"{row.basis}{row.article}" if row else NOBODY
        return Timer(words.TIMERS[name], words.last_day(due), basis, is_over=due <= self.now)

    def _here(self, row: Row) -> int:
        """How many of those who move together come to this municipality."""
        ours = [each for each in self.together if each.group == row.group]
        return sum(each.facts["destination"] == self.staff.member for each in ours) if row.group else 1

    def _person(self, row: Row) -> bytes:
        return self.names.person(self.staff.member, row.instance)

    def _order(self, row: Row) -> tuple[str, bytes]:
        planned = row.facts["planned"] if self.sight(row) is Sight.WHOLE else None
        return planned["value"] if planned else "9999", self._person(row)


def _own_only(seen: Seen) -> Seen:
    return seen._replace(
        destination=WITHHELD, visit=WITHHELD, moved_in=WITHHELD, since=WITHHELD, offices=WITHHELD, missing=(WITHHELD,)
    )


def _task(task: Mapping[str, object]) -> str:
    about = task["about"]
    office = f"（{words.office(about['member'], about['business'])}）" if isinstance(about, Mapping) else ""
    return f"{words.place(str(task['desk']))}：{words.TASKS[TaskKind(str(task['kind']))]}{office}"
