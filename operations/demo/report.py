"""The figures of a demonstration, and the verdict that decides its exit status."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

FAULTS = (
    "lost",
    "duplicate_effects",
    "out_of_order",
    "unentitled_fields",
    "protected_disclosed",
    "altered_values",
    "missing_fields",
)
OF_CHECKER = ("events_registered", "events_refused", "deliveries_due", "deliveries_applied", "parked", *FAULTS)
"""What the separate checker counts, under the same names."""

MUST_BE_ZERO = (*FAULTS, "buckets_differing", "bad_inputs_not_refused", "half_moved", "notices_late", "cells_differing")
"""One of them above zero and the demonstration has failed."""

WORDS = {
    "events_registered": "facts that core systems registered and published",
    "events_admitted": "events in the log",
    "events_refused": "statements refused, each with its reason in the source's outbox",
    "bad_inputs_sent": "of these, bad inputs that the sandbox planted",
    "refused_in_stories": "of these, what a story shows refused: a 個人番号 in an address",
    "deliveries_due": "effects due: a fact at a business entitled to it",
    "deliveries_applied": "effects found in back offices",
    "parked": "effects parked, waiting for a person's release",
    "lost": "lost",
    "duplicate_effects": "doubled",
    "out_of_order": "out of order",
    "unentitled_fields": "fields somebody had no right to",
    "protected_disclosed": "places that disclose a protected person: offices, pages, logs",
    "altered_values": "values that are not what was registered",
    "missing_fields": "granted fields that were not told",
    "bad_inputs_not_refused": "bad inputs that were not refused for their reason",
    "buckets_differing": "buckets that differ between the ledger and the log",
    "cells_differing": "cells of statistics that differ from the log, counted again",
    "pages_searched": "pages of the front door, opened as every role, searched for where somebody hides",
    "notices_sent": "notices that residents were told",
    "notices_withdrawn": "notices withdrawn, because they no longer hold or must not be told",
    "notices_late": "times that a notice came too late, or never",
    "half_moved": "moves of which something is not as it must be, or nothing more is decided",
}


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the outbox row to the back office's row, live lane."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Report:
    """What ``--report`` writes."""

    seed: int
    events_registered: int
    events_admitted: int
    events_refused: int
    bad_inputs_sent: int
    refused_in_stories: int
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
    buckets_differing: int
    cells_differing: int
    bad_inputs_not_refused: int
    procedures: Mapping[str, int]
    """Moves by the step at which they stand."""
    broken: Mapping[str, int]
    """What must not be of procedures, and how often it is (``processors.moving.invariants``)."""
    half_moved: int
    notices_sent: int
    notices_withdrawn: int
    notices_late: int
    pages_searched: int
    search_sees: bool
    """Whoever may know where somebody hides was shown it: else the search of the pages says nothing."""
    settled: bool
    latency_ms: Latency
    seconds: float
    kafka_version: str
    postgres_version: str

    def failures(self) -> list[str]:
        """What makes the demonstration a failure, in words; empty when all is well."""
        found = [f"{WORDS[name]}: {getattr(self, name)}" for name in MUST_BE_ZERO if getattr(self, name)]
        if not self.search_sees:
            found.append("the search of the pages saw nothing even where it may be shown")
        if not self.settled:
            found.append("the bus did not come to rest in time")
        return found

    def as_record(self) -> Mapping[str, Any]:
        """For JSON."""
        return asdict(self)
