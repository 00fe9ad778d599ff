"""The style sheet: what can be read by everybody."""

import re
from importlib.resources import files

import pytest

CSS = (files("gateway") / "static" / "kairan.css").read_text(encoding="utf-8")
LIGHT, DARK = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", each)) for each in CSS.split("@media")[:2])
TEXTS = [
    *[(ink, ground) for ink in ("ink", "soft", "link") for ground in ("ground", "paper")],
    *[(each, f"{each}-ground") for each in ("warn", "bad", "good")],
    *[("ink", "faint"), ("on-brand", "brand")],
]
SHAPES = [("focus", "ground"), ("focus", "paper"), ("line", "paper"), ("bar", "paper"), ("bar", "ground")]


def lightness(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((lightness(one), lightness(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_every_text_can_be_told_from_its_ground(colours: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_the_focus_and_what_is_drawn_can_be_told_from_their_ground(
    colours: dict[str, str], shape: str, ground: str
) -> None:
    assert contrast(colours[shape], colours[ground]) >= 3


def test_the_sheet_asks_nobody_else_for_anything() -> None:
    assert not re.search(r"url\(|@import|https?:", CSS)


@pytest.mark.parametrize(
    "rule", [":focus-visible", "@media print", "prefers-color-scheme: dark", "auto-phrase", ".skip:focus"]
)
def test_the_sheet_thinks_of(rule: str) -> None:
    assert rule in CSS
