"""How commands speak: tables a person likes to read, JSON for programs, progress beside both."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


def say(line: str) -> None:
    """Progress; on stderr, so that stdout holds the answer only."""
    print(f"kairan: {line}", file=sys.stderr, flush=True)


def as_json(answer: Any) -> None:
    print(json.dumps(answer, ensure_ascii=False, indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """A table as wide as the terminal; columns keep their words whole where they can."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - 0.1 s, not needed for JSON
    from rich.table import Table  # noqa: PLC0415 - the same
    from rich.text import Text  # noqa: PLC0415 - the same

    shown = Table(*columns, title=title, box=SIMPLE_HEAD, title_justify="left", pad_edge=False, show_edge=False)
    for row in rows:
        shown.add_row(*(Text(visible(cell)) for cell in row))
    text(shown)


def visible(cell: str) -> str:
    """Signs that command a screen or turn its letters round stand as their numbers; lines end as they did."""
    if cell.isprintable():
        return cell
    return "".join(each if each.isprintable() or each == "\n" else f"<U+{ord(each):04X}>" for each in cell)


def text(shown: Any) -> None:
    """Text with rich's markup, or anything else rich renders."""
    from rich.console import Console  # noqa: PLC0415 - the same

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 200
    console.print(shown)
