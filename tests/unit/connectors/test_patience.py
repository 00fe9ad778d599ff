"""What a member's database gives up is tried again by whom it befell."""

import pytest
from psycopg import Error, errors

from connectors.postgres import patience
from connectors.postgres.patience import patient
from kairan.loops import Stop


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE_SECONDS", 0)


class Task:
    def __init__(self, *ends: Error) -> None:
        self._ends = iter(ends)
        self.begun = 0
        self.is_over = False

    def __call__(self, _: Stop) -> None:
        self.begun += 1
        for error in self._ends:
            raise error
        self.is_over = True


def test_a_task_begins_again_until_nothing_of_it_is_given_up() -> None:
    task = Task(errors.DeadlockDetected(), errors.LockNotAvailable(), errors.QueryCanceled())
    patient(task)(lambda: task.is_over)

    assert task.begun == 4


def test_who_is_told_to_end_does_not_begin_again() -> None:
    task = Task(errors.DeadlockDetected())
    patient(task)(lambda: task.begun > 0)

    assert task.begun == 1


@pytest.mark.parametrize("error", [errors.UndefinedColumn(), errors.AdminShutdown(), Error()])
def test_any_other_error_ends_the_task(error: Error) -> None:
    with pytest.raises(type(error)):
        patient(Task(error))(lambda: False)
