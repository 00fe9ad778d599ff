"""A log to measure on: admission itself writes it."""

from collections.abc import Sequence
from contextlib import closing

from bench import contest, people, place, planned
from bench.contest import Contender, Watched
from bench.people import Person
from bench.place import MEMBERS, REGISTER, say
from kairan import topics
from kairan.kafka import KafkaWriter
from kairan.settings import Settings
from kairan.stream import Outgoing
from processors.admission import records

PROTECTED_EVERY = 333
"""0.3 % of the people have a measure."""


def fill(
    settings: Settings, paying: Sequence[Person], moving: Sequence[Person], homes: Sequence[str] = MEMBERS
) -> None:
    """Who pays lives in ``homes``, who moves anywhere; a few of all are protected."""
    keys = place.source_keys(settings)
    say(f"stating {len(paying)} assessments and {len(moving)} arrivals …")
    place.send(settings, people.taxes(paying, homes, keys))
    place.send(settings, people.snapshots(moving, MEMBERS, keys))
    say("admitting them …")
    log = [topic for topic in topics.topics(REGISTER) if topic.name in records.LOG.values()]
    admission = Contender("admission", "kairan_admission", (), "admission")
    contest.run(settings, admission, Watched(settings, log), len(paying) + len(moving))
    _protect(settings, paying[::PROTECTED_EVERY], homes)
    _protect(settings, moving[::PROTECTED_EVERY], MEMBERS)


def _protect(settings: Settings, some: Sequence[Person], homes: Sequence[str]) -> None:
    keys = planned.bus_keys(settings)
    with closing(KafkaWriter(settings.properties("admission"))) as writer:
        for person in some:
            home = person.home(homes)
            stated = {"measure": f"S-{person.index}", "version": 1, "kind": "1", "event": None, "registered": 0}
            who = {"handle": keys.handle(home, person.atena_number), "municipality": home}
            writer.send(records.measure(who | stated))
        writer.confirm()


def again(settings: Settings, times: int) -> None:
    """The records that the log has now, appended so many times more."""
    records = [Outgoing(record.topic, record.key, record.value) for record in planned.log(settings)]
    with closing(KafkaWriter(settings.properties("admission"))) as writer:
        for _ in range(times):
            for record in records:
                writer.send(record)
            writer.confirm()
