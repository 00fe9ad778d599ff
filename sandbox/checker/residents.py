"""
Facts of the resident record: what an entry of 住民異動履歴 with its 異動事由 states, an initial load, a 転入通知.

From the core system's own description (README) and shapes.md. A correction is of the type of what it corrects, however
long the chain; an annulment states the record as it is again and nothing of its own.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.checker import facts, forms
from sandbox.checker.core import HISTORY, LOAD, NOTICE, Core, Row
from sandbox.checker.facts import RESIDENT_RECORD, SNAPSHOT, Fact, Json, Person, Record, Sending, Source, stated
from sandbox.checker.performers import city_of

NEVER_SENT = frozenset({"07", "08", "27", "24", "25", "45", "46", "47", "48", "49"})
"""改製, 再製, 個人番号, 住民票コード; 24 and 25 travel with their 04 and 05."""
TYPES: Mapping[str, str] = {
    **dict.fromkeys(("01", "02", "06"), facts.MOVED_IN),
    **dict.fromkeys(("21", "22"), facts.DECLARED),
    "03": facts.BORN,
    "23": facts.DIED,
    "26": facts.CLOSED,
    "41": facts.RELOCATED,
}
CANCELLED: Mapping[str, str] = {"09": facts.CLOSED, "28": facts.MOVED_IN}
"""What a cancellation takes back where the cancelled record is no longer kept."""
OWN_FIELDS: Mapping[str, tuple[str, ...]] = {
    facts.DECLARED: ("planned_date", "planned_destination", "procedure", "mover_scope", "notification"),
    facts.MOVED_IN: (
        *("moved_in_date", "arrival_kind", "previous_address", "last_registered_address"),
        *("planned_date", "card_continued"),
    ),
    facts.CLOSED: (
        *("closing", "planned_date", "planned_destination", "confirmed_destination"),
        *("notice_date", "confirmed_date"),
    ),
    facts.RELOCATED: ("relocated_date", "previous_address", "previous_household", "scope"),
    facts.AMENDED: ("previous_household",),
    facts.BORN: ("birth_kind", "notice_route"),
    facts.DIED: ("death_date", "was_head", "notifier"),
}
OWN_DATE: Mapping[str, str] = {
    facts.DECLARED: "planned_date",
    facts.MOVED_IN: "moved_in_date",
    facts.RELOCATED: "relocated_date",
    facts.DIED: "death_date",
}
"""The event's own date repeats ``effective``."""

ARRIVALS: Mapping[str, str] = {"02": "国外", "06": "職権"}
"""転入の区分 that the 異動事由 already says."""

Versions = Mapping[int, Row]


def registered(core: Core, sent: Mapping[Record, Sending]) -> Iterator[Fact]:
    """Everything of the resident record that must be published."""
    people: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in core.history:
        people[row.values["atena_number"]][row.values["version"]] = row
    for versions in people.values():
        for number in sorted(versions):
            if _is_published(versions, number):
                yield _entry(core, sent, versions, number)
    for load in core.loads:
        yield _loaded(core, sent, load, people[load.values["atena_number"]])
    notices = {(row.values["atena_number"], row.values["sequence"]): row for row in core.notices}
    for notice in core.notices:
        if notice.since_joining:
            yield _notice(core, sent, notice, notices, people[notice.values["atena_number"]])


def _is_published(versions: Versions, number: int) -> bool:
    """After joining, for a reason that is sent; the cancellation of what was never sent is not sent either."""
    row = versions[number]
    if not row.since_joining or row.values["reason"] in NEVER_SENT:
        return False
    first = _first(versions, number)
    return row.values["cancels_version"] is None or first is None or first["reason"] not in NEVER_SENT


def _named(values: Json) -> int | None:
    named: int | None = values["corrects_version"] or values["cancels_version"]
    return named


def _first(versions: Versions, number: int) -> Json | None:
    """The record with which a chain of corrections began, or what is kept of it; None if only the last one is."""
    found: Json | None = None
    row = _named_row(versions, versions[number].values)
    while row is not None:
        found = row.values
        row = _named_row(versions, found)
    return found


def _named_row(versions: Versions, values: Json) -> Row | None:
    """The record that a correction or cancellation is about, if it is kept."""
    named = _named(values)
    return None if named is None else versions.get(named)


def _type(values: Json, first: Json | None) -> str:
    if first is None and values["reason"] in CANCELLED:
        return CANCELLED[values["reason"]]
    begun = first or values
    found = TYPES.get(begun["reason"], facts.AMENDED)
    return facts.CLOSED if found == facts.DECLARED and "closing" in begun["particulars"] else found


def _entry(core: Core, sent: Mapping[Record, Sending], versions: Versions, number: int) -> Fact:
    values, first = versions[number].values, _first(versions, number)
    is_malformed = versions[number].is_malformed or not forms.names_destinations(values["particulars"])
    type_, named = _type(values, first), _named(values)
    record = core.record(HISTORY, values["atena_number"], number)
    is_annulment = values["cancels_version"] is not None
    before = _before(versions, (first or values)["version"])
    own = {} if is_annulment else _own(values, type_, before)
    return Fact(
        **_about(core, record, values, sent) | {"parties": _parties(values, own)},
        type=type_,
        change="annulled" if is_annulment else ("corrected" if _is_correction(named, first) else "created"),
        body=stated({name: values[name] for name in SNAPSHOT} | own),
        protection=values["protection"],
        corrects=core.record(HISTORY, values["atena_number"], named)
        if named is not None and named in versions and _is_published(versions, named)
        else None,
        announced_as=_bytes(values["pairwise_id"]),
        is_malformed=is_malformed,
    )


def _is_correction(named: int | None, first: Json | None) -> bool:
    """What was never stated is not corrected: the record is amended."""
    return named is not None and (first is None or first["reason"] not in NEVER_SENT)


def _about(core: Core, record: Record, values: Json, sent: Mapping[Record, Sending]) -> dict[str, Any]:
    return {
        "record": record,
        "source": Source(core.member, RESIDENT_RECORD),
        "person": Person(core.member, values["atena_number"]),
        "version": values["version"],
        "reason": values["reason"],
        "effective": values["effective"],
        "parties": tuple((party["role"], party["code"]) for party in values["parties"]),
        "related": tuple((each["role"], each["atena_number"]) for each in values["related"]),
        "sending": sent.get(record),
    }


def _before(versions: Versions, number: int) -> Json | None:
    """None also where nobody can read the record before: it tells nothing of what the event changed."""
    earlier = [version for version in versions if version < number]
    if not earlier or versions[max(earlier)].is_malformed:
        return None
    return versions[max(earlier)].values


def _own(values: Json, type_: str, before: Json | None) -> dict[str, Any]:
    """What belongs to this event alone; for what the clerk need not type, the record before it tells."""
    own = {name: values["particulars"].get(name) for name in OWN_FIELDS[type_]}
    if type_ in OWN_DATE:
        own[OWN_DATE[type_]] = own[OWN_DATE[type_]] or values["effective"]
    if type_ == facts.MOVED_IN:
        own["arrival_kind"] = own["arrival_kind"] or ARRIVALS.get(values["reason"])
    for name in forms.DESTINATIONS:
        if own.get(name):
            own[name] = _in_its_city(own[name]) if forms.is_destination(own[name]) else None
    if before is not None and type_ == facts.RELOCATED:
        own["previous_address"] = own["previous_address"] or before["address"]
    if before is not None and type_ in {facts.RELOCATED, facts.AMENDED}:
        own["previous_household"] = own["previous_household"] or before["household"]
    if type_ == facts.AMENDED:
        own["amended"] = [name for name in (*SNAPSHOT, facts.RELATED) if not _same(values, before or {}, name)]
    return own


def _in_its_city(destination: Json) -> Json:
    """A destination given as a ward is its city, with the ward beside it."""
    code = destination.get("municipality")
    city = city_of(code) if code else None
    return destination if city == code else {**destination, "municipality": city, "ward": code}


def _parties(values: Json, own: Json) -> tuple[tuple[str, str], ...]:
    """As the clerk named them; where he left out the destination, the fields name it."""
    named = tuple((party["role"], party["code"]) for party in values["parties"])
    told = (own[name]["municipality"] for name in forms.DESTINATIONS if own.get(name) and own[name].get("municipality"))
    destination = next(told, None)
    if destination is None or any(role == "destination" for role, _ in named):
        return named
    return (*named, ("destination", destination))


def _same(values: Json, before: Json, name: str) -> bool:
    one, other = values.get(name), before.get(name)
    return one == other or (facts.is_empty(one) and facts.is_empty(other))


def _loaded(core: Core, sent: Mapping[Record, Sending], load: Row, versions: Versions) -> Fact:
    """The record as of a day: that is also the day on which ages are asked."""
    values = versions[load.values["version"]].values
    record = core.record(LOAD, values["atena_number"], values["version"])
    about = _about(core, record, values, sent)
    return Fact(
        **about | {"reason": None, "parties": (), "effective": load.values["as_of"]},
        type=facts.LOADED,
        change="created",
        body=stated({name: values[name] for name in SNAPSHOT} | {"as_of": load.values["as_of"]}),
        protection=_told(about["sending"]),
        is_malformed=versions[values["version"]].is_malformed,
    )


def _notice(
    core: Core, sent: Mapping[Record, Sending], row: Row, notices: Mapping[tuple[str, int], Row], versions: Versions
) -> Fact:
    """To the municipality that the person left, and nobody else."""
    notice, values = row.values, versions[row.values["version"]].values
    record = core.record(NOTICE, notice["atena_number"], notice["sequence"])
    about = _about(core, record, values, sent)
    former = notices.get((notice["atena_number"], notice["resend_of"] or notice["cancels"]))
    told = {name: values[name] for name in ("name", "birth_date", "sex")} | {
        "moved_in_date": notice["moved_in_date"],
        "confirmed_address": notice["confirmed_address"],
        "notice": {
            "date": notice["notice_date"],
            "sequence": notice["sequence"],
            "resend_of": notice["resend_of"],
        },
    }
    return Fact(
        **about
        | {
            "reason": notice["reason"],
            "effective": notice["moved_in_date"],
            "parties": (("origin", notice["origin"]),),
            "related": (),
        },
        type=facts.NOTIFIED,
        change="annulled" if notice["cancels"] else ("corrected" if notice["resend_of"] else "created"),
        body=stated(told),
        protection=_told(about["sending"]),
        corrects=core.record(NOTICE, notice["atena_number"], former.values["sequence"])
        if former and former.since_joining
        else None,
        is_malformed=versions[values["version"]].is_malformed,
    )


def _told(sending: Sending | None) -> str:
    """How the person was protected when the row was written; only the outbox keeps it. In doubt, hidden."""
    return (sending and sending.protection) or "unknown"


def _bytes(text: str | None) -> bytes | None:
    return bytes.fromhex(text.removeprefix("\\x")) if text else None
