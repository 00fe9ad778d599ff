"""Facts that officials decide: 支援措置 of the resident record, assessments of the resident tax."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sandbox.checker import facts
from sandbox.checker.core import ASSESSMENT, MEASURE, Core, Row
from sandbox.checker.facts import RESIDENT_RECORD, RESIDENT_TAX, Fact, Json, Person, Record, Sending, Source, stated
from sandbox.checker.performers import city_of

REVISED, WITHDRAWN = "更正", "取消"
ENDED = "3"
OPEN_END = {"value": "9999-12-31", "certain": True, "text": ""}


def registered(core: Core, sent: Mapping[Record, Sending]) -> Iterator[Fact]:
    measures = {(row.values["measure_id"], row.values["version"]): row for row in core.measures}
    for row in core.measures:
        if row.since_joining:
            yield replace(_measure(core, sent, row.values, measures), is_malformed=row.is_malformed)
    revisions = defaultdict(list)
    for row in core.assessments:
        revisions[row.values["number"]].append(row)
    for row in core.assessments:
        if row.since_joining:
            yield replace(_assessment(core, sent, row.values, revisions), is_malformed=row.is_malformed)


def _measure(core: Core, sent: Mapping[Record, Sending], values: Json, measures: Mapping[tuple[str, int], Row]) -> Fact:
    record = core.record(MEASURE, values["measure_id"], values["version"])
    sending, is_end = sent.get(record), values["kind"] == ENDED
    former = None if is_end else measures.get((values["measure_id"], values["corrects_version"]))
    return Fact(
        record=record,
        source=Source(core.member, RESIDENT_RECORD),
        person=Person(core.member, values["atena_number"]),
        version=values["version"],
        type=facts.PROTECTION,
        change="ended" if is_end else ("corrected" if values["corrects_version"] else "created"),
        reason=None,
        effective=values["effective"],
        body=stated(_told_of_measure(values)),
        parties=(
            *((party["role"], party["code"]) for party in values["parties"]),
            *(("destination", forwarded["municipality"]) for forwarded in values["forwarded_to"]),
        ),
        related=tuple((each["role"], each["atena_number"]) for each in values["related"]),
        protection=(sending and sending.protection) or "unknown",
        corrects=core.record(MEASURE, values["measure_id"], former.values["version"])
        if former and former.since_joining
        else None,
        sending=sending,
    )


def _told_of_measure(values: Json) -> Json:
    as_they_stand = ("category", "subject_role", "scope", "first_received_by", "perpetrators")
    return {name: values[name] for name in (*as_they_stand, "safe_contact")} | {
        "measure": {"id": values["measure_id"], "version": values["version"], "kind": values["kind"]},
        "forwarded_to": [told | {"municipality": city_of(told["municipality"])} for told in values["forwarded_to"]],
        "period": values["period_start"]
        and {
            "start": values["period_start"],
            "end": values["period_end"] or OPEN_END,
        },
        "decision": values["decision_date"] and {"date": values["decision_date"], "human_end": values["human_end"]},
    }


def _assessment(
    core: Core, sent: Mapping[Record, Sending], values: Json, revisions: Mapping[str, Sequence[Row]]
) -> Fact:
    record = core.record(ASSESSMENT, values["atena_number"], values["version"])
    sending, former = sent.get(record), _former(values, revisions)
    change = {REVISED: "corrected", WITHDRAWN: "annulled"}.get(values["kind"], "created")
    return Fact(
        record=record,
        source=Source(core.member, RESIDENT_TAX),
        person=Person(core.member, values["atena_number"]),
        version=values["version"],
        type=facts.ASSESSED,
        change=change,  # type: ignore[arg-type]  # the table knows only changes
        reason=None,
        effective=values["effective"],
        body=stated(_told_of_assessment(values)),
        parties=tuple((party["role"], party["code"]) for party in values["parties"]),
        protection=(sending and sending.protection) or "unknown",
        corrects=core.record(ASSESSMENT, former["atena_number"], former["version"]) if former else None,
        sending=sending,
    )


def _former(values: Json, revisions: Mapping[str, Sequence[Row]]) -> Json | None:
    """The revision before this one, if the bus can know it."""
    earlier = [row for row in revisions[values["number"]] if row.values["revision"] < values["revision"]]
    former = max(earlier, key=lambda row: row.values["revision"], default=None)
    return former.values if former and former.since_joining else None


def _told_of_assessment(values: Json) -> Json:
    of_assessment = ("fiscal_year", "base_date", "number", "revision", "kind", "decided_date")
    amounts = ("income_levy", "per_capita_levy", "forest_tax", "total")
    as_they_stand = ("name", "birth_date", "taxpayer_kind", "income_nhi", "income_care", "income_total", "exemption")
    return {name: values[name] for name in (*as_they_stand, "dependants", "collection", "mailing_address")} | {
        "assessment": {name: values[name] for name in of_assessment},
        "amounts": {name: values[name] for name in amounts},
    }
