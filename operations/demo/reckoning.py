"""The reckoning at the end of a demonstration."""

import gc
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from typing import Any

from kairan.settings import Settings
from operations import here
from operations.demo.conduct import Options, Played
from operations.demo.report import OF_CHECKER, WORDS, Latency, Report
from operations.look import procedures, recounting
from operations.look.reconciling import reconciliation
from operations.output import table, text
from operations.stack import databases
from operations.stack.jars import VERSION as KAFKA_VERSION
from sandbox import checker
from sandbox.checker import notices
from sandbox.checker.pages.watch import Watched


def report(settings: Settings, options: Options, played: Played, seconds: Callable[[], float]) -> Report:
    """
    Asks the separate checker, in a process of its own, and meanwhile the ledger, and every page once more.

    The checker makes millions of objects that all live until it ends: looking for garbage among them took a quarter
    of its time.
    """
    planted = {checker.Planted(each.member, each.sequence) for each in played.bad_inputs}
    with ProcessPoolExecutor(1, get_context("spawn"), gc.disable) as beside, ThreadPoolExecutor(1) as visiting:
        checked = beside.submit(checker.check, settings, planted, latency_until=played.told_from)
        searched = visiting.submit(played.watched)
        compared = reconciliation(settings)
        moves, told = procedures.count(settings, here.now()), notices.told(settings)
        recounted = recounting.recount(settings)
        found, watched = checked.result(), searched.result()
    for example in (*found.as_record()["examples"], *watched.disclosures, *watched.logs):
        text(f"  {example}")
    return Report(
        **_checked(found, watched),
        seed=options.seed,
        events_admitted=sum(played.last.events.values()),
        bad_inputs_sent=len(played.bad_inputs),
        refused_in_stories=played.refused_in_stories,
        buckets_differing=len(compared.findings) + len(compared.unreceipted),
        cells_differing=sum(each.cells for each in recounted.differing),
        bad_inputs_not_refused=len(played.not_refused),
        procedures={each.step: each.procedures for each in moves.steps},
        broken={rule: count for rule, count in moves.broken.items() if count},
        half_moved=moves.half_moved(),
        notices_sent=told.sent,
        notices_withdrawn=told.withdrawn,
        notices_late=told.late,
        pages_searched=sum(watched.opened.values()),
        search_sees=watched.is_seen,
        settled=played.settled,
        latency_ms=Latency(found.latency_ms.p50 or 0.0, found.latency_ms.p99 or 0.0),
        seconds=round(seconds(), 1),
        kafka_version=KAFKA_VERSION,
        postgres_version=databases.version(settings.dsn("kairan")),
    )


def _checked(found: checker.Findings, watched: Watched) -> dict[str, Any]:
    """The checker's figures: what offices hold, what pages show and what logs say are one promise."""
    figures = {name: getattr(found, name) for name in OF_CHECKER}
    shown = len(watched.disclosures) + len(watched.logs)
    return figures | {"protected_disclosed": found.protected_disclosed + shown}


def show(found: Report) -> None:
    """The figures and the verdict."""
    figures = found.as_record()
    rows = [(words, f"{figures[name]:,}") for name, words in WORDS.items()]
    rows.append(("latency outbox row → back-office row, ms", f"p50 {found.latency_ms.p50}, p99 {found.latency_ms.p99}"))
    rows.append(("seconds in all", str(found.seconds)))
    table(("what was counted", ""), rows)
    text(f"Moves by state: {', '.join(f'{count} {step}' for step, count in found.procedures.items())}.")
    if found.broken:
        table(("what must not be", "how often"), [(rule, str(count)) for rule, count in found.broken.items()])
    failures = found.failures()
    if failures:
        text("\n".join(f"[bold red]FAILED[/] {failure}" for failure in failures))
    else:
        text("[bold green]Nothing was lost, doubled, out of order or disclosed.[/]")
