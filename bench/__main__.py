"""``make bench``: measures and writes ``bench/RESULTS.md``."""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from cyclopts import App

from bench import (
    admission,
    fanout,
    hop,
    latency,
    live,
    members,
    place,
    plot,
    procedures,
    replay,
    results,
    routing,
    sink,
    statistics,
)
from bench.contest import BenchError
from bench.figures import Part
from bench.place import say
from operations.stack.errors import StackError

Section = Literal[
    "routing", "latency", "admission", "sink", "replay", "hop", "procedures", "fanout", "live", "members", "statistics"
]  # fmt: skip
MEASURE: Mapping[Section, Callable[[float], Sequence[Part]]] = {
    "routing": routing.measure,
    "latency": latency.measure,
    "admission": admission.measure,
    "sink": sink.measure,
    "replay": replay.measure,
    "hop": hop.measure,
    "procedures": procedures.measure,
    "fanout": fanout.measure,
    "live": live.measure,
    "members": members.measure,
    "statistics": statistics.measure,
}
app = App(name="bench", help=__doc__)


@app.default
def bench(*, only: Section | None = None, scale: float = 1.0) -> None:
    """
    Measures on a Kafka and a PostgreSQL of its own.

    Parameters
    ----------
    only
        One section; the others stay as they are written.
    scale
        A share of the records, to try the bench itself: shown, not written.

    """
    began = time.monotonic()
    for name in [only] if only else list(MEASURE):
        _section(name, scale)
    place.clear()
    say(f"done in {time.monotonic() - began:.0f} s")


def _section(name: Section, scale: float) -> None:
    measured = results.circumstances(dt.datetime.now(dt.UTC), os.getloadavg()[0])  # noqa: TID251 - the shell's clock
    say(f"{name}: {measured.machine}")
    parts = MEASURE[name](scale)
    print(results.section(results.SECTIONS[name], measured, parts))
    if scale == 1.0:
        results.write(name, measured, parts)
        plot.draw_all(parts, results.RESULTS.parent)
        say(f"written to {results.RESULTS.relative_to(place.CHECKOUT)}")


if __name__ == "__main__":
    try:
        app()
    except (BenchError, StackError) as error:
        sys.exit(f"bench: {error}")
