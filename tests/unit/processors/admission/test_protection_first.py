"""What `protection` is told, and when."""

import hashlib
from typing import Any

import pytest

from kairan.partitioning import partition_of
from kairan.stream import Outgoing, Position
from tests.unit.processors.admission import statements as s
from tests.unit.processors.admission.world import KEYS, World

FLAG, LINKED = "protection.ProtectionChanged", "identity.SubjectsLinked"
HANDLE = KEYS.handle(s.YOKOHAMA, s.number(1))


def flag(version: int = 1, kind: str = "1", measure: str = "S-1", **bent: Any) -> bytes:
    decision = {"date": s.day(s.TODAY), "human_end": kind == "3"}
    body = s.body(FLAG, measure={"id": measure, "version": version, "kind": kind}, decision=decision)
    bent = {"change": "ended", "protection": "none"} | bent if kind == "3" else bent
    return s.statement(FLAG, body, version=version, **bent)


def waves_of(world: World) -> list[list[Outgoing]]:
    """The waves of what was sent, each confirmed before the next."""
    found = []
    waves = world.admission.handle(world.inputs.poll(0, 100))
    wave = next(waves, None)
    while wave is not None:
        found.append(list(wave))
        try:
            wave = waves.send([Position(record.topic, 0, place) for place, record in enumerate(wave)])
        except StopIteration:
            wave = None
    return found


def latest(world: World) -> dict[bytes, tuple[str, int, str]]:
    """What compaction leaves: key → measure, version, kind."""
    kept = {record.key or b"": record.value for record in world.broker.records("protection")}
    values = {key: world.decoded(value) for key, value in kept.items() if value is not None}
    return {key: (each["measure"], each["version"], each["kind"]) for key, each in values.items()}


def key(measure: str, version: int) -> bytes:
    return HANDLE + s.YOKOHAMA.encode() + measure.encode() + version.to_bytes(8, "big")


def key_of_unread(statement: bytes) -> bytes:
    return HANDLE + s.YOKOHAMA.encode() + hashlib.sha256(statement).digest()[:8]


def test_a_measure_is_stored_before_its_event() -> None:
    world = World()
    world.send(flag())

    waves = [{record.topic for record in wave} for wave in waves_of(world)]

    assert [{"protection"}, {f"subjects.{s.YOKOHAMA}"}, {"life-events"}] == waves


def test_a_measure_lies_in_the_partition_of_its_persons_events() -> None:
    world = World()
    world.admit(flag())

    assert {partition_of(HANDLE)} == {record.partition for record in world.broker.records("protection")}


def test_the_topic_keeps_every_version_of_each_measure() -> None:
    """An old version that is doubled behind a newer one replaces itself only, also for who reads the topic anew."""
    world = World()
    world.admit(flag(1), flag(2, "2"), flag(1, measure="S-2", id=bytes(16)), flag(3, "3"))

    assert {
        key("S-1", 1): ("S-1", 1, "1"),
        key("S-1", 2): ("S-1", 2, "2"),
        key("S-1", 3): ("S-1", 3, "3"),
        key("S-2", 1): ("S-2", 1, "1"),
    } == latest(world)


def test_a_refused_flag_hides() -> None:
    world = World()
    world.admit(flag(2, protection="none"))

    assert {key("S-1", 2): ("S-1", 2, "unknown")} == latest(world)


@pytest.mark.parametrize("broken", [flag(2) + b"\x00", flag(2)[:-1]])
def test_a_flag_that_is_no_canonical_avro_hides_too(broken: bytes) -> None:
    world = World()
    world.admit(broken, topic=f"in.{s.YOKOHAMA}")

    assert {"unknown"} == {kind for _, _, kind in latest(world).values()}


def test_a_flag_whose_measure_cannot_be_read_hides() -> None:
    world = World()
    unread = flag(measure="？")
    world.admit(unread)

    assert {key_of_unread(unread): ("", 0, "unknown")} == latest(world)


def test_a_measure_that_is_named_like_an_individual_number_hides_without_that_name() -> None:
    """What must not enter is not written to `protection` either."""
    world = World()
    unread = flag(measure="1234-5678-9018")
    world.admit(unread)

    assert {key_of_unread(unread): ("", 0, "unknown")} == latest(world)


def test_a_flag_that_names_nobody_hides_nobody_but_is_told() -> None:
    world = World()
    subject = {"kind": "person", "atena_number": "1", "pairwise_id": None}
    world.admit(flag(subject=subject))

    assert (["atena_number.invalid"], {}) == (world.codes(), latest(world))


def test_the_next_valid_record_of_the_measure_lifts_the_doubt() -> None:
    """What it lifts is routing's to say: the doubt stands beside it, with a lower version."""
    world = World()
    world.admit(flag(2, protection="none"), flag(3, "3"))

    assert {key("S-1", 2): ("S-1", 2, "unknown"), key("S-1", 3): ("S-1", 3, "3")} == latest(world)


def test_the_same_version_stated_well_takes_the_doubts_place() -> None:
    world = World()
    world.admit(flag(2, protection="none"), flag(2, "2", id=bytes(16)))

    assert ("S-1", 2, "2") == latest(world)[key("S-1", 2)]


@pytest.mark.parametrize("kind", ["1", "3"])
def test_nothing_replaces_a_doubt_about_nobody_knows_which_measure(kind: str) -> None:
    """A record in its place would take the doubt away, also where it does not settle it: routing sees both."""
    world = World()
    unread = flag(measure="？")
    world.admit(unread, flag(2, kind))

    assert {key_of_unread(unread): ("", 0, "unknown"), key("S-1", 2): ("S-1", 2, kind)} == latest(world)


def test_one_doubt_does_not_replace_another() -> None:
    world = World()
    unread = [flag(measure="？"), flag(measure="？？", registered=0)]
    world.admit(*unread)

    assert {key_of_unread(each): ("", 0, "unknown") for each in unread} == latest(world)


@pytest.mark.parametrize("protection", ["protected", "none"])
def test_no_measure_is_registered_after_its_admission(protection: str) -> None:
    """A clock that is ahead would let it answer doubts that came later, or be answered by nothing."""
    world = World()
    world.admit(flag(registered=s.REGISTERED + 300_000, protection=protection))

    (measure,) = world.records("protection")
    assert s.REGISTERED < measure["registered"] <= world.clock < s.REGISTERED + 300_000


def test_whoever_sends_a_flag_that_is_not_theirs_to_send_hides_the_person() -> None:
    world = World()
    world.admit(flag(source={"municipality": s.YOKOHAMA, "business": "010"}))

    assert (["type.not_of_business"], {"unknown"}) == (world.codes(), {kind for _, _, kind in latest(world).values()})


def test_a_link_is_told_before_its_event() -> None:
    world = World()
    world.send(s.statement(LINKED))

    first, *_, last = waves_of(world)

    (link,) = [world.decoded(each.value or b"") for each in first]
    assert (HANDLE, KEYS.handle(s.YOKOHAMA, s.number(2))) == (link["handle"], link["same_as"])
    assert ["life-events"] == [record.topic for record in last]


def test_each_link_of_a_person_is_kept() -> None:
    world = World()
    other = [{"role": "same_person", "atena_number": s.number(3)}]
    first, second = s.statement(LINKED), s.statement(LINKED, version=2, related=other)
    world.admit(first, second)

    assert 2 == len({record.key for record in world.broker.records("protection")})


def test_a_link_that_is_taken_back_stays_told() -> None:
    """It uncovers nobody: that is a human decision about a measure, and no record of ours."""
    world = World()
    (event,) = world.admit(s.statement(LINKED))
    before = world.records("protection")
    world.admit(s.statement(LINKED, version=2, change="annulled", corrects=event["id"]))

    assert (before, []) == (world.records("protection"), world.codes())


def test_a_link_that_is_refused_joins_nobody() -> None:
    world = World()
    world.admit(s.statement(LINKED, s.body(LINKED, evidence="氏名と生年月日")))

    assert (["list.unknown_code"], []) == (world.codes(), world.records("protection"))


def test_a_refused_flag_raises_an_alarm_that_names_no_person(capsys: pytest.CaptureFixture[str]) -> None:
    world = World()
    world.admit(flag(protection="none"))

    line = capsys.readouterr().out
    assert ("refused flag" in line, "protection.contradicts_measure" in line, s.number(1) in line) == (
        True,
        True,
        False,
    )
