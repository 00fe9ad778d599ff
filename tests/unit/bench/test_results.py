"""What was measured is written as it was."""

from bench import contest, results
from bench.figures import Curve, Line, Part, Plot, Target, percentile
from bench.results import Circumstances

MEASURED = Circumstances("2026-11-22 15:00 UTC", "abc1234", "2 × Quick, load 0.1 before it began", "Python 3.11.7")
PART = Part(
    "Routing, small tax record",
    "Some records.",
    (Line("Kairan", "deliveries/s", (90_000.4, 110_000.0, 100_000.0)), Line("bare fan-out", "deliveries/s", (2e5,))),
    (Target("Kairan / bare fan-out", 0.6, 0.5), Target("p50, ms", 50, 5, at_least=False)),
)


def section(name: str) -> str:
    return results.section(results.SECTIONS[name], MEASURED, [PART])


def test_a_missed_target_stays_written_as_missed() -> None:
    written = section("routing").splitlines()

    assert "| Kairan / bare fan-out | ≥ 0.6 | 0.5 | **missed** |" in written
    assert "| p50, ms | ≤ 50 | 5 | reached |" in written


def test_every_run_is_shown_beside_the_median() -> None:
    assert "| Kairan | 90,000 | 110,000 | 100,000 | 100,000 | deliveries/s |" in section("routing").splitlines()


def test_a_line_of_fewer_runs_has_its_median_in_the_same_column() -> None:
    assert "| bare fan-out | 200,000 |  |  | 200,000 | deliveries/s |" in section("routing").splitlines()


def test_a_target_is_reached_exactly() -> None:
    assert Target("", 0.6, 0.6).is_reached
    assert Target("", 50, 50, at_least=False).is_reached
    assert not Target("", 50, 50.1, at_least=False).is_reached


def test_sections_that_were_not_measured_again_stay_as_they_were() -> None:
    first = results.replaced("", "latency", section("latency"))
    second = results.replaced(first, "routing", section("routing"))
    newer = section("latency").replace("abc1234", "def5678")

    assert f"{results.HEAD}\n{section('routing')}\n{section('latency')}" == second
    assert f"{results.HEAD}\n{section('routing')}\n{newer}" == results.replaced(second, "latency", newer)


def test_the_percentile_is_one_of_the_values() -> None:
    assert (51, 100) == (percentile(range(1, 101), 0.5), percentile(range(1, 101), 0.99))
    assert 7 == percentile([7], 0.99)


def test_a_run_ends_when_what_was_read_is_marked() -> None:
    begin, earlier, marked, idle = 1_000_000_000, 2_000_000_000, 3_100_000_000, 3_400_000_000

    assert 2.1 == contest.seconds([begin, earlier, marked, idle], last_append=3000)
    assert 2.0 == contest.seconds([begin], last_append=3000)


CURVE = Plot("members.svg", "members", "ratio", (Curve("routing", {6: 0.7, 200: 0.65, 1741: 0.6}),))


def test_a_curve_stands_beside_its_table() -> None:
    shown = results.section("Members", MEASURED, [Part("Routing by members", "", PART.lines, plot=CURVE)])

    assert "![ratio by members](members.svg)" in shown.splitlines()


def test_a_table_without_targets_has_no_empty_one() -> None:
    assert "to reach" not in results.section("Members", MEASURED, [Part("Latency", "", PART.lines)])
