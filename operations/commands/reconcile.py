"""``reconcile``: is everything in effect that is due, and nothing else?"""

import time
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from operations.exit_codes import ExitCode
from operations.output import as_json, table

if TYPE_CHECKING:
    from kairan.keys import BusKeys
    from kairan.settings import Settings
    from operations.look.reconciling import Compared
    from processors.ledger.reconcile import Difference, Finding

SHOWN = 50


def reconcile(*, wait: Annotated[float, Parameter(validator=Number(gte=0))] = 0, json: bool = False) -> ExitCode:
    """
    Recompute what every channel must hold and compare it with the ledger; list the records that differ.

    While facts flow, the newest ones differ until they have arrived.

    Parameters
    ----------
    wait
        Ask again for so many seconds until nothing differs.
    json
        For programs.
    """
    from operations import here  # noqa: PLC0415 - see operations/commands/__init__.py
    from operations.look import routing  # noqa: PLC0415

    settings = here.settings()
    compared, keys = _compared(settings, wait), routing.keys(settings)
    if json:
        as_json(_plain(compared, keys))
    else:
        _show(compared, keys)
    return ExitCode.FINE if compared.is_clean() else ExitCode.LOOK


def _compared(settings: "Settings", wait: float) -> "Compared":
    from operations.look import reconciling  # noqa: PLC0415

    until = time.monotonic() + wait
    while True:
        compared = reconciling.compare(settings)
        if compared.is_clean() or time.monotonic() >= until:
            return compared
        time.sleep(min(1.0, wait))


def _show(compared: "Compared", keys: "BusKeys") -> None:
    answer = compared.answer
    print(f"{answer.due:,} deliveries to businesses are due, {answer.applied:,} are in effect.")
    for kind, count in sorted(answer.excepted.items()):
        print(f"{count:,} of them: {kind}.")
    if compared.is_clean():
        print("Nothing differs.")
    if answer.findings:
        columns = ("what", "channel", "business", "log", "offsets", "event")
        table(columns, [_finding(each, keys) for each in answer.findings[:SHOWN]])
        if len(answer.findings) > SHOWN:
            print(f"… and {len(answer.findings) - SHOWN:,} more; `kairan reconcile --json` lists all.")
    if any(each.kind == "missing" for each in answer.findings):
        print("What is missing and not on its way comes again by `kairan refill CHANNEL`.")
    if answer.unreceipted:
        print("Held as due, but the receipts say otherwise: they are on their way, or one was lost or forged.")
        table(("channel", "log", "offsets", "due", "receipted"), [_unreceipted(each) for each in answer.unreceipted])
    if compared.unrouted:
        print(f"{compared.unrouted:,} records of the log wait to be routed and are not due yet: `kairan unrouted`.")
    if compared.seams:
        print("Receipts that do not join: a gap was never receipted, in an overlap a sink went back.")
        rows = [(".".join(each.channel), str(each.expected), str(each.begins)) for each in compared.seams]
        table(("channel", "receipted until", "next begins"), rows)


def _finding(found: "Finding", keys: "BusKeys") -> tuple[str, ...]:
    from kairan.receipts import BUCKET  # noqa: PLC0415

    lane, partition, bucket = found.bucket
    event_id = keys.event_id_of(found.channel.member, found.event_ref).hex()
    offsets = f"{bucket * BUCKET}…{(bucket + 1) * BUCKET - 1}"
    return (found.kind, ".".join(found.channel), found.business, f"{lane} {partition}", offsets, event_id)


def _unreceipted(each: "Difference") -> tuple[str, ...]:
    from kairan.receipts import BUCKET  # noqa: PLC0415

    lane, partition, bucket = each.bucket
    offsets = f"{bucket * BUCKET}…{(bucket + 1) * BUCKET - 1}"
    return (".".join(each.channel), f"{lane} {partition}", offsets, f"{each.due.count:,}", f"{each.told.count:,}")


def _plain(compared: "Compared", keys: "BusKeys") -> dict[str, Any]:
    answer = compared.answer
    return {
        "due": answer.due,
        "applied": answer.applied,
        "excepted": dict(answer.excepted),
        "findings": [
            {
                "kind": each.kind,
                "channel": ".".join(each.channel),
                "business": each.business,
                "event": keys.event_id_of(each.channel.member, each.event_ref).hex(),
                "event_ref": each.event_ref.hex(),
                "bucket": each.bucket._asdict(),
            }
            for each in answer.findings
        ],
        "unreceipted": [
            {
                "channel": ".".join(each.channel),
                "bucket": each.bucket._asdict(),
                "due": each.due.count,
                "receipted": each.told.count,
            }
            for each in answer.unreceipted
        ],
        "unrouted": compared.unrouted,
        "seams": [
            {"channel": ".".join(each.channel), "expected": each.expected, "begins": each.begins}
            for each in compared.seams
        ],
    }
