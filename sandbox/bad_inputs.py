"""
Mistakes that clerks, vendors and broken relays make: each class of bad input, and the code with which it is refused.

Some come through the core system's tables like any fact; what only a broken relay can cause is planted into the
outbox as a row with a payload of its own or as bytes that are already mapped.
"""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from kairan import shapes, wire
from sandbox import forms, places
from sandbox.acts import Act, Step
from sandbox.draw import Draw
from sandbox.people import Address, Record

INDIVIDUAL_NUMBER = "123456789018"
"""The one vector whose check digit holds; no other 個人番号 may exist in the sandbox."""
TEN_MEGABYTES = 10_000_000
ABOLISHED, NEVER_EXISTED = "044237", "480002"
UNKNOWN_SCHEMA = 99_999

Where = Literal["admission", "relay"]


@dataclass(frozen=True, slots=True)
class Planted:
    """An outbox row made from a sent one: either with a payload of its own, or as mapped bytes with their id."""

    payload: Mapping[str, Any] | None = None
    mapped: bytes | None = None
    event_id: bytes | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """A row that was sent: what a broken relay has at hand."""

    payload: Mapping[str, Any]
    mapped: bytes
    event_id: bytes


Plant = Callable[[Sent, bytes, "BadInput"], Planted]


@dataclass(frozen=True, slots=True)
class BadInput:
    """
    One bad input. ``code`` is the reason for which ``where`` refuses it.

    ``nonce``: 16 bytes that are this one's alone, so that no two have the same bytes.
    """

    kind: str
    code: str
    where: Where
    member: str
    nonce: bytes
    other_member: str
    act: Act | None = None


FAR = timedelta(days=5000)
"""A sandbox's clock may have leapt; so far it has not."""


def draw_some(draw: Draw, busy: set[int], count: int) -> list[BadInput]:
    """So many bad inputs, each class in turn; persons whose records become wrong are left alone by life."""
    kinds = list(CLERKS) + list(RELAYS)
    return [_draw_one(draw, busy, kinds[index % len(kinds)]) for index in range(count)]


def planted(bad: BadInput, sent: Sent) -> Planted:
    """What the broken relay writes."""
    return RELAYS[bad.kind][2](sent, bad.nonce, bad)


def _draw_one(draw: Draw, busy: set[int], kind: str) -> BadInput:
    nonce, alone = draw.random.randbytes(16), _alone(draw, busy)
    if kind in RELAYS or not alone:
        kind = kind if kind in RELAYS else draw.random.choice(list(RELAYS))
        code, where, _ = RELAYS[kind]
        member, other = draw.random.sample((*draw.nation.members, ABOLISHED), 2)
        if member == ABOLISHED:
            member, other = other, member
        return BadInput(kind, code, where, member, nonce, other)
    code, where, spoil = CLERKS[kind]
    record = draw.random.choice(alone)
    busy.add(record.person)
    step = spoil(draw, draw.nation.next_version(record))
    act = Act(f"bad input: {kind}", record.member, draw.today, frozenset({record.person}), (step,))
    return BadInput(kind, code, where, record.member, nonce, record.member, act)


def _alone(draw: Draw, busy: set[int]) -> list[Record]:
    """Who lives alone, so that nobody else's record follows from his."""
    return [
        record
        for record in draw.nation.home.values()
        if record.person not in busy
        and record.person not in draw.nation.protected
        and len(draw.nation.household(record)) == 1
    ]


def _moved(draw: Draw, record: Record, day: date | None = None, **wrong: str) -> Step:
    """A 転居 whose address holds what should not be there."""
    address = {**forms.address(_address(draw, record)), **wrong}
    scope = {"kind": "転居", "former_ward": None, "new_ward": None}
    form = forms.booked(draw.nation, record, "41", day or draw.today, address=address, particulars={"scope": scope})
    return Step("book", form)


def _address(draw: Draw, record: Record) -> Address:
    return places.address(draw.random, places.of(record.member), record.address.municipality_or_ward)


def _full_width_code(draw: Draw, record: Record) -> Step:
    code = record.address.municipality_or_ward or record.member
    return _moved(draw, record, municipality_or_ward=code.translate(places.FULL_WIDTH))


def _wrong_check_digit(draw: Draw, record: Record) -> Step:
    """Somebody new under a number that was mistyped."""
    form = forms.entered(draw.nation, record, "06", draw.today, particulars={"arrival_kind": "職権"})
    wrong = str((int(record.atena[-1]) + 5) % 10)
    return Step("book", {**form, "atena_number": record.atena[:-1] + wrong, "version": 1})


CLERKS: dict[str, tuple[str, Where, Callable[[Draw, Record], Step]]] = {
    "an individual number in a building's name": (
        "individual_number.found",
        "admission",
        lambda draw, record: _moved(draw, record, building=f"メゾン栄 {INDIVIDUAL_NUMBER}"),
    ),
    "full-width digits in a code": ("municipality.invalid", "admission", _full_width_code),
    "a future date": (
        "date.future",
        "admission",
        lambda draw, record: _moved(draw, record, draw.today + FAR),
    ),
    "an unknown municipality": (
        "municipality.invalid",
        "admission",
        lambda draw, record: _moved(draw, record, municipality_or_ward=NEVER_EXISTED),
    ),
    "a wrong check digit": ("atena_number.invalid", "admission", _wrong_check_digit),
    "a row of ten megabytes": (
        "size.too_large",
        "relay",
        lambda draw, record: _moved(draw, record, building="大" * (TEN_MEGABYTES // 3)),
    ),
}
"""By SQL on the core system's tables, as a clerk or a vendor's screen would."""


def _payload_from(sent: Sent, municipality: str) -> Planted:
    return Planted(payload={**sent.payload, "municipality": municipality})


def _without_protection(sent: Sent, _nonce: bytes, _bad: BadInput) -> Planted:
    payload = copy.deepcopy(dict(sent.payload))
    payload.pop("protection")
    payload["record"].pop("protection")
    return Planted(payload=payload)


def _garbage(sent: Sent, nonce: bytes, _bad: BadInput) -> Planted:
    """A good frame, and bytes behind it that are no record."""
    return Planted(mapped=sent.mapped[: wire.FRAME] + nonce * 4, event_id=nonce)


def _unframed(_sent: Sent, nonce: bytes, _bad: BadInput) -> Planted:
    return Planted(mapped=b"{" + nonce + b"}", event_id=nonce)


def _other_schema(schema_id: int, sent: Sent, nonce: bytes) -> Planted:
    altered = _altered(sent, nonce).mapped or b""
    return Planted(mapped=b"\0" + schema_id.to_bytes(4) + altered[wire.FRAME :], event_id=nonce)


def _foreign_schema(sent: Sent, nonce: bytes, _bad: BadInput) -> Planted:
    shape = shapes.by_id(wire.schema_id(sent.mapped))
    return _other_schema(shapes.shape("event", shape.type).schema_id, sent, nonce)


def _trailing(sent: Sent, nonce: bytes, _bad: BadInput) -> Planted:
    altered = _altered(sent, nonce)
    return Planted(mapped=(altered.mapped or b"") + b"\0", event_id=nonce)


def _altered(sent: Sent, event_id: bytes, **envelope: Any) -> Planted:
    """The same statement under another id, with something else in its envelope."""
    shape, record, body_offset = wire.decode_envelope(sent.mapped)
    altered = {**record, "id": event_id, **envelope}
    return Planted(mapped=wire.frame_envelope(shape, altered) + sent.mapped[body_offset:], event_id=event_id)


RELAYS: dict[str, tuple[str, Where, Plant]] = {
    "bytes that are no Avro": ("avro.not_canonical", "admission", _garbage),
    "bytes without a frame": ("frame.missing", "admission", _unframed),
    "an unknown schema": (
        "schema.unknown",
        "admission",
        lambda sent, nonce, _: _other_schema(UNKNOWN_SCHEMA, sent, nonce),
    ),
    "a foreign schema": ("schema.not_a_statement", "admission", _foreign_schema),
    "trailing bytes": ("avro.not_canonical", "admission", _trailing),
    "an abolished code as source": (
        "municipality.not_in_force",
        "admission",
        lambda sent, _nonce, _bad: _payload_from(sent, ABOLISHED),
    ),
    "a source that is not the topic's": (
        "source.not_the_topic",
        "admission",
        lambda sent, _nonce, bad: _payload_from(sent, bad.other_member),
    ),
    "a type of another business": (
        "type.not_of_business",
        "admission",
        lambda sent, nonce, bad: _altered(
            sent, nonce, source={"municipality": bad.member, "business": "010"}, protection="unknown"
        ),
    ),
    "a missing protection": ("change.malformed", "relay", _without_protection),
    "an id with another digest": (
        "id.reused",
        "admission",
        lambda sent, _nonce, _bad: _altered(sent, sent.event_id, correlation="2"),
    ),
    "a correction of an unknown event": (
        "corrects.unknown",
        "admission",
        lambda sent, nonce, _bad: _altered(sent, nonce, change="corrected", corrects=nonce[::-1], version=9),
    ),
}
"""What only a broken relay can cause, planted into the outbox."""
