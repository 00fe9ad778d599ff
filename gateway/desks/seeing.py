"""A move as one clerk sees it: words only, each of them allowed. Whatever a page shows of a move comes from here."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from connectors.postgres.offices.announced import Announced
from gateway.desks import lists, words
from gateway.desks.names import Named, Names
from gateway.desks.staff import Role, Staff
from gateway.desks.standing import Row
from gateway.desks.withholding import Sight, between, own_side, places, sight
from gateway.desks.words import NOBODY, WITHHELD
from processors.deadlines import deadlines
from processors.moving.days import OF_TIMERS
from processors.moving.facts import TimerName
from processors.moving.tasks import TaskKind


class Timer(NamedTuple):
    """What is waited for until when, and the law that says so."""

    what: str
    until: str
    basis: str


class Seen(NamedTuple):
    """Texts of a page; ``ref``: its address, empty where there is nothing to open."""

    ref: str
    is_protected: bool
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
    missing=(WITHHELD,),
    tasks=(WITHHELD,),
    timers=(Timer(*[WITHHELD] * 3),),
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

    def places(self, row: Row) -> frozenset[str] | None:
        return places(row, row.instance in self.hidden)

    def judged(self, row: Row) -> Row:
        """By which it is told whether a move stands on a list of this municipality's own waiting."""
        return own_side(row, self.staff.member) if row.instance in self.hidden else row

    def see(self, row: Row) -> Seen:
        """Only who is named in a procedure can open it, an office of whose has a part in it cannot."""
        seen = self._seen(row)
        return seen if self.staff.member in row.desks else seen._replace(ref="")

    def _seen(self, row: Row) -> Seen:
        match self.sight(row):
            case Sight.NOTHING:
                return NOTHING
            case Sight.OWN_SIDE:
                return _own_only(self._see(own_side(row, self.staff.member)))
        only = self.places(row)
        return self._see(between(row, only) if only else row)

    def see_all(self, rows: Sequence[Row]) -> list[Seen]:
        """Who is withheld stands last: a place in the order would tell a day."""
        open_rows = [row for row in rows if self.sight(row) is not Sight.NOTHING]
        withheld = len(rows) - len(open_rows)
        return [self.see(row) for row in sorted(open_rows, key=self._order)] + [NOTHING] * withheld

    def announced(self, row: Row) -> Announced | None:
        """None also where nobody but a receiving desk has to know it."""
        may_know = self.sight(row) is Sight.WHOLE and self.staff.role is not Role.OPERATOR
        return self.held.announced.get(self._person(row)) if may_know else None

    def _see(self, row: Row) -> Seen:
        facts, announced = row.facts, self.announced(row)
        name = announced.body.get("name") if announced else None
        late = lists.late_since(row, self.now)
        return Seen(
            ref=self.names.procedure(self.staff.member, Named(row.instance, row.item)),
            is_protected=row.instance in self.hidden,
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
            timers=[_timer(each["name"], each["due"], is_abroad=facts["is_abroad"]) for each in facts["timers"]],
        )

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
    office = f"（{words.place(about['member'])} {about['business']}）" if isinstance(about, Mapping) else ""
    return f"{words.place(str(task['desk']))}：{words.TASKS[TaskKind(str(task['kind']))]}{office}"


def _timer(name: str, due: int, *, is_abroad: bool) -> Timer:
    its = TimerName(name)
    legal = None if is_abroad else OF_TIMERS.get(its)
    row = deadlines.load()[legal] if legal else None
    return Timer(words.TIMERS[its], words.last_day(due), f"{row.basis}{row.article}" if row else NOBODY)
