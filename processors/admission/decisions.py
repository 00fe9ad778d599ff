"""What was decided of a batch, as values: records to append, what memory notes beside them, refusals to look at."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kairan.stream import Outgoing
from processors.admission.facts import Entry, Stated
from processors.admission.reading import Reading
from processors.admission.reasons import Problem


class Refused(NamedTuple):
    """A refusal that somebody must look at."""

    reading: Reading
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class Decisions:
    """
    What a batch appends, in three waves: records, where memory notes something of them beside it.

    A name takes a number away from the handle that it had; so what joins both must be stored before it, and both
    before the events. Otherwise a crash in between would leave a measure behind under the former handle.
    """

    protection: list[Outgoing] = field(default_factory=list)
    names: list[tuple[Outgoing, Entry]] = field(default_factory=list)
    events: list[tuple[Outgoing, Mapping[str, Any] | None]] = field(default_factory=list)
    """And refusals."""
    stated: set[Stated] = field(default_factory=set)
    """Of whom this batch is the first to state something."""
    alarms: list[Refused] = field(default_factory=list)
    unbelieved: list[Reading] = field(default_factory=list)
    """Refused, and whom they name was not hidden: too many claims of a number, a person or a member."""
    counts: Counter[str] = field(default_factory=Counter)
