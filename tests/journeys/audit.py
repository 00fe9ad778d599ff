"""The separate checker, asked about a way in memory: what was stated against what the offices in memory hold."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from connectors.postgres.deliveries import Row as Applied
from connectors.postgres.deliveries import to_json
from connectors.postgres.turn import Channel
from kairan import wire
from kairan.keys import BusKeys
from kairan.register import Register
from sandbox.checker import law
from sandbox.checker.comparison import Rules, compare
from sandbox.checker.facts import Fact, Person, Record, Sending, Source, stated
from sandbox.checker.findings import Findings
from sandbox.checker.offices import Known, Office, Parked, Received
from sandbox.checker.performers import Performers, Receiver
from tests.journeys.in_memory import Row, SinkProcess, Way

_LAW = law.read()


class Audited(Protocol):
    """What there is to audit: ``Way``, or a run of the simulation."""

    @property
    def register(self) -> Register: ...
    @property
    def keys(self) -> BusKeys: ...
    @property
    def outboxes(self) -> Mapping[str, Any]: ...
    @property
    def sinks(self) -> Sequence[Any]: ...


class Decoded(NamedTuple):
    """A statement, read once however often it is audited."""

    id: bytes
    corrects: bytes | None
    fact: Fact


def findings(way: Audited) -> Findings:
    """Every outbox row is a fact that must reach whom the policy entitles; what must be refused reaches nobody."""
    rows = [row for outbox in way.outboxes.values() for row in outbox.rows if row.kind != "garbage"]
    records = {decoded.id: decoded.fact.record for decoded in (_decoded(row.value) for row in rows)}
    rules = Rules(_LAW, _performers(way.register), way.keys.event_ref)
    return compare([_fact(row, records) for row in rows], [_office(each) for each in way.sinks], rules)


def told(way: Way) -> dict[tuple[Channel, bytes, str], dict[str, Any]]:
    """What each business of each channel was told of each event."""
    return {
        (each.channel, row.delivery.event_ref, row.business): _plain(row.delivery.body)
        for each in way.sinks
        for row in each.office.tables.received.values()
    }


def _fact(row: Row, records: Mapping[bytes, Record]) -> Fact:
    decoded = _decoded(row.value)
    fact = decoded.fact
    is_refused = row.kind == "refused"
    sending = Sending(row.sequence, row.created_at, row.sent_at, is_refused, decoded.id, fact.protection)
    return replace(fact, sending=sending, corrects=None if decoded.corrects is None else records[decoded.corrects])


@lru_cache(maxsize=4096)
def _decoded(value: bytes) -> Decoded:
    shape, envelope, start = wire.decode_envelope(value)
    member, subject = envelope["source"]["municipality"], envelope["subject"]
    fact = Fact(
        record=Record(member, shape.type, subject["atena_number"], envelope["id"].hex()),
        source=Source(member, envelope["source"]["business"]),
        person=Person(member, subject["atena_number"]),
        version=envelope["version"],
        type=shape.type,
        change=envelope["change"],
        reason=envelope["reason"] and envelope["reason"]["code"],
        effective=envelope["effective"],
        body=stated(wire.decode_body(shape, value, start)),
        parties=tuple((party["role"], party["code"]) for party in envelope["municipalities"]),
        related=tuple((each["role"], each["atena_number"]) for each in envelope["related"]),
        protection=envelope["protection"],
        announced_as=subject["pairwise_id"],
    )
    return Decoded(envelope["id"], envelope["corrects"], fact)


@lru_cache(maxsize=4)
def _performers(register: Register) -> Performers:
    return Performers(register)


def _office(of: SinkProcess) -> Office:
    return Office(
        Receiver(of.channel.member, of.channel.name),
        received=list(_received(of)),
        known=[
            Known(key.business, key.pairwise_id, _plain(person.fields))
            for key, person in of.office.tables.people.items()
        ],
        parked=[
            Parked(each.parked.event_ref, each.parked.key.business, each.parked.key.pairwise_id, each.parked.delivery)
            for each in of.office.tables.parked.values()
        ],
    )


def _received(of: SinkProcess) -> Iterator[Received]:
    for place, row in of.office.tables.received.items():
        yield _of_row(row, of.applied_at[place])


def _of_row(row: Applied, applied_at: int) -> Received:
    told = row.delivery
    municipality, business = told.source or (None, None)
    return Received(
        event_ref=told.event_ref,
        business=row.business,
        pairwise_id=told.pairwise_id,
        type=told.type,
        change=told.change,
        corrects_ref=told.corrects_ref,
        version=told.version,
        source_municipality=municipality,
        source_business=business,
        protection=told.protection,
        effective=told.effective,
        registered=told.registered,
        envelope=json.loads(told.envelope_json),
        body=json.loads(told.body_json),
        topic_offset=told.offset,
        applied_at=applied_at,
    )


def _plain(value: Any) -> Any:
    """As the database gives it back."""
    return json.loads(to_json(value))
