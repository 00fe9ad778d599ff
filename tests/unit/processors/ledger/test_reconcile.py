"""A loss, a double or a stranger in an office is found and named; what is parked is none of them."""

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kairan.receipts import Bucket, Excepted, LogPosition, bucket_of, tallies
from processors.ledger.reconcile import Channel, Due, Held, Reconciliation, reconcile

NHI = Channel("141003", "nhi")
TAX = Channel("131237", "tax")


def due(number: int, channel: Channel = NHI, business: str = "024", offset: int | None = None) -> Due:
    return Due(channel, number.to_bytes(16), business, LogPosition("live", 3, number if offset is None else offset))


LOG = [due(number, channel) for number in range(0, 5000, 250) for channel in (NHI, TAX)]


def held(each: Due) -> Held:
    return Held(each.event_ref, each.business, each.at)


def reconciled(
    log: Sequence[Due], offices: Sequence[Due], *, told: Sequence[Due] | None = None, excepted: Iterable[Excepted] = ()
) -> Reconciliation:
    """``offices``: what took effect; ``told``: what was receipted, if not the same."""
    by_channel: dict[Channel, list[tuple[bytes, str, LogPosition]]] = {}
    for each in offices if told is None else told:
        by_channel.setdefault(each.channel, []).append(each[1:])

    def holds(channel: Channel, bucket: Bucket) -> list[Held]:
        return [held(each) for each in offices if each.channel == channel and bucket_of(each.at) == bucket]

    sums = {channel: tallies(effects) for channel, effects in by_channel.items()}
    return reconcile(lambda: log, sums, {NHI: list(excepted)}, holds)


def found(result: Reconciliation) -> list[tuple[str, Channel, bytes]]:
    return [(finding.kind, finding.channel, finding.event_ref) for finding in result.findings]


def test_nothing_is_found_where_everything_due_took_effect() -> None:
    result = reconciled(LOG, LOG)

    assert result.is_clean()
    assert (len(LOG), len(LOG)) == (result.due, result.applied)


@given(st.sampled_from(LOG))
def test_a_loss_is_named(lost: Due) -> None:
    result = reconciled(LOG, [each for each in LOG if each != lost])

    assert [("missing", lost.channel, lost.event_ref)] == found(result)


@given(st.sampled_from(LOG))
def test_a_double_is_named(twice: Due) -> None:
    assert [("double", twice.channel, twice.event_ref)] == found(reconciled(LOG, [*LOG, twice]))


def test_a_delivery_that_was_not_due_is_named() -> None:
    stranger = due(77, business="010")

    assert [("extra", NHI, stranger.event_ref)] == found(reconciled(LOG, [*LOG, stranger]))


def test_a_delivery_in_the_wrong_office_is_missing_here_and_extra_there() -> None:
    moved = due(77)
    offices = [*LOG, moved._replace(channel=TAX)]

    assert {("missing", NHI, moved.event_ref), ("extra", TAX, moved.event_ref)} == set(
        found(reconciled([*LOG, moved], offices))
    )


def test_a_loss_that_a_stranger_makes_up_for_in_number_is_found_by_the_sum() -> None:
    stranger = due(1, offset=0)
    offices = [*LOG[2:], LOG[1], stranger]

    assert {"missing", "extra"} == {kind for kind, *_ in found(reconciled(LOG, offices))}


@pytest.mark.parametrize("kind", ["parked", "discarded"])
def test_what_is_parked_or_discarded_is_counted_apart(kind: str) -> None:
    left_out = LOG[0]
    excepted = [Excepted(left_out.event_ref, left_out.business, kind, 0)]
    result = reconciled(LOG, LOG[1:], excepted=excepted)

    assert result.is_clean()
    assert ({kind: 1}, len(LOG)) == (result.excepted, result.due)


def test_what_was_discarded_and_took_effect_all_the_same_is_seen() -> None:
    left_out = LOG[0]
    result = reconciled(LOG, LOG, excepted=[Excepted(left_out.event_ref, left_out.business, "discarded", 0)])

    assert not result.is_clean()


def test_a_double_in_the_log_is_due_once_where_it_stands_first() -> None:
    again = due(0, offset=4999)

    assert reconciled([*LOG, again], LOG).is_clean()


def test_a_receipt_that_is_not_there_yet_is_no_loss() -> None:
    result = reconciled(LOG, LOG, told=LOG[:-1])

    assert [] == result.findings
    assert [LOG[-1].channel] == [difference.channel for difference in result.unreceipted]
    assert not result.is_clean()
