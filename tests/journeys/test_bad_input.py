"""Every class of bad input gets its reason back, and everybody else is served."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from kairan import topics
from kairan.settings import Settings
from kairan.stream import Incoming
from operations.exit_codes import ExitCode
from sandbox import run
from sandbox.bad_inputs import CLERKS, INDIVIDUAL_NUMBER, RELAYS
from sandbox.checker import Planted
from sandbox.run import Sandbox
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus, await_true
from tests.journeys.conftest import Ask
from tests.journeys.test_sent_again import all_of

pytestmark = pytest.mark.stack
CLASSES = {**CLERKS, **RELAYS}
REFUSING = ("refusals.before-effect", "refusals.before-mark")
FACTS = 300
"""So many that enough people live alone: a clerk errs about them."""


@pytest.fixture
def nation_with_mistakes(settings: Settings) -> Iterator[Sandbox]:
    """A further nation in the same databases, with each class of bad input once."""
    with closing(run.prepare(settings, seed=8, events=FACTS, bad=len(CLASSES))) as sandbox:
        yield sandbox


@pytest.mark.usefixtures("nation")
def test_each_bad_input_is_refused_for_its_reason_and_the_rest_flows(
    settings: Settings, bus: Bus, nation_with_mistakes: Sandbox, auditor: Auditor, ask: Ask
) -> None:
    """Also where the process that writes refusals back dies on its way."""
    sandbox = nation_with_mistakes
    bus.arm("sources", *REFUSING)
    loaded = run.populate(sandbox)
    lived = run.live(sandbox, patience=40)
    planted = {Planted(each.member, each.sequence) for each in lived.bad_inputs}
    auditor.plant(planted)
    bus.settle()

    def missing() -> list[str]:
        return [each.kind for each in run.not_refused_as_expected(sandbox, lived.bad_inputs)]

    assert {} == bus.armed()
    assert set(CLASSES) == {each.kind for each in lived.bad_inputs}
    await_true(lambda: not missing(), 10, lambda: f"not refused: {missing()}")
    assert (FACTS, 0) == (loaded.facts + lived.facts, lived.waiting)
    assert (len(CLASSES), []) == (len(planted), auditor.found())
    held = [each.topic for each in everything(settings) if INDIVIDUAL_NUMBER.encode() in (each.value or b"")]
    assert [] == held
    row = next(f"{each.member}:{each.sequence}" for each in lived.bad_inputs if each.kind in CLERKS)
    assert [ExitCode.LOOK] * 2 == [ask(command, row)[0] for command in ("trace", "explain")]
    assert [] == ask("explain", row, "--json")[1]["entitled"]


def everything(settings: Settings) -> list[Incoming]:
    """All records of all topics."""
    return all_of(settings, [topic.name for topic in topics.topics(settings.register())])
