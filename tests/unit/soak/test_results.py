"""The page tells what was played, and hides nothing."""

from tests.soak.results import Run, page

FAULTS = ["Kafka killed", "disk full", "never played"]


def row(fault: str, *runs: Run) -> str:
    return next(line for line in page(FAULTS, runs, 1).splitlines() if line.startswith(f"| {fault} "))


def test_the_slowest_of_all_runs_is_told() -> None:
    told = row("Kafka killed", Run("Kafka killed", 5, recovery=2.0), Run("Kafka killed", 9, recovery=4.04))

    assert "| Kafka killed | 2 | 5, 9 | nothing | 4.0 s |" == told


def test_a_failed_run_stays_in_the_table_with_its_seed_whatever_comes_after() -> None:
    told = row("Kafka killed", Run("Kafka killed", 5, found="lost: 1"), Run("Kafka killed", 9, recovery=4.0))

    assert "**failed** with seed 5" in told


def test_who_was_back_too_late_is_told_so() -> None:
    assert "15.1 s: **missed**" in row("disk full", Run("disk full", 3, recovery=15.1))


def test_what_this_machine_does_not_allow_is_told_so() -> None:
    assert "| not run: no mount | – |" in row("disk full", Run("disk full", 3, not_run="no mount"))


def test_a_fault_that_nobody_came_to_has_its_row() -> None:
    assert "| never played | 0 |  | not played | – |" == row("never played")
