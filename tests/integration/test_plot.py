"""A curve is drawn, by a library that takes its time to be loaded."""

from pathlib import Path

from bench import plot
from bench.figures import Curve, Plot

CURVE = Plot("members.svg", "members", "ratio", (Curve("routing", {6: 0.7, 200: 0.65, 1741: 0.6}),))


def test_the_same_figures_draw_the_same_picture(tmp_path: Path) -> None:
    pictures = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        plot.draw(CURVE, folder)
        pictures.append((folder / CURVE.file).read_bytes())

    assert pictures[0] == pictures[1]
    assert b">1,741</text>" in pictures[0]
