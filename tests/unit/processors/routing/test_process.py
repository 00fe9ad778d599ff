"""The lane's process: measures before events, the note before the mark, and refusing to start rather than to guess."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from kairan import wire
from kairan.loops import Waves, transform
from kairan.partitioning import LOG_PARTITIONS, partition_of
from kairan.register import Performer
from kairan.stream import Outgoing
from kairan.testing import MemoryBroker, MemoryReader, MemoryWriter
from processors.routing import disclosing, process, unrouted
from processors.routing.bundle import Bundle
from processors.routing.measures import TOPIC, Measures
from processors.routing.notes import BackdatedError, Note
from processors.routing.policy import Policy
from processors.routing.process import Lane, UnknownKeyError
from processors.routing.unrouted import Unrouted
from tests.unit.processors.routing.world import (
    APPENDED,
    BUNDLE,
    EDOGAWA,
    KEYS,
    POLICY,
    Delivered,
    claim,
    deliveries,
    departure,
    handle,
    link,
    measure,
    register,
    to,
)

LOG = "life-events"
DEPARTURE = departure()


def broker() -> MemoryBroker:
    topics = {LOG: 1, TOPIC: LOG_PARTITIONS, disclosing.TOPIC: LOG_PARTITIONS, unrouted.TOPIC: 1} | {
        f"deliveries.{row.member}.{row.channel}": 1 for row in register().channels
    }
    return MemoryBroker(topics, clock=lambda: APPENDED)


def lane(bus: MemoryBroker, note: Path, bundle: Bundle = BUNDLE, *, known: Callable[[], bool] = lambda: True) -> Lane:
    measures = Measures(MemoryReader(bus, "m", [TOPIC], from_start=True))
    told = MemoryReader(bus, "u", [unrouted.TOPIC], from_start=True)
    waiting = Unrouted(told, MemoryReader(bus, "w", [LOG], from_start=True))
    return Lane(bundle, KEYS, measures, Note(note, bundle), waiting, known)


def state_measure(bus: MemoryBroker, kind: str, version: int = 1) -> None:
    value = wire.encode_record("kairan.bus.Measure", measure(kind, version))
    bus.append(Outgoing(TOPIC, handle(1), value, partition_of(handle(1))))


def state_link(bus: MemoryBroker, one: int, other: int) -> None:
    value = wire.encode_record("kairan.bus.Link", link(one, other))
    bus.append(Outgoing(TOPIC, handle(one), value, partition_of(handle(one))))


def state_claim(bus: MemoryBroker, one: int, other: int) -> None:
    value = wire.encode_record("kairan.bus.Claim", claim(one, other))
    bus.append(Outgoing(TOPIC, handle(one), value, partition_of(handle(one))))


def run_once(bus: MemoryBroker, routing: Lane) -> list[Delivered]:
    stops = iter([False, True])
    transform("routing", MemoryReader(bus, "g", [LOG]), MemoryWriter(bus), routing.handle, lambda: next(stops))
    found = [each for topic in bus.partitions if topic.startswith("deliveries.") for each in bus.records(topic)]
    return [Delivered(Outgoing(each.topic, each.key, each.value)) for each in found]


def test_all_measures_are_read_before_the_first_record(tmp_path: Path) -> None:
    bus = broker()
    for version in range(1, 30):
        state_measure(bus, "1", version)
    bus.append(Outgoing(LOG, handle(1), DEPARTURE.value))
    routing = lane(bus, tmp_path / "note.json")
    routing.start()

    assert "planned_destination" not in to(run_once(bus, routing), EDOGAWA, "010").told


@pytest.mark.parametrize("pair", [(1, 2), (2, 1)])
@pytest.mark.parametrize("state_one", [state_link, state_claim])
def test_an_event_of_who_is_one_with_a_protected_person_is_hidden(
    tmp_path: Path, pair: tuple[int, int], state_one: Callable[[MemoryBroker, int, int], None]
) -> None:
    """Her measure lies under the other name, in another partition."""
    bus = broker()
    value = wire.encode_record("kairan.bus.Measure", measure("1", person=2))
    bus.append(Outgoing(TOPIC, handle(2), value, partition_of(handle(2))))
    routing = lane(bus, tmp_path / "note.json")
    routing.start()
    state_one(bus, *pair)
    bus.append(Outgoing(LOG, handle(1), DEPARTURE.value))

    assert "planned_destination" not in to(run_once(bus, routing), EDOGAWA, "010").told


def test_a_measure_stated_since_is_read_before_the_next_batch(tmp_path: Path) -> None:
    bus = broker()
    routing = lane(bus, tmp_path / "note.json")
    routing.start()
    state_measure(bus, "2")
    bus.append(Outgoing(LOG, handle(1), DEPARTURE.value))

    assert "planned_destination" not in to(run_once(bus, routing), EDOGAWA, "010").told


def standing_still(bus: MemoryBroker, note: Path, after: int) -> list[list[Outgoing]]:
    """
    What a zombie writes, wave by wave, that stands still after so many records of its first wave.

    Its successor has long routed the flag, and then it goes on with what it had in its hands.
    """
    seconds = [0.0]
    routing = lane(bus, note)
    routing.measures = Measures(MemoryReader(bus, "m", [TOPIC], from_start=True), lambda: seconds[0])
    waves = routing.handle([DEPARTURE, DEPARTURE])
    begun = iter(next(waves))
    found = [[next(begun) for _ in range(after)]]
    state_measure(bus, "2")
    seconds[0] = 20.0
    found[0] += begun
    while (wave := _next(waves)) is not None:
        found.append(list(wave))
    return found


def _next(waves: Waves) -> Iterable[Outgoing] | None:
    try:
        return waves.send([])
    except StopIteration:
        return None


@pytest.mark.parametrize("after", [0, 1, 2])
def test_who_stands_still_in_a_batch_decides_again_by_what_was_stated_meanwhile(tmp_path: Path, after: int) -> None:
    *entries, told = standing_still(broker(), tmp_path / "note.json", after)
    found = [Delivered(each) for each in told]

    assert {disclosing.TOPIC} == {each.topic for wave in entries for each in wave}
    assert 2 * len(deliveries(DEPARTURE)) == len(found)
    assert [] == [each for each in found if EDOGAWA in each.topic and "010" in each.businesses
                  and "planned_destination" in each.told]  # fmt: skip


def test_what_was_decided_again_is_written_down_again_before_it_is_told(tmp_path: Path) -> None:
    """It tells less than the entry of before; which of the two was told nobody can know, so both stand."""
    open_, hidden, _ = standing_still(broker(), tmp_path / "note.json", after=2)

    assert 2 == len(open_) == len(hidden)
    assert {each.value for each in open_}.isdisjoint(each.value for each in hidden)


def test_who_waits_long_and_hears_nothing_new_tells_what_it_decided(tmp_path: Path) -> None:
    """A broker that is slow must not make it decide for ever."""
    bus, seconds = broker(), iter(range(0, 1000, 2))
    routing = lane(bus, tmp_path / "note.json")
    routing.measures = Measures(MemoryReader(bus, "m", [TOPIC], from_start=True), lambda: next(seconds))
    waves = routing.handle([DEPARTURE])
    entries = list(next(waves))

    assert 1 == len(entries)
    assert [each.value for each in deliveries(DEPARTURE)] == [each.value for each in _next(waves) or ()]


def test_a_measure_of_somebody_else_is_heard_and_changes_nothing(tmp_path: Path) -> None:
    bus, seconds = broker(), [0.0]
    routing = lane(bus, tmp_path / "note.json")
    routing.measures = Measures(MemoryReader(bus, "m", [TOPIC], from_start=True), lambda: seconds[0])
    waves = routing.handle([DEPARTURE])
    entries = list(next(waves))
    value = wire.encode_record("kairan.bus.Measure", measure("1", person=2))
    bus.append(Outgoing(TOPIC, handle(2), value, partition_of(handle(2))))
    seconds[0] = 20.0

    assert 1 == len(entries)
    assert [each.value for each in deliveries(DEPARTURE)] == [each.value for each in _next(waves) or ()]
    assert 1 == routing.measures.taken


def test_what_is_overtaken_again_while_it_is_written_down_again_is_decided_once_more(tmp_path: Path) -> None:
    """A flag, and then its end, and each time it waits for long."""
    bus, seconds = broker(), [0.0]
    routing = lane(bus, tmp_path / "note.json")
    routing.measures = Measures(MemoryReader(bus, "m", [TOPIC], from_start=True), lambda: seconds[0])
    waves = routing.handle([DEPARTURE])
    written = [list(next(waves))]
    for version, kind in enumerate(("2", "3"), 1):
        state_measure(bus, kind, version)
        seconds[0] += 20.0
        written.append(list(_next(waves) or ()))

    assert [{disclosing.TOPIC}] * 3 == [{each.topic for each in wave} for wave in written]
    assert [each.value for each in deliveries(DEPARTURE)] == [each.value for each in _next(waves) or ()]


def test_nobody_is_told_before_it_is_stored_that_she_will_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of seven events, two at once."""
    monkeypatch.setattr(process, "AT_ONCE", 2)
    events = [DEPARTURE._replace(offset=offset) for offset in range(7)]
    waves, stored, told = lane(broker(), tmp_path / "note.json").handle(events), set[int](), set[int]()
    wave: Iterable[Outgoing] | None = next(waves)
    while wave is not None:
        written = list(wave)
        places = {_offset(each) for each in written if each.topic != disclosing.TOPIC}
        assert places <= stored
        told |= places
        stored |= {_offset(each) for each in written if each.topic == disclosing.TOPIC}
        wave = _next(waves)

    assert stored == told == set(range(7))


def _offset(written: Outgoing) -> int:
    if written.topic == disclosing.TOPIC:
        return int(wire.decode_record(written.value or b"")[1]["offset"])
    return int(Delivered(written).envelope["position"]["offset"])


def test_a_tombstone_takes_no_measure_away(tmp_path: Path) -> None:
    bus = broker()
    state_measure(bus, "1")
    bus.append(Outgoing(TOPIC, handle(1), None, partition_of(handle(1))))
    routing = lane(bus, tmp_path / "note.json")
    routing.start()

    assert "protected" == routing.measures.state.standing(handle(1))


def test_a_restart_with_the_same_rows_goes_on(tmp_path: Path) -> None:
    bus = broker()
    bus.append(Outgoing(LOG, handle(1), DEPARTURE.value))
    run_once(bus, lane(bus, tmp_path / "lane" / "note.json"))

    again = lane(bus, tmp_path / "lane" / "note.json", Bundle(POLICY, register()))
    again.start()

    assert APPENDED == again.note.appended


@pytest.mark.parametrize(("valid_from", "is_refused"), [(0, True), (APPENDED, True), (APPENDED + 1, False)])
def test_rows_valid_before_what_was_routed_are_refused(tmp_path: Path, valid_from: int, *, is_refused: bool) -> None:
    bus = broker()
    bus.append(Outgoing(LOG, handle(1), DEPARTURE.value))
    run_once(bus, lane(bus, tmp_path / "note.json"))
    new = Performer(municipality="011002", business="024", member=EDOGAWA, channel="desk", valid_from=valid_from)
    plain = register()
    changed = Bundle(POLICY, plain.model_copy(update={"performers": (*plain.performers, new)}))

    if is_refused:
        with pytest.raises(BackdatedError, match="append-only"):
            lane(bus, tmp_path / "note.json", changed).start()
    else:
        lane(bus, tmp_path / "note.json", changed).start()


def with_rows(*valid_from: int) -> Bundle:
    plain = register()
    rows = [
        Performer(municipality="011002", business="024", member=EDOGAWA, channel="desk", valid_from=each)
        for each in valid_from
    ]
    return Bundle(POLICY, plain.model_copy(update={"performers": (*plain.performers, *rows)}))


@pytest.mark.parametrize("changed", [with_rows(0, 500, 1000), with_rows(1000), with_rows(0, 1000, 1000)])
def test_a_row_older_than_the_edition_in_force_is_refused_too(tmp_path: Path, changed: Bundle) -> None:
    """It hides behind a newer row of its key, but what was routed before that row was routed without it."""
    Note(tmp_path / "note.json", with_rows(0, 1000)).write(5000)

    with pytest.raises(BackdatedError, match="append-only"):
        Note(tmp_path / "note.json", changed).verify()


def test_an_edited_row_is_refused_though_a_newer_one_stands(tmp_path: Path) -> None:
    Note(tmp_path / "note.json", with_rows(0, 1000)).write(5000)
    edited = with_rows(1000).register
    older = Performer(municipality="011002", business="024", member=EDOGAWA, channel="resident-record")
    bundle = Bundle(POLICY, edited.model_copy(update={"performers": (*edited.performers, older)}))

    with pytest.raises(BackdatedError, match="append-only"):
        Note(tmp_path / "note.json", bundle).verify()


def test_an_older_rule_is_refused_as_an_older_row_is(tmp_path: Path) -> None:
    rule = POLICY.rules[0]
    newer = Policy((*POLICY.rules, replace(rule, valid_from=1000)))
    Note(tmp_path / "note.json", Bundle(newer, register())).write(5000)
    inserted = Bundle(Policy((*newer.rules, replace(rule, valid_from=500))), register())

    with pytest.raises(BackdatedError, match="append-only"):
        Note(tmp_path / "note.json", inserted).verify()


@pytest.mark.parametrize("changed", [with_rows(0, 1000, 6000), with_rows(1000, 0), with_rows(0, 1000)])
def test_rows_of_the_future_and_another_order_are_accepted(tmp_path: Path, changed: Bundle) -> None:
    Note(tmp_path / "note.json", with_rows(0, 1000)).write(5000)
    note = Note(tmp_path / "note.json", changed)
    note.verify()

    assert 5000 == note.appended


def test_the_note_never_goes_back(tmp_path: Path) -> None:
    note = Note(tmp_path / "note.json", BUNDLE)
    note.write(20)
    note.write(10)

    assert 20 == note.appended


def test_the_key_may_be_noted_between_the_start_and_the_first_record(tmp_path: Path) -> None:
    bus = broker()
    bus.append(Outgoing(LOG, handle(1), DEPARTURE.value))
    answers = iter([False, True])
    routing = lane(bus, tmp_path / "note.json", known=lambda: next(answers))
    routing.start()

    assert [] != run_once(bus, routing)


def test_a_log_that_does_not_know_our_key_is_not_routed(tmp_path: Path) -> None:
    bus = broker()
    bus.append(Outgoing(LOG, handle(1), DEPARTURE.value))
    routing = lane(bus, tmp_path / "note.json", known=lambda: False)
    routing.start()

    with pytest.raises(UnknownKeyError):
        run_once(bus, routing)
