"""What processes and servers wrote down: does any of it hold a word that may stand in no log?"""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path


def telling(folders: Iterable[Path], words: Collection[str]) -> list[str]:
    """The files below these folders that hold one, by their names; which one is not told."""
    looked_for = [word.encode() for word in words]
    return [path.name for path in _files(folders) if any(word in path.read_bytes() for word in looked_for)]


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.glob("**/*")) if path.is_file())
