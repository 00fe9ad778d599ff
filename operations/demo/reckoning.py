"""The reckoning at the end of a demonstration."""

import gc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from kairan.settings import Settings
from operations.demo.conduct import Options, Played
from operations.demo.report import WORDS, Latency, Report
from operations.look.reconciling import reconciliation
from operations.output import table, text
from operations.stack import databases
from operations.stack.jars import VERSION as KAFKA_VERSION
from sandbox import checker


def report(settings: Settings, options: Options, played: Played, seconds: Callable[[], float]) -> Report:
    """
    Asks the separate checker, in a process of its own, and the ledger meanwhile.

    The checker makes millions of objects that all live until it ends: looking for garbage among them took a quarter
    of its time.
    """
    planted = {checker.Planted(each.member, each.sequence) for each in played.bad_inputs}
    with ProcessPoolExecutor(1, get_context("spawn"), gc.disable) as beside:
        checked = beside.submit(checker.check, settings, planted, latency_until=played.told_from)
        compared = reconciliation(settings)
        found = checked.result()
    for example in found.as_record()["examples"]:
        text(f"  {example}")
    return Report(
        seed=options.seed,
        events_registered=found.events_registered,
        events_admitted=sum(played.last.events.values()),
        events_refused=found.events_refused,
        bad_inputs_sent=len(played.bad_inputs),
        deliveries_due=found.deliveries_due,
        deliveries_applied=found.deliveries_applied,
        parked=found.parked,
        lost=found.lost,
        duplicate_effects=found.duplicate_effects,
        out_of_order=found.out_of_order,
        unentitled_fields=found.unentitled_fields,
        protected_disclosed=found.protected_disclosed,
        altered_values=found.altered_values,
        missing_fields=found.missing_fields,
        buckets_differing=len(compared.findings) + len(compared.unreceipted),
        bad_inputs_not_refused=len(played.not_refused),
        settled=played.settled,
        latency_ms=Latency(found.latency_ms.p50 or 0.0, found.latency_ms.p99 or 0.0),
        seconds=round(seconds(), 1),
        kafka_version=KAFKA_VERSION,
        postgres_version=databases.version(settings.dsn("kairan")),
    )


def show(found: Report) -> None:
    """The figures and the verdict."""
    figures = found.as_record()
    rows = [(words, str(figures[name])) for name, words in WORDS.items()]
    rows.append(("latency outbox row → back-office row, ms", f"p50 {found.latency_ms.p50}, p99 {found.latency_ms.p99}"))
    rows.append(("seconds in all", str(found.seconds)))
    table(("what was counted", ""), rows)
    failures = found.failures()
    if failures:
        text("\n".join(f"[bold red]FAILED[/] {failure}" for failure in failures))
    else:
        text("[bold green]Nothing was lost, doubled, out of order or disclosed.[/]")
