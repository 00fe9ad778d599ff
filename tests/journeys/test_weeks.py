"""A family's move over five weeks: who arrives early, who comes back, who stays behind."""

import json
from contextlib import closing
from functools import partial
from typing import Any

import pytest

from kairan.postgres import connect
from kairan.settings import Settings
from operations.look import travelling
from sandbox import run, stage
from sandbox.stage import Story
from sandbox.weeks import five_weeks
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.conftest import Ask

pytestmark = pytest.mark.stack
BEHIND = "select sent::text from processes.journal where process = 'household' and sent::text like '%%Behind%%'"


@pytest.fixture(scope="module")
def story(settings: Settings, running: Bus) -> Story:
    with closing(run.prepare(settings, seed=12, events=10)) as sandbox:
        told = five_weeks(stage.stage(settings, sandbox, leap=partial(travelling.leap, settings)))
        running.settle()
        return told


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


def test_nobody_else_is_told_wrongly(story: Story, auditor: Auditor) -> None:
    assert all(fact.event_id for fact in story.facts)
    assert [] == auditor.found()


def found(settings: Settings) -> list[dict[str, Any]]:
    with connect(settings.dsn("kairan")) as connection:
        sent = [json.loads(each) for (each,) in connection.execute(BEHIND.encode()).fetchall()]
    return [told for each in sent for told in each if told["word"] == "Behind"]
