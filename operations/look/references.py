"""How an event is named on the command line: its id, the beginning of it, or its row in a core system's outbox."""

import re
from typing import NamedTuple

from operations.look.errors import UnknownNameError

SHORTEST = 8
_ID = re.compile(rf"[0-9a-f]{{{SHORTEST},32}}")
_ROW = re.compile(r"(\d{6}):(\d{1,18})", re.ASCII)


class OutboxReference(NamedTuple):
    """A row of a municipality's outbox."""

    member: str
    sequence: int


class IdRange(NamedTuple):
    """All event ids that begin alike, both ends included."""

    first: bytes
    last: bytes


def parse(text: str) -> OutboxReference | IdRange:
    """Raises UnknownNameError."""
    if row := _ROW.fullmatch(text):
        return OutboxReference(row[1], int(row[2]))
    digits = text.lower().rstrip("…")
    if not _ID.fullmatch(digits):
        raise UnknownNameError(
            f"{text!r} names no event: give its id, {SHORTEST} or more hexadecimal digits from its beginning, "
            "or a municipality and its outbox row as in 131237:42."
        )
    return IdRange(bytes.fromhex(digits.ljust(32, "0")), bytes.fromhex(digits.ljust(32, "f")))
