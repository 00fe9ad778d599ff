"""Where stories are played: their own persons, the clerks, and waiting for what the bus brings."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from kairan import municipalities
from kairan.partial_date import PartialDate
from kairan.settings import Settings
from sandbox import borders, loading, places
from sandbox.acts import Act
from sandbox.clerk import Clerk
from sandbox.desk import News, is_there
from sandbox.draw import Draw
from sandbox.life import Life
from sandbox.nation import Nation
from sandbox.people import HEAD, Person, Record
from sandbox.run import LOOK_EVERY, Sandbox

FIRST_NUMBER = 900_000
"""宛名番号 of the stories' persons, far from everybody else's."""

Found = TypeVar("Found")


class StoryStuckError(Exception):
    """The bus did not bring what the next clerk needs."""


@dataclass(frozen=True, slots=True)
class Fact:
    """
    A registered fact: the act it belongs to, who stated it, its outbox row.

    ``event_id``: under which the bus knows it, None when the relay refused it; ``refused``: with which codes.
    """

    what: str
    member: str
    sequence: int
    event_id: bytes | None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """
    What was told: ``people`` are (member, 宛名番号) by who they are; ``facts`` in the order of registration.

    ``office``: the member and the channel in which something is to be seen.
    """

    title: str
    people: Mapping[str, tuple[str, str]]
    facts: tuple[Fact, ...]
    office: tuple[str, str] | None = None


@dataclass
class Stage:
    """Clerks, persons of the stories' own, and how long a clerk waits for the bus."""

    clerks: Mapping[str, Clerk]
    life: Life
    channels: Mapping[str, str]
    """Through which channel of its own each member's 024 receives."""
    patience: float = 20
    leap: Callable[[int], None] = lambda _: None
    """Lets so many days pass for the bus's procedures."""
    phone: Callable[[str, str], None] = lambda *_: None
    """Somebody, by member and 宛名番号, wants to be told on her phone from now on; returns when the bus knows her."""
    _made: list[tuple[str, str, int]] = field(default_factory=list)

    @property
    def draw(self) -> Draw:
        return self.life.draw

    @property
    def today(self) -> date:
        return self.draw.today

    def beside(self) -> "Stage":
        """For another story in the same days: only what each has registered is its own."""
        return replace(self, _made=[])

    def pass_days(self, days: int) -> None:
        """What is registered from now on happens so much later."""
        self.leap(days)
        self.draw.today += timedelta(days=days)

    def wants_to_be_told(self, record: Record) -> None:
        """On her phone, by the simulator of マイナポータル."""
        self.phone(record.member, record.atena)

    def member(self, number: int) -> str:
        """Members in turn, so that a story has its own places."""
        return self.draw.nation.members[number % len(self.draw.nation.members)]

    def settle(self, member: str, family: Sequence[tuple[Person, str]], since: date) -> list[Record]:
        """A family that has lived there since before the bus: it is on record, and the bus has never heard of it."""
        draw = self.draw
        address, household = places.address(draw.random, places.of(member)), next(draw.households[member])
        day, records = PartialDate.of(since), []
        for person, relation in family:
            draw.nation.people[person.key] = person
            atena = next(draw.atena[member])
            record = Record(person.key, member, atena, household, relation, address, day, day, nhi=True)
            records.append(draw.nation.put(record))
        self.clerks[member].perform(loading.unstated(draw, records))
        return records

    def arrive_from_outside(self, member: str, person: Person, day: date) -> Record:
        """転入 on paper from a municipality that is no member."""
        act, records = borders.arrival(self.draw, member, [(person, HEAD)], day, ("01", "証明書", places.OUTSIDE[-1]))
        self.play(act)
        return records[0]

    def play(self, act: Act) -> None:
        """Performs an act as soon as the bus has brought what it waits for."""
        clerk = self.clerks[act.member]
        news = self._await(act, clerk) if act.waits else {}
        self._made += [(act.what, act.member, sequence) for sequence in clerk.perform_and_find(act, news)]

    def told(self, title: str, people: Mapping[str, Record], office: tuple[str, str] | None = None) -> Story:
        """Closes a story: its facts under the ids that the relays gave them."""
        made, self._made = self._made, []
        named = {who: (record.member, record.atena) for who, record in people.items()}
        return Story(title, named, tuple(self._fact(*each) for each in made), office)

    def until(self, look: Callable[[], Found | None], otherwise: str) -> Found:
        """Looks again and again; raises StoryStuckError when patience is over."""
        last = time.monotonic() + self.patience
        while time.monotonic() < last:
            if found := look():
                return found
            time.sleep(LOOK_EVERY)
        raise StoryStuckError(otherwise)

    def _await(self, act: Act, clerk: Clerk) -> News:
        def _brought() -> News | None:
            news = clerk.desk.news()
            return news if act.waits and is_there(act.waits, news) else None

        return self.until(_brought, f"{act.what}: what the clerk of {act.member} waits for did not come")

    def _fact(self, what: str, member: str, sequence: int) -> Fact:
        clerk = self.clerks[member]

        def _became() -> tuple[bytes | None, list[str] | None] | None:
            event_id, refusal = clerk.event_id(sequence), clerk.refusal(sequence)
            return (event_id, refusal) if event_id or refusal else None

        event_id, refusal = self.until(_became, f"{what}: row {sequence} was neither mapped nor refused")
        return Fact(what, member, sequence, event_id, tuple(refusal or ()))


def stage(
    settings: Settings,
    sandbox: Sandbox,
    patience: float = 20,
    leap: Callable[[int], None] = lambda _: None,
    phone: Callable[[str, str], None] = lambda *_: None,
) -> Stage:
    """A stage beside a nation that is played: the same clerks, other persons."""
    options = sandbox.options
    draw = Draw(Random(options.seed), options.today, Nation(options.members), options.run, "X", FIRST_NUMBER)
    for member, clerk in sandbox.clerks.items():
        clerk.join(municipalities.find(member).name)
    performers = settings.register().performers
    channels = {
        row.municipality: row.channel for row in performers if row.business == "024" and row.municipality == row.member
    }
    return Stage(sandbox.clerks, Life(draw), channels, patience, leap, phone)
