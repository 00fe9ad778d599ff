"""
What was due against what took effect.

``due`` comes from the log by routing's pure function, which anyone can compute again; what took effect comes
from the ledger's sums. Only buckets whose sums differ are looked at record by record, with what the offices hold.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kairan.receipts import Bucket, Excepted, LogPosition, Tally, bucket_of, digest


class Channel(NamedTuple):
    """A member's channel."""

    member: str
    channel: str


class Due(NamedTuple):
    """A delivery to a business that a channel must hold, and where its event lies in the log."""

    channel: Channel
    event_ref: bytes
    business: str
    at: LogPosition


class Held(NamedTuple):
    """What an office holds of an event that lies there."""

    event_ref: bytes
    business: str
    at: LogPosition


class Difference(NamedTuple):
    """A bucket whose sums are not those that are due."""

    channel: Channel
    bucket: Bucket
    due: Tally
    told: Tally


class Expectation(NamedTuple):
    """How many deliveries to businesses were due, and the sums of those that must be in effect."""

    due: int
    sums: Mapping[Channel, Mapping[Bucket, Tally]]


class Finding(NamedTuple):
    """A delivery to a business that is ``missing``, ``extra`` or ``double`` in an office."""

    kind: str
    channel: Channel
    event_ref: bytes
    business: str
    bucket: Bucket


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """
    How what was due and what took effect compare.

    ``unreceipted`` are buckets where the office holds exactly what is due and only the receipts say otherwise: they
    are on their way, or one was lost or forged.
    """

    due: int
    applied: int
    excepted: Mapping[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unreceipted: list[Difference] = field(default_factory=list)

    def is_clean(self) -> bool:
        return not self.findings and not self.unreceipted


def reconcile(
    due: Callable[[], Iterable[Due]],
    told: Mapping[Channel, Mapping[Bucket, Tally]],
    excepted: Mapping[Channel, Iterable[Excepted]],
    held: Callable[[Channel, Bucket], Iterable[Held]],
) -> Reconciliation:
    """
    Compares bucket by bucket, then record by record where that differs.

    Args:
        due: everything due up to some position of the log, in the log's order; asked a second time if anything differs.
        told: the ledger's tallies.
        excepted: what the ledger says is not in effect, and why.
        held: what an office holds of a bucket.

    """
    left_out = {channel: {(each.event_ref, each.business) for each in these} for channel, these in excepted.items()}
    expected = expectation(due(), left_out)
    differing = differences(expected.sums, told)
    wanted = _wanted(due(), differing) if differing else {}
    findings, unreceipted = [], []
    for each in differing:
        out = left_out.get(each.channel, set())
        found = list(_findings(each, wanted.get((each.channel, each.bucket), set()), out, held))
        findings += found
        unreceipted += [] if found else [each]
    return Reconciliation(
        due=expected.due,
        applied=sum(each.count for buckets in told.values() for each in buckets.values()),
        excepted=Counter(each.kind for these in excepted.values() for each in these),
        findings=findings,
        unreceipted=unreceipted,
    )


def first_positions(due: Iterable[Due]) -> Iterator[Due]:
    """A double in the log takes effect once, where it stands first: doubles of an event lie in one partition."""
    seen: set[tuple[Channel, bytes, str]] = set()
    for each in due:
        identity = (each.channel, each.event_ref, each.business)
        if identity not in seen:
            seen.add(identity)
            yield each


def expectation(due: Iterable[Due], left_out: Mapping[Channel, set[tuple[bytes, str]]]) -> Expectation:
    """The sums that the ledger must have, without what is not in effect."""
    count, sums = 0, dict[Channel, dict[Bucket, Tally]]()
    for count, each in enumerate(first_positions(due), start=1):  # noqa: B007 - the last count is how many
        if (each.event_ref, each.business) not in left_out.get(each.channel, ()):
            buckets, bucket = sums.setdefault(each.channel, {}), bucket_of(each.at)
            buckets[bucket] = buckets.get(bucket, Tally()).plus(digest(each.event_ref, each.business))
    return Expectation(count, sums)


def differences(
    expected: Mapping[Channel, Mapping[Bucket, Tally]], told: Mapping[Channel, Mapping[Bucket, Tally]]
) -> list[Difference]:
    """The buckets whose sums differ, in order."""
    found = []
    for channel in sorted(expected.keys() | told.keys()):
        due, applied = expected.get(channel, {}), told.get(channel, {})
        for bucket in sorted(due.keys() | applied.keys()):
            difference = Difference(channel, bucket, due.get(bucket, Tally()), applied.get(bucket, Tally()))
            found += [difference] if difference.due != difference.told else []
    return found


def _wanted(
    due: Iterable[Due], differing: Iterable[Difference]
) -> dict[tuple[Channel, Bucket], set[tuple[bytes, str]]]:
    wanted: dict[tuple[Channel, Bucket], set[tuple[bytes, str]]] = {
        (each.channel, each.bucket): set() for each in differing
    }
    for each in first_positions(due):
        if (place := (each.channel, bucket_of(each.at))) in wanted:
            wanted[place].add((each.event_ref, each.business))
    return wanted


def _findings(
    difference: Difference,
    wanted: set[tuple[bytes, str]],
    left_out: set[tuple[bytes, str]],
    held: Callable[[Channel, Bucket], Iterable[Held]],
) -> Iterator[Finding]:
    holds = Counter((each.event_ref, each.business) for each in held(difference.channel, difference.bucket))
    for kind, these in (
        ("missing", wanted - left_out - holds.keys()),
        ("extra", holds.keys() - wanted),
        ("double", {one for one, times in holds.items() if times > 1}),
    ):
        for event_ref, business in sorted(these):
            yield Finding(kind, difference.channel, event_ref, business, difference.bucket)
