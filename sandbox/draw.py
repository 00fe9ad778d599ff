"""Draws persons and numbers: all chance comes from one seeded source, so the same seed gives the same nation."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from kairan.partial_date import PartialDate
from sandbox import names, numbers, places
from sandbox.calendar import unknown, years_on
from sandbox.nation import Nation
from sandbox.people import Domicile, Foreign, Name, Person

UNKNOWN_DATES = 0.005
FIRST_NUMBER, NUMBERS = 1000, 1_000_000
"""Every member's first 宛名番号 (the same number names different persons in different places), and a run's range."""
STATUSES = (("永住者", "無期限"), ("技術・人文知識・国際業務", "3年"), ("留学", "1年"), ("家族滞在", "3年"))
NATIONALITIES = ("ベトナム", "中国", "韓国", "フィリピン", "ブラジル", "ネパール", "アメリカ")


@dataclass
class Draw:
    """Chance, the calendar and the counters of one nation."""

    random: Random
    today: date
    nation: Nation
    run: int = 0
    series: str = ""
    """Letters that part the ids of this draw from those of another one in the same databases."""
    first: int = FIRST_NUMBER
    atena: dict[str, Iterator[str]] = field(init=False)
    households: dict[str, Iterator[str]] = field(init=False)
    known: set[tuple[str, date]] = field(default_factory=set)
    counters: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        members, first = self.nation.members, self.first + self.run * NUMBERS
        self.atena = {code: numbers.issued(self.random, first) for code in members}
        self.households = {code: numbers.issued(self.random, first) for code in members}

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def count(self, of: str) -> int:
        """1, 2, 3 … for each kind of thing that is counted."""
        self.counters[of] += 1
        return self.counters[of]

    def number(self, of: str) -> str:
        """A running number as part of an id; of a further nation in the same databases with the run before it."""
        run = f"{self.run}." if self.run else ""
        return f"{self.series}{run}{self.count(of):06d}"

    def born_at_age(self, age: int) -> date:
        return years_on(self.today, -age) - timedelta(days=self.random.randrange(365))

    def years_after(self, day: date, low: int, high: int) -> date:
        """A day on which somebody born on ``day`` is between ``low`` and ``high`` years old."""
        return years_on(day, self.random.randint(low, high)) + timedelta(days=self.random.randrange(365))

    def between(self, first: date, last: date) -> date:
        return first + timedelta(days=self.random.randint(0, max((last - first).days, 0)))

    def day(self, day: date) -> PartialDate:
        """The day as registered: now and then nobody knows it exactly."""
        return unknown(self.random, day) if self.chance(UNKNOWN_DATES) else PartialDate.of(day)

    def name(self, sex: str) -> Name:
        """A name that belongs to nobody in particular."""
        return names.whole(names.load().family(self.random), self.random.choice(names.load().given[sex]))

    def person(self, family: Name, sex: str, born: date) -> Person:
        """A Japanese person; name and birth date together are nobody else's."""
        while True:
            name = names.whole(family, names.load().first(self.random, sex, born))
            if (name.text, born) not in self.known:
                return self._known(Person(0, name, sex, born, self.day(born)))

    def foreigner(self, sex: str, born: date) -> Person:
        """Passports are few in the table: a second bearer of a name is born on another day."""
        drawn = self.random.choice(names.load().foreign)
        while (drawn.name.text, born) in self.known:
            born -= timedelta(days=1)
        return self._known(Person(0, drawn.name, sex, born, PartialDate.of(born), None, self._status(), drawn.alias))

    def domicile(self, member: str, head: Name) -> Domicile:
        return places.domicile(self.random, places.of(member), self.nation.members, head.text)

    def _known(self, person: Person) -> Person:
        self.known.add((person.name.text, person.born))
        return replace(person, key=self.count("person"), kana_confirmed=not self.chance(0.08))

    def _status(self) -> Foreign:
        status, period = self.random.choice(STATUSES)
        until = years_on(self.today, self.random.randint(1, 4))
        return Foreign(self.random.choice(NATIONALITIES), "中長期在留者", status, period, until)
