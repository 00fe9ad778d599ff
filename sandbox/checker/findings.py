"""What the checker found: figures, and examples that name rows and fields but hold no value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, zip_longest
from typing import Any, Literal, NamedTuple, get_args

from sandbox.checker.performers import Receiver

EXAMPLES = 20

Fault = Literal[
    "lost",
    "duplicate_effects",
    "out_of_order",
    "unentitled_fields",
    "protected_disclosed",
    "altered_values",
    "missing_fields",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
"""Each is a figure of ``Findings``; above zero, a promise is broken."""


class Finding(NamedTuple):
    """
    One thing that is wrong.

    ``about``: the event's reference at that member, or where it was registered; ``path``: the field.
    """

    fault: Fault
    receiver: Receiver
    business: str
    about: str
    path: str = ""


@dataclass(frozen=True)
class Latency:
    """From the outbox row to the effect, in milliseconds, of the live lane; None where nothing was applied."""

    p50: float | None
    p99: float | None


@dataclass(frozen=True, kw_only=True)
class Findings:
    """
    The figures.

    ``lost`` to ``protected_disclosed`` are the five promises. ``altered_values``: what an office holds is not what was
    registered (a value, a person, a reference). ``missing_fields``: granted, registered, and not told.
    """

    events_registered: int
    events_refused: int
    bad_inputs_sent: int
    deliveries_due: int
    deliveries_applied: int
    parked: int
    lost: int
    duplicate_effects: int
    out_of_order: int
    unentitled_fields: int
    protected_disclosed: int
    altered_values: int
    missing_fields: int
    latency_ms: Latency
    examples: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """The five promises are kept, and what arrived is what was registered."""
        promised = self.lost + self.duplicate_effects + self.out_of_order
        disclosed = self.unentitled_fields + self.protected_disclosed
        return promised + disclosed + self.altered_values + self.missing_fields == 0

    def as_record(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self) | {"examples": [_example(finding) for finding in self.examples]}


def examples(found: Mapping[Fault, Sequence[Finding]]) -> tuple[Finding, ...]:
    """At most twenty, some of each fault."""
    in_turn = chain.from_iterable(zip_longest(*found.values()))
    return tuple([finding for finding in in_turn if finding is not None][:EXAMPLES])


def latency(milliseconds: Iterable[float]) -> Latency:
    ordered = sorted(milliseconds)
    return Latency(_percentile(ordered, 50), _percentile(ordered, 99))


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """Nearest rank."""
    if not ordered:
        return None
    return round(ordered[max(-(-len(ordered) * percent // 100) - 1, 0)], 1)


def _example(finding: Finding) -> dict[str, str]:
    return {
        "fault": finding.fault,
        "member": finding.receiver.member,
        "channel": finding.receiver.channel,
        "business": finding.business,
        "about": finding.about,
        "path": finding.path,
    }
