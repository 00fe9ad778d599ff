"""How many statements a second one process admits, with its memory in PostgreSQL."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from bench import contest, figures, people, place
from bench.contest import Contender, Run, Watched
from bench.figures import Line, Part, Target
from bench.people import Fact, Person
from bench.place import MEMBERS, REGISTER, say
from kairan import topics
from kairan.keys import SourceKey
from kairan.settings import Settings
from processors.admission import records

ROUNDS = 3
PEOPLE = 12_000
PROCESS = Contender("admission", "kairan_admission", (), group="")
"""Its group stays: each round has new statements behind the old ones."""


class Kind(NamedTuple):
    """Who states it, and how many a second are to be reached."""

    state: Callable[[Sequence[Person], Sequence[str], Mapping[str, SourceKey]], Iterator[Fact]]
    wanted: int
    about: str


KINDS: Mapping[str, Kind] = {
    "resident snapshot": Kind(people.snapshots, 4_000, "`residence.MovedIn` of persons nobody has stated yet"),
    "small tax record": Kind(people.taxes, 10_000, "`tax.ResidentTaxAssessed` of persons who are known by then"),
}


def measure(scale: float) -> list[Part]:
    """Both kinds in turn, so that they meet the same machine."""
    ran: dict[str, list[Run]] = {name: [] for name in KINDS}
    first = 0
    with place.stack(only_servers=True) as settings:
        for _ in range(ROUNDS):
            stated = people.people(first, int(PEOPLE * scale))
            first = stated[-1].index + 1
            for name, kind in KINDS.items():
                ran[name].append(_run(settings, name, kind, stated))
    return [_part(name, kind, ran[name]) for name, kind in KINDS.items()]


def _run(settings: Settings, name: str, kind: Kind, stated: Sequence[Person]) -> Run:
    place.send(settings, kind.state(stated, MEMBERS, place.source_keys(settings)))
    log = (topic for topic in topics.topics(REGISTER) if topic.name in records.LOG.values())
    run = contest.run(settings, PROCESS, Watched(settings, log), len(stated))
    say(f"  admission, {name}: {run.rate:,.0f} statements/s ({run.seconds:.1f} s, {run.megabytes:.0f} MB)")
    return run


def _part(name: str, kind: Kind, runs: Sequence[Run]) -> Part:
    rate = Line("admission", "statements/s", tuple(run.rate for run in runs))
    memory = Line("its process", "MB", tuple(run.megabytes for run in runs))
    return Part(
        f"Admission, {name}",
        f"{runs[0].written} {kind.about}, from six members; to the log, the process's memory and its mark.",
        (rate, memory),
        (
            Target("statements/s", kind.wanted, rate.median),
            Target("MB of the process", figures.MOST_MEGABYTES, memory.median, at_least=False),
        ),
    )
