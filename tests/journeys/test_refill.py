"""A channel whose deliveries were lost is refilled from the log."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from confluent_kafka import TopicPartition as Assigned
from confluent_kafka.admin import AdminClient

from kairan import topics
from kairan.kafka.offsets import Offsets
from kairan.settings import Settings
from kairan.stream import TopicPartition
from operations.demo.flow import Flow
from operations.exit_codes import ExitCode
from tests.journeys.auditor import Auditor
from tests.journeys.bus import SETTLE_SECONDS, Bus, await_true
from tests.journeys.conftest import WARD, Ask
from tests.journeys.life import Life

pytestmark = pytest.mark.stack
CHANNEL = f"{WARD}.insurance"
TOPIC = topics.name(topics.DELIVERIES, WARD, "insurance")


@contextmanager
def held(ask: Ask) -> Iterator[None]:
    assert ExitCode.FINE == ask("hold", CHANNEL)[0]
    try:
        yield
    finally:
        assert ExitCode.FINE == ask("resume", CHANNEL)[0]


def routed(settings: Settings) -> None:
    """Until everything admitted lies in the channels' topics, read or not."""
    seen = []
    with closing(Flow(settings)) as flow:

        def _is_so() -> bool:
            seen.append(flow.look(latencies=False))
            waiting = {part: lag for part, lag in seen[-1].lag.items() if lag and part != "sinks"}
            return not waiting and len(seen) > 1 and seen[-1].deliveries == seen[-2].deliveries

        await_true(_is_so, SETTLE_SECONDS, lambda: f"not routed: {seen[-1].lag}")


def forget(settings: Settings) -> int:
    """As retention does, all that lies in the channel's topic; where the topic begins then."""
    properties, at = settings.properties("admin"), TopicPartition(TOPIC, 0)
    end = Offsets(properties).last([at])[at]
    admin = AdminClient(properties)
    (gone,) = admin.delete_records([Assigned(*at, end)]).values()
    gone.result(15)
    return end


def test_what_a_channel_lost_to_retention_is_missing_until_it_is_refilled(
    ask: Ask, settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    before = Offsets(settings.properties("admin")).last([TopicPartition(TOPIC, 0)])[TopicPartition(TOPIC, 0)]
    with held(ask):
        nation.go_on(60)
        routed(settings)
        lost = forget(settings) - before
    bus.settle()
    status, told = ask("reconcile", "--json")
    assert lost
    assert ExitCode.LOOK == status
    assert {("missing", CHANNEL)} == {(each["kind"], each["channel"]) for each in told["findings"]}
    assert ([], []) == (told["seams"], told["unreceipted"])

    status, refilled = ask("refill", CHANNEL, "--json")
    assert ExitCode.FINE == status
    assert refilled["written"] >= lost
    bus.settle()

    assert ExitCode.FINE == ask("reconcile", "--wait", "10")[0]
    assert [] == auditor.found()


def test_a_refill_of_what_a_channel_has_changes_nothing(ask: Ask, bus: Bus, nation: Life, auditor: Auditor) -> None:
    """Clerks go on meanwhile."""
    answers = []
    nation.go_on(40, midway=lambda: answers.append(ask("refill", CHANNEL, "--json")))
    bus.settle()

    ((status, refilled),) = answers
    assert ExitCode.FINE == status
    assert refilled["written"]
    assert ExitCode.FINE == ask("reconcile", "--wait", "10")[0]
    assert [] == auditor.found()


@pytest.mark.usefixtures("bus", "nation")
def test_a_refill_from_a_time_reads_nothing_older(ask: Ask) -> None:
    """What it writes all the same are annulments of what was recalled from the channel, whenever that was."""
    status, refilled = ask("refill", CHANNEL, "--from", "2099-01-01", "--json")

    assert ExitCode.FINE == status
    assert (TOPIC, 0) == (refilled["topic"], refilled["read"])
