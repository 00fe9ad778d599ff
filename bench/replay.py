"""How many events of the log a second ``kairan refill`` reads for one channel, and writes what is due to it."""

from bench import contest, figures, filling, people, place, planned
from bench.contest import Contender, Watched
from bench.figures import Line, Part, Target
from bench.place import REGISTER, say
from kairan import topics
from kairan.settings import Settings
from processors.routing.editions import Receiver

ROUNDS = 3
TAX, SNAPSHOT = 24_000, 6_000
TIMES = 7
"""The log is as long as this many nights: admission would need minutes for all of it, so its records come again."""
RECEIVER = Receiver("131237", "insurance")
WANTED = 60_000


def measure(scale: float) -> list[Part]:
    with place.stack(only_servers=True) as settings:
        paying = people.people(0, int(TAX * scale))
        filling.fill(settings, paying, people.people(len(paying), int(SNAPSHOT * scale)))
        filling.again(settings, TIMES - 1)
        read, due = _due(settings)
        say(f"{read} events in the log, {due} deliveries due to {'.'.join(RECEIVER)}")
        written = Watched(settings, (topic for topic in topics.topics(REGISTER) if topic.name == RECEIVER.topic))
        contender = Contender("refill", "kairan_refill", (*RECEIVER,), "")
        ran = [_say(read, contest.run(settings, contender, written, due)) for _ in range(ROUNDS)]
    rate = Line("read", "events/s", tuple(read / run.seconds for run in ran))
    memory = Line("its process", "MB", tuple(run.megabytes for run in ran))
    return [
        Part(
            "Replay to one channel",
            f"`kairan refill {'.'.join(RECEIVER)}` reads all {read} events of both lanes, four of five the small tax "
            f"record, and writes the {due} deliveries that are due to the channel. Begins before policy and "
            "protection are read.",
            (rate, memory),
            (
                Target("events/s", WANTED, rate.median),
                Target("MB of the process", figures.MOST_MEGABYTES, memory.median, at_least=False),
            ),
        )
    ]


def _say(read: int, run: contest.Run) -> contest.Run:
    say(f"  refill: {read / run.seconds:,.0f} events/s ({run.seconds:.1f} s, {run.megabytes:.0f} MB)")
    return run


def _due(settings: Settings) -> tuple[int, int]:
    """Events in the log, and the receiver's deliveries of them."""
    read = due = 0
    for lane in planned.LANES:
        for _, deliveries in planned.deliveries(settings, lane):
            read += 1
            due += sum(each.topic == RECEIVER.topic for each in deliveries)
    return read, due
