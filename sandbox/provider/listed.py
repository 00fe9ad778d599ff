"""Whom the development provider offers: residents of the sandbox who were enrolled at a counter, and nobody else."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox.development_provider import Resident


@dataclass(frozen=True, slots=True)
class Listed:
    """
    Somebody who was enrolled: under which ``name`` she is offered, and whom of which member's register that is.

    ``subject``: what the provider calls her, drawn by lot, so that it tells nothing.
    """

    subject: str
    name: str
    member: str
    atena: str


class Listing:
    """A file of the sandbox's; read anew each time, for somebody may have been enrolled meanwhile."""

    def __init__(self, home: Path) -> None:
        self._path = home / "sandbox" / "residents.json"

    def __iter__(self) -> Iterator[Resident]:
        return (Resident(each.subject, each.name) for each in self.all())

    def all(self) -> list[Listed]:
        if not self._path.exists():
            return []
        return [Listed(**each) for each in json.loads(self._path.read_text(encoding="utf-8"))]

    def of(self, member: str, atena: str) -> Listed | None:
        return next((each for each in self.all() if (each.member, each.atena) == (member, atena)), None)

    def put(self, listed: Listed) -> None:
        """In the place of whoever had this subject."""
        others = [each for each in self.all() if each.subject != listed.subject]
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps([asdict(each) for each in (*others, listed)], ensure_ascii=False), encoding="utf-8")
        fresh.replace(self._path)
