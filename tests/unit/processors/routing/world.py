"""A small world for the tests of routing: five municipalities, a prefecture that performs for a town, their events."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from kairan import masks, shapes, wire
from kairan.codes import BUSINESSES
from kairan.keys import BusKeys
from kairan.partial_date import PartialDate
from kairan.register import Channel, Member, Performer, Register, Request
from kairan.stream import Incoming, Outgoing
from processors.routing.bundle import Bundle
from processors.routing.deliveries import route
from processors.routing.policy import Policy, load
from processors.routing.protection import ProtectionState

KEYS = BusKeys(1, bytes(range(32)))
YOKOHAMA, TSURUMI, EDOGAWA, ICHIKAWA, HAYAMA = "141003", "141011", "131237", "122033", "143014"
NAGANO, KANAGAWA, NAHA = "202011", "140007", "472018"
ON_THE_BUS = (YOKOHAMA, EDOGAWA, ICHIKAWA, HAYAMA, NAGANO)
APPENDED = 1_767_225_600_000
EXAMPLES: Mapping[str, Any] = {
    "string": "東京都",
    "boolean": True,
    "int": 7,
    "long": 1_234_567,
    "kairan.body.PartialDate": {"value": "2026-04-01", "certain": True, "text": ""},
}

POLICY: Policy = load()


def businesses_of(municipality: str) -> Iterable[Performer]:
    """001 has a channel of its own, 021 of the town is the prefecture's, everything else is one desk."""
    for business in BUSINESSES:
        if business == "021" and municipality == HAYAMA:
            yield Performer(municipality=municipality, business=business, member=KANAGAWA, channel="welfare")
        else:
            channel = "resident-record" if business == "001" else "desk"
            yield Performer(municipality=municipality, business=business, member=municipality, channel=channel)


def register(states: Mapping[str, Any] | None = None, requests: Sequence[Request] = ()) -> Register:
    states = states or {}
    members = [
        Member(code=code, name=code, kind="municipality", state=states.get(code, "active")) for code in ON_THE_BUS
    ]
    members.append(Member(code=KANAGAWA, name="神奈川県", kind="performer", state=states.get(KANAGAWA, "active")))
    performers = [row for code in ON_THE_BUS for row in businesses_of(code)]
    channels = {(row.member, row.channel) for row in performers}
    return Register(
        members=tuple(members),
        channels=tuple(Channel(member=member, channel=name, title=name) for member, name in sorted(channels)),
        performers=tuple(performers),
        requests=tuple(requests),
    )


BUNDLE = Bundle(POLICY, register())
NOBODY = ProtectionState()
"""Nobody is known to be protected."""


def day(text: str | date) -> dict[str, Any]:
    return PartialDate(str(text), certain=True).as_record()


def municipality(role: str, code: str, ward: str | None = None) -> dict[str, Any]:
    return {"role": role, "code": code, "ward": ward}


def handle(number: int) -> bytes:
    return number.to_bytes(12) + bytes(4)


def envelope(type_: str, **stated: Any) -> dict[str, Any]:
    """An event's envelope; what is not stated is plain."""
    return {
        "id": bytes(15) + b"\x01",
        "type": type_,
        "source": {"municipality": EDOGAWA, "business": shapes.shape("event", type_).business},
        "subject": {"kind": "person", "handle": handle(1)},
        "version": 3,
        "reason": None,
        "change": "created",
        "corrects": None,
        "corrects_version": None,
        "protection": "none",
        "municipalities": [],
        "related": [],
        "effective": day("2026-04-01"),
        "notified": None,
        "registered": APPENDED - 10,
        "group": None,
        "correlation": None,
        "causation": None,
        "resend": 0,
        "admitted": APPENDED - 5,
        "lineage": [],
        "key_version": 1,
        "statement_digest": bytes(32),
    } | stated


def former(**facts: Any) -> dict[str, Any]:
    """What admission copies of a corrected record."""
    return {
        "id": bytes(15) + b"\x02",
        "version": 2,
        "reason": None,
        "effective": day("2026-03-01"),
        "registered": APPENDED - 1000,
        "admitted": None,
        "municipalities": [],
        "related": [],
        "birth_date": None,
        "resident_kind": None,
        "arrival_kind": None,
        "procedure": None,
        "entitlements": None,
        "amended": None,
    } | facts


def record(type_: str, body: Mapping[str, Any] | None = None, **stated: Any) -> Incoming:
    """An event in the log."""
    shape = shapes.shape("event", type_)
    topic = "life-events" if shape.lane == "live" else "life-events.bulk"
    value = wire.encode(shape, envelope(type_, **stated), body or {})
    return Incoming(topic, 5, 1234, APPENDED, handle(1), value)


def full_body(type_: str) -> dict[str, Any]:
    """A body in which every field says something."""
    return dict(_full_body(type_))


@cache
def _full_body(type_: str) -> Mapping[str, Any]:
    shape = shapes.shape("event", type_)
    named = shapes.definitions(shape.schema)
    return {each["name"]: example(each["type"][1], named) for each in shape.schema["fields"][1:]}


def example(schema: Any, named: Mapping[str, Any]) -> Any:
    match named.get(schema, schema) if isinstance(schema, str) else schema:
        case {"name": name} if name in EXAMPLES:
            return EXAMPLES[name]
        case {"type": "record", "fields": fields}:
            return {each["name"]: example(each["type"], named) for each in fields}
        case {"type": "array", "items": items}:
            return [example(items, named)]
        case ["null", branch]:
            return example(branch, named)
        case str(name):
            return EXAMPLES[name]
        case other:
            raise AssertionError(other)


def moved_in(body: Mapping[str, Any] | None = None, **stated: Any) -> Incoming:
    """Into 江戸川区 from 市川市, registered domicile 長野市; a Japanese grown-up unless said otherwise."""
    parties = [
        municipality("destination", EDOGAWA),
        municipality("origin", ICHIKAWA),
        municipality("registered_domicile", NAGANO),
    ]
    plain = full_body("residence.MovedIn") | {
        "birth_date": day("1980-05-05"),
        "resident_kind": "japanese",
        "entitlements": None,
    }
    return record("residence.MovedIn", plain | dict(body or {}), **({"municipalities": parties} | stated))


MOVE_OUT = "residence.MoveOutConfirmed"
FLAG = "protection.ProtectionChanged"
DEPARTURE = [municipality("origin", EDOGAWA), municipality("destination", HAYAMA)]
DOMICILE = [municipality("destination", EDOGAWA), municipality("registered_domicile", NAGANO)]
FIRST, SECOND = bytes(15) + b"\x11", bytes(15) + b"\x12"
"""Ids of events that are corrected."""


def departure(**stated: Any) -> Incoming:
    """From 江戸川区 to 葉山町; every field says something."""
    return record(MOVE_OUT, full_body(MOVE_OUT), **({"municipalities": DEPARTURE} | stated))


def measures(*records: Mapping[str, Any]) -> ProtectionState:
    state = ProtectionState()
    for each in records:
        state.evolve(each)
    return state


def measure(kind: str, version: int = 1, name: str = "M1", person: int = 1, **stated: Any) -> dict[str, Any]:
    return {
        "handle": handle(person),
        "municipality": EDOGAWA,
        "measure": name,
        "version": version,
        "kind": kind,
        "event": None,
        "registered": APPENDED + version,
    } | stated


def claim(one: int, claimed: int) -> dict[str, Any]:
    return {"handle": handle(one), "claimed": handle(claimed), "municipality": EDOGAWA, "event": bytes(16)}


def link(one: int, other: int) -> dict[str, Any]:
    return {"handle": handle(one), "same_as": handle(other), "municipality": EDOGAWA, "event": bytes(16)}


class Delivered:
    """A delivery, decoded."""

    def __init__(self, outgoing: Outgoing) -> None:
        assert outgoing.value is not None
        self.shape, self.envelope, offset = wire.decode_envelope(outgoing.value)
        self.body = wire.decode_body(self.shape, outgoing.value, offset)
        self.topic = outgoing.topic
        self.key = outgoing.key
        self.value = outgoing.value
        self.envelope_bytes = outgoing.value[:offset]

    @property
    def businesses(self) -> list[str]:
        return [each["business"] for each in self.envelope["businesses"]]

    @property
    def granted(self) -> set[str]:
        """What the envelope says is told, be it empty."""
        told = masks.of_bytes(self.envelope["told"])
        return {field.name for field in self.shape.body_fields if field.index in told}

    @property
    def told(self) -> set[str]:
        return {name for name, value in self.body.items() if value is not None}


def deliveries(event: Incoming, state: ProtectionState | None = None, bundle: Bundle = BUNDLE) -> list[Delivered]:
    return [Delivered(each) for each in route(event, state or ProtectionState(), bundle, KEYS).deliveries]


def to(found: Iterable[Delivered], member: str, business: str) -> Delivered:
    """The one delivery that entitles this business."""
    (only,) = [each for each in found if each.topic.startswith(f"deliveries.{member}.") and business in each.businesses]
    return only
