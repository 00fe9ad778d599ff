"""A whole range comes twice, as after a restored broker or from a producer thought dead: nothing happens twice."""

from collections.abc import Iterable
from contextlib import closing

import pytest

from kairan import topics
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, until_now
from tests.journeys.auditor import Auditor
from tests.journeys.bus import Bus
from tests.journeys.life import Life

pytestmark = pytest.mark.stack


def all_of(settings: Settings, wanted: Iterable[str]) -> list[Incoming]:
    """Everything that lies in these topics now, topic by topic in its order."""
    reader = KafkaReader(settings.properties("operator"), "operator.journeys", wanted, from_start=True)
    with closing(reader):
        found = [record for batch in until_now(reader) for record in batch]
    return sorted(found, key=lambda record: (record.topic, record.partition, record.offset))


def send_again(settings: Settings, principal: str, records: Iterable[Incoming]) -> int:
    """The same bytes under the same keys, to the same partitions, in batches that every topic takes."""
    sent = list(records)
    with closing(KafkaWriter(settings.properties(principal), of_member=True)) as writer:
        for record in sent:
            writer.send(Outgoing(record.topic, record.key, record.value, record.partition))
        writer.confirm()
    return len(sent)


@pytest.mark.usefixtures("nation")
def test_statements_that_are_sent_again_change_nothing(settings: Settings, bus: Bus) -> None:
    members = [member.code for member in settings.register().municipalities()]
    before = len(all_of(settings, ["life-events", "life-events.bulk"]))
    for member in members:
        stated = all_of(settings, [topics.name(kind, member) for kind in (topics.IN, topics.IN_BULK)])
        assert send_again(settings, topics.source(member), stated) > 0

    bus.settle()

    assert before == len(all_of(settings, ["life-events", "life-events.bulk"]))


@pytest.mark.usefixtures("nation")
def test_deliveries_that_are_sent_again_take_no_effect(settings: Settings, bus: Bus, auditor: Auditor) -> None:
    register = settings.register()
    wanted = [topics.name(topics.DELIVERIES, each.member, each.channel) for each in register.channels]
    assert send_again(settings, "routing", all_of(settings, wanted)) > 0

    bus.settle()

    assert [] == auditor.found()


def test_events_and_measures_that_are_sent_again_take_no_effect(
    settings: Settings, bus: Bus, nation: Life, auditor: Auditor
) -> None:
    """
    While life goes on, whose events and measures come between the old ones.

    An event is routed by the register of its own time: what lies there since before a change of it would go elsewhere.
    """
    since = max(row.valid_from for row in settings.register().performers)

    def _double() -> None:
        send_again(settings, "admission", all_of(settings, ["protection"]))
        events = [record for record in all_of(settings, ["life-events"]) if record.timestamp >= since]
        assert send_again(settings, "admission", events) > 0

    nation.go_on(30, midway=_double)
    bus.settle()

    assert [] == auditor.found()
