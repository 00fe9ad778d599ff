"""Some persons whose moves are known, what the offices hold of them, and clerks of three towns who look at them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from starlette.testclient import TestClient

from connectors.postgres.offices.announced import Announced
from gateway.desks.asked import Apart, Asked
from gateway.desks.deciding import Decided
from gateway.desks.looking import Desk
from gateway.desks.names import Named, Names
from gateway.desks.routes import routes
from gateway.desks.sessions import SignedIn
from gateway.desks.staff import Role, Sessions, Staff
from gateway.desks.standing import Row
from gateway.desks.testing import (
    MemoryAsking,
    MemoryEnrolling,
    MemoryKeeping,
    MemoryOffices,
    MemorySafeChannels,
    MemorySessions,
    MemoryStanding,
    MemoryViewings,
)
from gateway.hiding import Leg, hiding
from gateway.residents.testing import MemoryCounter, MemoryResidents
from gateway.sign_in.browser import digest
from gateway.testing import MemoryMoving
from kairan.identifiers import Handle, MunicipalityCode
from kairan.keys import BusKeys
from kairan.measures import Standing
from kairan.stream import Position
from processors.moving import household
from processors.moving.deciding import Act, decision
from processors.moving.facts import Input
from processors.moving.household import HOUSEHOLD, Overdue, Stood, gathered
from processors.moving.known import Known
from processors.moving.moves import moves
from processors.moving.process import WORDS
from processors.moving.saga import SAGA
from processors.moving.showing import shown
from processors.moving.steps import Step
from processors.moving.tasks import Stepped
from processors.notices import facts as notices
from processors.notices import showing
from processors.notices.rules import load
from processors.notices.saga import decider
from processors.runtime import process
from tests.unit.gateway.door import browser
from tests.unit.processors.moving.story import AT, DAYS, A, B, C
from tests.unit.processors.notices.world import fact

KEYS = BusKeys(1, b"k" * 32)
CLERKS = {f"{member}-{role}": Staff(member, role, f"{role}-1") for member in (A, B, C) for role in Role}
RULES = load()
NOTICES = decider(RULES)
PLACE = Position("life-events", 0, 0)


def token(member: str, role: Role) -> str:
    return f"{member}-{role}"


def handle(name: str) -> bytes:
    return blake2b(name.encode(), digest_size=12).digest() + bytes(4)


class World:
    """``protection``: of whom measures tell something; ``decisions``: what desks decided."""

    protection: dict[bytes, Standing]
    decisions: list[Decided]
    settled: list[tuple[Asked, Staff]]

    def __init__(self) -> None:
        self.standing, self.moving = MemoryStanding(), MemoryMoving()
        self.asking = MemoryAsking()
        self.offices = MemoryOffices()
        self.keeping = MemoryKeeping(self.standing)
        self.viewings = MemoryViewings()
        self.safe = MemorySafeChannels(lambda: self.now)
        self.enrolling = MemoryEnrolling(MemoryCounter(MemoryResidents()), lambda: self.now)
        self.protection = {}
        self.lines: dict[bytes, list[process.Row]] = defaultdict(list)
        self.stood: dict[bytes, list[Stood]] = defaultdict(list)
        self.decisions, self.settled = [], []
        self.sessions = MemorySessions()
        for name, clerk in CLERKS.items():
            self.sessions.open(digest(name), clerk, AT)
        self.names = Names(KEYS, lambda: self.now)
        self.now = AT

    def person(self, name: str, *told: Input) -> list[Row]:
        """Her moves, as the process has them; somebody's name is her own secret as well."""
        known, instance = SAGA.initial, handle(name)
        for version, each in enumerate(told, 1):
            outputs = SAGA.decide(known, each)
            self.stood[instance] += [_stood(word) for word in outputs if isinstance(word, Stepped)]
            sent = tuple(json.dumps(WORDS.to_json(word)) for word in outputs)
            self.lines[instance].append(process.Row(instance, version, json.dumps(WORDS.to_json(each)), sent, PLACE))
            known = SAGA.evolve(known, each)
        rows = [self._row(instance, shown(move, DAYS)) for move in moves(known)]
        self.standing.rows += rows
        self.moving.legs += [Leg(Handle(instance), row.groups, row.facts["hides"]) for row in rows]
        return rows

    def household(self, *names: str, at: int = 0) -> None:
        """They left together, as their household's process has it; ``at``: a time that has come."""
        told: list[Stood | Overdue] = [each for name in names for each in self.stood[handle(name)]]
        its = HOUSEHOLD.replay([*told, Overdue(at)])
        for each in household.shows(its):
            self.asking.households.append((A, Apart(gathered(its), json.loads(json.dumps(each.facts)))))

    def notices(self, *told: notices.Input) -> None:
        """What is asked of staff when somebody's notices were told this."""
        state = NOTICES.replay(told)
        shown = (each for each in showing.shows(state, RULES) if each.kind == showing.TASK)
        instance = state.known.person
        self.asking.tasks += [Asked(instance, each.item, json.loads(json.dumps(each.facts))) for each in shown]

    def announce(self, name: str, to: str, *, protection: str | None = "none", origin: str = A) -> Announced:
        """To this municipality's 001, with a marked value in every field."""
        told = Announced(None, origin, protection, body(name))
        self.offices.arrivals[to, self.names.person(to, handle(name))] = told
        return told

    def number(self, name: str, member: str, number: str) -> None:
        self.offices.known[member, self.names.person(member, handle(name))] = number

    def ref(self, member: str, row: Row) -> str:
        return self.names.procedure(member, Named(row.instance, row.item))

    def browser(self, member: str, role: Role) -> TestClient:
        return browser(routes(self.desk()), token(member, role))

    def desk(self, sessions: Sessions | None = None) -> Desk:
        """``sessions``: of whom the door lets in, in the place of ``CLERKS``."""
        return Desk(
            sessions=sessions or SignedIn(self.sessions, lambda: AT),
            standing=self.standing,
            asking=self.asking,
            offices=self.offices,
            viewings=self.viewings,
            hiding=lambda people: hiding(people, self.moving, lambda each: self.protection.get(each, "none")),
            journal=lambda each: self.lines[each],
            names=self.names,
            decide=self.decide,
            now=lambda: self.now,
            settle=lambda asked, staff: self.settled.append((asked, staff)),
            safe=self.safe,
            keeping=self.keeping,
            enrolling=self.enrolling,
        )

    def decide(self, known: Known, decided: Decided) -> None:
        """As ``processors.moving.deciding`` judges it."""
        act = Act(MunicipalityCode(decided.staff.member), bytes(16), decided.rejected, decided.reason, self.now)
        decision(known, act)
        self.decisions.append(decided)

    def _row(self, instance: bytes, its: process.Shown) -> Row:
        facts = json.loads(json.dumps(its.facts))
        return Row(instance, its.item, Step(its.kind), its.desks, facts)


def _stood(its: Stepped) -> Stood:
    return Stood(its.move, its.step, its.group.size if its.group else 1, its.origin, its.at)


def stated(name: str, trigger: str, number: int = 1, *, to: str | None = None, **said: Any) -> notices.Fact:
    """Of this person, in 2026; ``to``: who is told of it, herself if nobody else is."""
    told, its = Handle(handle(to or name)), Handle(handle(name))
    return fact(trigger, number, about=its, to=told, **({"parties": {}} | said))


def body(name: str) -> dict[str, object]:
    """What a departure tells the destination."""
    return {
        "name": {"text": f"{name}太郎", "kana": f"{name}タロウ", "kana_confirmed": True},
        "birth_date": {"value": "1990-04-01", "certain": True, "text": "平成2年4月1日"},
        "sex": "1",
        "address": {"municipality_or_ward": A, "town": f"{name}町", "lot": "一丁目", "building": None},
        "household": {"number": "1", "head_name": f"{name}花子", "relationship": "子"},
        "koseki": {"domicile": f"{name}県", "head": f"{name}一郎"},
        "planned_date": {"value": "2023-11-20", "certain": True, "text": ""},
        "planned_destination": {"municipality": B, "ward": None, "address": f"{name}新町", "country": None},
        "mover_scope": "全部",
        "entitlements": {"nhi": {"start": "2020-04-01", "end": None}, "care": None},
        "foreign_status": None,
    }


def paths(refs: Iterable[str]) -> list[str]:
    """Of every page."""
    lists = [
        "/desks",
        *(
            f"/desks/{each}"
            for each in ("arrivals", "departures", "late", "conflicts", "tasks", "load", "safe-channel", "enrolment")
        ),
    ]
    of_one = (
        "/desks/arrivals/{}/sheet",
        "/desks/conflicts/{}",
        "/desks/procedures/{}",
        "/desks/procedures/{}?purpose=search",
    )
    return lists + [path.format(ref) for ref in refs for path in of_one]
