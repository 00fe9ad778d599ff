"""Five weeks of two households: who arrives early, comes back, stays behind; who hides, and from whom."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from kairan.postgres import connect
from kairan.settings import Settings
from operations.demo import phones
from operations.demo.watching import MORNING, Watching
from operations.look import travelling
from sandbox import run, stage
from sandbox.checker import notices
from sandbox.checker.pages.visits import NOBODY, RESIDENT, ROLES
from sandbox.checker.pages.watch import Watched
from sandbox.checker.pages.whereabouts import Disclosure, Visitor, disclosures
from sandbox.stage import Story
from sandbox.weeks import five_weeks
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.conftest import Ask

pytestmark = pytest.mark.stack
BEHIND = "select sent::text from processes.journal where process = 'household' and sent::text like '%%Behind%%'"


class Told(NamedTuple):
    """What was played, and what was seen of it."""

    story: Story
    flight: Story
    watched: Watched
    late: int
    """Notices of other journeys that came too late."""
    planted: list[Disclosure]
    """What would be found if nobody might know."""


@pytest.fixture(scope="module")
def told(settings: Settings, running: Bus) -> Iterator[Told]:
    """Played from the day on that other journeys have come to; each day's pages are looked at when the bus rests."""
    today, late = travelling.time(settings).date(), notices.told(settings).late
    with (
        closing(run.prepare(settings, seed=12, events=10, on=today)) as sandbox,
        closing(Watching(settings)) as watching,
    ):

        def leap(days: int) -> None:
            running.settle()
            watching.look()
            travelling.leap(settings, days, MORNING)

        def phone(member: str, atena: str) -> None:
            phones.wants(settings, member, atena)

        story, flight = five_weeks(stage.stage(settings, sandbox, leap=leap, phone=phone))
        running.settle()
        watched, watch = watching.watched(flight), watching._watch
        planted = disclosures(watch._answers, replace(watch._hidden(), may_know=NOBODY))
        yield Told(story, flight, watched, late, planted)


@pytest.fixture
def story(told: Told) -> Story:
    return told.story


def of(story: Story, what: str, which: int) -> str:
    """The event of that act about the husband (0), the wife, the daughter or the grandmother."""
    event = [fact.event_id for fact in story.facts if fact.what == what][which]
    assert event is not None
    return event.hex()


def test_the_whole_way_of_each_is_one_procedure(ask: Ask, story: Story) -> None:
    steps = {who: ask("procedures", of(story, "declared", who), "--json")[1] for who in range(4)}

    assert ["completed", "completed", "cancelled"] == [steps[who]["step"] for who in range(3)]
    assert steps[3]["step"] in {"prepared", "lapsed"}, "other journeys let more days pass"
    for who in (0, 1, 2):
        assert steps[who] == ask("procedures", of(story, "arrival", who), "--json")[1]
    for who in range(4):
        assert [of(story, "applied", who), of(story, "visit planned", who)] == [
            each["event"] for each in steps[who]["way"] if each["what"] in {"application", "visit"}
        ]


def test_whoever_stays_behind_is_reminded_and_looked_for(ask: Ask, settings: Settings, story: Story) -> None:
    _, its = ask("procedures", of(story, "declared", 3), "--json")

    assert "the planned day is over" == next(each["note"] for each in its["way"] if each["what"] == "reminder")
    assert [its["move"]] in [behind["moves"] for behind in found(settings)]


def test_a_deadline_nears_and_is_told_in_time(ask: Ask, settings: Settings, told: Told) -> None:
    member, grandmother = told.story.people["grandmother"]
    first, *_, again = phones.shown(settings, member, grandmother)

    assert first.at < again.at
    assert (first.title, first.body) == (again.title, again.body), "a hint, which tells nothing"
    assert 0 < ask("notices", "--json")[1]["reminded"]
    counted = notices.told(settings)
    assert (told.late, True) == (counted.late, counted.sent > 0)


def test_nobody_is_shown_where_a_mother_and_child_are(told: Told) -> None:
    assert ([], []) == (told.watched.disclosures, told.watched.logs)


def test_the_search_for_them_opened_pages_as_every_role_and_sees_what_may_be_shown(
    told: Told, settings: Settings
) -> None:
    (origin, _), (destination, _) = told.flight.people["father"], told.flight.people["mother at the destination"]
    roles = {Visitor(role, member.code) for role in ROLES for member in settings.register().municipalities()}

    assert {origin, destination} <= {visitor.member for visitor in roles}
    assert told.watched.is_seen
    assert {*roles, NOBODY, Visitor(RESIDENT, origin)} == {*told.watched.opened}
    assert told.watched.opened[Visitor(RESIDENT, origin)] >= len(("/my", "notices", "move", "received", "channels"))


def test_a_page_that_shows_it_is_found(told: Told) -> None:
    destination, _ = told.flight.people["mother at the destination"]

    assert {Visitor("protection", destination)} == {each.visitor for each in told.planted}
    assert {"the destination", "the day"} <= {each.told for each in told.planted}


def test_nobody_else_is_told_wrongly(told: Told, auditor: Auditor) -> None:
    assert all(fact.event_id for each in (told.story, told.flight) for fact in each.facts)
    assert [] == auditor.found()


def found(settings: Settings) -> list[dict[str, Any]]:
    with connect(settings.dsn("kairan")) as connection:
        sent = [json.loads(each) for (each,) in connection.execute(BEHIND.encode()).fetchall()]
    return [told for each in sent for told in each if told["word"] == "Behind"]
