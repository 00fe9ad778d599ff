"""``explain``: who got which fields of an event, by which rule and law; who did not, and why."""

from typing import TYPE_CHECKING, Any

from operations.exit_codes import ExitCode
from operations.output import as_json, table, text

if TYPE_CHECKING:
    from operations.look.entitlements import Denied, Entitled, Entitlements
    from processors.routing.deliveries import Explanation

NAMED = 8
"""More businesses than this that get nothing for the same reason are listed by their numbers only."""


def explain(event: str, *, json: bool = False) -> ExitCode:
    """
    Show who was entitled to an event: fields, rule, law; who was not and why; and what the offices hold.

    Protection is that of now, as a replay would have it. An assumed basis says so.

    Parameters
    ----------
    event
        Its id, the first 8 or more digits of it, or municipality and outbox row as in `131237:42`.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import entitlements, finding, offices, routing  # noqa: PLC0415

    settings = here.settings()
    register = here.declared_register(settings)
    found = finding.find(settings, register, event)
    if found.record is None or found.event_id is None:
        return _not_admitted(event, found.event_id, json=json)
    keys, explained = routing.keys(settings), routing.explain(settings, found.record)
    refs = {receiver: keys.event_ref(receiver.member, found.event_id) for receiver in routing.considered(explained)}
    answer = entitlements.of(explained, offices.look(settings, refs))
    if json:
        as_json(_plain(explained, answer))
    else:
        _show(explained, answer, {member.code: member.name for member in register.members})
    return ExitCode.LOOK if answer.wants_attention() else ExitCode.FINE


def _not_admitted(event: str, event_id: bytes | None, *, json: bool) -> ExitCode:
    """It was stated, and refused or not admitted yet."""
    if json:
        as_json({"event": event_id and {"id": event_id.hex()}, "log": None, "entitled": [], "denied": []})
    else:
        print(f"{event} is not in the log, so nobody was entitled; `kairan trace {event}` tells why.")
    return ExitCode.LOOK


def _show(explained: "Explanation", answer: "Entitlements", names: dict[str, str]) -> None:
    for line in _head(explained):
        print(line)
    for municipality in answer.municipalities():
        text(f"\n[bold]{municipality} {names.get(municipality) or _name(municipality)}[/]")
        rows = [_row(each, municipality) for each in answer.entitled if municipality in each.municipalities]
        if rows:
            table(("business", "channel", "rule", "basis", "status", "fields", "withheld", "the office"), rows)
        for why, businesses in _by_reason(answer.denied_there(municipality)).items():
            print(f"  nothing to {businesses}: {why}")
    nobody = _by_reason(answer.denied_there(None))
    if nobody:
        print()
    for why, businesses in nobody.items():
        print(f"{why}: nothing to {businesses}")


def _head(explained: "Explanation") -> list[str]:
    from operations.look.times import moment  # noqa: PLC0415

    event, record, digests = explained.event, explained.event.record, explained.outcome.plan.digests
    place = f"{record.topic} {record.partition}/{record.offset}"
    return [
        f"event {event.id.hex()}, {event.shape.type}, {event.envelope['change']}, version {event.envelope['version']}",
        f"stated by {' '.join(event.source)}, admitted {moment(record.timestamp)} as {place}",
        f"protection: {event.protection} as stated, {explained.standing} as it stands now",
        f"policy {digests[:8].hex()}, register {digests[8:].hex()}",
    ]


def _row(entitled: "Entitled", municipality: str) -> tuple[str, ...]:
    receiver = entitled.receiver
    status = dict.fromkeys(each.rule.status for each in entitled.grounds)
    rules = [*entitled.rules, *("not certain" for each in entitled.grounds if not each.is_certain)]
    return (
        f"{entitled.business} {_of_business(entitled.business)}",
        receiver.channel if receiver.member == municipality else f"{receiver.member}.{receiver.channel}",
        "\n".join(rules),
        "\n".join(f"{each.rule.basis}{each.rule.article}" for each in entitled.grounds),
        "\n".join(status),
        " ".join(entitled.told) if entitled.what == "facts" else "annulment: a reference only",
        " ".join((*entitled.hidden, *["source"] * (not entitled.is_told_source))),
        _office(entitled),
    )


def _office(entitled: "Entitled") -> str:
    """What it really holds; in full where that is not what is due now."""
    from operations.look.times import clock  # noqa: PLC0415

    held, waiting = entitled.held, entitled.waiting
    if waiting is not None:
        return f"parked: {waiting.reason}"
    if entitled.discarded is not None:
        return f"given up, was parked: {entitled.discarded.reason}"
    if held is None:
        return "has nothing yet"
    reasons = " ".join(sorted(set(held.withheld.values())))
    withheld = f", {len(held.withheld)} withheld ({reasons})" if held.withheld else ""
    lines = [f"{clock(held.applied)} JST, {len(held.fields)} fields{withheld}"]
    for what, fields in (("holds beyond", entitled.beyond), ("lacks", entitled.lacking)):
        lines += [f"[bold red]{what}[/]: {' '.join(fields)}"] * bool(fields)
    return "\n".join(lines + ["annulled since"] * (held.annulled_by is not None))


def _by_reason(denied: "list[Denied]") -> dict[str, str]:
    found: dict[str, dict[str, None]] = {}
    for each in denied:
        found.setdefault(each.why, {})[each.rule.business] = None
    return {why: _listed(list(businesses)) for why, businesses in found.items()}


def _listed(businesses: list[str]) -> str:
    if len(businesses) > NAMED:
        return f"{len(businesses)} businesses ({' '.join(businesses)})"
    return ", ".join(f"{each} {_of_business(each)}" for each in businesses)


def _plain(explained: "Explanation", answer: "Entitlements") -> dict[str, Any]:
    from operations.look import glimpses  # noqa: PLC0415

    record, digests = explained.event.record, explained.outcome.plan.digests
    return {
        "event": glimpses.envelope(explained.event.value),
        "log": {"topic": record.topic, "partition": record.partition, "offset": record.offset},
        "appended": record.timestamp,
        "standing": explained.standing,
        "policy": digests[:8].hex(),
        "register": digests[8:].hex(),
        "entitled": [_plain_entitled(each) for each in answer.entitled],
        "denied": [
            {
                "municipality": each.municipality,
                "business": each.rule.business,
                "role": each.rule.role,
                "why": each.why,
            }
            for each in answer.denied
        ],
    }


def _plain_entitled(entitled: "Entitled") -> dict[str, Any]:
    held, waiting, discarded = entitled.held, entitled.waiting, entitled.discarded
    return {
        "municipalities": list(entitled.municipalities),
        "business": entitled.business,
        "channel": f"{entitled.receiver.member}.{entitled.receiver.channel}",
        "what": entitled.what,
        "rules": list(entitled.rules),
        "grounds": [
            {
                "basis": each.rule.basis,
                "article": each.rule.article,
                "status": each.rule.status,
                "condition": each.rule.condition.text,
                "duty": each.rule.duty,
                "when_protected": each.rule.when_protected,
                "certain": each.is_certain,
            }
            for each in entitled.grounds
        ],
        "told": list(entitled.told),
        "silent": list(entitled.silent),
        "withheld": list(entitled.hidden),
        "source_told": entitled.is_told_source,
        "held": held
        and {
            "fields": sorted(held.fields),
            "withheld": dict(held.withheld),
            "rule": held.rule,
            "change": held.change,
            "protection": held.protection,
            "annulled": held.annulled_by is not None,
            "decided_by": held.decided_by.hex(),
            "applied": held.applied,
            "beyond": list(entitled.beyond),
            "lacking": list(entitled.lacking),
        },
        "parked": waiting and {"reason": waiting.reason, "since": waiting.since, "released": waiting.is_released},
        "discarded": discarded and {"reason": discarded.reason, "at": discarded.at},
    }


def _of_business(business: str) -> str:
    from kairan.codes import BUSINESSES  # noqa: PLC0415

    return BUSINESSES[business].name


def _name(municipality: str) -> str:
    """Of one outside the register."""
    from kairan import municipalities  # noqa: PLC0415

    return municipalities.find(municipality).name if municipalities.existed(municipality) else ""
