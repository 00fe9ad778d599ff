"""The hop of routing alone: from the append of an event in the log to the append of each of its deliveries."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from bench import contest, filling, people, place, planned
from bench.contest import BenchError, Contender, Watched
from bench.figures import Line, Part, Target, percentile
from bench.place import REGISTER, say
from kairan import topics, wire
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, Position, until_now

RUNS = 3
RATE = 100
SECONDS = 15
WARM_UP = 300
"""Events that come first and do not count: plans are made, code is loaded."""
SETTLE_SECONDS = 30
ROUTING = Contender("routing", "kairan_routing", ("live",), "routing.live")
Appended = Mapping[tuple[int, int], int]
"""Partition and offset of an event in the log → when it was appended, in milliseconds."""


def measure(scale: float) -> list[Part]:
    with place.stack(only_servers=True) as settings:
        filling.fill(settings, [], people.people(0, max(int(RATE * SECONDS * scale), 30)))
        events = [Outgoing(record.topic, record.key, record.value) for record in planned.log(settings)]
        written = Watched(settings, _delivered())
        with (
            contest.running(settings, ROUTING) as process,
            closing(KafkaWriter(settings.properties("admission"))) as writer,
        ):
            _settle(settings, process, written)
            _append(writer, events[:WARM_UP])
            ran = [_run(settings, process, written, writer, events) for _ in range(RUNS)]
    return [_part(ran)]


def _run(
    settings: Settings, process: contest.Process, written: Watched, writer: KafkaWriter, events: Sequence[Outgoing]
) -> tuple[float, float, float]:
    """Events a second, p50 and p99 in milliseconds."""
    _settle(settings, process, written)
    began = time.monotonic()
    appended = _append(writer, events)
    rate = len(events) / (time.monotonic() - began)
    _settle(settings, process, written)
    waits = list(_waits(settings, appended))
    p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
    say(f"  hop: {rate:.0f} events/s, {len(waits)} deliveries, p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    return rate, p50, p99


def _append(writer: KafkaWriter, events: Sequence[Outgoing]) -> set[Position]:
    """One by one at an even pace, each stored before the next is due."""
    began, stored = time.monotonic(), set[Position]()
    for number, event in enumerate(events):
        time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        writer.send(event)
        stored.update(writer.confirm())
    return stored


def _settle(settings: Settings, process: contest.Process, written: Watched) -> None:
    """Until every delivery that is due to the log is written."""
    due, until = sum(len(deliveries) for _, deliveries in planned.deliveries(settings, "live")), time.monotonic()
    while (there := written.count()) != due:
        process.demand_alive()
        if time.monotonic() > until + SETTLE_SECONDS:
            raise BenchError(f"routing wrote {there} deliveries where {due} were due")
        time.sleep(contest.LOOK_SECONDS)


def _waits(settings: Settings, stored: set[Position]) -> Iterator[float]:
    """Of each delivery of these events: a delivery says where its event lies in the log."""
    places = {(at.partition, at.offset) for at in stored}
    appended = {(record.partition, record.offset): record.timestamp for record in planned.log(settings)}
    for delivery in _deliveries(settings):
        position = wire.decode_envelope(delivery.value or b"").record["position"]
        place_ = (position["partition"], position["offset"])
        if place_ in places:
            yield delivery.timestamp - appended[place_]


def _deliveries(settings: Settings) -> Iterator[Incoming]:
    names = [topic.name for topic in _delivered()]
    properties = settings.properties("operator")
    with closing(KafkaReader(properties, topics.group("operator", "hop"), names, from_start=True)) as reader:
        for batch in until_now(reader):
            yield from batch


def _delivered() -> list[topics.Topic]:
    return [topic for topic in topics.topics(REGISTER) if topic.kind is topics.DELIVERIES]


def _part(ran: Sequence[tuple[float, float, float]]) -> Part:
    rates, p50s, p99s = (tuple(values) for values in zip(*ran, strict=True))
    p50, p99 = Line("p50", "ms", p50s), Line("p99", "ms", p99s)
    return Part(
        "Hop of routing",
        f"{RATE} `residence.MovedIn` a second, appended to the log one by one; nothing but routing runs. From the "
        "broker's append time in the log to its append time in the delivery topic, whole milliseconds, every delivery.",
        (Line("appended", "events/s", rates), p50, p99),
        (Target("p50, ms", 5, p50.median, at_least=False),),
    )
