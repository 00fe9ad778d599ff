"""The curve: routing against its bare fan-out, and admission's latency, as more and more members are on the bus."""

import time
from collections.abc import Mapping, Sequence
from contextlib import closing

from bench import contest, filling, nation, people, place, planned
from bench.contest import BenchError, Contender, Run, Watched
from bench.figures import Curve, Line, Part, Plot, Target, percentile
from bench.place import say
from kairan import topics, wire
from kairan.kafka import KafkaReader, KafkaWriter
from kairan.settings import Settings
from kairan.stream import Incoming, Outgoing, until_now

ROUNDS = 3
SIZES = (6, 200, 1741)
TAX = 20_000
CONTENDERS = (
    Contender("Kairan", "kairan_routing", ("bulk",), "routing.bulk"),
    Contender("bare fan-out", "bare", ("bulk",), "routing.bare"),
)
STATING = (6, 25, 50, 100)
"""Municipalities of one admission process: two topics each, and a process reads at most 200."""
RATE = 100
SECONDS = 5
SETTLE_SECONDS = 30
ADMISSION = Contender("admission", "kairan_admission", (), "")


def measure(scale: float) -> list[Part]:
    return [_routing(scale), _admission(scale)]


def _routing(scale: float) -> Part:
    ran: dict[int, dict[str, list[Run]]] = {}
    with place.stack(only_servers=True) as settings:
        filling.fill(settings, people.people(0, int(TAX * scale)), [])
        events = nation.events(settings)
        for size in SIZES:
            ran[size] = _compete(settings, events, nation.codes(size))
    return _curve_of_routing(ran)


def _compete(settings: Settings, events: Sequence[Outgoing], codes: Sequence[str]) -> dict[str, list[Run]]:
    made = nation.join(settings, nation.register(codes), [topics.DELIVERIES])
    nation.state(settings, events, codes)
    due = sum(len(deliveries) for _, deliveries in planned.deliveries(settings, "bulk"))
    say(f"{len(codes)} members: {len(events)} events, {due} deliveries")
    written, ran = Watched(settings, made), dict[str, list[Run]]()
    for _ in range(ROUNDS):
        for contender in CONTENDERS:
            (settings.home / "routing" / "bulk.json").unlink(missing_ok=True)
            run = contest.run(settings, contender, written, due)
            ran.setdefault(contender.name, []).append(run)
            say(f"  {contender.name}: {run.rate:,.0f} deliveries/s ({run.seconds:.1f} s, {run.megabytes:.0f} MB)")
    return ran


def _curve_of_routing(ran: Mapping[int, Mapping[str, Sequence[Run]]]) -> Part:
    lines = {
        (size, name): Line(f"{name}, {size:,} members", "deliveries/s", tuple(run.rate for run in runs))
        for size, by_name in ran.items()
        for name, runs in by_name.items()
    }
    memory = {
        size: Line(f"Kairan's process, {size:,} members", "MB", tuple(run.megabytes for run in by_name["Kairan"]))
        for size, by_name in ran.items()
    }
    ratios = {size: lines[size, "Kairan"].median / lines[size, "bare fan-out"].median for size in ran}
    deliveries = ran[SIZES[0]]["Kairan"][0].written
    return Part(
        "Routing by number of members",
        f"The small tax record, {deliveries} deliveries, spread evenly over the members' topics: one channel, one "
        "partition each.",
        (*lines.values(), *memory.values()),
        (
            *(Target(f"Kairan / bare fan-out, {size:,} members", 0.6, ratio) for size, ratio in ratios.items()),
            *(Target(f"MB of the process, {size:,} members", 200, memory[size].median, at_least=False) for size in ran),
        ),
        Plot("members.svg", "members", "Kairan / bare fan-out", (Curve("routing", ratios),)),
    )


def _admission(scale: float) -> Part:
    ran: dict[int, list[tuple[float, float]]] = {}
    first = 0
    with place.stack(only_servers=True) as settings:
        for size in STATING:
            count = ROUNDS * max(int(RATE * SECONDS * scale), 30) + 30
            stating = people.people(first, count)
            first = stating[-1].index + 1
            ran[2 * size] = _latency(settings, nation.codes(size), stating)
    return _curve_of_admission(ran)


def _latency(settings: Settings, codes: Sequence[str], stating: Sequence[people.Person]) -> list[tuple[float, float]]:
    """p50 and p99 in milliseconds, of each round; the first thirty persons do not count."""
    kinds = (topics.IN, topics.IN_BULK, topics.REFUSALS, topics.SUBJECTS)
    nation.join(settings, nation.register(codes), kinds)
    keys = dict.fromkeys(codes, next(iter(place.source_keys(settings).values())))
    facts = list(people.snapshots(stating, codes, keys))
    size = (len(facts) - 30) // ROUNDS // people.HOUSEHOLD * people.HOUSEHOLD
    with (
        contest.running(settings, ADMISSION) as process,
        closing(KafkaWriter(settings.properties("admin"), of_member=True)) as writer,
    ):
        _state(settings, process, writer, facts[:30])
        rounds = [facts[30 + number * size : 30 + (number + 1) * size] for number in range(ROUNDS)]
        found = [_state(settings, process, writer, each) for each in rounds]
    for p50, p99 in found:
        say(f"  admission, {2 * len(codes)} topics: p50 {p50:.0f} ms, p99 {p99:.0f} ms")
    return found


def _state(
    settings: Settings, process: contest.Process, writer: KafkaWriter, facts: Sequence[people.Fact]
) -> tuple[float, float]:
    """Household after household at an even pace; p50 and p99 from a topic ``in.…`` to the log."""
    began = time.monotonic()
    for number in range(0, len(facts), people.HOUSEHOLD):
        time.sleep(max(0.0, began + number / RATE - time.monotonic()))
        for fact in facts[number : number + people.HOUSEHOLD]:
            writer.send(Outgoing(fact.statement.topic, fact.atena_number.encode(), fact.statement.value))
        writer.confirm()
    stated = _appended(settings, {fact.statement.topic for fact in facts})
    ids = {wire.decode_envelope(fact.statement.value).record["id"] for fact in facts}
    admitted, until = dict[bytes, int](), time.monotonic() + SETTLE_SECONDS
    while not ids <= admitted.keys():
        process.demand_alive()
        if time.monotonic() > until:
            raise BenchError(f"{len(ids - admitted.keys())} of {len(ids)} statements were not admitted")
        admitted = _appended(settings, [topics.name(topics.LIFE_EVENTS)])
    waits = [admitted[id_] - stated[id_] for id_ in ids]
    return percentile(waits, 0.5), percentile(waits, 0.99)


def _appended(settings: Settings, names: Sequence[str] | set[str]) -> dict[bytes, int]:
    """Event id → append time in milliseconds."""
    with closing(KafkaReader(settings.properties("admin"), "bench", sorted(names), from_start=True)) as reader:
        return {_id(record): record.timestamp for batch in until_now(reader) for record in batch}


def _id(record: Incoming) -> bytes:
    found: bytes = wire.decode_envelope(record.value or b"").record["id"]
    return found


def _curve_of_admission(ran: Mapping[int, Sequence[tuple[float, float]]]) -> Part:
    p50s = {size: Line(f"p50, {size} topics", "ms", tuple(p50 for p50, _ in runs)) for size, runs in ran.items()}
    p99s = {size: Line(f"p99, {size} topics", "ms", tuple(p99 for _, p99 in runs)) for size, runs in ran.items()}
    medians = [{size: line.median for size, line in lines.items()} for lines in (p50s, p99s)]
    return Part(
        "Admission's latency by number of ingress topics",
        f"{RATE} `residence.MovedIn` a second, a household at a time, spread over the topics of one process; from the "
        "broker's append time in `in.…` to its append time in the log.",
        (*p50s.values(), *p99s.values()),
        (),
        Plot("ingress.svg", "ingress topics of a process", "ms", (Curve("p50", medians[0]), Curve("p99", medians[1]))),
    )
