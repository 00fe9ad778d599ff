"""
Seven bugs, put in on purpose: the checker must find each, and finds nothing where the code is as it is.

What kills is the same with and without the bug. A checker that never fails has proved nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from connectors.postgres.deliveries import Row
from connectors.postgres.testing import MemoryOffice
from kairan import loops, topics, wire
from kairan.keys import BusKeys
from kairan.loops import BATCH, POLL_SECONDS, Outbox, Stop, Waves
from kairan.measures import Measure, Standing
from kairan.stream import Incoming, Outgoing, Reader, Writer
from processors.routing import grants, protection
from processors.routing.bundle import Bundle
from processors.routing.events import Event
from processors.routing.protection import ProtectionState
from sandbox.checker.findings import Findings
from tests.journeys import in_memory
from tests.journeys.audit import findings, told
from tests.journeys.history import history, measure, measure_there
from tests.journeys.in_memory import Way
from tests.journeys.seams import Seams, seam
from tests.unit.processors.routing.world import POLICY, register

AnyRow = TypeVar("AnyRow")
Plant = Callable[[pytest.MonkeyPatch], None]


def commits_first(
    name: str, reader: Reader, writer: Writer, handle: Callable[[Sequence[Incoming]], Waves], stop: Stop
) -> None:
    """``loops.transform`` with the mark before what it marks."""
    while not stop():
        if batch := reader.poll(POLL_SECONDS, BATCH):
            reader.commit(loops.next_offsets(batch))
            seam(f"{name}.before-mark")
            loops.transform_batch(name, writer, handle(batch))


def marks_first(name: str, outbox: Outbox[AnyRow], writer: Writer, at_most: int = 500) -> int:
    """``loops.relay_batch`` that hopes for the best."""
    rows = outbox.pending(at_most)
    if rows:
        for _, record in rows:
            writer.send(record)
        outbox.mark([row for row, _ in rows], [])
        seam(f"{name}.before-mark")
        writer.confirm()
    return len(rows)


def takes_in_again(office: MemoryOffice, rows: Sequence[Row]) -> Mapping[tuple[bytes, str], bool]:
    """An inbox without a key: whatever comes is new."""
    received = office.tables.received
    for row in rows:
        received[row.delivery.event_ref, f"{row.business} {len(received)}"] = row
    return {row.identity: False for row in rows}


def of_known_measures_only(event: Event, state: ProtectionState) -> Standing:
    """Where nobody knows, nobody is protected."""
    return state.standing(event.handle)


def last_come_wins(state: ProtectionState, record: Mapping[str, Any]) -> None:
    """A measure is what was heard of it last."""
    new = Measure(*(record[name] for name in ("municipality", "measure", "version", "kind", "registered")))
    known = state._measures.get(record["handle"], frozenset())
    others = {each for each in known if (each.municipality, each.measure) != (new.municipality, new.measure)}
    state._know(record["handle"], frozenset({*others, new}))


def after(monkeypatch: pytest.MonkeyPatch, folder: Path, kill: str | None = None) -> Findings:
    """What the checker says of the whole history."""
    seams, way = Seams(monkeypatch, kill=kill, passing=3), Way(folder)
    way.live(history())
    assert seams.killed == (kill is not None)
    return findings(way)


@pytest.mark.parametrize("process", ["admission", "routing"])
def test_a_commit_before_the_effect_is_caught_as_a_loss(
    process: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kill = f"{process}.before-mark"
    assert after(monkeypatch, tmp_path / "sound", kill).is_clean

    monkeypatch.setattr(loops, "transform", commits_first)

    assert after(monkeypatch, tmp_path / "planted", kill).lost > 0


def test_a_relay_that_marks_first_is_caught_as_a_loss(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert after(monkeypatch, tmp_path / "sound", "relay.before-mark").is_clean

    monkeypatch.setattr(loops, "relay_batch", marks_first)

    assert after(monkeypatch, tmp_path / "planted", "relay.before-mark").lost > 0


def test_a_sink_without_an_inbox_is_caught_as_double_effects(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert after(monkeypatch, tmp_path / "sound", "routing.before-mark").is_clean

    monkeypatch.setattr(MemoryOffice, "insert", takes_in_again)

    assert after(monkeypatch, tmp_path / "planted", "routing.before-mark").duplicate_effects > 0


def test_a_missing_flag_read_as_none_is_caught_as_a_disclosure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert after(monkeypatch, tmp_path / "sound").is_clean

    monkeypatch.setattr(protection, "of_event", of_known_measures_only)

    assert after(monkeypatch, tmp_path / "planted").protected_disclosed > 0


def test_a_measures_source_told_to_everybody_is_caught_as_a_disclosure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert with_a_measure_of_the_destination(tmp_path / "sound").is_clean

    monkeypatch.setattr(in_memory, "bundle", lambda: Bundle(POLICY, register()))  # decided anew
    monkeypatch.setattr(grants, "is_told_source", lambda *_, **__: True)

    assert with_a_measure_of_the_destination(tmp_path / "planted").protected_disclosed > 0


def test_an_issuer_that_everybody_knows_by_one_name_is_caught_as_a_disclosure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(BusKeys, "issuer", lambda _keys, _member, _handle, source: source)

    assert with_a_measure_of_the_destination(tmp_path / "planted").protected_disclosed > 0


def with_a_measure_of_the_destination(folder: Path) -> Findings:
    """She applies again where she now lives; the offices of both municipalities are told."""
    way = Way(folder)
    way.live([*history(), [measure_there()]])
    return findings(way)


def with_an_old_flag_again(folder: Path, *versions: tuple[int, str], again: int) -> Way:
    """The history with these versions of the measure, one of which comes twice: as statement, measure and event."""
    way = Way(folder)
    loaded, _, *rest = history()
    way.live([loaded, [measure(*version) for version in versions]])
    for topic in ("in.141003", topics.name(topics.PROTECTION), topics.name(topics.LIFE_EVENTS)):
        double = next(each for each in way.broker.records(topic) if is_version(each, again))
        way.broker.append(Outgoing(double.topic, double.key, double.value, double.partition))
    way.live(rest)
    return way


def is_version(record: Incoming, version: int) -> bool:
    value = record.value or b""
    if record.topic == topics.name(topics.PROTECTION):
        _, measure = wire.decode_record(value)
        return bool(measure["version"] == version)
    envelope = wire.decode_envelope(value).record
    return bool(envelope["type"] == "protection.ProtectionChanged" and envelope["version"] == version)


def test_an_old_end_of_a_measure_that_comes_again_is_caught_where_it_takes_protection_away(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken_up_again = ((1, "1"), (2, "3"), (3, "2"))
    assert findings(with_an_old_flag_again(tmp_path / "sound", *taken_up_again, again=2)).is_clean

    monkeypatch.setattr(ProtectionState, "evolve", last_come_wins)

    planted = findings(with_an_old_flag_again(tmp_path / "planted", *taken_up_again, again=2))
    assert planted.protected_disclosed > 0


def test_an_old_beginning_of_a_measure_that_comes_again_is_caught_where_it_hides_once_more(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ended = ((1, "1"), (2, "3"))
    undisturbed = Way(tmp_path / "undisturbed")
    loaded, _, *rest = history()
    undisturbed.live([loaded, [measure(*version) for version in ended], *rest])
    assert told(undisturbed) == told(with_an_old_flag_again(tmp_path / "sound", *ended, again=1))

    monkeypatch.setattr(ProtectionState, "evolve", last_come_wins)

    assert told(undisturbed) != told(with_an_old_flag_again(tmp_path / "planted", *ended, again=1))
