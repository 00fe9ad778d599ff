"""What 申請管理 (029) was told: applications and planned visits, whose further rows return, mend and withdraw them."""

from collections.abc import Iterator, Mapping

from sandbox.checker import facts
from sandbox.checker.core import APPLICATION, Core, Row
from sandbox.checker.facts import Change, Fact, Json, Person, Record, Sending, Source, stated
from sandbox.checker.performers import city_of

BUSINESS = "029"
TYPES = {"move_out": facts.APPLIED, "visit": facts.VISIT}
TOLD = {"move_out": ("stage", "planned_date", "mover_scope"), "visit": ("visit_date",)}


def registered(core: Core, sent: Mapping[Record, Sending]) -> Iterator[Fact]:
    rows = {(row.values["atena_number"], row.values["version"]): row for row in core.applications}
    for row in core.applications:
        if row.since_joining:
            yield _application(core, sent, row.values, rows)


def _application(core: Core, sent: Mapping[Record, Sending], values: Json, rows: Mapping[tuple[str, int], Row]) -> Fact:
    atena = values["atena_number"]
    record = core.record(APPLICATION, atena, values["version"])
    sending, counter = sent.get(record), _counter(values["planned_destination"])
    former = rows.get((atena, values["corrects_version"] or values["cancels_version"]))
    change = _change(values)
    return Fact(
        record=record,
        source=Source(core.member, BUSINESS),
        person=Person(core.member, atena),
        version=values["version"],
        type=TYPES[values["kind"]],
        change=change,
        reason=None,
        effective=values["received"],
        body={} if change == "annulled" else stated(_told(values) | {"planned_destination": counter}),
        parties=(("origin", values["origin"] or core.member), ("destination", counter["municipality"])),
        protection=(sending and sending.protection) or "unknown",
        corrects=core.record(APPLICATION, atena, former.values["version"]) if former and former.since_joining else None,
        announced_as=bytes.fromhex(values["pairwise_id"].removeprefix("\\x")) if values["pairwise_id"] else None,
        sending=sending,
    )


def _told(values: Json) -> dict[str, object]:
    return {name: values[name] for name in ("name", "birth_date", *TOLD[values["kind"]])}


def _counter(planned: Json) -> Json:
    """A ward's counter is its city's."""
    code = planned["municipality"]
    city = city_of(code)
    return {**planned, "municipality": city, "ward": planned.get("ward") if city == code else code}


def _change(values: Json) -> Change:
    if values["cancels_version"]:
        return "annulled"
    return "corrected" if values["corrects_version"] else "created"
