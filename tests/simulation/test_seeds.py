"""A fixed set of seeds, at every run of the tests; ``make soak`` plays many thousand others."""

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import pytest

from processors.admission import waiting
from processors.moving.facts import TimerName
from processors.moving.feeds import HOUSEHOLD
from processors.moving.process import NAME
from processors.runtime.process import Row
from tests.simulation.chance import FAULTS
from tests.simulation.play import Play, play
from tests.simulation.verdict import failure, told
from tests.simulation.world import FLAG

SEEDS = range(40, 100)
SEAMS = (
    *("relay.before-send", "relay.before-mark", "receipts.before-send", "receipts.before-mark"),
    *(
        "admission.before-names",
        "admission.between-waves",
        "admission.before-note",
        "admission.after-confirm",
        "admission.before-mark",
    ),
    *("routing.after-confirm", "routing.before-mark", "ledger.before-effect", "ledger.before-mark"),
    *("sink.before-effect", "sink.after-effect", "sink.before-mark"),
    *("process.before-effect", "process.after-effect", "process.before-mark"),
    *("letters.before-send", "letters.before-mark", "timers.before-mark"),
)


@cache
def plays() -> Sequence[Play]:
    return [its for seed in SEEDS if (its := played(seed)) is not None]


def played(seed: int) -> Play | None:
    """Of a run that does not end well ``test_whatever_fails…`` tells."""
    with suppress(Exception):
        return play(seed)
    return None


def log_of(its: Play) -> object:
    """Everything that lies in the topics, and where and when it was stored."""
    return [its.broker.records(topic) for topic in its.broker.partitions]


def test_whatever_fails_nothing_is_lost_doubled_swapped_or_disclosed() -> None:
    ended = {its.seed for its in plays()}

    assert [] == [found for its in plays() if (found := told(its))]
    assert [] == [failure(seed) for seed in SEEDS if seed not in ended]


def test_nor_where_there_is_no_room_for_bulk_records_that_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "OF_LANES", 1)

    assert [] == [found for seed in SEEDS[:15] if (found := told(play(seed)))]


def test_a_seed_replays() -> None:
    assert log_of(play(7)) == log_of(play(7)) != log_of(play(8))


def test_every_fault_happens() -> None:
    happened = Counter[str]()
    for its in plays():
        happened += its.chance.happened

    told = {name.partition(" ")[0] for name in happened}
    assert set(FAULTS) == told
    assert set(SEAMS) == {name.removeprefix("kill ") for name in happened if name.startswith("kill ")}


def test_every_kind_of_history_is_lived() -> None:
    stated = Counter((row.delivery.type, row.delivery.change) for its in plays() for row in received(its))

    for type_ in ("vital.Born", "residence.MoveOutDeclared", "residence.MovedIn", "residence.MoveInNotified"):
        assert stated[type_, "created"]
    for change in ("created", "corrected", "annulled"):
        assert stated["residence.Relocated", change]
        assert stated["tax.ResidentTaxAssessed", change]
    assert stated[FLAG, "created"]
    assert stated[FLAG, "ended"]
    assert any(each.kind == "released" for its in plays() for these in receipts(its) for each in these.exceptions)


def test_every_kind_of_timer_comes() -> None:
    """But those of what nobody states: applications, visits, offices' answers; a notice is mostly not forgotten."""
    never = {TimerName.REVIEW, TimerName.RESUBMISSION, TimerName.NOTICE, TimerName.ANSWERS}
    told = [word for its in plays() for line in lines(its, NAME) for word in [json.loads(line.told)]]

    came = {TimerName(word["name"]) for word in told if word["word"] == "Came"}
    assert set(TimerName) - never == came - {TimerName.NOTICE}
    assert any(lines(its, HOUSEHOLD) for its in plays())


def test_residents_are_told_and_what_holds_no_longer_is_withdrawn() -> None:
    words = {json.loads(said)["word"] for its in plays() for line in told_residents(its) for said in line.sent or ()}

    assert {"Queue", "Send", "Withdraw", "StaffTask", "Vouch", "Ask"} <= words


def told_residents(its: Play) -> list[Row]:
    kept = its.notices.kept if its.notices else None
    return [line for its_lines in kept.lines(kept.instances()).values() for line in its_lines] if kept else []


def lines(its: Play, process: str) -> list[Row]:
    kept = its.moving.kept[process] if its.moving else None
    return [line for its_lines in kept.lines(kept.instances()).values() for line in its_lines] if kept else []


def received(its: Play) -> list[Any]:
    return [row for each in its.sinks for row in each.office.tables.received.values()]


def receipts(its: Play) -> list[Any]:
    return list(its.ledger.receipts.values())
