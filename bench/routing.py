"""Routing with everything on, against a bare fan-out of the same bytes and against what others would use."""

import importlib.util
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bench import contest, environments, figures, filling, jvm, people, place, planned, sameness
from bench.contest import BenchError, Contender, Run, Watched
from bench.figures import Line, Part, Target
from bench.place import REGISTER, say
from kairan import topics
from kairan.rights import Right
from kairan.settings import Settings
from operations.stack.admin import Admin

ROUNDS = 3
TAX, SNAPSHOT = 30_000, 10_000
"""Events of each kind."""
FRAMEWORKS = {"faust_default", "quix"}
FRAMEWORK_SHARE = 0.1
"""They get a tenth of the deliveries, being some fifty times slower."""
COMPARED = {"Loop", "Streams"}
"""They share no code with routing: of their first run every byte is compared."""


class Due(NamedTuple):
    """What routing must write of a lane."""

    events: int
    deliveries: int
    topics: int
    event_bytes: float
    delivery_bytes: float


def measure(scale: float) -> list[Part]:
    """Raises BenchError."""
    if importlib.util.find_spec("cramjam") is None:
        raise BenchError("Faust's client reads no lz4 here, with which the log is compressed: install aiokafka[lz4].")
    with place.stack(only_servers=True) as settings:
        filling.fill(settings, people.people(0, int(TAX * scale)), people.people(TAX, int(SNAPSHOT * scale)))
        _let_describe(settings)
        return [_tax(settings), _snapshot(settings)]


def _let_describe(settings: Settings) -> None:
    """Before it begins, quixstreams asks for the settings of each topic."""
    names = (topics.DELIVERIES.pattern.partition("{")[0], topics.name(topics.LIFE_EVENTS))
    rights = [Right("routing", "DESCRIBE_CONFIGS", "TOPIC", name, prefixed=True) for name in names]
    Admin(settings.properties("admin")).grant(rights)


def _tax(settings: Settings) -> Part:
    due, ran = _compete(settings, "bulk", with_others=True)
    lines = [Line(name, "deliveries/s", _rates(runs)) for name, runs in ran.items()]
    own, bare, by_java, by_streams, by_faust, by_quix = lines
    return Part(
        "Routing, small tax record",
        _about("tax.ResidentTaxAssessed", due),
        (*lines, _memory(ran)),
        (
            Target("deliveries/s", 100_000, own.median),
            Target("Kairan / bare fan-out", 0.6, own.median / bare.median),
            Target("Kairan / default Faust", 25, own.median / by_faust.median),
            Target("Kairan / quixstreams", 3, own.median / by_quix.median),
            Target("Kairan / plain Java loop", 1, own.median / by_java.median),
            Target("Kairan / Kafka Streams", 1, own.median / by_streams.median),
            Target("MB of the process", figures.MOST_MEGABYTES, _memory(ran).median, at_least=False),
        ),
    )


def _snapshot(settings: Settings) -> Part:
    due, ran = _compete(settings, "live", with_others=False)
    own, bare = (Line(name, "deliveries/s", _rates(runs)) for name, runs in ran.items())
    return Part(
        "Routing, resident snapshot",
        _about("residence.MovedIn", due),
        (own, bare, _memory(ran)),
        (
            Target("Kairan / bare fan-out", 0.4, own.median / bare.median),
            Target("MB of the process", figures.MOST_MEGABYTES, _memory(ran).median, at_least=False),
        ),
    )


def _compete(settings: Settings, lane: str, *, with_others: bool) -> tuple[Due, dict[str, list[Run]]]:
    """Rounds in which one contender follows the other on the same log."""
    due = _due(settings, lane)
    say(f"{lane} lane: {due.events} events, {due.deliveries} deliveries")
    written = Watched(settings, (topic for topic in topics.topics(REGISTER) if topic.kind is topics.DELIVERIES))
    ran: dict[str, list[Run]] = {}
    for number in range(ROUNDS):
        for contender in _contenders(settings, lane, number, with_others=with_others):
            (settings.home / "routing" / f"{lane}.json").unlink(missing_ok=True)
            whole = contender.module not in FRAMEWORKS
            target = due.deliveries if whole else int(due.deliveries * FRAMEWORK_SHARE)
            ends = sameness.ends(settings)
            run = contest.run(settings, contender, written, target, whole=whole)
            if contender.module in COMPARED and number == 0:
                sameness.demand(settings, lane, ends)
            ran.setdefault(contender.name, []).append(run)
            say(f"  {contender.name}: {run.rate:,.0f} deliveries/s ({run.seconds:.1f} s, {run.megabytes:.0f} MB)")
    return due, ran


def _contenders(settings: Settings, lane: str, number: int, *, with_others: bool) -> list[Contender]:
    """The frameworks leave their groups slowly, so they come as others each time."""
    own = Contender("Kairan", "kairan_routing", (lane,), f"routing.{lane}")
    bare = Contender("bare fan-out", "bare", (lane,), "routing.bare")
    return [own, bare, *(_others(settings, lane, number) if with_others else [])]


def _others(settings: Settings, lane: str, number: int) -> Iterator[Contender]:
    yield from jvm.contenders(settings, lane, number)
    group = f"routing.faust{number}"
    yield Contender("default Faust", "faust_default", (lane, group), group)
    group = f"routing.quixstreams{number}"
    command = (str(environments.python("quixstreams")), "-m", "bench.contenders.quix")
    yield Contender("quixstreams", "quix", (lane, group), group, command)


def _due(settings: Settings, lane: str) -> Due:
    events, event_bytes, delivery_bytes, to = 0, 0, 0, Counter[str]()
    for record, deliveries in planned.deliveries(settings, lane):
        events += 1
        event_bytes += len(record.value or b"")
        delivery_bytes += sum(len(each.value or b"") for each in deliveries)
        to.update(each.topic for each in deliveries)
    return Due(events, to.total(), len(to), event_bytes / events, delivery_bytes / to.total())


def _rates(runs: Sequence[Run]) -> tuple[float, ...]:
    return tuple(run.rate for run in runs)


def _memory(ran: dict[str, list[Run]]) -> Line:
    return Line("Kairan's process", "MB", tuple(run.megabytes for run in ran["Kairan"]))


def _about(type_: str, due: Due) -> str:
    return (
        f"{due.events} `{type_}` of {due.event_bytes:.0f} bytes, {due.deliveries / due.events:.2f} deliveries each of "
        f"{due.delivery_bytes:.0f} bytes on average, to {due.topics} topics."
    )
