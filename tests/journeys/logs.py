"""All that processes and servers of a stack wrote down, and whether anybody's name stands there."""

from collections.abc import Iterable
from pathlib import Path

from kairan.postgres import connect
from kairan.settings import Settings
from operations.stack.home import Home

_NAMES = """
select distinct unnest(array[(name).text, (name).kana, (address).town, (household).head_name])
from core_system.resident_history"""
SHORTEST = 2
"""Characters of a name that is told from another word."""


def texts_of(settings: Settings) -> dict[Path, str]:
    place = Path(Home(settings.home).remembered().postgres_place or settings.home / "postgres")
    found = [*settings.home.glob("logs/**/*"), *settings.home.glob("supervisor/**/*"), place / "data" / "log"]
    return {path: path.read_text(encoding="utf-8", errors="replace") for path in found if path.is_file()}


def names_in(settings: Settings, municipalities: Iterable[str]) -> list[str]:
    """The logs that hold a name or a part of an address of any resident; which one is not told."""
    names = _all_names(settings, municipalities)
    beside = {path.name: _not_english(text) for path, text in texts_of(settings).items()}
    return [log for log, lines in beside.items() if any(name in lines for name in names)]


def names_in_text(settings: Settings, municipalities: Iterable[str], text: str) -> list[str]:
    """The lines that hold one; which one is not told."""
    names, lines = _all_names(settings, municipalities), _not_english(text)
    return [line[:40] for line in lines.splitlines() if any(name in line for name in names)]


def _all_names(settings: Settings, municipalities: Iterable[str]) -> set[str]:
    return {name for code in municipalities for name in _names_of(settings, code)}


def _not_english(text: str) -> str:
    """Logs speak English; nearly all names have other signs, and the few that have not are not looked for."""
    return "\n".join(line for line in text.splitlines() if not line.isascii())


def _names_of(settings: Settings, code: str) -> set[str]:
    with connect(settings.dsn(f"core_{code}")) as connection:
        return {name for (name,) in connection.execute(_NAMES) if name and len(name) >= SHORTEST}
