"""
What a lane was routed by: a note beside the data, so that nobody changes the rules of what was already routed.

The note holds the append time of the newest record that was routed and the digest of all rows of policy and register
that were valid by then. A bundle with another digest has rows that came too late, or has lost or changed some.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from processors.routing.bundle import Bundle


class BackdatedError(Exception):
    """Policy or register say something new about a time that was already routed."""


@dataclass
class Note:
    """One lane's note; ``appended`` in milliseconds since 1970 UTC, 0 before the first record."""

    path: Path
    bundle: Bundle
    appended: int = 0

    def verify(self) -> None:
        """Raises BackdatedError."""
        if not self.path.exists():
            return
        noted = json.loads(self.path.read_text(encoding="utf-8"))
        if self._digest(noted["appended"]) != noted["digest"]:
            raise BackdatedError(
                f"Records appended up to {noted['appended']} were routed by another policy or register than the one "
                "given now. Rows are append-only: give a new row a valid_from in the future and keep the old ones."
            )
        self.appended = noted["appended"]

    def write(self, appended: int) -> None:
        """Before the positions are marked, so that the note is never older than they are."""
        if appended <= self.appended:
            return
        self.appended = appended
        content = json.dumps({"appended": appended, "digest": self._digest(appended)})
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".draft")
        draft.write_text(content, encoding="utf-8")
        draft.replace(self.path)

    def _digest(self, appended: int) -> str:
        return self.bundle.digest_until(appended).hex()
