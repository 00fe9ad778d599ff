"""What staff has to do: in moves, about households that came apart, and about what notices' rules leave to people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from gateway.desks import looking, words
from gateway.desks.asked import Apart, Asked
from gateway.desks.looking import Desk
from gateway.desks.names import Named, Names
from gateway.desks.seeing import NOTHING, Eyes, Held, Seen
from gateway.desks.staff import Page, Purpose, Staff
from gateway.desks.standing import Row
from gateway.desks.viewings import Viewing
from gateway.desks.withholding import Sight, is_told_of, of_own_desk, sight_of_asked
from gateway.desks.words import NOBODY, WITHHELD
from kairan.identifiers import Handle
from processors.moving.days import LegalDays
from processors.moving.household import GONE_ON
from processors.notices import offices, texts
from processors.notices.notices import Why
from processors.notices.texts import Language


class SeenTask(NamedTuple):
    """
    What a notice's rule asks; ``ref``: its name in a form, empty where there is nothing to settle.

    ``is_late``: its day lies behind.
    """

    ref: str
    is_protected: bool
    is_late: bool
    number: str
    name: str
    what: str
    whom: str
    why: str
    office: str
    since: str
    due: str
    basis: str


NO_TASK = SeenTask(ref="", is_protected=False, is_late=False, **dict.fromkeys(SeenTask._fields[3:], WITHHELD))


class SeenHousehold(NamedTuple):
    """``others``: how many more are expected, of whom nothing was told; ``is_late``: the day lies behind."""

    state: str
    until: str
    arrived: str
    others: str
    behind: Sequence[Seen]
    is_late: bool = False


NO_HOUSEHOLD = SeenHousehold(WITHHELD, WITHHELD, WITHHELD, WITHHELD, (NOTHING,))


@dataclass(frozen=True, slots=True)
class Board:
    """``shown``: events that moves and facts began with, of which something is shown."""

    moves: Sequence[Seen]
    households: Sequence[SeenHousehold]
    asked: Sequence[SeenTask]
    shown: frozenset[bytes]

    @property
    def count(self) -> int:
        return len(self.moves) + len(self.households) + len(self.asked)


def board(desk: Desk, staff: Staff) -> Board:
    """All of it as this clerk sees it, who is withheld last of each kind; not written down yet."""
    member = staff.member
    apart = desk.asking.apart(member)
    members = desk.standing.moves(member, [item for each in apart for item in each.items])
    rows = desk.standing.asked(member)
    look, seer = looking.eyes(desk, staff, [*rows, *members]), seer_of(desk, staff, desk.asking.of(member))
    own = list(_own(look, rows))
    households = [_household(look, each, members) for each in apart]
    shown = {row.item for row in own if look.sight(row) is not Sight.NOTHING} | {
        move for each, its in zip(apart, households, strict=True) if its is not NO_HOUSEHOLD for move in each.items
    }
    last = sorted(households, key=lambda its: its is NO_HOUSEHOLD)
    return Board(look.see_all(own), last, seer.see_all(), frozenset(shown | seer.shown))


def write_down(desk: Desk, staff: Staff, shown: frozenset[bytes]) -> None:
    """Before anything is shown."""
    desk.viewings.write(Viewing(staff, Page.TASKS, Purpose.DUTIES, tuple(sorted(shown))))


def found(desk: Desk, staff: Staff, ref: str) -> Asked | None:
    """The task of this name, if it is this municipality's and this clerk sees it."""
    named = desk.names.named(staff.member, ref)
    asked = desk.asking.one(staff.member, *named) if named else None
    return asked if asked and seer_of(desk, staff, [asked]).shown else None


def _own(look: Eyes, rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        its = of_own_desk(row, look.staff.member, row.instance in look.hidden)
        if its.facts["tasks"]:
            yield its


def _household(look: Eyes, apart: Apart, moves: Sequence[Row]) -> SeenHousehold:
    """Withheld as a whole where one of them hides, and where one is not found who might."""
    its = [row for row in moves if row.item in apart.items]
    if len(its) < len(apart.items) or any(look.sight(row) is not Sight.WHOLE for row in its):
        return NO_HOUSEHOLD
    behind = [row for row in its if row.step not in GONE_ON]
    return SeenHousehold(
        words.GATHERED[apart.kind],
        words.last_day(apart.until) if apart.until else NOBODY,
        str(apart.facts["arrived"]),
        str(apart.facts["expected"] - len(behind)),
        look.see_all(behind),
        is_late=apart.until is not None and apart.until <= look.now,
    )


class Seer(NamedTuple):
    """Who looks at what notices ask, whom of them measures hide, with what the own office knows at hand."""

    staff: Staff
    asked: Sequence[Asked]
    hidden: frozenset[bytes]
    held: Held
    names: Names
    today: date

    def see_all(self) -> list[SeenTask]:
        """By the day on which it is due, then by age."""
        whole = sorted((each for each in self.asked if self.is_whole(each)), key=_order)
        return [*map(self._see, whole), *[NO_TASK] * (len(self.asked) - len(whole))]

    def is_whole(self, asked: Asked) -> bool:
        return sight_of_asked(self.staff, asked.item in self.hidden) is Sight.WHOLE

    @property
    def shown(self) -> frozenset[bytes]:
        return frozenset(each.root for each in self.asked if self.is_whole(each))

    def _see(self, asked: Asked) -> SeenTask:
        facts, rule = asked.facts, asked.rule
        person = self.names.person(self.staff.member, asked.about)
        announced, office = self.held.announced.get(person), offices.office(facts["business"])
        name = announced.body.get("name") if announced else None
        due = date.fromisoformat(facts["due"]) if facts["due"] else None
        return SeenTask(
            ref=self.names.procedure(self.staff.member, Named(asked.instance, asked.item)),
            is_protected=asked.item in self.hidden,
            is_late=due is not None and due < self.today,
            number=self.held.numbers.get(person, NOBODY),
            name=name["text"] if name else NOBODY,
            what=f"{texts.words(Language.JAPANESE).of(rule.id).title.fill({}).plain}（{rule.id}）",
            whom=words.AUDIENCES[rule.audience],
            why=words.WHYS[Why(facts["why"])],
            office=office.text if office else NOBODY,
            since=words.day_at(facts["since"]),
            due=words.day(due) if due else NOBODY,
            basis=f"{rule.basis}{rule.article}{'' if rule.status == 'verified' else '（条文未確認）'}",
        )


def seer_of(desk: Desk, staff: Staff, asked: Sequence[Asked]) -> Seer:
    people = {each.about for each in asked} | {each.instance for each in asked}
    persons: dict[bytes, bytes] = {desk.names.person(staff.member, each): each for each in people}
    announced = desk.offices.announced(staff.member, list(persons))
    hides = {persons[person] for person, told in announced.items() if told.protection != "none"}
    hides |= desk.hiding([Handle(each) for each in people])
    hidden = frozenset(each.item for each in asked if each.facts["hides"] or hides & {each.about, each.instance})
    told_of = [each for each in asked if is_told_of(each, staff.member, each.item in hidden)]
    held = Held(announced, looking.numbers(desk, staff, list(persons)))
    return Seer(staff, told_of, hidden, held, desk.names, LegalDays().day_of(desk.now()))


def _order(asked: Asked) -> tuple[str, int, bytes]:
    return asked.facts["due"] or "9999", asked.facts["since"], asked.item
