"""A curve as a picture beside ``bench/RESULTS.md``; the same figures make the same bytes."""

from collections.abc import Iterable
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from bench.figures import Part, Plot


def draw_all(parts: Iterable[Part], folder: Path) -> None:
    """The curves of a section."""
    for part in parts:
        if part.plot is not None:
            draw(part.plot, folder)


def draw(plot: Plot, folder: Path) -> None:
    """Writes the plot's file, an SVG whose texts are texts."""
    figure = Figure(figsize=(6, 3.2), layout="constrained")
    axes = figure.subplots()
    for curve in plot.curves:
        axes.plot(list(curve.points), list(curve.points.values()), marker="o", label=curve.name)
    axes.set_xscale("log")
    axes.xaxis.set_minor_locator(NullLocator())
    measured = sorted({x for curve in plot.curves for x in curve.points})
    axes.set_xticks(measured, [f"{x:,}" for x in measured])
    axes.set_ylim(bottom=0)
    axes.set_xlabel(plot.x)
    axes.set_ylabel(plot.y)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    with mpl.rc_context({"svg.hashsalt": plot.file, "svg.fonttype": "none"}):
        figure.savefig(folder / plot.file, format="svg", metadata={"Date": None})
