"""Whatever history comes in whatever order, what is known is the fold of what was received."""

from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.postgres.deliveries import Key, decode, rows
from connectors.postgres.effects import Told, fold
from connectors.postgres.sink import Sink
from kairan import receipts
from kairan.stream import Incoming
from tests.contract import deliveries as d
from tests.contract.sink_bench import HANAKO, TARO, Bench, OnBench, fields

Make = Callable[..., Incoming]


@st.composite
def _deliveries(draw: st.DrawFn) -> tuple[int, Make]:
    """A delivery as a function of its place; the same number is always the same event."""
    number = draw(st.integers(1, 8))
    seed = draw(st.shared(st.lists(st.integers(0, 10_000), min_size=9, max_size=9), key="events"))[number]
    person = (d.HANAKO, d.TARO)[seed % 2]
    version = 1 + seed // 2 % 5
    source = (("141003", "001"), ("131237", "001"), None)[seed // 10 % 3]
    if seed % 7 == 0:
        kind = "123"[seed // 7 % 3]
        return number, lambda _, offset: d.flag(number, person, kind=kind, measure=version, offset=offset)
    body = {"name": {**d.NAME, "text": str(number)}} if seed % 3 else {"sex": "1", "alias": None}
    change, corrects = ("created", None) if seed % 4 else (("annulled", "corrected")[seed // 4 % 2], seed // 16 % 9)
    return number, lambda _, offset: d.moved_in(
        number,
        person,
        version=version,
        source=source,
        body=body if change != "annulled" or seed % 5 else {},
        change=change,
        corrects=corrects,
        offset=offset,
        protection=("none", "unknown", None)[seed // 30 % 3],
    )


HISTORIES = _deliveries()
SIZES = st.tuples(st.integers(0, 10), st.integers(1, 6))
"""How much of what is left was read before the refill began; how much is read at once."""


class Histories(OnBench):
    def test_what_was_lost_and_comes_again_leaves_the_office_as_if_nothing_had_been_lost(
        self, bench: Bench, sink: Sink
    ) -> None:
        """A refill writes everything again; what is live meanwhile overtakes it."""

        @settings(max_examples=30, deadline=None)
        @given(st.lists(HISTORIES, min_size=1, max_size=10), st.sets(st.integers(0, 9)), st.integers(0, 10), SIZES)
        def _holds(history: list[tuple[int, Make]], lost: set[int], overtaking: int, sizes: tuple[int, int]) -> None:
            kept = [made for place, made in enumerate(history) if place not in lost]
            read, late = kept[: sizes[0]], kept[sizes[0] :]
            refilled = [*read, *history[:overtaking], *late, *history[overtaking:]]
            left = []
            for told in (history, refilled):
                bench.fresh()
                came = [make(number, offset=place) for place, (number, make) in enumerate(told)]
                for start in range(0, len(came), sizes[1]):
                    sink.apply(came[start : start + sizes[1]])
                left.append(_everything(bench))
            assert left[0] == left[1]

        _holds()

    def test_however_it_comes_what_is_known_is_the_fold_of_what_was_received(self, bench: Bench, sink: Sink) -> None:
        @settings(max_examples=30, deadline=None)
        @given(st.lists(HISTORIES, min_size=1, max_size=12), st.integers(1, 6))
        def _holds(history: list[tuple[int, Make]], size: int) -> None:
            bench.fresh()
            told = [make(number, offset=place) for place, (number, make) in enumerate(history)]
            for start in range(0, len(told), size):
                sink.apply(told[start : start + size])
            for key in (HANAKO, TARO):
                expected = fold(_told_to(key, told))
                assert (expected.fields or None) == (fields(bench, key) or None)
                assert expected.protection == getattr(bench.person(key), "protection", None)

        _holds()


def _told_to(key: Key, told: Sequence[Incoming]) -> list[Told]:
    due = rows(decode(record.value, record.offset) for record in told)
    return [row.delivery.told() for row in due if row.key == key]


def _everything(bench: Bench) -> object:
    """What is known and receipted; a person of whom nothing is known may be there or not."""
    told = [(fields(bench, key) or None, getattr(bench.person(key), "protection", None)) for key in (HANAKO, TARO)]
    receipted = receipts.total(tally for each in bench.receipts() for tally in each.buckets.values())
    return told, sorted(bench.applied()), bench.annulled(), receipted
