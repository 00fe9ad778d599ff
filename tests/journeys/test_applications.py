"""What residents apply for and announce, and what a desk decides, is in the way of their move."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any, LiteralString

import pytest

from kairan import wire
from kairan.postgres import connect
from kairan.settings import Settings
from operations.exit_codes import ExitCode
from operations.look import reading
from processors.moving.feeds import LOG
from sandbox import run, stage, stories
from sandbox.stage import Stage
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.conftest import Ask
from tests.journeys.life import Life

pytestmark = pytest.mark.stack
APPLIED, VISIT = "residence.MoveOutApplied", "residence.VisitPlanned"
FACTS = {"application", "annulment", "visit", "departure"}


@pytest.fixture
def scene(settings: Settings) -> Iterator[Stage]:
    with closing(run.prepare(settings, seed=9, events=30)) as sandbox:
        yield stage.stage(settings, sandbox)


def stated(settings: Settings) -> set[tuple[str, str]]:
    """Type and change of the events of 029 in the log."""
    with reading.reader(settings, "procedures", [LOG]) as reader:
        envelopes = [wire.decode_envelope(each.value or b"").record for each in reading.everything(reader)]
    return {(each["type"], each["change"]) for each in envelopes if each["source"]["business"] == "029"}


def test_a_part_of_a_nation_moves_online(bus: Bus, nation: Life, settings: Settings, auditor: Auditor) -> None:
    nation.pass_tax_runs()
    nation.go_on(200)
    bus.settle()

    assert {(APPLIED, "created"), (VISIT, "created")} <= stated(settings)
    assert [] == auditor.found()


@pytest.mark.usefixtures("nation")
def test_an_application_is_in_the_way_of_its_move_from_its_first_word_on(
    ask: Ask, bus: Bus, scene: Stage, auditor: Auditor, settings: Settings
) -> None:
    story = stories.moves_online(scene)
    bus.settle()
    events = [fact.event_id.hex() for fact in story.facts if fact.event_id]
    first, withdrawn, applied, returned, mended, visit, departure = events

    off = ask("procedures", first, "--json")[1]
    assert ([first, withdrawn], "cancelled") == (told(off), off["step"])
    its = ask("procedures", departure, "--json")[1]
    assert ([applied, returned, mended, visit, departure], "prepared") == (told(its), its["step"])
    assert ["applied", "returned", "applied", "prepared"] == steps(its)
    origin, destination = story.facts[0].member, its["destination"]
    assert [("applied",)] == seen(settings, origin, "select stage from resident_record.application where name ~ '今井'")
    assert 1 == len(seen(settings, destination, "select from resident_record.planned_visit where name ~ '今井'"))
    assert [] == seen(settings, destination, "select from resident_record.application where name ~ '今井'")
    assert [] == auditor.found()


def seen(settings: Settings, member: str, query: LiteralString) -> list[tuple[Any, ...]]:
    """What an office's clerk sees."""
    with connect(settings.dsn(f"offices_{member}")) as connection:
        return connection.execute(query).fetchall()


def told(its: dict[str, Any]) -> list[str]:
    """Its facts, in the order in which it was told."""
    return [each["event"] for each in its["way"] if each["what"] in FACTS]


def steps(its: dict[str, Any]) -> list[str]:
    return [each["note"].partition(";")[0] for each in its["way"] if each["what"] == "step"]


@pytest.mark.usefixtures("nation")
def test_a_desk_decides_between_two_departures(ask: Ask, bus: Bus, scene: Stage, auditor: Auditor) -> None:
    story = stories.two_destinations(scene)
    bus.settle()
    first, second = (fact.event_id.hex() for fact in story.facts if fact.event_id)
    status, [conflict] = ask("decide", first, "--json")

    assert (ExitCode.LOOK, "two destinations") == (status, conflict["kind"])
    assert {first, second} == {each["event"] for each in conflict["between"]}
    member = story.facts[0].member
    assert ExitCode.FINE == ask("decide", first, "--reject", second, "--desk", member, "--why", "booked-twice")[0]
    bus.settle()

    _, its = ask("procedures", first, "--json")
    assert f"{member}; does not stand; booked-twice" in [
        each["note"] for each in its["way"] if each["what"] == "decision"
    ]
    assert "conflict" != its["step"]
    assert ExitCode.FAILED == ask("decide", first, "--reject", second, "--desk", member, "--why", "booked-twice")[0]
    assert ExitCode.FINE == ask("rebuild", "moving", "--check")[0]
    assert [] == auditor.found()
