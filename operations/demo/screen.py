"""The live table: what is on its way, as a person sees it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from kairan import shapes
from operations.demo.flow import Snapshot, percentile

TITLES = {
    "residence.RecordLoaded": "初期データ移行",
    "residence.MoveOutDeclared": "転出届",
    "residence.MoveOutApplied": "転出届の申請",
    "residence.VisitPlanned": "来庁予定",
    "residence.MovedIn": "転入",
    "residence.MoveInNotified": "転入通知",
    "residence.MoveOutConfirmed": "消除(転出)",
    "residence.Relocated": "転居",
    "residence.RecordAmended": "修正・世帯変更",
    "vital.Born": "出生",
    "vital.Died": "死亡",
    "tax.ResidentTaxAssessed": "住民税の賦課",
    "protection.ProtectionChanged": "支援措置",
    "identity.SubjectsLinked": "名寄せ",
}


class Screen:
    """Shows the live table in a terminal, a line now and then elsewhere; without ``live`` there, too."""

    def __init__(self, *, live: bool = True) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._is_live = live and self._console.is_terminal
        self._live: Live | None = None
        self._said = ""

    @contextmanager
    def showing(self) -> Iterator[None]:
        """While this lasts, the table stays in place."""
        if not self._is_live:
            yield
            return
        with Live(console=self._console, auto_refresh=False, transient=False) as self._live:
            yield
        self._live = None

    def show(self, snapshot: Snapshot, title: str, done: int, planned: int) -> None:
        if self._live is not None:
            self._live.update(picture(snapshot, title, done, planned), refresh=True)
        elif (line := in_a_line(snapshot, title, done, planned)) != self._said:
            self._said = line
            self._console.print(f"kairan: {line}", soft_wrap=True)


def picture(snapshot: Snapshot, title: str, done: int, planned: int) -> RenderableType:
    """The whole screen."""
    return Group(
        Text(f"{title}  {done} of {planned} facts registered", style="bold"),
        Columns([_events(snapshot.events), _deliveries(snapshot.deliveries), _way(snapshot)], padding=(0, 4)),
    )


def in_a_line(snapshot: Snapshot, title: str, done: int, planned: int) -> str:
    """The same where there is no terminal."""
    under_way = ", ".join(f"{part} {count}" for part, count in snapshot.lag.items() if count) or "nothing waits"
    return (
        f"{title}: {done}/{planned} facts, {sum(snapshot.events.values())} events, "
        f"{sum(snapshot.deliveries.values())} deliveries; {under_way}; refused {snapshot.refused}"
    )


def _events(events: Mapping[str, int]) -> Table:
    table = Table("events in the log", "", "count", box=SIMPLE_HEAD, pad_edge=False)
    table.columns[2].justify = "right"
    for kind in shapes.TYPES:
        if kind in events:
            table.add_row(kind, TITLES[kind], str(events[kind]))
    return table


def _deliveries(deliveries: Mapping[str, int]) -> Table:
    table = Table("deliveries to", "count", box=SIMPLE_HEAD, pad_edge=False)
    table.columns[1].justify = "right"
    for member, count in deliveries.items():
        table.add_row(member, str(count))
    return table


def _way(snapshot: Snapshot) -> Table:
    table = Table("waiting before", "count", box=SIMPLE_HEAD, pad_edge=False)
    table.columns[1].justify = "right"
    for part, count in snapshot.lag.items():
        table.add_row(part, str(count))
    table.add_section()
    table.add_row("refused statements", str(snapshot.refused))
    table.add_row("latency p50 ms", f"{percentile(snapshot.latencies, 0.5):.0f}")
    table.add_row("latency p99 ms", f"{percentile(snapshot.latencies, 0.99):.0f}")
    return table
