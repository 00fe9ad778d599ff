"""A small nation for the checker: two cities, a town whose prefecture performs 生活保護, and facts about one family."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kairan.register import Channel, Member, Performer, Register, Request
from sandbox.checker import facts as f
from sandbox.checker import law
from sandbox.checker.comparison import Rules, compare
from sandbox.checker.due import Due, due
from sandbox.checker.facts import Fact, Person, Record, Sending, Source
from sandbox.checker.findings import Findings
from sandbox.checker.offices import Discarded, Known, Office, Parked, Received
from sandbox.checker.performers import Performers, Receiver

ORIGIN, DESTINATION, TOWN, PREFECTURE = "131237", "122033", "143014", "140007"
PERSON, OTHER = "100000000012", "100000000020"
RECORD, BOOK, TAX, CARE = "resident-record", "family-register", "taxes", "welfare"
CHANNELS = {"001": RECORD, "003": BOOK, "004": BOOK, "010": TAX, "019": CARE, "021": CARE, "024": CARE, "023": CARE}
RESIDENT: dict[str, Any] = {
    "name": {"text": "辻󠄀 花子", "kana": "ツジ ハナコ", "kana_confirmed": True},
    "birth_date": {"value": "1990-01-02", "certain": True, "text": "平成2年1月2日"},
    "sex": "2",
    "address": {"municipality_or_ward": ORIGIN, "town": "船堀一丁目", "lot": "1-2", "building": None},
    "household": {"number": "500001", "head_name": "辻󠄀 一郎", "relationship": "12"},
    "koseki": {"domicile": "長野県長野市鶴賀緑町9", "head": "辻󠄀 一郎"},
    "resident_state": "resident",
    "resident_kind": "japanese",
    "entitlements": {"nhi": {"start": "2020-04-01", "end": None}},
}
NEW_ADDRESS = {"municipality_or_ward": DESTINATION, "town": "南八幡四丁目", "lot": "7番3号", "building": "メゾン栄101"}
WRITTEN = {"municipality": DESTINATION, "ward": None, "address": "千葉県市川市南八幡四丁目7番3号", "country": None}


def register(**declared: Any) -> Register:
    cities = (ORIGIN, DESTINATION, TOWN)
    return Register(
        members=(
            *(Member(code=code, name=code, kind="municipality", state="active") for code in cities),
            Member(code=PREFECTURE, name=PREFECTURE, kind="performer", state="active"),
        ),
        channels=(
            *(Channel(member=code, channel=name, title=name) for code in cities for name in set(CHANNELS.values())),
            Channel(member=PREFECTURE, channel=CARE, title=CARE, **declared),
        ),
        performers=tuple(
            Performer(
                municipality=code,
                business=business,
                member=PREFECTURE if (code, business) == (TOWN, "021") else code,
                channel=name,
            )
            for code in cities
            for business, name in CHANNELS.items()
        ),
        requests=(Request(municipality=ORIGIN, business="024", approved_by="x"),),
    )


def event_ref(member: str, event_id: bytes) -> bytes:
    return hashlib.sha256(member.encode() + event_id).digest()[:16]


RULES = Rules(law.read(), Performers(register()), event_ref)


def day(value: str, *, certain: bool = True) -> dict[str, Any]:
    return {"value": value, "certain": certain, "text": ""}


def sending(sequence: int, at: float | None = None, **known: Any) -> Sending:
    """Sent at once; a core system writes a row every second."""
    created = sequence * 1000.0 if at is None else at
    plain = Sending(sequence, created, created + 5, refused=False, event_id=b"")
    return replace(plain, **known)


def fact(type_: str, version: int, *, member: str = ORIGIN, atena: str = PERSON, **about: Any) -> Fact:
    """Registered by a member under its ``version``; its sequence is the version unless said otherwise."""
    sent = about.pop("sending", sending(version))
    own = {"body": RESIDENT | about.pop("own", {})} if "body" not in about else {}
    source = Source(member, f.RESIDENT_TAX if type_ == f.ASSESSED else f.RESIDENT_RECORD)
    record = about.pop("record", Record(member, type_, atena, str(version)))
    if sent is not None and sent.event_id == b"":
        sent = replace(sent, event_id=hashlib.sha256(repr(record).encode()).digest()[:16])
    plain: dict[str, Any] = {
        "change": "created",
        "reason": None,
        "effective": day("2026-04-01"),
        "protection": "none",
    }
    return Fact(
        record=record,
        source=source,
        person=Person(member, atena),
        version=version,
        type=type_,
        sending=sent,
        **plain | own | about,
    )


def relocated(version: int, **about: Any) -> Fact:
    own = {"relocated_date": day("2026-04-01")} | about.pop("own", {})
    return fact(f.RELOCATED, version, own=own, **about)


def declared(version: int, **about: Any) -> Fact:
    """転出届 with the card: the destination's 001 learns of it."""
    own = {"planned_date": day("2026-04-01"), "procedure": "特例", "mover_scope": "全部"}
    return fact(f.DECLARED, version, own=own, parties=(("destination", DESTINATION),), reason="21", **about)


def closed(version: int, **about: Any) -> Fact:
    """消除, confirmed: the origin's offices are masked of a protected person."""
    own = {
        "closing": {"removed_date": day("2026-04-01"), "stage": "confirmed"},
        "planned_destination": {"municipality": DESTINATION, "ward": None, "address": "千葉県市川市", "country": None},
        "confirmed_destination": WRITTEN,
        "confirmed_date": day("2026-04-01"),
    }
    return fact(f.CLOSED, version, own=own, parties=(("destination", DESTINATION),), reason="21", **about)


def arrived(version: int = 1, **about: Any) -> Fact:
    """転入 at the destination."""
    own = {"address": NEW_ADDRESS, "moved_in_date": day("2026-04-01"), "previous_address": RESIDENT["address"]}
    return fact(f.MOVED_IN, version, member=DESTINATION, own=own, parties=(("origin", ORIGIN),), **about)


def measure(version: int, kind: str = "1", *, at: int | None = None, member: str = ORIGIN, **about: Any) -> Fact:
    """支援措置; ``at``: its place in the outbox."""
    sent = about.pop("sending", sending(version if at is None else at))
    body = {
        "measure": {"id": "S1", "version": version, "kind": kind},
        "subject_role": "申出者",
        "scope": ["閲覧", "写し", "附票"],
    }
    record = Record(member, "support_measure", "S1", str(version))
    return fact(
        f.PROTECTION,
        version,
        member=member,
        record=record,
        body=body,
        sending=sent,
        protection="protected",
        **about,
    )


def all_due(facts: Sequence[Fact], rules: Rules = RULES) -> list[Due]:
    return list(due(facts, rules.law, rules.performers))


def receivers(facts: Sequence[Fact], about: Fact) -> set[tuple[str, str]]:
    """Member and business of everybody to whom this fact is due."""
    return {(each.receiver.member, each.business) for each in all_due(facts) if each.fact is about}


def pairwise_id(member: str, person: str) -> bytes:
    return event_ref(member, person.encode())


def received(each: Due, offset: int, **changed: Any) -> Received:
    """What takes effect of a delivery when nothing goes wrong, twenty milliseconds after it was registered."""
    told = each.grant.told_of_a_protected if each.fact.protection in f.HIDING else each.grant.told
    is_told_source = each.fact.type != f.PROTECTION or each.business == "001" or _is_own(each)
    plain = Received(
        event_ref=_ref(each, each.fact),
        business=each.business,
        pairwise_id=pairwise_id(each.receiver.member, each.fact.person.atena),
        type=each.fact.type,
        change=each.change,
        corrects_ref=None if each.names is None else _ref(each, each.names),
        version=each.fact.version,
        source_municipality=each.fact.source.municipality if is_told_source else None,
        source_business=each.fact.source.business if is_told_source else None,
        protection=each.fact.protection if each.grant.knows_the_flag else None,
        effective=(each.names if each.grant.is_bare and each.names else each.fact).effective["value"],
        registered=each.fact.registered_at,
        envelope={"issuer": issuer(each)} if each.fact.type == f.PROTECTION else {},
        body={name: value for name, value in each.fact.body.items() if name in told},
        topic_offset=offset,
        applied_at=each.fact.registered_at + 20,
    )
    return replace(plain, **changed)


def issuer(each: Due) -> str:
    """Of a measure: another word at each member and of each person."""
    return event_ref(
        each.receiver.member, repr(each.fact.person).encode() + each.fact.source.municipality.encode()
    ).hex()


def _is_own(each: Due) -> bool:
    return each.fact.source.municipality in {each.receiver.member, *each.grant.served}


def _ref(each: Due, about: Fact) -> bytes:
    assert about.sending is not None
    assert about.sending.event_id is not None
    return event_ref(each.receiver.member, about.sending.event_id)


class Nation:
    """Every office as it must be; tests then break one thing."""

    def __init__(self, *facts: Fact) -> None:
        self.facts = facts
        self.due = sorted(all_due(facts), key=lambda each: each.fact.registered_at)
        self.received: dict[Receiver, list[Received]] = {}
        self.known: dict[Receiver, list[Known]] = {}
        self.parked: dict[Receiver, list[Parked]] = {}
        self.discarded: dict[Receiver, list[Discarded]] = {}
        for offset, each in enumerate(self.due):
            if each.fact.sending is not None:
                self.received.setdefault(each.receiver, []).append(received(each, offset))

    def at(self, about: Fact, member: str, business: str) -> tuple[list[Received], int]:
        """An office's rows, and which of them that delivery is."""
        each = self.due_to(about, member, business)
        rows = self.received[each.receiver]
        return rows, next(
            place for place, row in enumerate(rows) if row.business == business and row.event_ref == _ref(each, about)
        )

    def due_to(self, about: Fact, member: str, business: str) -> Due:
        return next(
            each
            for each in self.due
            if each.fact is about and (each.receiver.member, each.business) == (member, business)
        )

    def change(self, about: Fact, member: str, business: str, **changed: Any) -> Received:
        rows, place = self.at(about, member, business)
        rows[place] = replace(rows[place], **changed)
        return rows[place]

    def tell(self, about: Fact, member: str, business: str, told: Mapping[str, Any]) -> None:
        """More in a delivery's body than there was."""
        rows, place = self.at(about, member, business)
        rows[place] = replace(rows[place], body={**rows[place].body, **told})

    def take(self, about: Fact, member: str, business: str) -> Received:
        rows, place = self.at(about, member, business)
        return rows.pop(place)

    def park(self, about: Fact, member: str, business: str, delivery: bytes = b"") -> None:
        row = self.take(about, member, business)
        receiver = self.due_to(about, member, business).receiver
        self.parked.setdefault(receiver, []).append(Parked(row.event_ref, business, row.pairwise_id, delivery))

    def discard(self, about: Fact, member: str, business: str) -> None:
        row = self.take(about, member, business)
        receiver = self.due_to(about, member, business).receiver
        self.discarded.setdefault(receiver, []).append(Discarded(row.event_ref, business))

    def offices(self) -> Iterable[Office]:
        for receiver in self.received.keys() | self.known.keys() | self.parked.keys():
            yield Office(
                receiver,
                self.received.get(receiver, ()),
                self.known.get(receiver, ()),
                self.parked.get(receiver, ()),
                self.discarded.get(receiver, ()),
            )

    def found(self, **more: Any) -> Findings:
        return compare(self.facts, list(self.offices()), RULES, **more)


FAULTS = (
    *("lost", "duplicate_effects", "out_of_order", "unentitled_fields", "protected_disclosed"),
    *("altered_values", "missing_fields"),
)


def faults(found: Findings) -> dict[str, int]:
    """What is wrong, and how often."""
    return {name: getattr(found, name) for name in FAULTS if getattr(found, name)}
